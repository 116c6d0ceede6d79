//! A started session as its frontend sees it.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

use super::conclusion::Conclusion;
use super::reload::ReloadRequests;
use super::signals::SignalHandlers;
use crate::clock::Clock;
use crate::config::LoadedConfig;
use crate::model::Snapshot;
use crate::report::RunInfo;

/// Receives the last snapshot, the verdicts and the facts of the run, and saves the state.
pub(super) type OnEnd = Box<dyn FnOnce(&Snapshot, &Conclusion, &RunInfo) -> io::Result<()> + Send>;

/// A started session, as its frontend uses it.
pub(super) struct RunningSession {
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub clock: Clock,
    pub signals: SignalHandlers,
    /// `None` if the config cannot be read again.
    pub reload: Option<ReloadRequests>,
    /// The config in use, also after a reload.
    pub config: Option<watch::Receiver<Arc<LoadedConfig>>>,
    pub on_end: OnEnd,
}
