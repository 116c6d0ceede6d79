//! Monitors that came into error since the last alarm, for the bell and for notifications.

use std::sync::Arc;

use crate::model::{Cause, Change, ChangeKind, Event, Meta, Status, TargetId, Text};
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
                });
            }
        }
    }

    /// Returns a text about the monitors that came into error since the last call and are not
    /// silenced: `api: 503 Service Unavailable`.
    pub(super) fn take(&mut self, is_silenced: impl Fn(&Text) -> bool) -> Option<String> {
        let errors = std::mem::take(&mut self.0);
        let is_told = |error: &&NewError| !is_silenced(&error.meta.name);
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
    use crate::model::{Kind, Moment, Reason};

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
            alarms.take(|_| false)
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
    fn a_silenced_monitor_raises_no_alarm() {
        let mut alarms = Alarms::default();
        alarms.record(&change(1, Status::Healthy, Status::Error));
        assert_eq!(alarms.take(|name| name.as_str() == "m1"), None);
    }
}
