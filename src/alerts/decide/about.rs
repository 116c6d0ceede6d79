//! What a notification can be about.

use std::fmt;

use crate::model::{IncidentId, Text};

/// A problem of hbmon itself, for which no target is blamed. It is told on the channel `self`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnProblem {
    /// hbmon is late.
    Overloaded,
    /// This machine lacks a resource, so that all verdicts are held.
    Network,
    /// The history cannot be written.
    History,
    /// A channel is broken. The `Alerter` opens and closes this one itself.
    Channel(Text),
}

impl OwnProblem {
    /// Returns the problem that a message of an earlier run is about, and its trouble.
    pub(super) fn of_message(message: &str) -> Option<(OwnProblem, Text)> {
        let (name, trouble) = message.split_once(": ")?;
        let plain = [
            OwnProblem::Overloaded,
            OwnProblem::Network,
            OwnProblem::History,
        ];
        let channel = || name.strip_prefix("channel ").map(Text::clean);
        let known = plain.into_iter().find(|one| one.to_string() == name);
        let known = known.or_else(|| channel().map(OwnProblem::Channel))?;
        Some((known, Text::clean(trouble)))
    }
}

/// The first words of its message.
impl fmt::Display for OwnProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OwnProblem::Overloaded => f.write_str("overloaded"),
            OwnProblem::Network => f.write_str("network"),
            OwnProblem::History => f.write_str("history"),
            OwnProblem::Channel(name) => write!(f, "channel {name}"),
        }
    }
}

/// What is told: an incident of a monitor, or a problem of hbmon itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AlertTopic {
    Incident(IncidentId),
    Own(OwnProblem),
}

/// The number of a delivery in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_known_by_its_message() {
        let problems = [
            OwnProblem::Overloaded,
            OwnProblem::Network,
            OwnProblem::History,
            OwnProblem::Channel(Text::clean("page a")),
        ];
        for problem in problems {
            let message = format!("{problem}: some: trouble");
            let trouble = Text::clean("some: trouble");
            assert_eq!(OwnProblem::of_message(&message), Some((problem, trouble)));
        }
        assert_eq!(OwnProblem::of_message("refused"), None);
    }
}
