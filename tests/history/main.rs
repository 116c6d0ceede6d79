//! The arithmetic of the history by its promises: laws over random histories, examples by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod gather;
mod numbers;
mod report;
mod sketch;
mod slo;
mod support;
mod times;
