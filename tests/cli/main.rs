//! The real binary as a user or a script runs it, against servers on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Black-box tests measure the real program from outside.
#![allow(clippy::disallowed_methods)]

mod beat;
mod check;
mod cron;
mod helpers;
mod others;
mod support;
mod watch;
