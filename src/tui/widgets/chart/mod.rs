//! The latency chart: bars from zero, and a line at each limit. A miss is a gap; a spike is clipped
//! and marked.

mod axis;
mod past;
mod scale;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{Moment, OutcomeKind, Row};
use crate::tui::text::{put, row};
use crate::tui::theme::Theme;

use axis::Axis;
pub(super) use axis::MIN_HEIGHT;
pub(super) use past::PastChart;

/// A chart of one monitor.
pub(super) struct Chart<'a> {
    pub row: &'a Row,
    pub now: Moment,
    /// Time from the left edge to the right.
    pub span: Duration,
    /// The moment of the selected heartbeat.
    pub cursor: Option<Moment>,
    pub theme: Theme,
}

/// The worst outcome in the time that a column covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ChartMark {
    Beat(Option<Duration>),
    Failed,
    Missed,
}

impl Chart<'_> {
    pub(super) fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let Some(plot) = Axis::plot(area) else { return };
        let marks = self.marks(plot.width);
        let latencies = marks.iter().filter_map(|mark| match mark {
            Some(ChartMark::Beat(latency)) => *latency,
            _ => None,
        });
        let limits = self.row.policy.latency;
        let step = scale::step(latencies.collect(), plot.height, limits.warning);
        for (x, mark) in (plot.x..).zip(&marks) {
            let Some(mark) = mark else { continue };
            self.column(
                Rect {
                    x,
                    width: 1,
                    ..plot
                },
                *mark,
                step,
                buffer,
            );
        }
        let axis = Axis {
            span: self.span,
            limits,
            theme: self.theme,
        };
        axis.draw(area, step, buffer);
        if let Some(column) = self.cursor.and_then(|at| self.place(at, plot.width)) {
            let place = Rect {
                x: plot.x + column,
                width: 1,
                height: plot.height + 1,
                ..plot
            };
            buffer.set_style(place.intersection(buffer.area), self.theme.reversed());
        }
    }

    /// Returns the column of a moment.
    fn place(&self, at: Moment, width: u16) -> Option<u16> {
        let age = self.now.since(at).as_secs_f64() / self.span.as_secs_f64();
        let column = (1.0 - age) * f64::from(width);
        (at <= self.now && column >= 0.0).then(|| (column as u16).min(width - 1))
    }

    /// Returns a mark for each column: the worst outcome in its time, else the last outcome before
    /// it, until a heartbeat is overdue.
    fn marks(&self, width: u16) -> Vec<Option<ChartMark>> {
        let mut own: Vec<Option<ChartMark>> = vec![None; width.into()];
        let mut last_known = own.clone();
        let recent = &self.row.recent;
        let overdue_after = self.row.policy.missed_after();
        for (outcome, next) in recent
            .iter()
            .zip(recent.iter().skip(1).map(|next| next.at).chain([self.now]))
        {
            let mark = Some(match outcome.what {
                OutcomeKind::Beat => ChartMark::Beat(outcome.latency),
                OutcomeKind::Failed(_) => ChartMark::Failed,
                OutcomeKind::Missed => ChartMark::Missed,
            });
            let Some(last) = self.place(next.min(outcome.at.plus(overdue_after)), width) else {
                continue;
            };
            let first = self.place(outcome.at, width);
            if let Some(slot) = first.and_then(|column| own.get_mut(usize::from(column))) {
                *slot = (*slot).max(mark);
            }
            last_known
                .get_mut(first.unwrap_or(0).into()..=last.into())
                .unwrap_or_default()
                .fill(mark);
        }
        own.into_iter()
            .zip(last_known)
            .map(|(own, last_known)| own.or(last_known))
            .collect()
    }

    fn column(&self, area: Rect, mark: ChartMark, step: Option<Duration>, buffer: &mut Buffer) {
        let theme = self.theme;
        let glyphs = self.theme.glyphs;
        let latency = match mark {
            ChartMark::Missed => {
                return put(
                    buffer,
                    area,
                    Span::styled(glyphs.missed(), theme.error()),
                    glyphs,
                );
            }
            ChartMark::Failed => {
                return put(
                    buffer,
                    area,
                    Span::styled(glyphs.failed(), theme.error()),
                    glyphs,
                );
            }
            ChartMark::Beat(latency) => latency,
        };
        let heights = glyphs.heights();
        let [.., full] = heights;
        let slow = self
            .row
            .policy
            .latency
            .warning
            .is_some_and(|limit| latency.is_some_and(|latency| latency > limit));
        let style = if slow { theme.warning() } else { Style::new() };
        let (Some(latency), Some(step)) = (latency, step) else {
            // A heartbeat without a latency.
            let half = heights.get(3).copied().unwrap_or(full);
            return put(
                buffer,
                row(area, area.height - 1),
                Span::styled(half, style),
                glyphs,
            );
        };
        bar(area, latency, step, style, theme, buffer);
    }
}

/// Draws a bar from zero. One that is higher than the area is clipped and marked.
fn bar(
    area: Rect,
    latency: Duration,
    step: Duration,
    style: Style,
    theme: Theme,
    buffer: &mut Buffer,
) {
    let glyphs = theme.glyphs;
    let heights = glyphs.heights();
    let [.., full] = heights;
    let steps = latency.as_secs_f64() / step.as_secs_f64();
    let eighths = ((steps * 8.0).round() as usize).max(1);
    for n in 0..area.height {
        let below = usize::from(area.height - 1 - n) * 8;
        let Some(level) = eighths.checked_sub(below + 1) else {
            continue;
        };
        let glyph = heights.get(level).copied().unwrap_or(full);
        put(buffer, row(area, n), Span::styled(glyph, style), glyphs);
    }
    if eighths > usize::from(area.height) * 8 {
        let clipped = Span::styled(glyphs.clipped(), theme.warning());
        put(buffer, area, clipped, glyphs);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Kind, Meta, Outcome, Policy, Rhythm, TargetId, Text};
    use crate::prefs::ThemeName;
    use crate::tui::theme::{Colours, Glyphs};

    /// Draws a chart with an outcome every 10 s, the last one now. A number is a beat with its
    /// latency in milliseconds; 0 is a beat without a latency.
    fn drawn(outcomes: &[Result<u64, OutcomeKind>], width: u16, height: u16) -> Vec<String> {
        drawn_with_limit(None, outcomes, width, height)
    }

    fn drawn_with_limit(
        limit: Option<u64>,
        outcomes: &[Result<u64, OutcomeKind>],
        width: u16,
        height: u16,
    ) -> Vec<String> {
        let meta = Meta::new(Text::clean("a"), Kind::Http);
        let mut policy = Policy::with_interval(Rhythm::Subscription, Duration::from_secs(10));
        policy.latency.warning = limit.map(Duration::from_millis);
        let mut row = Row::new(TargetId(1), Arc::new(meta), Arc::new(policy));
        let at = |n: usize| {
            Moment::after_start(Duration::from_secs(
                1000 - 10 * (outcomes.len() - 1 - n) as u64,
            ))
        };
        row.recent = outcomes
            .iter()
            .enumerate()
            .map(|(n, outcome)| match *outcome {
                Ok(ms) => {
                    let latency = (ms > 0).then(|| Duration::from_millis(ms));
                    Outcome {
                        at: at(n),
                        what: OutcomeKind::Beat,
                        latency,
                    }
                }
                Err(what) => Outcome {
                    at: at(n),
                    what,
                    latency: None,
                },
            })
            .collect();
        let theme = Theme {
            name: ThemeName::Default,
            colours: Colours::None,
            glyphs: Glyphs::Unicode,
        };
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let now = Moment::after_start(Duration::from_secs(1000));
        Chart {
            row: &row,
            now,
            span: Duration::from_secs(80),
            cursor: None,
            theme,
        }
        .draw(area, &mut buffer);
        let line = |y| {
            (0..width)
                .map(|x| buffer[(x, y)].symbol())
                .collect::<String>()
                .trim_end()
                .to_owned()
        };
        (0..height).map(line).collect()
    }

    #[test]
    fn bars_stand_on_zero_and_a_miss_is_a_hole() {
        let missed = Err(OutcomeKind::Missed);
        let outcomes = [
            Ok(40),
            Ok(20),
            Ok(10),
            Ok(80),
            missed,
            missed,
            Ok(40),
            Ok(40),
            Ok(40),
        ];
        assert_eq!(
            drawn(&outcomes, 16, 6),
            [
                "  80ms ┤   █××",
                "  60ms ┤   █",
                "  40ms ┤█  █  ██",
                "  20ms ┤██▄█  ██",
                "     0 ┼────────",
                "        -1m20now"
            ]
        );
    }

    #[test]
    fn a_spike_is_clipped_and_marked() {
        let outcomes = [10, 10, 10, 10, 10, 10, 10, 10, 900, 10].map(Ok);
        let lines = drawn(&outcomes, 18, 5);
        assert_eq!(
            lines,
            [
                "  15ms ┤        ↑",
                "  10ms ┤██████████",
                "   5ms ┤██████████",
                "     0 ┼──────────",
                "        -1m20  now"
            ]
        );
    }

    #[test]
    fn a_beat_without_latency_is_a_low_bar_without_a_scale() {
        let lines = drawn(&[Ok(0); 9], 16, 4);
        assert_eq!(
            lines,
            [
                "       ┤",
                "       ┤▄▄▄▄▄▄▄▄",
                "     0 ┼────────",
                "        -1m20now"
            ]
        );
    }

    #[test]
    fn a_limit_is_a_line_with_its_label() {
        let outcomes = [40, 20, 10, 40, 30, 40, 40, 40, 40].map(Ok);
        assert_eq!(
            drawn_with_limit(Some(70), &outcomes, 16, 6),
            [
                "  70ms ┤╌╌╌╌╌╌╌╌",
                "  60ms ┤",
                "  40ms ┤█  █▄███",
                "  20ms ┤██▄█████",
                "     0 ┼────────",
                "        -1m20now"
            ]
        );
        // A limit far above all bars would flatten them.
        let lines = drawn_with_limit(Some(90), &outcomes, 16, 6);
        assert!(lines.iter().all(|line| !line.contains('╌')), "{lines:?}");
    }
}
