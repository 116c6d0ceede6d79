//! Sends heartbeats to push monitors of hbmon, to healthchecks and to similar services.
//!
//! Pure: `course` (retries), `place` (URLs of the steps of a run), `payload` (the body of a
//! heartbeat), `tail` (the end of an output). IO: `post` sends one heartbeat, `wrap` runs a command
//! between two heartbeats.

/// Environment variable with the bearer token. A wrapped command does not inherit it.
pub const TOKEN: &str = "HBMON_BEAT_TOKEN";

mod course;
mod payload;
mod place;
mod post;
mod tail;
mod wrap;

pub use course::next_due;
pub use payload::Payload;
pub use place::{RunId, Step, place};
pub use post::{Lost, Receiver};
pub use wrap::{Ended, Through, run};
