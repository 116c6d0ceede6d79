//! Everything async and shared: the one loop that feeds the model, and a supervisor for each
//! target.

mod commands;
mod control;
mod core;
mod handle;
mod interface;
mod pace;
mod plan;
mod push_router;
#[cfg(test)]
mod simulated_week;
mod supervise;
mod supervisors;

pub use commands::Stopped;
pub use handle::{Engine, Past};
pub use interface::{DEFAULT_ADDRESS, RESERVED_FOLDERS, RESERVED_PATHS};
pub use plan::{Backoff, PacePolicy, Plan, Stop, Target};
pub use push_router::{PushEndpoint, PushRouter};
