//! Sending heartbeats: the other side of push monitors, healthchecks and their like.
//!
//! Pure: `course` (when to try again, when to give up), `place` (URLs below a receiver's),
//! `payload` (what is sent), `tail` (the end of an output). IO: `post` sends one heartbeat, `wrap`
//! runs a command in between two.

/// The variable that holds the bearer token; it is not handed down to a command.
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
