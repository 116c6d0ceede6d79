//! Tests of the `hbmon serve` binary over sockets on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Black-box tests measure the real program from outside.
#![allow(clippy::disallowed_methods)]

mod access;
mod actions;
mod agents;
mod beat;
mod follow;
mod history;
mod history_routes;
mod hostile;
mod incidents;
mod openapi;
mod page;
mod push;
mod routes;
mod seeds;
mod service;
mod silences;
mod state;
mod streams;
mod support;
mod systemd;
mod tls;
