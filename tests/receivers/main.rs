//! What receivers get, and how channels judge their answers: golden payloads, and requests to a stub
//! that checks each body and misbehaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod examples;
mod payloads;
#[allow(dead_code, reason = "other test targets use it, too")]
mod stub;
mod transport;
