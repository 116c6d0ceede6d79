//! The commands of the history, with the real binary on stores in temporary folders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod export;
mod incidents;
mod list;
mod report;
mod state;
mod support;
