//! Every room against scripted loopback servers: good, slow and hostile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dial_carrier;
mod dial_proxy;
mod dial_tls;
mod dial_websocket;
mod evidence;
mod http;
mod push;
mod socketio;
mod sse;
mod support;
mod websocket;
