//! What the screen knows of the history, and what it asks next.

use std::collections::HashMap;
use std::time::Duration;

use super::{HistoryAnswer, HistoryQuestion, IncidentCourse, MonitorPast, PastNumbers};
use crate::history::change::StatusChange;
use crate::model::{IncidentId, Moment, Row, Text};

/// Age at which the past of the monitor in view is asked for again.
const REFRESH: Duration = Duration::from_secs(10);
/// Age at which the rest is asked for again: numbers, and what only a column or the pane shows.
const SLOW_REFRESH: Duration = Duration::from_secs(60);
/// A change is in the history at most this long after it happened.
const WRITE_DELAY: Duration = Duration::from_secs(2);
/// A question without an answer is asked again after this time.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The answers that are shown.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct PastAnswers {
    /// The host has a history, as far as it said.
    is_kept: bool,
    /// The question that was asked last, unless its answer has come.
    asked: Option<(HistoryQuestion, Moment)>,
    monitor: Option<Answered<MonitorPast>>,
    course: Option<Answered<IncidentCourse>>,
    numbers: Option<Answered<PastNumbers>>,
    changes: Option<Vec<StatusChange>>,
    availability: HashMap<Text, Answered<Option<f64>>>,
    failure: Option<Answered<(HistoryQuestion, String)>>,
}

#[derive(Clone, Debug)]
struct Answered<T> {
    at: Moment,
    value: T,
}

impl PastAnswers {
    /// Returns whether there is a history.
    pub(in crate::tui) const fn is_kept(&self) -> bool {
        self.is_kept
    }

    pub(in crate::tui) const fn set_kept(&mut self, is_kept: bool) {
        self.is_kept = is_kept;
    }

    /// Returns the first of the wanted questions whose answer is missing or old, unless it was
    /// just asked. `row`: the monitor in view.
    pub(in crate::tui) fn next(
        &mut self,
        wanted: impl IntoIterator<Item = HistoryQuestion>,
        row: Option<&Row>,
        now: Moment,
    ) -> Option<HistoryQuestion> {
        let question = wanted
            .into_iter()
            .find(|question| !self.is_fresh(question, row, now))?;
        let is_waiting = self
            .asked
            .as_ref()
            .is_some_and(|(asked, at)| *asked == question && now.since(*at) < ANSWER_TIMEOUT);
        if is_waiting {
            return None;
        }
        self.asked = Some((question.clone(), now));
        Some(question)
    }

    fn is_fresh(&self, question: &HistoryQuestion, row: Option<&Row>, now: Moment) -> bool {
        let failed = self
            .failure
            .as_ref()
            .filter(|failed| failed.value.0 == *question);
        if failed.is_some_and(|failed| now.since(failed.at) < REFRESH) {
            return true;
        }
        match question {
            HistoryQuestion::Monitor(name) => {
                let known = self
                    .monitor
                    .as_ref()
                    .filter(|known| known.value.monitor == *name);
                known.is_some_and(|known| !known.is_old(REFRESH, now) && !known.is_behind(row, now))
            }
            HistoryQuestion::Course { monitor, id } => {
                let known = self
                    .course
                    .as_ref()
                    .filter(|known| known.value.id == *id && known.value.monitor == *monitor);
                known.is_some_and(|known| !known.is_old(REFRESH, now))
            }
            HistoryQuestion::Numbers { monitor, span } => {
                let known = self
                    .numbers
                    .as_ref()
                    .filter(|known| known.value.span == *span && known.value.monitor == *monitor);
                known.is_some_and(|known| !known.is_old(SLOW_REFRESH, now))
            }
            HistoryQuestion::Changes => self.changes.is_some(),
            HistoryQuestion::Availability(names) => names.iter().all(|name| {
                let known = self.availability.get(name);
                known.is_some_and(|known| !known.is_old(SLOW_REFRESH, now))
            }),
        }
    }

    pub(in crate::tui) fn receive(&mut self, answer: HistoryAnswer, now: Moment) {
        let question = match answer {
            HistoryAnswer::Monitor(past) => {
                let question = HistoryQuestion::Monitor(past.monitor.clone());
                self.monitor = Some(Answered::new(*past, now));
                question
            }
            HistoryAnswer::Course(course) => {
                let monitor = course.monitor.clone();
                let id = course.id;
                self.course = Some(Answered::new(course, now));
                HistoryQuestion::Course { monitor, id }
            }
            HistoryAnswer::Numbers(numbers) => {
                let monitor = numbers.monitor.clone();
                let span = numbers.span;
                self.numbers = Some(Answered::new(numbers, now));
                HistoryQuestion::Numbers { monitor, span }
            }
            HistoryAnswer::Changes(changes) => {
                self.changes = Some(changes);
                HistoryQuestion::Changes
            }
            HistoryAnswer::Availability(shares) => {
                let names = shares.iter().map(|(name, _)| name.clone()).collect();
                let shares = shares.into_iter();
                let shares = shares.map(|(name, share)| (name, Answered::new(share, now)));
                self.availability.extend(shares);
                HistoryQuestion::Availability(names)
            }
            HistoryAnswer::Failed { question, why } => {
                self.failure = Some(Answered::new((question.clone(), why), now));
                question
            }
        };
        if self
            .failure
            .as_ref()
            .is_some_and(|failed| failed.value.0 == question && failed.at != now)
        {
            self.failure = None;
        }
        if self
            .asked
            .as_ref()
            .is_some_and(|(asked, _)| *asked == question)
        {
            self.asked = None;
        }
    }

    pub(in crate::tui) fn of(&self, name: &Text) -> Option<&MonitorPast> {
        let known = &self.monitor.as_ref()?.value;
        (known.monitor == *name).then_some(known)
    }

    pub(in crate::tui) fn course(&self, name: &Text, id: IncidentId) -> Option<&IncidentCourse> {
        let known = &self.course.as_ref()?.value;
        (known.monitor == *name && known.id == id).then_some(known)
    }

    pub(in crate::tui) fn numbers(&self, name: &Text, span: Duration) -> Option<&PastNumbers> {
        let known = &self.numbers.as_ref()?.value;
        (known.monitor == *name && known.span == span).then_some(known)
    }

    /// Returns the changes before this process began to watch, newest first.
    pub(in crate::tui) fn changes(&self) -> &[StatusChange] {
        self.changes.as_deref().unwrap_or_default()
    }

    /// Returns the share of judged time of the last 30 days in which a monitor was up.
    pub(in crate::tui) fn availability(&self, name: &Text) -> Option<f64> {
        self.availability.get(name)?.value
    }

    /// Returns why the last question could not be answered.
    pub(in crate::tui) fn failure(&self) -> Option<&str> {
        self.failure.as_ref().map(|failed| failed.value.1.as_str())
    }
}

impl<T> Answered<T> {
    const fn new(value: T, at: Moment) -> Answered<T> {
        Answered { at, value }
    }

    fn is_old(&self, limit: Duration, now: Moment) -> bool {
        now.since(self.at) >= limit
    }

    /// Returns whether the monitor changed so late that the answer may not have the change, while
    /// another one would.
    fn is_behind(&self, row: Option<&Row>, now: Moment) -> bool {
        let Some(row) = row else { return false };
        let incident = row.incident.as_ref();
        let acknowledged = incident.and_then(|incident| incident.acknowledged.as_ref());
        let changed = row
            .since
            .max(acknowledged.map_or(row.since, |known| known.at));
        self.at < changed.plus(WRITE_DELAY) && now >= changed.plus(WRITE_DELAY)
    }
}
