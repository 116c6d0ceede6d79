//! Progress of a run that lasts until everything is settled.

use super::units::age;
use crate::model::{Moment, Row};

/// Maximum number of targets named; the others are counted.
const MAX_NAMED: usize = 5;

/// Returns the progress of a run: `9/14  waiting: orders-ws 12s/1m03s, api 4s`. A silent
/// subscription is shown with its silence and the silence that makes an error, and every other
/// target with the duration of its attempt. `open`: the targets that are not settled.
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
        _ => format!("{name} {}", age(now.since(row.since))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::model::{Kind, Meta, Policy, Rhythm, TargetId, Text};

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
