//! Every room against real servers, where they are installed: with HBMON_PEERS set, a server that is missing is an
//! error; without it, nothing here runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod socketio;
#[path = "../rooms/support.rs"]
mod support;
