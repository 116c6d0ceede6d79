//! The keys that all kinds with a URL share, and how they become an endpoint.

mod certificate;
pub mod endpoint;
pub mod headers;
pub mod keys;
pub mod method;
pub mod requests;
pub mod tls;
pub mod url;
