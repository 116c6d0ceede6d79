//! The health model by its promises: stories as data, laws over random timelines, numbers by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence;
mod incidents;
mod instances;
mod laws;
mod maintenance;
mod memory;
mod numbers;
mod pauses;
mod stories;
mod support;
