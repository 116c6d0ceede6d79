//! Who is told by running sessions and by `check`, across crashes, restarts and receivers that are
//! down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Deadlines of tests are real.
#![allow(clippy::disallowed_methods)]

mod checks;
mod crash;
mod cron;
mod job;
mod own_problems;
mod receivers_down;
mod sessions;
mod site;
#[allow(dead_code, reason = "another test target uses it, too")]
#[path = "../receivers/stub.rs"]
mod stub;
#[allow(dead_code, reason = "another test target uses it, too")]
#[path = "../serve/support.rs"]
mod support;
