//! Facts about one monitor, as labels and values: its present state, its totals since the start,
//! its connection.

use std::time::Duration;

use ratatui::text::{Line, Span};

use crate::model::{Kind, LatencySummary, Phases, Quality, Rhythm, Row, Status};
use crate::tui::order::is_problem;
use crate::tui::text::count;
use crate::tui::view::View;
use crate::words;

use super::fact::{Fact, fact};
use super::{care, evidence};

/// Returns the facts about the present state: `status  ✗ error for 3m47s (i-0042)` and more.
pub(super) fn current(view: &View, monitor: &Row) -> Vec<Fact> {
    let mut facts = vec![fact("status", status(view, monitor))];
    let why = words::condition_at(monitor, view.now);
    facts.extend((!why.is_empty()).then(|| fact("reason", why)));
    facts.extend(care::facts(view, monitor));
    facts.push(fact("last beat", last_beat(view, monitor)));
    // Who fails is not present, whatever the age of the last heartbeat.
    let present = monitor.presence(view.now).is_some() || !is_problem(monitor.status);
    facts.extend(present.then(|| fact("presence", presence(view, monitor))));
    facts.extend(
        monitor
            .instances
            .map(|counts| fact("instances", words::instances(counts))),
    );
    facts.extend(running_for(view, monitor).map(|run| fact("run", run)));
    facts.push(fact("quality", quality(view, monitor)));
    facts.extend(connection(view, monitor).map(|connection| fact("connection", connection)));
    facts
}

fn presence(view: &View, monitor: &Row) -> String {
    words::presence(monitor, view.now).unwrap_or_else(|| view.theme.glyphs.absent().to_owned())
}

/// Returns how long a job has been running, after it reported its start and before it reports its
/// end.
pub(super) fn running_for(view: &View, monitor: &Row) -> Option<String> {
    let started = monitor
        .attempt_since
        .filter(|_| monitor.meta.kind == Kind::Push)?;
    Some(format!(
        "running for {}",
        words::age(view.now.since(started))
    ))
}

fn quality(view: &View, monitor: &Row) -> String {
    let before = monitor
        .quality_before
        .filter(|before| *before != Quality::Unknown);
    let before = before
        .map(|before| format!("  (was {})", before.as_str()))
        .unwrap_or_default();
    format!(
        "{:<4} {}{before}",
        view.theme.glyphs.quality(monitor.quality),
        monitor.quality.as_str()
    )
}

fn status(view: &View, monitor: &Row) -> Line<'static> {
    let theme = view.theme;
    let status = monitor.status;
    let word = format!("{} {}", theme.glyphs.status(status), status.as_str());
    Line::from_iter([
        Span::styled(word, theme.status(status)),
        Span::raw(format!(
            " for {}{}",
            words::age(view.now.since(monitor.since)),
            care::incident(monitor)
        )),
    ])
}

pub(super) fn last_beat(view: &View, monitor: &Row) -> String {
    match monitor.last_beat {
        Some(at) => format!(
            "{}  ({} ago)",
            view.clock_time(at, "%H:%M:%S"),
            words::age(view.now.since(at))
        ),
        None => "none yet".into(),
    }
}

/// `open for 5h33m, 3 reconnects`, `next try in 12s`, `next check in 12s`
pub(super) fn connection(view: &View, monitor: &Row) -> Option<String> {
    let mut facts = Vec::new();
    facts.extend(
        monitor
            .connected_since
            .map(|at| format!("open for {}", words::age(view.now.since(at)))),
    );
    // The next poll after a successful one is not a retry.
    let next = match monitor.policy.rhythm {
        Rhythm::Poll => "next check",
        Rhythm::Subscription => "next try",
    };
    let tries = monitor.policy.rhythm == Rhythm::Subscription || monitor.consecutive_failures > 0;
    if monitor.connected_since.is_none()
        && tries
        && !matches!(monitor.status, Status::Healthy | Status::Paused)
    {
        facts.extend(
            monitor
                .retry_at
                .map(|at| format!("{next} in {}", words::age(at.since(view.now)))),
        );
    }
    if monitor.reconnects > 0 {
        facts.push(words::count(monitor.reconnects, "reconnect", "reconnects"));
    }
    (!facts.is_empty()).then(|| facts.join(", "))
}

/// Returns the totals since the start.
pub(super) fn since_start(view: &View, monitor: &Row) -> Vec<Fact> {
    let mut facts = vec![fact("beats", beats(monitor))];
    if monitor.policy.rhythm == Rhythm::Subscription {
        facts.push(fact("missed", missed(monitor)));
    }
    facts.push(fact("failed", failed(monitor)));
    facts.extend(
        monitor
            .latency
            .map(|latency| fact("latency", latencies(monitor, latency))),
    );
    facts.extend(availability(view, monitor));
    facts.extend(gap_and_jitter(view, monitor));
    facts
}

fn beats(monitor: &Row) -> String {
    let incidents = match monitor.incidents {
        0 => String::new(),
        number => format!("  ({})", words::count(number, "incident", "incidents")),
    };
    format!("{}{incidents}", count(monitor.beats))
}

fn missed(monitor: &Row) -> String {
    format!(
        "{}{}",
        count(monitor.missed),
        in_a_row(monitor.consecutive_missed)
    )
}

/// `3 of 40 attempts, 2 of 12 heartbeats  (2 in a row)`
fn failed(monitor: &Row) -> String {
    let attempts = monitor.failures.saturating_sub(monitor.failed_beats);
    let tried = if monitor.attempts == 1 {
        "1 attempt".into()
    } else {
        format!("{} attempts", count(monitor.attempts))
    };
    let mut failed = format!("{} of {tried}", count(attempts));
    if monitor.failed_beats > 0 {
        let received = monitor.beats.saturating_add(monitor.failed_beats);
        failed.push_str(&format!(
            ", {} of {} heartbeats",
            count(monitor.failed_beats),
            count(received)
        ));
    }
    failed + &in_a_row(monitor.consecutive_failures)
}

fn in_a_row(number: u32) -> String {
    if number > 0 {
        format!("  ({number} in a row)")
    } else {
        String::new()
    }
}

/// `75ms avg 70 p50 640 p95 1.2s max`
fn latencies(monitor: &Row, latency: LatencySummary) -> String {
    let numbers = [latency.avg, latency.p50, latency.p95, latency.max];
    let [avg, p50, p95, max] = numbers.map(|number| words::target_latency(monitor, number));
    let in_ms = avg.ends_with("ms");
    // If the first value is in ms, the others omit the unit.
    let bare = |text: String| {
        if in_ms {
            text.trim_end_matches("ms").to_owned()
        } else {
            text
        }
    };
    let [p50, p95, max] = [p50, p95, max].map(bare);
    format!("{avg} avg {p50} p50 {p95} p95 {max} max")
}

/// The longest gap and the jitter share a line.
fn gap_and_jitter(view: &View, monitor: &Row) -> Option<Fact> {
    let gap = longest_gap(view, monitor);
    let jitter = monitor
        .latency
        .map(|latency| words::latency(latency.jitter));
    match (gap, jitter) {
        (Some(gap), Some(jitter)) => Some(fact("longest gap", format!("{gap}   jitter {jitter}"))),
        (Some(gap), None) => Some(fact("longest gap", gap)),
        (None, jitter) => jitter.map(|jitter| fact("jitter", jitter)),
    }
}

/// `98.87%  1h 93.0%  24h 99.7%`: a window is shown once the run is longer than it.
pub(super) fn availability(view: &View, monitor: &Row) -> Option<Fact> {
    let share = monitor.uptime(view.now)?;
    let run = view.watched_for(view.now).unwrap_or(Duration::MAX);
    let windows = [("1h", 3_600), ("24h", 86_400)]
        .map(|(name, seconds)| (name, Duration::from_secs(seconds)));
    let within = windows
        .into_iter()
        .filter(|(_, window)| run > *window)
        .filter_map(|(name, window)| {
            Some(format!(
                "  {name} {}",
                words::percent(monitor.uptime_within(window, view.now)?)
            ))
        });
    Some(fact(
        "available",
        format!("{}{}", words::percent(share), within.collect::<String>()),
    ))
}

/// Returns the longest time between two heartbeats. The time since the last heartbeat counts too.
fn longest_gap(view: &View, monitor: &Row) -> Option<String> {
    let since_last = view.now.since(monitor.last_beat?);
    match monitor.longest_gap {
        Some(gap) if gap >= since_last => Some(words::age(gap)),
        _ => Some(format!("{} (now)", words::age(since_last))),
    }
}

/// Returns the facts about the last connection and its end, most important first.
pub(super) fn last_connection(view: &View, monitor: &Row, width: u16) -> Vec<Fact> {
    let mut facts = evidence::facts(view, monitor);
    facts.extend(
        waterfall(view, &monitor.connection.phases, width / 3).map(|value| fact("phases", value)),
    );
    if let Some(certificate) = &monitor.connection.certificate {
        let left = view
            .snapshot
            .wall(view.now)
            .duration_until(certificate.not_after);
        let day = view.format(certificate.not_after, "%Y-%m-%d");
        facts.push(fact(
            "certificate",
            format!("{}, {day} ({})", words::expiry(left), certificate.subject),
        ));
    }
    let peer = monitor.connection.peer.map(|peer| peer.to_string());
    let skew = monitor.skew.map(|skew| {
        let direction = if skew.is_negative() {
            "behind"
        } else {
            "ahead of"
        };
        format!(
            "our clock {} {direction} theirs",
            words::latency(skew.unsigned_abs())
        )
    });
    let known: Vec<String> = peer.into_iter().chain(skew).collect();
    facts.extend((!known.is_empty()).then(|| fact("peer", known.join(", "))));
    facts
}

/// Draws the phases of a connection one after the other, each as long as its share of the time,
/// with their names: `▏██████ dns 1ms, connect 12ms`.
fn waterfall(view: &View, phases: &Phases, width: u16) -> Option<Line<'static>> {
    let took: Vec<_> = phases.iter().collect();
    let total: f64 = took.iter().map(|(_, took)| took.as_secs_f64()).sum();
    if took.is_empty() {
        return None;
    }
    let shades = view.theme.glyphs.shades();
    let mut line = Line::default();
    for ((_, took), shade) in took
        .iter()
        .zip(shades.iter().cycle())
        .filter(|_| total > 0.0)
    {
        // Even the shortest phase gets one column.
        let columns = (took.as_secs_f64() / total * f64::from(width))
            .round()
            .max(1.0) as usize;
        line.push_span(Span::styled(shade.repeat(columns), view.theme.progress()));
    }
    line.push_span(Span::raw(format!("  {}", words::phases(phases))));
    Some(line)
}
