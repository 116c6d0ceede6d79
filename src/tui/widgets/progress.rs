//! The progress of a monitor to its next heartbeat, or how late that heartbeat is.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::text::{Line, Span};

use crate::model::{Kind, Moment, Rhythm, Row, Status};
use crate::tui::text::columns;
use crate::tui::theme::{Glyphs, Theme};
use crate::tui::view::View;
use crate::words;

const PARTIAL: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// Columns for the time after the bar.
const TIME_WIDTH: u16 = 5;
/// A due heartbeat mostly arrives within this time. Until then the bar stays full, because a word
/// would flicker.
const SETTLE_TIME: Duration = Duration::from_secs(1);

/// Returns what the progress leads to: a check by hbmon, or a promised heartbeat.
pub(super) fn title(row: &Row) -> &'static str {
    match row.policy.rhythm {
        Rhythm::Poll => "next check",
        Rhythm::Subscription => "next beat",
    }
}

pub(super) fn line(view: &View, row: &Row, width: u16) -> Line<'static> {
    let now = view.now;
    let theme = view.theme;
    if row.status == Status::Paused {
        return Span::styled("paused", theme.dim()).into();
    }
    let poll = row.policy.rhythm == Rhythm::Poll;
    let trying = row
        .attempt_since
        .filter(|_| row.connected_since.is_none())
        .map(|since| now.since(since));
    let run = trying.filter(|_| row.due_at.is_none());
    if let (Some(due), None) = (next_scheduled(view, row), run) {
        return next_in_words(view, due).into();
    }
    match (row.due_at, trying, row.retry_at) {
        (Some(due), ..) if now < due.plus(SETTLE_TIME) => toward(due.since(now), row, width, theme),
        (_, Some(took), _) if poll && took < SETTLE_TIME => {
            toward(Duration::ZERO, row, width, theme)
        }
        (Some(due), ..) if !poll => late(due, row, now, theme),
        (_, Some(took), _) => {
            let doing = if row.meta.kind == Kind::Push {
                "running"
            } else {
                "trying"
            };
            Span::styled(format!("{doing} {}", words::age(took)), theme.dim()).into()
        }
        (_, None, Some(retry)) => Span::styled(
            format!("retry in {}", words::age(retry.since(now))),
            theme.dim(),
        )
        .into(),
        (Some(due), None, None) => late(due, row, now, theme),
        (None, None, None) => Span::styled(theme.glyphs.absent(), theme.dim()).into(),
    }
}

/// Returns when the schedule expects the next heartbeat, also before the first one. `None` without
/// a schedule or while a heartbeat is late.
pub(super) fn next_scheduled(view: &View, row: &Row) -> Option<Timestamp> {
    let schedule = row
        .policy
        .schedule
        .as_ref()
        .filter(|_| row.status != Status::Paused)?;
    match row.due_at {
        Some(due) => (view.now < due.plus(SETTLE_TIME)).then(|| view.snapshot.wall(due)),
        None => schedule.next(view.snapshot.wall(view.now)),
    }
}

/// `next 02:00`, with seconds in the last minute and as a date if it is more than a day away.
fn next_in_words(view: &View, due: Timestamp) -> String {
    let format = match view.snapshot.wall(view.now).duration_until(due).as_secs() {
        ..60 => "%H:%M:%S",
        60..86_400 => "%H:%M",
        _ => "%-d %b",
    };
    format!("next {}", view.format(due, format))
}

fn late(due: Moment, row: &Row, now: Moment, theme: Theme) -> Line<'static> {
    let style = if row.missed_at().is_none_or(|missed_at| now <= missed_at) {
        theme.warning()
    } else {
        theme.error()
    };
    // How long a subscription is silent is the age of its last heartbeat, which the table shows.
    let is_silence = row.policy.rhythm == Rhythm::Subscription
        && row.policy.schedule.is_none()
        && row.last_beat.is_some();
    let text = if is_silence {
        "late".to_owned()
    } else {
        format!("late +{}", words::age(now.since(due)))
    };
    Span::styled(text, style).into()
}

fn toward(left: Duration, row: &Row, width: u16, theme: Theme) -> Line<'static> {
    let elapsed = 1.0 - left.as_secs_f64() / row.policy.interval.as_secs_f64();
    let time = words::short_age(left);
    let bar = bar(elapsed, width.saturating_sub(TIME_WIDTH), theme.glyphs);
    let gap = width
        .saturating_sub(columns(&bar))
        .saturating_sub(columns(&time));
    Line::from_iter([
        Span::styled(bar, theme.progress()),
        Span::raw(" ".repeat(gap.into())),
        Span::raw(time),
    ])
}

/// Returns a bar with a resolution of an eighth of a column, so that most redraws change at most
/// one cell.
pub(super) fn bar(elapsed: f64, width: u16, glyphs: Glyphs) -> String {
    let elapsed = elapsed.clamp(0.0, 1.0);
    match glyphs {
        Glyphs::Unicode => {
            let eighths = (elapsed * f64::from(width) * 8.0) as usize;
            format!(
                "{}{}",
                "█".repeat(eighths / 8),
                PARTIAL.get(eighths % 8).copied().unwrap_or_default()
            )
        }
        Glyphs::Ascii => {
            let width = usize::from(width.saturating_sub(2));
            let full = ((elapsed * width as f64) as usize).min(width);
            format!("[{}{}]", "#".repeat(full), "-".repeat(width - full))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use jiff::tz::TimeZone;

    use crate::model::{Fleet, Meta, Policy, Schedule, SelfStats, TargetId, Text};
    use crate::tui::Options;
    use crate::tui::theme::Colours;
    use crate::tui::ui::Ui;

    const THEME: Theme = Theme {
        name: crate::prefs::ThemeName::Default,
        colours: Colours::None,
        glyphs: Glyphs::Unicode,
    };

    /// Returns the cell at 100 s. `due` is in milliseconds, the other moments are in seconds; the
    /// interval is 10 s, the grace 1 s.
    fn cell_at_100s(
        rhythm: Rhythm,
        due: Option<u64>,
        trying: Option<u64>,
        retry: Option<u64>,
    ) -> String {
        let mut row = row(Policy::with_interval(rhythm, Duration::from_secs(10)));
        let at = |seconds| Moment::after_start(Duration::from_secs(seconds));
        row.due_at = due.map(|due| Moment::after_start(Duration::from_millis(due)));
        row.attempt_since = trying.map(at);
        row.retry_at = retry.map(at);
        row.last_beat = Some(at(90));
        drawn(&row, at(100))
    }

    fn row(policy: Policy) -> Row {
        let name = Text::clean("a");
        let address = Text::default();
        let meta = Meta {
            address,
            ..Meta::new(name, Kind::Http)
        };
        Row::new(TargetId(1), Arc::new(meta), Arc::new(policy))
    }

    /// Draws the cell of a run that began at the Unix epoch, in UTC.
    fn drawn(row: &Row, now: Moment) -> String {
        let snapshot = Fleet::new().snapshot(now, Timestamp::UNIX_EPOCH, SelfStats::default());
        let ui = Ui::new(
            Options {
                zone: TimeZone::UTC,
                ..Options::new(THEME)
            },
            Arc::clone(&snapshot),
        );
        let view = View {
            snapshot: &snapshot,
            ui: &ui,
            theme: THEME,
            now,
            real_now: now,
        };
        line(&view, row, 14).to_string()
    }

    #[test]
    fn what_the_calendar_promises_is_a_time_of_day() {
        let daily = Schedule::parse("0 2 * * *", TimeZone::UTC).unwrap();
        let policy = Policy::with_interval(Rhythm::Subscription, Duration::from_secs(86_400));
        let mut row = row(Policy {
            schedule: Some(Arc::new(daily)),
            ..policy
        });
        let at = |seconds| Moment::after_start(Duration::from_secs(seconds));
        // Before the first heartbeat none is due, but the schedule is known.
        assert_eq!(drawn(&row, at(3_600)), "next 02:00");
        row.due_at = Some(at(7_200 + 86_400));
        for (now, expected) in [
            (0, "next 2 Jan"),
            (7_201, "next 02:00"),
            (7_200 + 86_341, "next 02:00:00"),
            (7_200 + 86_400, "next 02:00:00"),
            (7_200 + 86_403, "late +3s"),
        ] {
            assert_eq!(drawn(&row, at(now)), expected, "{now}");
        }
    }

    #[test]
    fn the_next_beat_is_a_bar_a_delay_or_an_attempt() {
        use Rhythm::{Poll, Subscription};
        for (rhythm, due, trying, retry, expected) in [
            (Poll, None, None, None, "—"),
            (Poll, Some(105_000), None, Some(105), "████▌       5s"),
            (Poll, Some(100_000), Some(100), None, "█████████   0s"),
            (Poll, Some(97_000), Some(97), None, "trying 3s"),
            (Poll, Some(97_000), None, None, "late +3s"),
            (Poll, Some(97_000), None, Some(102), "retry in 2s"),
            (Subscription, None, Some(100), None, "trying 0s"),
            (Subscription, None, None, Some(104), "retry in 4s"),
            (Subscription, Some(99_100), None, None, "█████████   0s"),
            (Subscription, Some(91_000), Some(99), None, "late"),
            (Subscription, Some(91_000), None, Some(104), "late"),
        ] {
            assert_eq!(
                cell_at_100s(rhythm, due, trying, retry),
                expected,
                "{rhythm:?} {due:?} {trying:?} {retry:?}"
            );
        }
    }

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
