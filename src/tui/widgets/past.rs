//! The past of one monitor in few words: availability by spans, and a bar a day.

use ratatui::text::{Line, Span};

use crate::history::times::PeriodTimes;
use crate::model::Status;
use crate::tui::past::MonitorPast;
use crate::tui::theme::{Glyphs, Theme};
use crate::words;

use super::fact::{Fact, fact};

/// Availabilities of at least these have bars of these heights, of 1 to 8.
const HEIGHTS: [(f64, usize); 7] = [
    (1.0, 8),
    (0.999, 7),
    (0.995, 6),
    (0.99, 5),
    (0.97, 4),
    (0.9, 3),
    (0.5, 2),
];

/// Returns `24h 99.9%  7d 100%  30d 99.8%  90d 99.7%`.
pub(super) fn availability(past: &MonitorPast, glyphs: Glyphs) -> String {
    let spans = past.spans.iter().map(|span| {
        let share = span.times.availability();
        let share = share.map_or_else(|| glyphs.absent().to_owned(), words::percent);
        format!("{} {share}", span.name)
    });
    spans.collect::<Vec<_>>().join("  ")
}

/// Returns the facts `history  24h 99.9%  7d 100%  30d 99.8%  90d 99.7%` and a bar a day in
/// `width` columns.
pub(super) fn facts(past: &MonitorPast, width: u16, theme: Theme) -> [Fact; 2] {
    [
        fact("history", availability(past, theme.glyphs)),
        fact("days", bars(&past.days, width, theme)),
    ]
}

/// Returns the newest days that fit: a bar for the availability of each.
pub(super) fn bars(days: &[PeriodTimes], width: u16, theme: Theme) -> Line<'static> {
    newest(days, width)
        .iter()
        .map(|day| bar(day, theme))
        .collect()
}

/// Returns a mark below each bar: the worst status if that was a problem.
pub(super) fn marks(days: &[PeriodTimes], width: u16, theme: Theme) -> Line<'static> {
    let mark = |day: &PeriodTimes| match day.worst {
        Some(worst @ (Status::Warning | Status::Error)) => {
            Span::styled(theme.glyphs.status(worst), theme.status(worst))
        }
        _ => Span::raw(" "),
    };
    newest(days, width).iter().map(mark).collect()
}

/// Returns the days that fit into this number of columns.
pub(super) fn newest(days: &[PeriodTimes], width: u16) -> &[PeriodTimes] {
    let first = days.len().saturating_sub(width.into());
    days.get(first..).unwrap_or_default()
}

/// Returns the legend of the heights: `bars: █ 100% ▇ 99.9% ▆ 99.5% …`.
pub(super) fn legend(glyphs: Glyphs) -> String {
    let heights = glyphs.heights();
    let entry = |(least, height): (f64, usize)| {
        let glyph = heights.get(height - 1).copied().unwrap_or_default();
        format!(" {glyph} {}", words::percent(least).replace(".0%", "%"))
    };
    let entries: String = HEIGHTS.into_iter().map(entry).collect();
    format!("bars:{entries}  {} unwatched", glyphs.unjudged())
}

fn bar(day: &PeriodTimes, theme: Theme) -> Span<'static> {
    let glyphs = theme.glyphs;
    let Some(share) = day.times.availability() else {
        let was_known = !day.times.total().is_zero();
        let glyph = if was_known { glyphs.unjudged() } else { " " };
        return Span::styled(glyph, theme.dim());
    };
    let height = HEIGHTS.iter().find(|(least, _)| share >= *least);
    let height = height.map_or(1, |(_, height)| *height);
    let glyph = glyphs
        .heights()
        .get(height - 1)
        .copied()
        .unwrap_or_default();
    match day.worst {
        Some(worst @ (Status::Warning | Status::Error)) => Span::styled(glyph, theme.status(worst)),
        _ => Span::raw(glyph),
    }
}
