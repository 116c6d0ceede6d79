//! The real binary as a user or a script runs it, against servers on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Black-box tests measure the real program from outside.
#![allow(clippy::disallowed_methods)]

mod action;
mod beat;
mod beat_notes;
mod blind;
mod bounded;
mod check;
mod completions;
mod cron;
mod exit;
mod flags;
mod helpers;
mod init;
mod inputs;
mod names;
mod others;
mod outputs;
mod serve;
mod source;
mod support;
mod tls;
mod transcript;
mod urls;
mod wait;
mod watch;
