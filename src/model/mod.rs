//! The pure heart: facts in, verdicts out, time as an argument. No tokio, no clock, no randomness, no IO.

mod change;
mod changes;
mod compact;
mod counts;
mod deadlines;
mod facts;
mod failure;
mod fleet;
mod histogram;
mod lag;
mod latency;
mod log;
mod memory;
mod moment;
mod policy;
mod promise;
mod push;
mod pushed;
mod quality;
mod recent;
mod recovery;
mod registry;
mod runs;
mod schedule;
mod select;
mod signal;
mod silence;
mod snapshot;
mod text;
mod uptime;
mod verdict;
mod watched;

pub use change::{Change, Event, What};
pub use changes::Changes;
pub use counts::Counts;
pub use facts::Facts;
pub use failure::{Assertion, CertificateFault, DnsCause, Failure, Lack, Part, Reason, Sent, Stage, Wire};
pub use fleet::Fleet;
pub use histogram::{BOUNDS, Histogram};
pub use lag::{Lag, Strain};
pub use memory::{Good, Memory};
pub use moment::Moment;
pub use policy::{InstancePolicy, Levels, Policy, PresenceLimits, Rhythm};
pub use push::{Push, Said};
pub use recent::Recent;
pub use registry::{Instance, InstanceChange, InstanceCounts, MOST_INSTANCES};
pub use schedule::Schedule;
pub use select::{SelectError, Selector};
pub use signal::{Beat, Certificate, Connection, Note, Phases, Signal, TargetId};
pub use snapshot::{
    Cause, Kind, LatencySummary, Meta, Outcome, OutcomeKind, Presence, Quality, RECENT, Row, Snapshot, Status, wall,
};
pub use text::Text;
pub use uptime::Tally;
pub use verdict::{Verdict, judge, next_change};
