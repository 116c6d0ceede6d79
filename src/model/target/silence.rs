//! Silences: times in which somebody does not want to hear of some targets.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// Longest time that a silence may last: 30 days.
pub const MAX_SILENCE: Duration = Duration::from_secs(30 * 86_400);

/// Maximum number of silences in force. Each costs time at every reload.
pub const MAX_SILENCES: usize = 1_000;

/// The number of a silence, written `s-0007`. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SilenceId(pub u64);

impl fmt::Display for SilenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s-{:04}", self.0)
    }
}

impl FromStr for SilenceId {
    type Err = String;

    /// Reads `s-0007`, or only the number.
    fn from_str(text: &str) -> Result<SilenceId, String> {
        text.strip_prefix("s-")
            .unwrap_or(text)
            .parse()
            .map(SilenceId)
            .map_err(|_| "a silence is named like `s-0007`".to_owned())
    }
}

/// A time in which the targets that `matches` selects are not to be heard of. They are watched all
/// the same. `T`: moments in the model, wall times in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence<T = Moment> {
    pub id: SilenceId,
    /// In the language of `--filter`.
    pub matches: Text,
    pub from: T,
    /// The planned end, or when it was ended before.
    pub until: T,
    pub by: Text,
    pub reason: Text,
}

impl<T: Copy + PartialOrd> Silence<T> {
    pub fn is_active(&self, now: T) -> bool {
        self.from <= now && now < self.until
    }
}

/// What happened to a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilenceChange {
    Added,
    /// It was ended before its time.
    Ended,
}

impl SilenceChange {
    pub const fn as_str(self) -> &'static str {
        match self {
            SilenceChange::Added => "added",
            SilenceChange::Ended => "ended",
        }
    }
}
