//! The latency chart: bars from zero, and a line at each limit. A miss is a gap; a spike is clipped
//! and marked.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{Moment, OutcomeKind, Row};
use crate::tui::text::{columns, put, put_right, row};
use crate::tui::theme::Theme;
use crate::words;

/// Width of the labels on the left with the tick, in columns.
const AXIS_WIDTH: u16 = 8;
/// Rows below the bars: the zero line and the time labels.
const AXIS_HEIGHT: u16 = 2;
/// Minimum height of a chart, in rows.
pub(super) const MIN_HEIGHT: u16 = AXIS_HEIGHT + 2;
/// Minimum number of measurements for telling spikes from the usual latency.
const MIN_FOR_SPIKES: usize = 8;
/// Maximum number of labels on the left.
const MAX_LABELS: u16 = 8;

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
        if area.height < MIN_HEIGHT || area.width < AXIS_WIDTH + 4 {
            return;
        }
        let rows = area.height - AXIS_HEIGHT;
        let plot = Rect {
            x: area.x + AXIS_WIDTH,
            width: area.width - AXIS_WIDTH,
            height: rows,
            ..area
        };
        let marks = self.marks(plot.width);
        let limits = self.row.policy.latency;
        let step = step(&marks, rows, limits.warning);
        self.labels(area, rows, step, buffer);
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
        for (limit, style) in [
            (limits.warning, self.theme.warning()),
            (limits.error, self.theme.error()),
        ] {
            if let Some((limit, line)) = limit.zip(step).and_then(|(limit, step)| {
                let line = rows.checked_sub(rows_up_to(limit, step)?)?;
                Some((limit, line))
            }) {
                self.limit(row(area, line), limit, style, buffer);
            }
        }
        self.time_axis(area, buffer);
        if let Some(column) = self.cursor.and_then(|at| self.place(at, plot.width)) {
            let place = Rect {
                x: plot.x + column,
                width: 1,
                height: rows + 1,
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
            put(
                buffer,
                area,
                Span::styled(glyphs.clipped(), theme.warning()),
                glyphs,
            );
        }
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

/// Returns the latency that one row of bars stands for, so that the labels are round and all bars
/// except spikes fit. The limit fits too if that at most doubles the scale. Returns `None` if there
/// are no latencies.
fn step(marks: &[Option<ChartMark>], rows: u16, limit: Option<Duration>) -> Option<Duration> {
    let mut latencies: Vec<Duration> = marks
        .iter()
        .filter_map(|mark| match mark {
            Some(ChartMark::Beat(latency)) => *latency,
            _ => None,
        })
        .collect();
    latencies.sort_unstable();
    let greatest = *latencies.last()?;
    let usual = latencies
        .get((latencies.len() - 1) * 9 / 10)
        .copied()
        .unwrap_or(greatest)
        .max(Duration::from_micros(1));
    let spiky = latencies.len() >= MIN_FOR_SPIKES && greatest > usual.saturating_mul(3);
    let top = if spiky {
        usual.saturating_mul(3) / 2
    } else {
        greatest.max(usual)
    };
    let limit = limit.filter(|limit| *limit <= top.saturating_mul(2));
    let top = limit.map_or(top, |limit| limit.max(top));
    let rows = rows.max(1);
    let label_distance = label_distance(rows.max(1));
    Some(
        nice(top.saturating_mul(label_distance.into()) / u32::from(rows))
            / u32::from(label_distance),
    )
}

/// Returns the distance between two labels, in rows.
const fn label_distance(rows: u16) -> u16 {
    rows.div_ceil(MAX_LABELS)
}

/// Returns the smallest round number, not below `least`, that a label shows exactly: 1, 1.5, 2, 3,
/// 4, 5, 6 or 8 times a power of ten.
fn nice(least: Duration) -> Duration {
    let micros = u64::try_from(least.as_nanos().div_ceil(1_000))
        .unwrap_or(u64::MAX)
        .max(1);
    let unit = precision(micros);
    let power = 10_u64.pow(micros.ilog10());
    let candidates =
        [10, 15, 20, 30, 40, 50, 60, 80, 100].map(|tenths| power.saturating_mul(tenths) / 10);
    let round = candidates
        .into_iter()
        .find(|round| *round >= micros && round.is_multiple_of(unit));
    Duration::from_micros(round.unwrap_or(micros.next_multiple_of(unit)))
}

/// Returns the precision of a label, in microseconds.
const fn precision(micros: u64) -> u64 {
    match micros {
        0..1_000 => 100,
        1_000..1_000_000 => 1_000,
        1_000_000..10_000_000 => 100_000,
        _ => 1_000_000,
    }
}

/// Returns the label of a latency, or `None` if it would be rounded: two ticks could then have one
/// label.
fn exact(latency: Duration) -> Option<String> {
    // A step that is a part of a round number is off by a fraction of a nanosecond.
    let micros = u64::try_from((latency.as_nanos() + 500) / 1_000).unwrap_or(u64::MAX);
    let is_exact = micros.is_multiple_of(precision(micros));
    is_exact.then(|| words::latency(Duration::from_micros(micros)))
}

/// Returns the number of rows that a bar of this latency reaches into.
fn rows_up_to(latency: Duration, step: Duration) -> Option<u16> {
    let rows = latency.as_nanos().div_ceil(step.as_nanos().max(1));
    u16::try_from(rows).ok()
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
    fn steps_are_round() {
        let steps = [0, 1, 9, 11, 17, 45, 70_000, 90_000, 1_900_000]
            .map(|us| nice(Duration::from_micros(us)).as_micros());
        assert_eq!(
            steps,
            [100, 100, 100, 100, 100, 100, 80_000, 100_000, 2_000_000]
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

    /// From a tenth of a millisecond to a minute, on charts of any height.
    #[test]
    fn no_two_ticks_have_one_label() {
        for micros in [
            40, 130, 300, 950, 1_400, 9_700, 990_000, 9_900_000, 59_000_000,
        ] {
            for rows in 2..40 {
                let beat = Some(ChartMark::Beat(Some(Duration::from_micros(micros))));
                let step = step(&[beat], rows, None).unwrap();
                let labels = (1..=rows).filter(|n| n.is_multiple_of(label_distance(rows)));
                let labels = labels.filter_map(|n| exact(step * n.into()));
                let labels: Vec<String> = labels.collect();
                let mut distinct = labels.clone();
                distinct.dedup();
                assert_eq!(labels, distinct, "{micros} us, {rows} rows");
                assert!(!labels.is_empty(), "{micros} us, {rows} rows");
            }
        }
    }
}
