//! What happened: numbered changes of the fleet and of hbmon itself.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::self_stats::Overload;
use crate::model::outcome::evidence::Evidence;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::signal::TargetId;
use crate::model::target::instance::InstanceChange;
use crate::model::target::meta::Meta;
use crate::model::target::status::{Cause, Status};
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// Something that happened, numbered without gaps: who follows by number knows what he lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub seq: u64,
    pub at: Moment,
    pub kind: ChangeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ChangeKind {
    /// `meta` names the target even after it left the config.
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
    /// The new config was bad and nothing changed; the first error.
    ReloadRefused { why: Text },
    /// The machine slept or the process stood still for this long; all deadlines moved by it.
    Stalled { gap: Duration },
    /// The wall clock was set forward, or back if negative.
    ClockSet { by: SignedDuration },
    /// Trouble of hbmon's own has begun, for which no target is blamed; `None`: it is over.
    Overloaded(Option<Overload>),
}

/// Most are heartbeats: what is larger than one is boxed.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Open,
    /// `status` is the one after the beat, `latency` with the clock skew taken out, `excerpt` the
    /// beginning of the payload, secrets struck out.
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
    /// A run began.
    Start,
    /// A message that is only to be remembered.
    Log {
        text: Text,
    },
    /// Of one instance of the target.
    Instance {
        id: Text,
        change: InstanceChange,
    },
    Transition {
        from: Status,
        to: Status,
        cause: Option<Box<Cause>>,
    },
}
