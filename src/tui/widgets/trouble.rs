//! A monitor in warning or error: its reason in the table, and what is known about the problem in
//! the pane.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Cause, Row};
use crate::tui::order::is_problem;
use crate::tui::text::{below, columns, count, fit, put, row};
use crate::tui::view::View;
use crate::words;

use super::fact::{self, Fact, fact};
use super::{beats, care, evidence, facts, past, told};

/// Minimum width of a reason with an age after it, in columns.
const MIN_REASON: u16 = 6;
/// Minimum width of a reason before the words why no channel is told, in columns.
const MIN_REASON_HELD: u16 = 8;
/// Minimum height for facts with labels, in rows.
const MIN_HEIGHT_FACTS: u16 = 6;
/// Number of outcomes that the facts leave space for, in rows.
const MIN_OUTCOMES: u16 = 3;

/// Returns the reason of a status in at most `width` columns, in as many words as fit.
pub(super) fn reason(monitor: &Row, width: u16) -> String {
    let Some(cause) = &monitor.cause else {
        return if is_problem(monitor.status) {
            monitor.status.as_str().to_owned()
        } else {
            String::new()
        };
    };
    let reasons = words::reasons(cause);
    let fitting = reasons.iter().find(|reason| columns(reason) <= width);
    fitting.or(reasons.last()).cloned().unwrap_or_default()
}

/// Returns the reason, the age of the status and why no channel is told: `503 Service Unavailable ·
/// 4m12s · behind router`.
pub(super) fn line(view: &View, monitor: &Row, width: u16, with_age: bool) -> Line<'static> {
    let glyphs = view.theme.glyphs;
    let part = |text: String| format!(" {} {text}", glyphs.pick("·", "-"));
    let mut space = width;
    let mut behind = Vec::new();
    let age = with_age.then(|| words::age(view.now.since(monitor.since)));
    let age = age.into_iter().collect();
    let held = care::held(view, monitor);
    for (texts, least) in [(age, MIN_REASON), (held, MIN_REASON_HELD)] {
        let mut texts = texts.into_iter().map(part);
        if let Some(text) = texts.find(|text| columns(text) + least <= space) {
            space -= columns(&text);
            behind.push(Span::styled(text, view.theme.dim()));
        }
    }
    let reason = reason(monitor, space);
    let reason = if behind.is_empty() {
        reason
    } else {
        fit(&reason, space, glyphs).into_owned()
    };
    [Span::raw(reason)].into_iter().chain(behind).collect()
}

/// Returns whether the pane shows the problem of a monitor instead of its latency: the latency says
/// nothing about it.
pub(super) fn is_explained(monitor: &Row) -> bool {
    is_problem(monitor.status) && !matches!(monitor.cause, Some(Cause::Latency { .. }))
}

/// Draws the problem: since when, why, the evidence, and the last outcomes.
pub(super) fn draw(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    let glyphs = view.theme.glyphs;
    if area.height < MIN_HEIGHT_FACTS {
        let lines = in_sentences(view, monitor);
        for (n, line) in (0..area.height).zip(lines) {
            put(buffer, row(area, n), line, glyphs);
        }
        return;
    }
    let inside = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(1),
        ..area
    };
    let width = inside.width.saturating_sub(fact::LABEL_WIDTH + 1);
    let lines = fact::lines(view, facts(view, monitor, width), inside.width);
    let space = usize::from(area.height - MIN_OUTCOMES);
    let shown = lines.len().min(space);
    for (n, line) in (0..area.height).zip(lines.into_iter().take(space)) {
        put(buffer, row(inside, n), line, glyphs);
    }
    let rest = below(area, u16::try_from(shown).unwrap_or(u16::MAX));
    beats::newest(view, rest, buffer);
}

/// Returns three lines for a low pane: since when, why, and what the last failure showed.
fn in_sentences(view: &View, monitor: &Row) -> [Line<'static>; 3] {
    let status = monitor.status;
    let glyph = format!(" {} {}", view.theme.glyphs.status(status), status.as_str());
    let mut first = vec![Span::styled(glyph, view.theme.status(status))];
    first.push(Span::raw(format!(" since {}", since(view, monitor))));
    let last = monitor.last_beat;
    let last = last.map(|at| format!("last beat {}", view.clock_time(at, "%H:%M:%S")));
    let state = facts::connection(view, monitor);
    let parts = care::sentences(view, monitor)
        .into_iter()
        .chain(last)
        .chain(state);
    first.extend(parts.map(|part| Span::raw(format!(", {part}"))));
    let why = words::condition_at(monitor, view.now);
    let runbook = monitor.meta.runbook.as_ref();
    let runbook = runbook.map(|url| format!("   runbook {url}"));
    let told = told::told(view, monitor).map(|who| format!("   told {who}"));
    let links: String = told.into_iter().chain(runbook).collect();
    let shown = evidence::standing(monitor)
        .and_then(|evidence| words::failure_evidence(evidence, &why))
        .or_else(|| missing(view, monitor).map(|names| format!("missing: {names}")))
        .or_else(|| monitor.instances.map(words::instances))
        .or_else(|| other_failure(view, monitor))
        .unwrap_or_else(|| monitor.meta.address.to_string());
    [
        Line::from(first),
        Line::raw(format!("   {why}{links}")),
        Line::raw(format!("   {shown}")),
    ]
}

/// Returns the last failure if the status has another cause: `last failure 20s ago: connection
/// reset`.
fn other_failure(view: &View, monitor: &Row) -> Option<String> {
    let (at, failure) = monitor.last_failure.as_deref()?;
    let is_cause = matches!(&monitor.cause, Some(Cause::Failure(cause)) if cause == failure);
    let when = words::age(view.now.since(*at));
    (!is_cause).then(|| format!("last failure {when} ago: {}", words::failure(failure)))
}

/// Returns the facts about the problem, the most important first, with values in `width` columns.
fn facts(view: &View, monitor: &Row, width: u16) -> Vec<Fact> {
    let mut facts = vec![fact("since", since(view, monitor))];
    let why = words::condition_at(monitor, view.now);
    facts.extend((!why.is_empty()).then(|| fact("reason", why)));
    facts.extend(care::facts(view, monitor));
    let runbook = monitor.meta.runbook.as_ref();
    facts.extend(runbook.map(|url| fact("runbook", url.to_string())));
    facts.extend(evidence::facts(view, monitor));
    facts.push(fact("last beat", facts::last_beat(view, monitor)));
    facts.extend(
        monitor
            .instances
            .map(|counts| fact("instances", words::instances(counts))),
    );
    facts.extend(missing(view, monitor).map(|names| fact("missing", names)));
    facts.extend(facts::running_for(view, monitor).map(|run| fact("run", run)));
    facts.extend(facts::connection(view, monitor).map(|state| fact("connection", state)));
    let labels = !monitor.meta.labels.is_empty();
    facts.extend(labels.then(|| fact("labels", words::labels(&monitor.meta))));
    if let Some(past) = view.ui.past.of(&monitor.meta.name) {
        facts.extend(past::facts(past, width, view.theme));
    }
    facts
}

/// Returns the names of the missing instances, if the host has reported them.
fn missing(view: &View, monitor: &Row) -> Option<String> {
    let instances = &view.ui.details_of(monitor.id)?.instances;
    // The missing ones come first.
    let missing = instances.iter().take_while(|instance| !instance.online);
    let names: Vec<&str> = missing.map(|instance| instance.id.as_str()).collect();
    (!names.is_empty()).then(|| words::missing(&names))
}

/// `14:28:20, 24 missed in a row (i-0042)`
fn since(view: &View, monitor: &Row) -> String {
    let mut parts = vec![view.clock_time(monitor.since, "%H:%M:%S")];
    for (number, what) in [
        (monitor.consecutive_missed, "missed"),
        (monitor.consecutive_failures, "failed"),
    ] {
        parts.extend((number > 0).then(|| format!("{} {what} in a row", count(number.into()))));
    }
    parts.join(", ") + &care::incident(monitor)
}
