//! The pure core: facts go in, verdicts come out, and time is an argument. No tokio, no clock, no
//! randomness, no I/O.
//!
//! Each group imports only the groups before it: `time`, `outcome`, `target`, `fleet`.

mod fleet;
mod glob;
mod named;
mod outcome;
mod sensitive;
mod target;
mod text;
mod time;

pub use fleet::Fleet;
pub use fleet::change::{Change, ChangeKind, Event};
pub use fleet::change_ring::ChangeRing;
pub use fleet::counts::Counts;
pub use fleet::follower::{Follower, NewChanges};
pub use fleet::maintenance::MaintenancePlan;
pub use fleet::rows::Rows;
pub use fleet::select::{SelectError, Selector};
pub use fleet::self_stats::{Overload, SelfStats, TOLERATED_DELAY};
pub use fleet::snapshot::Snapshot;
pub use glob::glob;
pub use outcome::evidence::{Evidence, HttpHead, TlsSuite};
pub use outcome::failure::Failure;
pub use outcome::fault::{
    Assertion, CertificateFault, DnsCause, LocalLimit, RedirectFault, StatusNote,
};
pub use outcome::phases::{Phase, Phases};
pub use outcome::reason::Reason;
pub use outcome::recent::{MAX_RECENT, Outcome, OutcomeKind, Recent};
pub use outcome::signal::{
    Beat, Certificate, Connection, Observation, Push, PushSignal, Signal, TargetId,
};
pub use outcome::stage::{MessagePart, SentMessage, Stage, WireProtocol};
pub use sensitive::{SECRET_NAMES, is_sensitive};
pub use target::facts::Facts;
pub use target::gap::Gap;
pub use target::incident::{
    Acknowledgement, IncidentChange, IncidentEnd, IncidentEvent, IncidentId, OpenIncident,
};
pub use target::instance::{Instance, InstanceChange, InstanceCounts};
pub use target::kind::Kind;
pub use target::latency::{LatencySummary, QualityLimits, StabilityLimits};
pub use target::maintenance::{MaintenanceTime, MaintenanceTimes};
pub use target::memory::{GoodStreak, InstanceMemory, Memory};
pub use target::meta::Meta;
pub use target::policy::{InstancePolicy, Levels, Policy, PresenceLimits, Rhythm};
pub use target::registry::MAX_INSTANCES;
pub use target::row::Row;
pub use target::shown_setting::{ShownSetting, ShownValue};
pub use target::silence::{MAX_SILENCE, MAX_SILENCES, Silence, SilenceChange, SilenceId};
pub use target::slo::Slo;
pub use target::status::{Cause, Presence, Quality, Status};
pub use target::uptime::{Tally, UptimeRecord};
pub use target::verdict::{Verdict, judge, next_change};
pub use text::Text;
pub use time::histogram::{BOUNDS, Histogram};
pub use time::moment::{Moment, wall};
pub use time::schedule::Schedule;
