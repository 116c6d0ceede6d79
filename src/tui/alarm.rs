//! Monitors that came into error since the last alarm, for the bell and for notifications.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{Cause, Change, ChangeKind, Event, Meta, Moment, Status, TargetId, Text};
use crate::words;

/// Maximum number of names in a text.
const MAX_NAMES: usize = 3;

#[derive(Clone, Debug, Default)]
pub(super) struct Alarms(Vec<NewError>);

/// A monitor that came into error.
#[derive(Clone, Debug)]
struct NewError {
    id: TargetId,
    meta: Arc<Meta>,
    cause: Option<Box<Cause>>,
    at: Moment,
}

impl Alarms {
    pub(super) fn record(&mut self, change: &Change) {
        if let ChangeKind::Target { id, meta, event } = &change.kind
            && let Event::Transition {
                from, to, cause, ..
            } = event
            && (*from, *to) != (Status::Error, Status::Error)
        {
            // One that recovered in the meantime is no alarm any more.
            self.0.retain(|error| error.id != *id);
            if *to == Status::Error {
                self.0.push(NewError {
                    id: *id,
                    meta: Arc::clone(meta),
                    cause: cause.clone(),
                    at: change.at,
                });
            }
        }
    }

    /// Returns when the first monitor that came into error is one for this long.
    pub(super) fn next(&self, delay: Duration) -> Option<Moment> {
        self.0.iter().map(|error| error.at.plus(delay)).min()
    }

    /// Returns a text about the monitors that have been in error for this long, were not in it at
    /// the last call, and are not quiet: `api: 503 Service Unavailable`.
    pub(super) fn take(
        &mut self,
        now: Moment,
        delay: Duration,
        is_quiet: impl Fn(&Text) -> bool,
    ) -> Option<String> {
        let all = std::mem::take(&mut self.0).into_iter();
        let (errors, later) = all.partition(|error| now.since(error.at) >= delay);
        self.0 = later;
        let errors: Vec<NewError> = errors;
        let is_told = |error: &&NewError| !is_quiet(&error.meta.name);
        let errors: Vec<&NewError> = errors.iter().filter(is_told).collect();
        match errors.as_slice() {
            [] => None,
            [one] => {
                let name = one.meta.name.as_str();
                let why = one.cause.as_deref().map(words::cause);
                Some(why.map_or_else(|| name.to_owned(), |why| format!("{name}: {why}")))
            }
            several => {
                let names: Vec<&str> = several
                    .iter()
                    .take(MAX_NAMES)
                    .map(|error| error.meta.name.as_str())
                    .collect();
                let more = several.len().saturating_sub(MAX_NAMES);
                let more = if more == 0 {
                    String::new()
                } else {
                    format!(" and {more} more")
                };
                Some(format!(
                    "{} in error: {}{more}",
                    words::count(several.len() as u64, "monitor", "monitors"),
                    names.join(", ")
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Reason};

    fn change(id: u32, from: Status, to: Status) -> Change {
        let meta = Meta::new(Text::clean(&format!("m{id}")), Kind::Http);
        let cause = Some(Box::new(Cause::Restored {
            reason: Reason::Status,
            message: Text::clean("503"),
        }));
        Change {
            seq: 0,
            at: Moment::START,
            kind: ChangeKind::Target {
                id: TargetId(id),
                meta: Arc::new(meta),
                event: Event::Transition {
                    from,
                    to,
                    cause,
                    recovered_after: None,
                },
            },
        }
    }

    #[test]
    fn each_way_into_error_is_told_once() {
        use Status::{Error, Healthy, Warning};
        let mut alarms = Alarms::default();
        let mut take = |changes: &[(u32, Status, Status)]| {
            for (id, from, to) in changes {
                alarms.record(&change(*id, *from, *to));
            }
            alarms.take(Moment::START, Duration::ZERO, |_| false)
        };
        assert_eq!(take(&[(1, Healthy, Warning)]), None);
        assert_eq!(take(&[(1, Warning, Error)]).as_deref(), Some("m1: 503"));
        assert_eq!(take(&[]), None);
        assert_eq!(take(&[(1, Error, Error), (1, Error, Healthy)]), None);
        assert_eq!(take(&[(1, Healthy, Error), (1, Error, Healthy)]), None);
        let all: Vec<_> = (1..=5).map(|id| (id, Healthy, Error)).collect();
        assert_eq!(
            take(&all).as_deref(),
            Some("5 monitors in error: m1, m2, m3 and 2 more")
        );
    }

    #[test]
    fn a_quiet_monitor_raises_no_alarm() {
        let mut alarms = Alarms::default();
        alarms.record(&change(1, Status::Healthy, Status::Error));
        let is_quiet = |name: &Text| name.as_str() == "m1";
        assert_eq!(alarms.take(Moment::START, Duration::ZERO, is_quiet), None);
    }

    #[test]
    fn an_alarm_waits_until_it_is_known_whether_it_is_quiet() {
        const DELAY: Duration = Duration::from_millis(500);
        let mut alarms = Alarms::default();
        alarms.record(&change(1, Status::Healthy, Status::Error));
        let due = Moment::START.plus(DELAY);
        assert_eq!(alarms.next(DELAY), Some(due));
        assert_eq!(alarms.take(Moment::START, DELAY, |_| true), None);
        let told = alarms.take(due, DELAY, |_| false);
        assert_eq!(told.as_deref(), Some("m1: 503"));
        assert_eq!(alarms.next(DELAY), None);
    }
}
