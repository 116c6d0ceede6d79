//! What was pushed to hbmon: by which instance, in which run, and what it says.

use std::sync::Arc;

use super::evidence::Evidence;
use super::failure::Failure;
use super::signal::Beat;
use super::text::Text;

/// One request to the intake, read and found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    pub said: Said,
    /// The run that it belongs to, where the sender names one (`rid`).
    pub run: Option<Text>,
    /// Who sent it, where the monitor has `id`.
    pub instance: Option<Text>,
    /// What was seen of a heartbeat that is not as it should be.
    pub evidence: Option<Arc<Evidence>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A good heartbeat; it ends the run. `available`: its payload passes the monitor's filter of
    /// that name.
    Beat { beat: Beat, available: bool },
    /// A run begins: from here to its end is its latency.
    Start,
    /// A reported failure, or a heartbeat that is not as it should be; it ends the run.
    Failed(Failure),
    /// Only to be remembered.
    Log(Text),
}
