//! What happened before: the questions that the screen asks its host, and what it knows from the
//! answers.

mod known;
mod monitor;

use std::time::Duration;

use crate::history::change::StatusChange;
use crate::history::numbers::{NumbersPoint, Step};
use crate::model::{IncidentId, Text};

pub(super) use known::PastAnswers;
pub use monitor::{IncidentTally, MonitorPast, PastFacts, PastSpan};

/// A question about the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryQuestion {
    /// Availability, days and incidents of one monitor in the last 90 days.
    Monitor(Text),
    /// The changes of a monitor during one of its incidents.
    Course { monitor: Text, id: IncidentId },
    /// Numbers of one monitor in the last `span`.
    Numbers { monitor: Text, span: Duration },
    /// The newest changes of all monitors before this process began to watch.
    Changes,
    /// Availability of these monitors in the last 30 days.
    Availability(Vec<Text>),
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryAnswer {
    Monitor(Box<MonitorPast>),
    Course(IncidentCourse),
    Numbers(PastNumbers),
    /// Newest first.
    Changes(Vec<StatusChange>),
    /// Share of each monitor; `None` if no time was judged.
    Availability(Vec<(Text, Option<f64>)>),
    /// The history cannot be read. `why`: a sentence.
    Failed {
        question: HistoryQuestion,
        why: String,
    },
}

/// The changes of a monitor during an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentCourse {
    pub monitor: Text,
    pub id: IncidentId,
    /// Oldest first.
    pub changes: Vec<StatusChange>,
}

/// Numbers of a monitor in the last `span`, by intervals in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct PastNumbers {
    pub monitor: Text,
    pub span: Duration,
    pub step: Step,
    pub points: Vec<NumbersPoint>,
}

impl PastNumbers {
    /// Returns the intervals for a span: about as many as a chart has columns, and those that are
    /// kept for as long.
    pub fn step_of(span: Duration) -> Step {
        const DAY: u64 = 86_400;
        match span.as_secs() / DAY {
            0..=1 => Step::Minutes,
            2..=31 => Step::Hour,
            _ => Step::Day,
        }
    }
}
