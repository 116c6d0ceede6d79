//! The days of one monitor as pictures: a bar for each, and its latencies.

use std::fmt::{self, Write};
use std::time::Duration;

use jiff::Timestamp;

use super::wall::WallStyle;
use crate::history::numbers::{NumbersPoint, Step};
use crate::history::period::Period;
use crate::history::times::PeriodTimes;
use crate::model::{Status, Text};
use crate::report::junit::escaped;
use crate::words;

/// One monitor in the days before the end of a report.
#[derive(Clone, Debug)]
pub struct MonitorDays {
    pub name: Text,
    /// Days of the zone in which the report is read, in order.
    pub days: Vec<PeriodTimes>,
    /// In order, of the days with a latency.
    pub latencies: Vec<DayLatency>,
}

/// The latencies of a day.
#[derive(Clone, Copy, Debug)]
pub struct DayLatency {
    /// The beginning of the day, which is one of UTC.
    at: Timestamp,
    /// In the order of `PERCENTILES`.
    percentiles: [Duration; 3],
}

impl DayLatency {
    /// Returns the latencies of a day; none if none was measured.
    pub fn new(day: &NumbersPoint) -> Option<DayLatency> {
        let latency = &day.numbers.latency;
        let [p50, p95, p99] = PERCENTILES.map(|(percent, _)| latency.percentile(percent));
        Some(DayLatency {
            at: day.at,
            percentiles: [p50?, p95?, p99?],
        })
    }
}

/// Width of a day in a picture, and of its bar, in units of the picture.
const DAY: usize = 10;
const BAR: usize = 8;
/// Height of the pictures of days and of latencies.
const DAYS: usize = 40;
const LATENCY: usize = 100;

/// The percentiles of a chart, with their classes.
const PERCENTILES: [(f64, &str); 3] = [(50.0, "p50"), (95.0, "p95"), (99.0, "p99")];

/// How a day looks: the worse, the higher, and an error is striped, so that colour is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DayLook {
    Up,
    Warned,
    Down,
    /// Known, but neither up nor down.
    Unseen,
    /// Not known yet, or no longer.
    Absent,
}

impl DayLook {
    fn of(day: &PeriodTimes) -> DayLook {
        match day.worst {
            _ if !day.times.down.is_zero() => DayLook::Down,
            Some(Status::Error) => DayLook::Down,
            Some(Status::Warning) => DayLook::Warned,
            Some(_) => DayLook::Up,
            None if day.times.total().is_zero() => DayLook::Absent,
            None => DayLook::Unseen,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            DayLook::Up => "up",
            DayLook::Warned => "warned",
            DayLook::Down => "down",
            DayLook::Unseen => "unseen",
            DayLook::Absent => "",
        }
    }

    const fn height(self) -> usize {
        match self {
            DayLook::Up | DayLook::Unseen => 24,
            DayLook::Warned => 32,
            DayLook::Down => DAYS,
            DayLook::Absent => 0,
        }
    }
}

/// Writes the patterns that the pictures use. They stand once in a page.
pub(super) fn patterns(text: &mut String) {
    text.push_str(
        "<svg class=\"patterns\" aria-hidden=\"true\"><defs><pattern id=\"stripes\" width=\"6\" \
         height=\"6\" patternUnits=\"userSpaceOnUse\"><path class=\"stripe\" \
         d=\"M-1 5l2 2M0 0l6 6M5 -1l2 2\"/></pattern></defs></svg>\n",
    );
}

/// Writes what the bars mean.
pub(super) fn key(text: &mut String) -> fmt::Result {
    let looks = [
        (DayLook::Up, "up all the time"),
        (DayLook::Warned, "with warnings"),
        (DayLook::Down, "with downtime"),
        (DayLook::Unseen, "not watched"),
    ];
    text.push_str("<p class=\"legend quiet\">");
    for (look, name) in looks {
        write!(
            text,
            "<span><svg class=\"key day\" viewBox=\"0 0 {DAY} {DAYS}\" preserveAspectRatio=\"none\" \
             aria-hidden=\"true\">"
        )?;
        bar(look, 0, "", text)?;
        write!(text, "</svg> {name}</span> ")?;
    }
    text.push_str("</p>\n");
    Ok(())
}

/// Writes a bar for each day.
pub(super) fn bars(monitor: &MonitorDays, wall: &WallStyle, text: &mut String) -> fmt::Result {
    let width = monitor.days.len() * DAY;
    let bad = monitor
        .days
        .iter()
        .filter(|day| DayLook::of(day) == DayLook::Down)
        .count();
    let days = words::count(monitor.days.len() as u64, "day", "days");
    write!(
        text,
        "<svg class=\"days\" viewBox=\"0 0 {width} {DAYS}\" preserveAspectRatio=\"none\" \
         role=\"img\"><title>{}: {days}, {bad} with downtime</title>",
        escaped(monitor.name.as_str())
    )?;
    // Days without news are most: they are one path.
    let mut well = String::new();
    for (at, day) in monitor.days.iter().enumerate() {
        let look = DayLook::of(day);
        let left = at * DAY + (DAY - BAR) / 2;
        match look {
            DayLook::Up => {
                let top = DAYS - look.height();
                write!(well, "M{left} {top}h{BAR}V{DAYS}h-{BAR}z")?;
            }
            _ => bar(look, left, &about(day, wall), text)?,
        }
    }
    if !well.is_empty() {
        let class = DayLook::Up.class();
        write!(
            text,
            "<path class=\"{class}\" d=\"{well}\"><title>up</title></path>"
        )?;
    }
    text.push_str("</svg>\n");
    axis(monitor.days.first(), monitor.days.last(), wall, text)
}

fn bar(look: DayLook, left: usize, title: &str, text: &mut String) -> fmt::Result {
    let (height, class) = (look.height(), look.class());
    if height == 0 {
        return Ok(());
    }
    let top = DAYS - height;
    let rect = format!("x=\"{left}\" y=\"{top}\" width=\"{BAR}\" height=\"{height}\"");
    write!(text, "<g><rect class=\"{class}\" {rect}/>")?;
    if look == DayLook::Down {
        write!(text, "<rect fill=\"url(#stripes)\" {rect}/>")?;
    }
    if !title.is_empty() {
        write!(text, "<title>{}</title>", escaped(title))?;
    }
    text.push_str("</g>");
    Ok(())
}

/// Returns a day in a sentence: `2026-11-03: 99.026% available, down for 14m02s`.
fn about(day: &PeriodTimes, wall: &WallStyle) -> String {
    let date = wall.date(day.period.since);
    let available = day.times.availability();
    let mut said = available.map_or_else(
        || format!("{date}: not watched"),
        |share| format!("{date}: {} available", words::availability(share)),
    );
    let parts = [
        ("down for", day.times.down),
        (
            "unwatched for",
            day.times.unwatched.saturating_add(day.times.unknown),
        ),
        ("in maintenance for", day.times.maintenance),
        ("paused for", day.times.paused),
    ];
    for (what, time) in parts {
        if !time.is_zero() && (available.is_some() || what != "unwatched for") {
            said.push_str(&format!(", {what} {}", words::age(time)));
        }
    }
    said
}

/// Writes the days with downtime as a list.
pub(super) fn list(monitor: &MonitorDays, wall: &WallStyle, text: &mut String) -> fmt::Result {
    let down = || {
        let days = monitor.days.iter();
        days.filter(|day| DayLook::of(day) == DayLook::Down)
    };
    if down().next().is_none() {
        return Ok(());
    }
    text.push_str("<ul class=\"bad\">");
    for day in down() {
        write!(text, "<li>{}</li>", escaped(&about(day, wall)))?;
    }
    text.push_str("</ul>\n");
    Ok(())
}

/// Writes the latencies of the days as lines, from 0 to the highest.
pub(super) fn latencies(monitor: &MonitorDays, wall: &WallStyle, text: &mut String) -> fmt::Result {
    let (Some(first), Some(last)) = (monitor.days.first(), monitor.days.last()) else {
        return Ok(());
    };
    let span = Period::new(first.period.since, last.period.until);
    let all = monitor.latencies.iter().flat_map(|day| day.percentiles);
    let highest = all.max();
    let Some(highest) = highest.filter(|highest| !highest.is_zero()) else {
        return Ok(());
    };
    let width = monitor.days.len() * DAY;
    text.push_str("<figure><figcaption>");
    write!(
        text,
        "<span>latency a day, 0 to {}:</span>",
        words::latency(highest)
    )?;
    let keys = ["half below", "95 % below", "99 % below"];
    for ((_, class), about) in PERCENTILES.into_iter().zip(keys) {
        write!(
            text,
            "<span><svg class=\"key\" viewBox=\"0 0 20 10\" aria-hidden=\"true\">\
             <path class=\"{class}\" d=\"M0 5H20\"/></svg> {about}</span>"
        )?;
    }
    write!(
        text,
        "</figcaption>\n<svg class=\"latency\" viewBox=\"0 0 {width} {LATENCY}\" \
         preserveAspectRatio=\"none\" role=\"img\"><title>{}: latencies, at most {}</title>",
        escaped(monitor.name.as_str()),
        words::latency(highest)
    )?;
    for (place, (_, class)) in PERCENTILES.into_iter().enumerate() {
        let levels = monitor
            .latencies
            .iter()
            .filter_map(|day| Some((day.at, *day.percentiles.get(place)?)));
        let steps = steps(levels, span, highest, width)?;
        write!(text, "<path class=\"{class}\" d=\"{steps}\"/>")?;
    }
    text.push_str("</svg>\n");
    axis(Some(first), Some(last), wall, text)?;
    text.push_str("</figure>\n");
    Ok(())
}

/// Returns the path of a percentile: a level for each day, joined where days are adjacent.
fn steps(
    levels: impl Iterator<Item = (Timestamp, Duration)>,
    span: Period,
    highest: Duration,
    width: usize,
) -> Result<String, fmt::Error> {
    let mut path = String::new();
    let mut end: Option<Timestamp> = None;
    let across = |at: Timestamp| {
        let share =
            Period::new(span.since, at).length().as_secs_f64() / span.length().as_secs_f64();
        (share * width as f64).clamp(0.0, width as f64)
    };
    for (at, latency) in levels {
        let until = at + Step::Day.length();
        let level = 1.0 - latency.as_secs_f64() / highest.as_secs_f64();
        // A line on the edge would be cut in half.
        let y = 2.0 + level * (LATENCY as f64 - 4.0);
        if end == Some(at) {
            write!(path, "V{y:.1}")?;
        } else {
            write!(path, "M{:.1} {y:.1}", across(at))?;
        }
        write!(path, "H{:.1}", across(until))?;
        end = Some(until);
    }
    Ok(path)
}

fn axis(
    first: Option<&PeriodTimes>,
    last: Option<&PeriodTimes>,
    wall: &WallStyle,
    text: &mut String,
) -> fmt::Result {
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(());
    };
    writeln!(
        text,
        "<div class=\"axis\"><span>{}</span><span>{}</span></div>",
        wall.date(first.period.since),
        wall.date(last.period.since)
    )
}
