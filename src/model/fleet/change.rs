//! Changes of the fleet and of hbmon itself, numbered.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::self_stats::Overload;
use crate::model::outcome::evidence::Evidence;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::signal::TargetId;
use crate::model::target::incident::IncidentEvent;
use crate::model::target::instance::InstanceChange;
use crate::model::target::maintenance::MaintenanceTime;
use crate::model::target::meta::Meta;
use crate::model::target::silence::{Silence, SilenceChange};
use crate::model::target::status::{Cause, Status};
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// A change. Numbers have no gaps, so a reader that follows them knows how many it lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub seq: u64,
    pub at: Moment,
    pub kind: ChangeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ChangeKind {
    /// A change of one target. `meta` describes the target even after it left the config.
    Target {
        id: TargetId,
        meta: Arc<Meta>,
        event: Event,
    },
    Reloaded {
        added: usize,
        removed: usize,
        changed: usize,
        total: usize,
    },
    /// The new config was invalid and nothing changed. `why`: the first error.
    ReloadRefused { why: Text },
    /// The machine slept or the process stalled for this long; all deadlines moved by it.
    Stalled { gap: Duration },
    /// How far the wall clock was set forward, or back if negative.
    ClockSet { by: SignedDuration },
    /// hbmon itself has trouble, for which no target is blamed; `None`: it is over.
    Overloaded(Option<Overload>),
    Silence {
        silence: Arc<Silence>,
        change: SilenceChange,
    },
}

/// What happened to a target. Most events are heartbeats, so larger fields are boxed.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Open,
    /// `status`: the status after the heartbeat. `latency`: without clock skew. `excerpt`: the
    /// beginning of the payload, with secrets redacted.
    Beat {
        excerpt: Option<Text>,
        latency: Option<Duration>,
        status: Status,
    },
    Failure {
        failure: Box<Failure>,
        evidence: Option<Arc<Evidence>>,
        latency: Option<Duration>,
    },
    Miss {
        consecutive: u32,
    },
    Close,
    /// A run started.
    Start,
    /// A message that is only recorded.
    Log {
        text: Text,
    },
    /// A change of one instance.
    Instance {
        id: Text,
        change: InstanceChange,
    },
    /// Something that happened to its incident. Only a fleet that announces incidents has these.
    Incident(Box<IncidentEvent>),
    /// A maintenance began; `None`: it is over.
    Maintenance(Option<Arc<MaintenanceTime>>),
    Transition {
        from: Status,
        to: Status,
        cause: Option<Box<Cause>>,
        /// How long the target was in warning or error, if this ends it.
        recovered_after: Option<Duration>,
    },
}
