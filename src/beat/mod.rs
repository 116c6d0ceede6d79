//! Sends heartbeats to push monitors of hbmon, to healthchecks and to similar services.
//!
//! Pure: `course` (retries), `place` (URLs of the steps of a run), `payload` (the body of a
//! heartbeat), `tail` (the end of an output). IO: `post` sends one heartbeat, `wrap` runs a command
//! between two heartbeats.

/// Environment variable with the bearer token. A wrapped command does not inherit it.
pub const TOKEN: &str = "HBMON_BEAT_TOKEN";

mod exec;
mod payload;
mod retry;
mod sender;
mod tail;
mod url;

pub use exec::{CommandResult, OutputSinks, run};
pub use payload::BeatPayload;
pub use retry::next_due;
pub use sender::{BeatReceiver, Undelivered};
pub use url::{RunId, RunStep, step_url};
