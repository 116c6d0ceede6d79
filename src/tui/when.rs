//! Formats times that may be on another day.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// Formats a time in the future: `14:00`, `Tue 08:00`, `2026-12-24 08:00`.
pub(super) fn until(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let today = now.to_zoned(zone.clone());
    let format = if at.date() == today.date() {
        "%H:%M"
    } else if is_this_week(&at, &today) {
        "%a %H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    at.strftime(format).to_string()
}

/// Returns whether no other day in the next week has the same name.
fn is_this_week(at: &Zoned, today: &Zoned) -> bool {
    let last = today.date().checked_add(6.days());
    at > today && last.is_ok_and(|last| at.date() <= last)
}
