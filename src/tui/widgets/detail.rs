//! Everything about the monitor under the cursor, most important first: as many lines as there is room for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{Cause, Outcome, OutcomeKind, Phases, RECENT, Rhythm, Row, Status};
use crate::tui::text::{count, put, put_both, row, wrap};
use crate::tui::view::View;
use crate::words;

use super::{progress, strip};

/// Columns of the labels.
const LABEL: u16 = 13;

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let glyphs = view.theme.glyphs;
    let rule = glyphs.rule().repeat(usize::from(area.width));
    put(buffer, row(area, 0), Span::styled(rule, view.theme.dim()), glyphs);
    let Some(monitor) = view.ui.row() else { return };
    put_both(buffer, row(area, 0), title(view, monitor), Line::default(), glyphs);
    let room = area.width.saturating_sub(1);
    for (n, line) in (1..area.height).zip(lines(view, monitor, room)) {
        put(buffer, Rect { width: room, ..row(area, n) }, line, glyphs);
    }
}

fn title(view: &View, monitor: &Row) -> Line<'static> {
    let rule = view.theme.glyphs.rule().repeat(2);
    let kind = monitor.meta.kind.as_str();
    Line::from_iter([
        Span::styled(format!("{rule} "), view.theme.dim()),
        Span::styled(monitor.meta.name.to_string(), view.theme.bold()),
        Span::styled(format!(" {rule} {kind} "), view.theme.dim()),
    ])
}

fn lines(view: &View, monitor: &Row, width: u16) -> Vec<Line<'static>> {
    let room = width.saturating_sub(LABEL + 1);
    let mut lines = status(view, monitor, width);
    let mut add = |label: &str, value: Option<String>| {
        let parts = value.map(|value| wrap(&value, room, view.theme.glyphs)).unwrap_or_default();
        lines.extend(parts.into_iter().enumerate().map(|(n, part)| {
            let label = if n == 0 { label } else { "" };
            labelled(view, label, part.into())
        }));
    };
    add("last beat", Some(last_beat(view, monitor)));
    add("last failure", last_failure(view, monitor));
    add("latency", latency(monitor));
    add("phases", phases(&monitor.wire.phases));
    add("connection", connection(view, monitor));
    add("certificate", certificate(view, monitor));
    add("counts", Some(counts(view, monitor)));
    add("promise", Some(promise(monitor)));
    add("target", Some(target(monitor)));
    let picture = room.min(RECENT as u16);
    lines.push(labelled(view, "next beat", progress::line(monitor, view.now, picture, view.theme)));
    lines.push(labelled(view, "recent", strip::line(monitor, picture, view.theme)));
    lines.push(Line::default());
    lines.extend(monitor.recent.iter().rev().map(|outcome| history(view, outcome)));
    lines
}

fn labelled(view: &View, label: &str, value: Line<'static>) -> Line<'static> {
    let mut line = Line::from(Span::styled(format!(" {label:<width$}", width = usize::from(LABEL)), view.theme.dim()));
    line.extend(value.spans);
    line
}

/// ` ✗ error for 3m47s: connection refused`
fn status(view: &View, monitor: &Row, width: u16) -> Vec<Line<'static>> {
    let (theme, status) = (view.theme, monitor.status);
    let word = format!("{} {}", theme.glyphs.status(status), status.as_str());
    let mut sentence = format!("{word} for {}", words::age(view.now.since(monitor.since)));
    let why = words::condition(monitor);
    if !why.is_empty() {
        sentence.push_str(&format!(": {why}"));
    }
    let mut lines = Vec::new();
    for part in wrap(&sentence, width.saturating_sub(1), theme.glyphs) {
        lines.push(match part.strip_prefix(&word) {
            Some(rest) if lines.is_empty() => {
                Line::from_iter([Span::styled(format!(" {word}"), theme.status(status)), Span::raw(rest.to_owned())])
            }
            _ => Line::raw(format!(" {part}")),
        });
    }
    lines
}

fn last_beat(view: &View, monitor: &Row) -> String {
    let mut facts = vec![match monitor.last_beat {
        Some(at) => format!("{}, {} ago", view.time(at), words::age(view.now.since(at))),
        None => "none yet".into(),
    }];
    if monitor.consecutive_missed > 0 {
        facts.push(format!("{} missed in a row", count(monitor.consecutive_missed.into())));
    }
    if monitor.consecutive_failures > 0 {
        facts.push(format!("{} failed in a row", count(monitor.consecutive_failures.into())));
    }
    if monitor.opened.is_none() && monitor.status != Status::Healthy {
        facts.extend(monitor.retry.map(|at| format!("next try in {}", words::age(at.since(view.now)))));
    }
    facts.join(", ")
}

/// In full, unless the status says it already.
fn last_failure(view: &View, monitor: &Row) -> Option<String> {
    let (at, failure) = monitor.last_failure.as_ref()?;
    let when = format!("{}, {} ago", view.time(*at), words::age(view.now.since(*at)));
    match &monitor.cause {
        Some(Cause::Failure(cause)) if cause == failure => Some(when),
        _ => Some(format!("{when}: {}", words::failure(failure))),
    }
}

fn latency(monitor: &Row) -> Option<String> {
    let summary = monitor.latency?;
    let named = [
        ("avg", summary.avg),
        ("p50", summary.p50),
        ("p95", summary.p95),
        ("max", summary.max),
        ("jitter", summary.jitter),
    ];
    let parts: Vec<String> = named.map(|(name, value)| format!("{} {name}", words::latency(value))).into();
    Some(format!("{}, {}", parts.join(", "), monitor.quality.as_str()))
}

fn counts(view: &View, monitor: &Row) -> String {
    let up = monitor.uptime(view.now).map_or_else(String::new, |share| format!(", up {:.2}%", share * 100.0));
    let missed = match monitor.policy.rhythm {
        Rhythm::Poll => String::new(),
        Rhythm::Subscription => format!("{} missed, ", count(monitor.missed)),
    };
    let attempts = if monitor.attempts == 1 { "attempt" } else { "attempts" };
    let (beats, failures, tried) = (count(monitor.beats), count(monitor.failures), count(monitor.attempts));
    format!("{beats} beats, {missed}{failures} failed of {tried} {attempts}{up}")
}

fn phases(phases: &Phases) -> Option<String> {
    let Phases { dns, connect, tls, first_byte, body } = *phases;
    let named = [("dns", dns), ("connect", connect), ("tls", tls), ("first byte", first_byte), ("body", body)];
    let parts: Vec<String> =
        named.into_iter().filter_map(|(name, took)| Some(format!("{name} {}", words::latency(took?)))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn connection(view: &View, monitor: &Row) -> Option<String> {
    let mut facts = Vec::new();
    facts.extend(monitor.opened.map(|at| format!("open for {}", words::age(view.now.since(at)))));
    facts.extend(monitor.wire.peer.map(|peer| peer.to_string()));
    if monitor.reconnects > 0 {
        facts.push(words::count(monitor.reconnects, "reconnect", "reconnects"));
    }
    facts.extend(monitor.skew.map(|skew| {
        let direction = if skew.is_negative() { "behind" } else { "ahead" };
        format!("our clock {} {direction}", words::latency(skew.unsigned_abs()))
    }));
    (!facts.is_empty()).then(|| facts.join(", "))
}

fn certificate(view: &View, monitor: &Row) -> Option<String> {
    let certificate = monitor.wire.certificate.as_ref()?;
    let left = view.snapshot.wall(view.now).duration_until(certificate.not_after);
    let day = view.format(certificate.not_after, "%Y-%m-%d");
    Some(format!("{} ({}), {day}", words::expiry(left), certificate.subject))
}

fn promise(monitor: &Row) -> String {
    let policy = &monitor.policy;
    format!("every {}, grace {}", words::span(policy.interval), words::span(policy.grace))
}

fn target(monitor: &Row) -> String {
    let meta = &monitor.meta;
    let mut text = meta.address.to_string();
    if let Some(group) = &meta.group {
        text.push_str(&format!(", group {group}"));
    }
    if !meta.tags.is_empty() {
        let tags: Vec<&str> = meta.tags.iter().map(|tag| tag.as_str()).collect();
        text.push_str(&format!(", tags {}", tags.join(" ")));
    }
    text
}

/// ` 4m12s  14:27:55  beat       38ms`
fn history(view: &View, outcome: &Outcome) -> Line<'static> {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    let (glyph, word, style) = match outcome.what {
        OutcomeKind::Beat => (" ", "beat", Style::new()),
        OutcomeKind::Missed => (glyphs.missed(), "missed", theme.error()),
        OutcomeKind::Failed(reason) => (glyphs.failed(), reason.as_str(), theme.error()),
    };
    let latency = outcome.latency.map_or_else(|| glyphs.absent().to_owned(), words::latency);
    Line::from_iter([
        Span::styled(
            format!(" {:>7}  {}  ", words::age(view.now.since(outcome.at)), view.time(outcome.at)),
            theme.dim(),
        ),
        Span::styled(format!("{glyph} {word:<13}"), style),
        Span::raw(format!("{latency:>7}")),
    ])
}
