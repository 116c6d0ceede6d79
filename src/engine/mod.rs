//! Everything async and shared: the one loop that feeds the model, and a supervisor for each target.

mod plan;

pub use plan::{Backoff, PacePolicy, Plan, Start, Target};
