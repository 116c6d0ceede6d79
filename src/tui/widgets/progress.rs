//! How far a monitor is on the way to its next heartbeat, or how late that is.

use ratatui::text::{Line, Span};

use crate::model::{Moment, Rhythm, Row, Status};
use crate::tui::text::columns;
use crate::tui::theme::{Glyphs, Theme};
use crate::words;

const PARTIAL: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// Columns for the time behind the bar, and a space.
const TIME: u16 = 7;

pub fn line(row: &Row, now: Moment, width: u16, theme: Theme) -> Line<'static> {
    if row.status == Status::Paused {
        return Span::styled("paused", theme.dim()).into();
    }
    let due = row.due;
    if let Some(due) = due.filter(|due| now <= *due) {
        return toward(due, row, now, width, theme);
    }
    let late = due.filter(|_| row.policy.rhythm == Rhythm::Subscription);
    let trying = row.trying.filter(|_| row.opened.is_none());
    match (late, trying, row.retry, due) {
        (Some(due), ..) | (None, None, None, Some(due)) => {
            let style = if now <= due.plus(row.policy.grace) { theme.warning() } else { theme.error() };
            Span::styled(format!("late +{}", words::age(now.since(due))), style).into()
        }
        (None, Some(since), ..) => Span::styled(format!("trying {}", words::age(now.since(since))), theme.dim()).into(),
        (None, None, Some(retry), _) => {
            Span::styled(format!("retry in {}", words::age(retry.since(now))), theme.dim()).into()
        }
        (None, None, None, None) => Span::styled(theme.glyphs.absent(), theme.dim()).into(),
    }
}

fn toward(due: Moment, row: &Row, now: Moment, width: u16, theme: Theme) -> Line<'static> {
    let left = due.since(now);
    let gone = 1.0 - left.as_secs_f64() / row.policy.interval.as_secs_f64();
    let time = words::age(left);
    let bar = bar(gone, width.saturating_sub(TIME), theme.glyphs);
    let gap = width.saturating_sub(columns(&bar)).saturating_sub(columns(&time));
    Line::from_iter([Span::styled(bar, theme.progress()), Span::raw(" ".repeat(usize::from(gap))), Span::raw(time)])
}

/// A bar in eighths of a column, so that most seconds change at most one cell.
fn bar(gone: f64, width: u16, glyphs: Glyphs) -> String {
    let gone = gone.clamp(0.0, 1.0);
    match glyphs {
        Glyphs::Unicode => {
            let eighths = (gone * f64::from(width) * 8.0) as usize;
            format!("{}{}", "█".repeat(eighths / 8), PARTIAL.get(eighths % 8).copied().unwrap_or_default())
        }
        Glyphs::Ascii => {
            let width = usize::from(width.saturating_sub(2));
            let full = ((gone * width as f64) as usize).min(width);
            format!("[{}{}]", "#".repeat(full), "-".repeat(width - full))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_step_in_eighths() {
        assert_eq!(bar(0.0, 8, Glyphs::Unicode), "");
        assert_eq!(bar(0.2, 8, Glyphs::Unicode), "█▌");
        assert_eq!(bar(1.0, 8, Glyphs::Unicode), "████████");
        assert_eq!(bar(f64::NAN, 8, Glyphs::Unicode), "");
        assert_eq!(bar(0.5, 10, Glyphs::Ascii), "[####----]");
        assert_eq!(bar(7.0, 1, Glyphs::Ascii), "[]");
    }
}
