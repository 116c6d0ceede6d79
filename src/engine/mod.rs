//! Everything async and shared: the one loop that feeds the model, and a supervisor for each target.

mod commands;
mod core;
mod handle;
mod intake;
mod nudge;
mod pace;
mod plan;
mod roster;
mod supervise;
#[cfg(test)]
mod week;

pub use commands::Stopped;
pub use handle::Engine;
pub use intake::{Door, HEARTBEATS, Intake};
pub use plan::{Backoff, PacePolicy, Plan, Stop, Target};
