//! Who is told of what, and when: timelines as data, storms, and what must always hold.

mod laws;
mod receivers;
mod stories;
mod storms;
mod world;
