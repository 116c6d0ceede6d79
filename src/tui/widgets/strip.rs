//! The strip of recent outcomes: one column each, newest at the right. The height of a bar is the
//! latency.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{Outcome, OutcomeKind, Row};
use crate::tui::theme::{Glyphs, Theme};

/// Upper limits of the heights, in milliseconds. All rows share one scale, so that they compare.
/// Each limit doubles, so that a spike does not flatten the rest.
const HEIGHT_LIMITS_MS: [u64; 7] = [32, 64, 128, 256, 512, 1_024, 2_048];
/// The height of a heartbeat without a latency, as an index.
const NO_LATENCY_HEIGHT: usize = 3;

/// Draws the strip. `cursor` is the selected outcome, counted from the newest.
pub(super) fn line(row: &Row, width: u16, cursor: Option<usize>, theme: Theme) -> Line<'static> {
    let width = usize::from(width);
    let shown = row
        .recent
        .iter()
        .skip(row.recent.len().saturating_sub(width));
    let blank = theme.glyphs.nothing().repeat(width - shown.len());
    let mut line = Line::from(Span::styled(blank, theme.dim()));
    line.extend(shown.rev().enumerate().rev().map(|(place, outcome)| {
        let (glyph, style) = cell(outcome, row.policy.latency.warning, theme);
        let chosen = cursor == Some(place);
        Span::styled(
            glyph,
            if chosen {
                style.patch(theme.reversed())
            } else {
                style
            },
        )
    }));
    line
}

fn cell(outcome: Outcome, limit: Option<Duration>, theme: Theme) -> (&'static str, Style) {
    match outcome.what {
        OutcomeKind::Missed => (theme.glyphs.missed(), theme.error()),
        OutcomeKind::Failed(_) => (theme.glyphs.failed(), theme.error()),
        OutcomeKind::Beat => {
            let slow =
                limit.is_some_and(|limit| outcome.latency.is_some_and(|latency| latency > limit));
            (
                height(outcome.latency, theme.glyphs),
                if slow { theme.warning() } else { Style::new() },
            )
        }
    }
}

fn height(latency: Option<Duration>, glyphs: Glyphs) -> &'static str {
    let level = latency.map_or(NO_LATENCY_HEIGHT, |latency| {
        HEIGHT_LIMITS_MS.partition_point(|end| Duration::from_millis(*end) < latency)
    });
    glyphs.heights().get(level).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn height_doubles_with_each_step() {
        let heights = [0, 32, 33, 64, 500, 1_025, 60_000]
            .map(|ms| height(Some(Duration::from_millis(ms)), Glyphs::Unicode));
        assert_eq!(heights, ["▁", "▁", "▂", "▂", "▅", "▇", "█"]);
        assert_eq!(height(None, Glyphs::Ascii), "=");
    }
}
