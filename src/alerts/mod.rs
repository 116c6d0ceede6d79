//! Decides who is told what, and when. Pure: facts of the model, the ledger and the time go in,
//! deliveries and rows of the ledger come out. No I/O, no clock, no randomness.
//!
//! `channels` turns a delivery into requests and sends them; `cli/alerting` runs both.

pub mod decide;
pub mod delivery;
pub mod message;
pub mod rules;
