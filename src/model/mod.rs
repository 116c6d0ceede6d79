//! The pure heart: facts in, verdicts out, time as an argument. No tokio, no clock, no randomness,
//! no IO.

mod blame;
mod change;
mod changes;
mod compact;
mod counts;
mod deadlines;
mod evidence;
mod facts;
mod failure;
mod fleet;
mod gap;
mod histogram;
mod lag;
mod latency;
mod log;
mod memory;
mod misses;
mod moment;
mod phases;
mod policy;
mod promise;
mod push;
mod pushed;
mod quality;
mod reached;
mod recent;
mod recovery;
mod registry;
mod rows;
mod runs;
mod schedule;
mod select;
mod sender;
mod sensitive;
mod signal;
mod silence;
mod skew;
mod snapshot;
mod streak;
mod text;
mod timestamps;
mod uptime;
mod verdict;
mod watched;

pub use change::{Change, Event, What};
pub use changes::Changes;
pub use counts::Counts;
pub use evidence::{Evidence, HttpHead};
pub use facts::Facts;
pub use failure::{
    Assertion, CertificateFault, DnsCause, Failure, Lack, Part, Reason, RedirectFault, Sent, Stage,
    StatusNote, Wire,
};
pub use fleet::Fleet;
pub use gap::Gap;
pub use histogram::{BOUNDS, Histogram};
pub use lag::{Lag, Strain, TOO_LATE};
pub use memory::{Good, Memory};
pub use moment::Moment;
pub use phases::{Phase, Phases};
pub use policy::{InstancePolicy, Levels, Policy, PresenceLimits, Rhythm};
pub use push::{Push, Said};
pub use quality::{QualityLimits, Steady};
pub use recent::Recent;
pub use registry::{Instance, InstanceChange, InstanceCounts, MOST_INSTANCES};
pub use rows::Rows;
pub use schedule::Schedule;
pub use select::{SelectError, Selector};
pub use sensitive::{SECRET_NAMES, is_sensitive};
pub use signal::{Beat, Certificate, Connection, Note, Signal, TargetId};
pub use snapshot::{
    Cause, Kind, LatencySummary, Meta, Outcome, OutcomeKind, Presence, Quality, RECENT, Row,
    Snapshot, Status, wall,
};
pub use text::Text;
pub use uptime::Tally;
pub use verdict::{Verdict, judge, next_change};
