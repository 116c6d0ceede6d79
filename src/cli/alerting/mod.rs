//! Tells receivers what happens in a session: runs an `Alerter` and sends what it decides.
//!
//! `consumer` follows a session without an end, `at_end` a run of `check`. Both commit what they
//! send to the `ledger` before they send it (`flights`), and what came of it afterwards.

mod aside;
mod at_end;
mod board;
mod channel_stats;
mod consumer;
mod flights;
mod ledger;
mod opening;
mod troubles;

pub(super) use at_end::AlertsAtEnd;
pub(super) use consumer::Alerting;
