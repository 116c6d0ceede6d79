//! Presence of targets and instances, their schedules and settings.

use super::units::{age_in_one_unit, bytes, span};
use crate::model::{InstanceCounts, Moment, Presence, Row, Schedule, ShownValue};

/// Maximum number of missing instances that are named.
const MAX_MISSING: usize = 8;

/// Returns the presence of a target: `online now`, `active 12m ago`, or `available` if it is known
/// but away. `None` before the first heartbeat.
pub fn presence(row: &Row, now: Moment) -> Option<String> {
    let age = now.since(row.last_beat?);
    Some(match row.policy.presence.label(age) {
        Presence::Online => "online now".to_owned(),
        Presence::Recent => format!("active {} ago", age_in_one_unit(age)),
        Presence::Away => "available".to_owned(),
    })
}

/// Returns numbers of instances: `3 online, 2 available of 5`.
pub fn instances(counts: InstanceCounts) -> String {
    let InstanceCounts {
        total,
        online,
        available,
    } = counts;
    format!("{online} online, {available} available of {total}")
}

/// Returns a schedule with its time zone: `30 2 * * * (Europe/Berlin)`.
pub fn schedule(schedule: &Schedule) -> String {
    let zone = schedule
        .zone()
        .map_or_else(String::new, |zone| format!(" ({zone})"));
    format!("{}{zone}", schedule.expression())
}

/// Returns the names of missing instances: `worker-2, worker-7 and 3 more`.
pub fn missing(names: &[&str]) -> String {
    let shown = names.get(..MAX_MISSING).unwrap_or(names);
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Returns the value of a setting: `10s`, `1 MiB`, `1s to 1m, slows down in error`.
pub fn setting(value: &ShownValue) -> String {
    match value {
        ShownValue::Text(text) => text.to_string(),
        ShownValue::Time(time) => span(*time),
        ShownValue::Size(size) => bytes(*size),
        ShownValue::Backoff(first, longest, slow_down) => {
            let slow_down = if *slow_down {
                ", slows down in error"
            } else {
                ""
            };
            format!("{} to {}{slow_down}", span(*first), span(*longest))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::model::{Kind, Meta, Policy, Rhythm, TargetId, Text};

    #[test]
    fn presence_is_the_age_of_the_last_heartbeat_in_words() {
        let meta = Meta::new(Text::clean("a"), Kind::Push);
        let policy = Policy::with_interval(Rhythm::Subscription, Duration::from_secs(30));
        let mut row = Row::new(TargetId(0), Arc::new(meta), Arc::new(policy));
        let at = |seconds| Moment::after_start(Duration::from_secs(seconds));
        assert_eq!(presence(&row, at(9)), None);
        row.last_beat = Some(Moment::START);
        for (seconds, expected) in [
            (0, "online now"),
            (119, "online now"),
            (120, "active 2m ago"),
            (767, "active 12m ago"),
            (3_599, "active 59m ago"),
            (3_600, "available"),
        ] {
            assert_eq!(presence(&row, at(seconds)).unwrap(), expected, "{seconds}");
        }
    }

    #[test]
    fn instances_and_schedules() {
        let counts = InstanceCounts {
            total: 5,
            online: 3,
            available: 2,
        };
        assert_eq!(instances(counts), "3 online, 2 available of 5");
        let daily = Schedule::parse("30 2 * * *", TimeZone::UTC).unwrap();
        assert_eq!(schedule(&daily), "30 2 * * * (UTC)");
        assert_eq!(missing(&["a", "b"]), "a, b");
        assert_eq!(missing(&["w"; 11]), "w, w, w, w, w, w, w, w and 3 more");
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        assert_eq!(
            setting(&ShownValue::Backoff(second, minute, true)),
            "1s to 1m, slows down in error"
        );
        assert_eq!(setting(&ShownValue::Size(1 << 20)), "1 MiB");
    }
}
