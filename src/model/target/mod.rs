//! One target: its policy, its facts, and the verdict that follows from them.

pub mod cadence;
pub mod excuses;
pub mod facts;
pub mod finding;
pub mod gap;
pub mod instance;
pub mod latency;
pub mod memory;
pub mod meta;
pub mod missed_clock;
pub mod misses;
pub mod policy;
pub mod pushed;
pub mod recovery;
pub mod registry;
pub mod row;
pub mod rules;
pub mod runs;
pub mod sender_clock;
pub mod skew;
pub mod status;
pub mod status_since;
pub mod streak;
pub mod timestamps;
pub mod uptime;
pub mod verdict;
