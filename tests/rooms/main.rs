//! Every room against scripted loopback servers: good, slow and hostile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod socketio;
mod sse;
mod support;
mod websocket;
