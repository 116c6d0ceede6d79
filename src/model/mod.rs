//! The pure heart: facts in, verdicts out, time as an argument. No tokio, no clock, no randomness, no IO.

mod deadlines;
mod facts;
mod failure;
mod fleet;
mod lag;
mod latency;
mod log;
mod memory;
mod moment;
mod policy;
mod quality;
mod recent;
mod recovery;
mod select;
mod signal;
mod silence;
mod snapshot;
mod text;
mod uptime;
mod verdict;
mod watched;

pub use facts::Facts;
pub use failure::{Assertion, CertificateFault, DnsCause, Failure, Lack, Part, Reason, Sent, Stage, Wire};
pub use fleet::Fleet;
pub use lag::{LAG_BOUNDS, Lag, Strain};
pub use memory::{Good, Memory};
pub use moment::Moment;
pub use policy::{Levels, Policy, PresenceLimits, Rhythm};
pub use recent::Recent;
pub use select::{SelectError, Selector};
pub use signal::{Beat, Certificate, Connection, Note, Phases, Signal, TargetId};
pub use snapshot::{
    Cause, Change, Counts, Event, Kind, LatencySummary, Meta, Outcome, OutcomeKind, Presence, Quality, RECENT, Row,
    Snapshot, Status, What, wall,
};
pub use text::Text;
pub use verdict::{Verdict, judge, next_change};
