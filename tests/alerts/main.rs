//! Who is told of what, and when: timelines as data, storms, and what must always hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod laws;
mod receivers;
mod stories;
mod storms;
mod world;
