//! Progress of a run that lasts until everything is settled.

use std::time::Duration;

use super::brief::short_cause;
use super::units::{age, span};
use crate::model::{Kind, Moment, Row};

/// Maximum number of targets named; the others are counted.
const MAX_NAMED: usize = 5;

/// Returns the progress of a run: `9/14  waiting: orders-ws 12s/1m03s, api 4s, cart HTTP 503, retry
/// in 5s`. A silent subscription is shown with its silence and the silence that makes an error, a
/// running attempt with its duration, and a failed one with the time to the next. `open`: the
/// targets that are not settled.
pub fn progress(open: &[&Row], total: usize, now: Moment) -> String {
    if open.is_empty() {
        return format!("{total}/{total}  waiting to see whether it lasts");
    }
    let mut named: Vec<String> = open
        .iter()
        .take(MAX_NAMED)
        .map(|row| waiting(row, now))
        .collect();
    if open.len() > MAX_NAMED {
        named.push(format!("{} more", open.len() - MAX_NAMED));
    }
    format!(
        "{}/{total}  waiting: {}",
        total.saturating_sub(open.len()),
        named.join(", ")
    )
}

fn waiting(row: &Row, now: Moment) -> String {
    let name = &row.meta.name;
    match (row.silent_since(), row.error_at(), row.attempt_since) {
        (Some(since), Some(error_at), _) => {
            let silent = age(now.since(since));
            format!("{name} {silent}/{}", age(error_at.since(since)))
        }
        (.., Some(began)) => format!("{name} {}", age(now.since(began))),
        _ => retry(row, now).unwrap_or_else(|| format!("{name} {}", age(now.since(row.since)))),
    }
}

/// Returns when a failed target is tried again, and why then: `cart HTTP 503, retry in 5s
/// (Retry-After 7s)`, or `(Retry-After 5m, asked again after 30s)` if hbmon does not wait that long.
/// `None` while no retry is planned.
pub fn retry(row: &Row, now: Moment) -> Option<String> {
    let at = row.retry_at.filter(|_| row.consecutive_failures > 0)?;
    let name = &row.meta.name;
    let why = row
        .cause
        .as_ref()
        .map_or_else(String::new, |cause| format!(" {}", short_cause(cause)));
    let left = whole_seconds(at.since(now));
    let reason = match row.asked_wait {
        Some(asked) => {
            let asked_for = format!("{} {}", asked_by(row.meta.kind), span(asked));
            let planned = row.planned_wait.map(whole_seconds);
            match planned.filter(|wait| *wait < asked) {
                Some(wait) => format!("{asked_for}, asked again after {}", span(wait)),
                None => asked_for,
            }
        }
        None => "backoff".to_owned(),
    };
    Some(format!("{name}{why}, retry in {} ({reason})", age(left)))
}

/// Rounds up, so that the last second is not shown as none.
fn whole_seconds(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_millis().div_ceil(1000) as u64)
}

/// Returns how a server of this kind asks for a wait: a header, or a field of an event stream.
const fn asked_by(kind: Kind) -> &'static str {
    match kind {
        Kind::Sse => "asked for",
        Kind::Http | Kind::Websocket | Kind::Socketio | Kind::Push => "Retry-After",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Cause, Failure, Meta, Policy, Rhythm, TargetId, Text};

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn row(name: &str, rhythm: Rhythm) -> Row {
        let name = Text::clean(name);
        let address = Text::default();
        let meta = Meta {
            address,
            ..Meta::new(name, Kind::Sse)
        };
        let policy = Policy::with_interval(rhythm, Duration::from_secs(30));
        Row::new(TargetId(0), Arc::new(meta), Arc::new(policy))
    }

    #[test]
    fn it_names_what_it_waits_for_and_until_when() {
        let mut silent = row("orders-ws", Rhythm::Subscription);
        silent.due_at = Some(at(32));
        let mut asking = row("api", Rhythm::Poll);
        asking.attempt_since = Some(at(10));
        assert_eq!(
            progress(&[&silent, &asking], 3, at(14)),
            "1/3  waiting: orders-ws 12s/1m03s, api 4s"
        );
    }

    #[test]
    fn it_says_when_a_failed_target_is_tried_again() {
        let mut failed = row("api", Rhythm::Poll);
        failed.meta = Arc::new(Meta {
            kind: Kind::Http,
            ..Meta::clone(&failed.meta)
        });
        failed.cause = Some(Cause::Failure(Failure::Status {
            code: 503,
            note: None,
        }));
        failed.consecutive_failures = 1;
        failed.retry_at = Some(at(19));
        let line = |row: &Row| progress(&[row], 3, at(14));
        assert_eq!(
            line(&failed),
            "2/3  waiting: api HTTP 503, retry in 5s (backoff)"
        );
        failed.asked_wait = Some(Duration::from_secs(7));
        assert_eq!(
            line(&failed),
            "2/3  waiting: api HTTP 503, retry in 5s (Retry-After 7s)"
        );
        failed.planned_wait = Some(Duration::from_millis(6_990));
        assert!(line(&failed).ends_with("(Retry-After 7s)"));
        failed.asked_wait = Some(Duration::from_secs(300));
        failed.planned_wait = Some(Duration::from_secs(30));
        assert_eq!(
            line(&failed),
            "2/3  waiting: api HTTP 503, retry in 5s (Retry-After 5m, asked again after 30s)"
        );
    }

    #[test]
    fn with_nothing_open_only_time_is_waited_for() {
        assert_eq!(
            progress(&[], 3, at(14)),
            "3/3  waiting to see whether it lasts"
        );
    }

    #[test]
    fn many_are_counted() {
        let line = progress(&[&row("api", Rhythm::Poll); 7], 9, at(14));
        assert_eq!(
            line,
            "2/9  waiting: api 14s, api 14s, api 14s, api 14s, api 14s, 2 more"
        );
    }
}
