//! The store: what is written is read again, also after crashes, beside other processes and on bad
//! disks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crash;
mod damage;
mod faults;
mod files;
mod ledger;
mod rows;
mod sums;
mod support;
mod upkeep;
