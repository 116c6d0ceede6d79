//! How long a monitor is to be silenced.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::model::{Moment, TargetId, Text};

/// The hour at which a silence until tomorrow ends, in the user's time zone.
const MORNING: i8 = 8;

/// The choice while it is open. The cursor is an index in `SilenceSpan::ALL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilenceChoice {
    pub id: TargetId,
    pub name: Text,
    pub cursor: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilenceSpan {
    Hour,
    FourHours,
    Tomorrow,
}

impl SilenceSpan {
    pub const ALL: [SilenceSpan; 3] = [
        SilenceSpan::Hour,
        SilenceSpan::FourHours,
        SilenceSpan::Tomorrow,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            SilenceSpan::Hour => "1 hour",
            SilenceSpan::FourHours => "4 hours",
            SilenceSpan::Tomorrow => "until tomorrow",
        }
    }

    /// Returns the end of a silence that begins at `now`; `wall` is the time of `now`.
    pub fn end(self, now: Moment, wall: Timestamp, zone: &TimeZone) -> Moment {
        const HOUR: Duration = Duration::from_secs(3600);
        now.plus(match self {
            SilenceSpan::Hour => HOUR,
            SilenceSpan::FourHours => HOUR * 4,
            SilenceSpan::Tomorrow => {
                let begin = wall.to_zoned(zone.clone());
                // Only at the end of the calendar is there no tomorrow.
                morning_after(&begin).map_or(HOUR * 24, |end| {
                    Duration::try_from(begin.duration_until(&end)).unwrap_or_default()
                })
            }
        })
    }
}

/// Returns the morning of the next day.
fn morning_after(at: &Zoned) -> Option<Zoned> {
    let date = at.date().tomorrow().ok()?;
    date.at(MORNING, 0, 0, 0)
        .to_zoned(at.time_zone().clone())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_begins_in_the_morning_also_after_a_change_of_the_clocks() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        for (wall, hours) in [
            ("2026-11-23T13:00:00Z", 18),
            ("2026-11-22T23:30:00Z", 31),
            // The night in which summer time begins has an hour less.
            ("2027-03-27T19:00:00Z", 11),
        ] {
            let wall: Timestamp = wall.parse().unwrap();
            let end = SilenceSpan::Tomorrow.end(Moment::START, wall, &zone);
            let lasts = end.since_start().as_secs_f64() / 3600.0;
            assert_eq!(lasts.floor() as u64, hours, "{wall}");
        }
    }
}
