//! Presence of targets and instances, and their schedules.

use super::units::age_in_one_unit;
use crate::model::{InstanceCounts, Moment, Presence, Row, Schedule};

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
    }
}
