//! What receivers get, and how channels judge their answers: golden payloads, and requests to a stub
//! that checks each body and misbehaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Deadlines of a test run in real time, against real servers.
#![allow(clippy::disallowed_methods)]

mod answers;
mod examples;
mod mail;
mod mail_floods;
mod payloads;
mod pictures;
#[allow(dead_code, reason = "other test targets use it, too")]
mod stub;
mod templates;
mod transport;
