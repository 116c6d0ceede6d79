//! The latency of a long span, from the history: a bar for the median, and a shade above it up to
//! the 95th percentile. A column without heartbeats shows why, or is blank if nothing was watched.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::axis::Axis;
use super::{bar, scale};
use crate::history::numbers::Numbers;
use crate::history::period::Period;
use crate::model::Levels;
use crate::tui::past::PastNumbers;
use crate::tui::text::{put, row};
use crate::tui::theme::Theme;

pub(in crate::tui::widgets) struct PastChart<'a> {
    /// `None`: not known yet.
    pub numbers: Option<&'a PastNumbers>,
    pub now: Timestamp,
    /// Time from the left edge to the right.
    pub span: Duration,
    pub limits: Levels<Duration>,
    pub theme: Theme,
}

/// What the history has of the time of one column.
struct PastColumn {
    numbers: Numbers,
    median: Option<Duration>,
    p95: Option<Duration>,
}

impl PastChart<'_> {
    pub(in crate::tui::widgets) fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let Some(plot) = Axis::plot(area) else { return };
        let columns: Vec<PastColumn> = (0..plot.width)
            .map(|column| PastColumn::new(self.numbers_in(self.period(column, plot.width))))
            .collect();
        let latencies = columns.iter().filter_map(|column| column.p95).collect();
        let step = scale::step(latencies, plot.height, self.limits.warning);
        for (x, column) in (plot.x..).zip(&columns) {
            let place = Rect {
                x,
                width: 1,
                ..plot
            };
            self.column(place, column, step, buffer);
        }
        let axis = Axis {
            span: self.span,
            limits: self.limits,
            theme: self.theme,
        };
        axis.draw(area, step, buffer);
    }

    /// Returns the time of a column.
    fn period(&self, column: u16, width: u16) -> Period {
        let edge = |column: u16| {
            let left = self.span * u32::from(width - column) / u32::from(width.max(1));
            self.now.checked_sub(left).unwrap_or(Timestamp::MIN)
        };
        Period::new(edge(column), edge(column + 1))
    }

    /// Returns the numbers of the intervals that overlap with a period.
    fn numbers_in(&self, period: Period) -> Numbers {
        let mut sum = Numbers::default();
        let Some(known) = self.numbers else {
            return sum;
        };
        let length = known.step.length();
        let begin = period.since.checked_sub(length).unwrap_or(Timestamp::MIN);
        let first = known.points.partition_point(|point| point.at <= begin);
        let points = known.points.iter().skip(first);
        for point in points.take_while(|point| point.at < period.until) {
            sum.merge(&point.numbers);
        }
        sum
    }

    fn column(&self, area: Rect, column: &PastColumn, step: Option<Duration>, buffer: &mut Buffer) {
        let theme = self.theme;
        let glyphs = theme.glyphs;
        let (Some(median), Some(p95), Some(step)) = (column.median, column.p95, step) else {
            let mark = match &column.numbers {
                // Heartbeats without latencies.
                Numbers { beats: 1.., .. } => Span::raw(glyphs.heights()[3]),
                Numbers { failed: 1.., .. } => Span::styled(glyphs.failed(), theme.error()),
                Numbers { missed: 1.., .. } => Span::styled(glyphs.missed(), theme.error()),
                _ => return,
            };
            return put(buffer, row(area, area.height - 1), mark, glyphs);
        };
        let [shade, ..] = glyphs.shades();
        let shaded = (p95.as_secs_f64() / step.as_secs_f64()).round() as u16;
        for n in area.height.saturating_sub(shaded)..area.height {
            put(
                buffer,
                row(area, n),
                Span::styled(shade, theme.dim()),
                glyphs,
            );
        }
        let is_slow = self.limits.warning.is_some_and(|limit| median > limit);
        let style = if is_slow {
            theme.warning()
        } else {
            Style::new()
        };
        bar(area, median, step, style, theme, buffer);
    }
}

impl PastColumn {
    fn new(numbers: Numbers) -> PastColumn {
        PastColumn {
            median: numbers.latency.percentile(50.0),
            p95: numbers.latency.percentile(95.0),
            numbers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::numbers::{NumbersPoint, Step};
    use crate::model::Text;
    use crate::prefs::ThemeName;
    use crate::tui::theme::{Colours, Glyphs};

    fn point(hour: i64, latencies: &[u64], failed: u64) -> NumbersPoint {
        let mut numbers = Numbers {
            beats: latencies.len() as u64,
            failed,
            ..Numbers::default()
        };
        for latency in latencies {
            numbers.latency.record(Duration::from_millis(*latency));
        }
        NumbersPoint {
            at: Timestamp::from_second(hour * 3600).unwrap(),
            numbers,
        }
    }

    /// Eight hours in eight columns: fast, slow for some, unwatched, failed.
    #[test]
    fn a_bar_is_the_median_and_its_shade_the_slowest() {
        let usual = [20; 20];
        let some_slow = [&[20; 10][..], &[60; 10]].concat();
        let numbers = PastNumbers {
            monitor: Text::clean("api"),
            span: Duration::from_secs(8 * 3600),
            step: Step::Hour,
            points: vec![
                point(0, &usual, 0),
                point(1, &some_slow, 1),
                point(2, &usual, 0),
                point(5, &[], 9),
                point(6, &usual, 0),
                point(7, &usual, 0),
            ],
        };
        let area = Rect::new(0, 0, 16, 6);
        let mut buffer = Buffer::empty(area);
        PastChart {
            numbers: Some(&numbers),
            now: Timestamp::from_second(8 * 3600).unwrap(),
            span: numbers.span,
            limits: Levels::NONE,
            theme: Theme {
                name: ThemeName::Default,
                colours: Colours::None,
                glyphs: Glyphs::Unicode,
            },
        }
        .draw(area, &mut buffer);
        let line = |y| {
            let cells = (0..16).map(|x| buffer[(x, y)].symbol());
            cells.collect::<String>().trim_end().to_owned()
        };
        let lines: Vec<String> = (0..6).map(line).collect();
        assert_eq!(
            lines,
            [
                "  60ms ┤ ░",
                "  45ms ┤ ░",
                "  30ms ┤▃▃▃   ▃▃",
                "  15ms ┤███  ✗██",
                "     0 ┼────────",
                "        -8h  now",
            ]
        );
    }
}
