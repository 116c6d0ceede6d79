//! The real binary in a pseudo-terminal: what it draws there, and that it gives the terminal back
//! however it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod away;
mod ends;
mod hostile;
mod keys;
mod looks;
mod panics;
mod progress;
mod support;
