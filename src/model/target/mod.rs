//! One target: its policy, its facts, and the verdict that follows from them.

pub mod blame;
pub mod facts;
pub mod finding;
pub mod gap;
pub mod instance;
pub mod latency;
pub mod memory;
pub mod meta;
pub mod misses;
pub mod policy;
pub mod promise;
pub mod pushed;
pub mod reached;
pub mod recovery;
pub mod registry;
pub mod row;
pub mod rules;
pub mod runs;
pub mod sender;
pub mod silence;
pub mod skew;
pub mod status;
pub mod streak;
pub mod timestamps;
pub mod uptime;
pub mod verdict;
