//! hbmon against real servers of others, which show that it speaks the protocols and not its own
//! interpretation of them.
//!
//! `HBMON_PEERS=1 cargo test --test peers`; needs node, npm, python3, nginx, tinyproxy, prometheus,
//! prometheus-alertmanager, fish, zsh, mandoc and groff. Servers are installed below
//! `target/peers`, listen on loopback and end with the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

mod alertmanager;
#[path = "../receivers/examples.rs"]
#[allow(
    dead_code,
    reason = "shared with tests/receivers, which uses all of it"
)]
mod examples;
mod formats;
mod mail;
#[path = "../monitors/support.rs"]
#[allow(dead_code, reason = "shared with tests/monitors, which uses all of it")]
mod monitors;
mod nginx;
mod openapi;
mod prometheus;
mod shells;
mod socketio;
mod sse;
#[path = "../receivers/stub.rs"]
#[allow(
    dead_code,
    reason = "shared with tests/receivers, which uses all of it"
)]
mod stub;
mod support;
mod tinyproxy;
mod websocket;
