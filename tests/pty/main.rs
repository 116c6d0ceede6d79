//! Runs the real binary in a pseudo-terminal: what it draws, and that it restores the terminal at
//! every end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alerts;
mod attach;
mod away;
mod beat;
mod care;
mod detail;
mod ends;
mod history;
mod hostile;
mod keys;
mod looks;
mod man;
mod panics;
mod past;
mod progress;
mod support;
