//! The frame of a chart: the labels on the left, the lines at the limits and the time below.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::scale::{exact, label_distance, rows_up_to};
use crate::model::Levels;
use crate::tui::text::{columns, put, put_right, row};
use crate::tui::theme::Theme;
use crate::words;

/// Width of the labels on the left with the tick, in columns.
const AXIS_WIDTH: u16 = 8;
/// Rows below the bars: the zero line and the time labels.
const AXIS_HEIGHT: u16 = 2;
/// Minimum height of a chart, in rows.
pub(in crate::tui::widgets) const MIN_HEIGHT: u16 = AXIS_HEIGHT + 2;

pub(super) struct Axis {
    /// Time from the left edge to the right.
    pub span: Duration,
    pub limits: Levels<Duration>,
    pub theme: Theme,
}

impl Axis {
    /// Returns the area of the bars; `None` if there is too little space for a chart.
    pub(super) fn plot(area: Rect) -> Option<Rect> {
        if area.height < MIN_HEIGHT || area.width < AXIS_WIDTH + 4 {
            return None;
        }
        Some(Rect {
            x: area.x + AXIS_WIDTH,
            width: area.width - AXIS_WIDTH,
            height: area.height - AXIS_HEIGHT,
            ..area
        })
    }

    /// Draws everything but the bars, which are already there. `step`: the latency of one row.
    pub(super) fn draw(&self, area: Rect, step: Option<Duration>, buffer: &mut Buffer) {
        let rows = area.height - AXIS_HEIGHT;
        self.labels(area, rows, step, buffer);
        for (limit, style) in [
            (self.limits.warning, self.theme.warning()),
            (self.limits.error, self.theme.error()),
        ] {
            if let Some((limit, line)) = limit.zip(step).and_then(|(limit, step)| {
                let line = rows.checked_sub(rows_up_to(limit, step)?)?;
                Some((limit, line))
            }) {
                self.limit(row(area, line), limit, style, buffer);
            }
        }
        self.time_axis(area, buffer);
    }

    /// Draws a line at a limit behind the bars, with its label on the axis.
    fn limit(&self, area: Rect, limit: Duration, style: Style, buffer: &mut Buffer) {
        let glyphs = self.theme.glyphs;
        let label = Rect {
            width: AXIS_WIDTH - 2,
            ..area
        };
        put(buffer, label, " ".repeat(label.width.into()), glyphs);
        let text = Span::styled(words::latency(limit), style);
        put_right(buffer, label, text, glyphs);
        for x in area.x + AXIS_WIDTH..area.right() {
            let cell = Rect {
                x,
                width: 1,
                ..area
            };
            let is_blank = buffer
                .cell((x, area.y))
                .is_some_and(|cell| cell.symbol() == " ");
            if is_blank {
                put(buffer, cell, Span::styled(glyphs.limit(), style), glyphs);
            }
        }
    }

    fn labels(&self, area: Rect, rows: u16, step: Option<Duration>, buffer: &mut Buffer) {
        let theme = self.theme;
        let glyphs = self.theme.glyphs;
        let frame = glyphs.frame();
        let label_distance = label_distance(rows);
        let axis = |n: u16, width: u16| Rect {
            width,
            ..row(area, n)
        };
        for n in 0..rows {
            let value = u32::from(rows - n);
            let labelled = step.filter(|_| (rows - n).is_multiple_of(label_distance));
            if let Some(label) = labelled.and_then(|step| exact(step.saturating_mul(value))) {
                let label = Span::styled(label, theme.dim());
                put_right(buffer, axis(n, AXIS_WIDTH - 2), label, glyphs);
            }
            put_right(
                buffer,
                axis(n, AXIS_WIDTH),
                Span::styled(frame.tick, theme.dim()),
                glyphs,
            );
        }
        put_right(
            buffer,
            axis(rows, AXIS_WIDTH - 2),
            Span::styled("0", theme.dim()),
            glyphs,
        );
        put_right(
            buffer,
            axis(rows, AXIS_WIDTH),
            Span::styled(frame.origin, theme.dim()),
            glyphs,
        );
    }

    /// Draws the zero line and the labels of the time axis.
    fn time_axis(&self, area: Rect, buffer: &mut Buffer) {
        let theme = self.theme;
        let glyphs = self.theme.glyphs;
        let zero = row(area, area.height - AXIS_HEIGHT);
        let width = area.width - AXIS_WIDTH;
        let line = glyphs.frame().level.repeat(width.into());
        put(
            buffer,
            Rect {
                x: area.x + AXIS_WIDTH,
                width,
                ..zero
            },
            Span::styled(line, theme.dim()),
            glyphs,
        );
        let labels = row(area, area.height - 1);
        let parts: u32 = match width {
            0..20 => 1,
            20..40 => 2,
            _ => 4,
        };
        for part in 0..parts {
            let ago = format!("-{}", words::axis_tick(self.span * (parts - part) / parts));
            let x = AXIS_WIDTH + u16::try_from(u32::from(width) * part / parts).unwrap_or(width);
            let place = Rect {
                x: area.x + x,
                width: columns(&ago),
                ..labels
            };
            put(
                buffer,
                place.intersection(area),
                Span::styled(ago, theme.dim()),
                glyphs,
            );
        }
        put_right(buffer, labels, Span::styled("now", theme.dim()), glyphs);
    }
}
