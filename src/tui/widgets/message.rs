//! The line above the keys: a notice, the selected beat, or the selected monitor in a sentence.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Cause, Outcome, OutcomeKind, Row};
use crate::tui::text::put;
use crate::tui::view::View;
use crate::words;

use super::{care, facts};

pub(crate) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let line = match (view.ui.notice(), view.ui.row()) {
        (Some(notice), _) => Line::raw(format!(" {notice}")),
        (None, Some(monitor)) if !view.ui.is_on_events() => about(view, monitor),
        (None, _) => Line::default(),
    };
    put(buffer, area, line, view.theme.glyphs);
}

/// ` ✗ orders-ws: 24 heartbeats missed, none for 4m12s, next try in 12s, last failure: connection
/// reset`
fn about(view: &View, monitor: &Row) -> Line<'static> {
    let status = monitor.status;
    let glyph = Span::styled(
        format!(" {} ", view.theme.glyphs.status(status)),
        view.theme.status(status),
    );
    let chosen = view
        .ui
        .selected_beat
        .and_then(|beat| monitor.recent.iter().rev().nth(beat));
    let text = match chosen {
        Some(outcome) => beat(view, monitor, outcome),
        None => sentence(view, monitor),
    };
    Line::from_iter([glyph, Span::raw(format!("{}: {text}", monitor.meta.name))])
}

/// `heartbeat at 14:27:55, 4m12s ago, 38ms`
fn beat(view: &View, monitor: &Row, outcome: Outcome) -> String {
    let what = match outcome.what {
        OutcomeKind::Beat => "heartbeat".to_owned(),
        OutcomeKind::Missed => "heartbeat missed".to_owned(),
        OutcomeKind::Failed(reason) => format!("failed ({})", reason.as_str()),
    };
    let ago = words::age(view.now.since(outcome.at));
    let latency = outcome
        .latency
        .map(|latency| format!(", {}", words::target_latency(monitor, latency)))
        .unwrap_or_default();
    format!(
        "{what} at {}, {ago} ago{latency}",
        view.clock_time(outcome.at, "%H:%M:%S")
    )
}

fn sentence(view: &View, monitor: &Row) -> String {
    let mut parts = Vec::new();
    let why = words::condition_at(monitor, view.now);
    parts.push(if why.is_empty() {
        monitor.status.as_str().to_owned()
    } else {
        why
    });
    parts.extend(care::sentences(view, monitor));
    parts.extend(monitor.instances.map(words::instances));
    parts.extend(facts::running_for(view, monitor));
    parts.extend(facts::connection(view, monitor));
    if let (Some(Cause::Missed { .. }), Some((_, failure))) =
        (&monitor.cause, monitor.last_failure.as_deref())
    {
        parts.push(format!("last failure: {}", words::failure(failure)));
    }
    if monitor.cause.is_none() {
        parts.push(monitor.meta.address.to_string());
    }
    parts.join(", ")
}
