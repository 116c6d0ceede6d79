//! Sends heartbeats to push monitors of hbmon, to healthchecks and to similar services.
//!
//! Modules without IO: `retry` (retries), `url` (URLs of the steps of a run), `payload` (the body
//! of a heartbeat), `tail` (the end of an output). Modules with IO: `sender` sends one heartbeat,
//! `exec` runs a command. The caller sends heartbeats before and after the command.

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
pub use sender::{BeatReceiver, SendEvent, Undelivered};
pub use url::{RunId, RunStep, step_url};
