//! The commands and routes of alerts, silences and acknowledgements: the real binary, a running
//! agent, and a stub as the receiver.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Black-box tests measure the real program from outside.
#![allow(clippy::disallowed_methods)]

mod ack;
mod candidates;
mod list;
mod place;
mod preview;
mod silence;
#[path = "../receivers/stub.rs"]
#[allow(dead_code, reason = "another test target uses it, too")]
mod stub;
#[path = "../serve/support.rs"]
#[allow(dead_code, reason = "another test target uses it, too")]
mod support;
mod test;
