//! The top lines of the main view: the state of the fleet in words, counts and totals.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::Status;
use crate::tui::caption::CaptionTone;
use crate::tui::layout::WIDE;
use crate::tui::text::{count, put, put_both, row};
use crate::tui::view::View;
use crate::words;

pub(crate) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let glyphs = view.theme.glyphs;
    if area.height < 2 {
        return put_both(
            buffer,
            area,
            short(view, area.width),
            time(view, area.width, false),
            glyphs,
        );
    }
    put_both(
        buffer,
        row(area, 0),
        verdict(view, area.width),
        time(view, area.width, true),
        glyphs,
    );
    put(buffer, row(area, 1), numbers(view, area.width), glyphs);
}

/// Draws the line below the header: a story, or what makes the screen less than true.
pub(crate) fn caption(view: &View, area: Rect, buffer: &mut Buffer) {
    let Some(caption) = view.ui.caption(view.real_now) else {
        return;
    };
    let theme = view.theme;
    let line = match caption.tone {
        CaptionTone::Story => Line::styled(format!(" {}", caption.text), theme.bold()),
        CaptionTone::Trouble => {
            let glyph = theme.glyphs.status(Status::Warning);
            Line::styled(format!(" {glyph} {}", caption.text), theme.warning())
        }
        CaptionTone::Failure => {
            let glyph = theme.glyphs.failed();
            Line::styled(format!(" {glyph} {}", caption.text), theme.error())
        }
    };
    put(buffer, area, line, theme.glyphs);
}

/// ` hbmon  edge.yaml   ✗ ERROR  2 of 14 down, 2 warning`
fn verdict(view: &View, width: u16) -> Line<'static> {
    let mut line = Line::from(Span::styled(" hbmon  ", view.theme.bold()));
    if width >= WIDE && !view.ui.source.is_empty() {
        line.push_span(Span::raw(format!("{}  ", view.ui.source)));
    }
    line.push_span(fleet_banner(view, width));
    line.push_span(Span::raw(format!(
        " {}",
        words::fleet_summary(&view.snapshot.counts)
    )));
    line
}

fn fleet_banner(view: &View, width: u16) -> Span<'static> {
    let worst = view.snapshot.counts.worst();
    if view.snapshot.rows.is_empty() {
        return Span::styled(" EMPTY ", view.theme.banner(Status::Paused));
    }
    banner(view, worst, width)
}

/// Returns ` ✗ ERROR ` in reversed colours; on a very narrow screen only the glyph.
pub(crate) fn banner(view: &View, status: Status, width: u16) -> Span<'static> {
    let glyph = view.theme.glyphs.status(status);
    let text = if width < 12 {
        glyph.to_owned()
    } else {
        format!(" {glyph} {} ", status.as_str().to_uppercase())
    };
    Span::styled(text, view.theme.banner(status))
}

/// Returns everything in one line, for a very small screen: ` ✗ ERROR 2/14 down ▲2`.
fn short(view: &View, width: u16) -> Line<'static> {
    let counts = &view.snapshot.counts;
    let mut line = Line::from(fleet_banner(view, width));
    if view.ui.frozen().is_some() && width < 40 {
        return line;
    }
    if counts.error > 0 {
        line.push_span(Span::raw(format!(
            "{}/{} down ",
            counts.error,
            counts.total()
        )));
    }
    for status in [Status::Warning, Status::Unknown]
        .into_iter()
        .filter(|status| counts.of(*status) > 0)
    {
        line.push_span(Span::raw(format!(
            "{}{} ",
            view.theme.glyphs.status(status),
            counts.of(status)
        )));
    }
    line
}

/// ` ● 10 healthy   ▲ 2 warning … │ 22 101 beats  38 missed │ 75ms avg  p95 640ms  99.6%  score 79`
fn numbers(view: &View, width: u16) -> Line<'static> {
    let theme = view.theme;
    let mut line = statuses(view, width >= WIDE);
    // A fact is shown completely or not at all, because part of a number would be a wrong number.
    for (n, fact) in totals(view).into_iter().enumerate() {
        let is_first_of_group = n == 0 || n == 3;
        let gap = if is_first_of_group { 3 } else { 2 };
        if line.width() + gap + fact.len() > usize::from(width) {
            break;
        }
        let gap = if is_first_of_group {
            Span::styled(format!(" {} ", theme.glyphs.frame().upright), theme.dim())
        } else {
            Span::raw("  ")
        };
        line.push_span(gap);
        line.push_span(Span::raw(fact));
    }
    line
}

/// ` ● 10 healthy   ▲ 2 warning`, or without words. Rare statuses are left out if they are 0.
fn statuses(view: &View, wide: bool) -> Line<'static> {
    let theme = view.theme;
    let counts = &view.snapshot.counts;
    let mut line = Line::default();
    let rare = |status: &Status| matches!(status, Status::Unknown | Status::Paused);
    for status in Status::ALL
        .into_iter()
        .filter(|status| !rare(status) || counts.of(*status) > 0)
    {
        let number = counts.of(status);
        let style = if number > 0 {
            theme.status(status)
        } else {
            Style::new()
        };
        let gap = if line.spans.is_empty() {
            " "
        } else if wide {
            "   "
        } else {
            "  "
        };
        line.push_span(Span::raw(gap));
        line.push_span(Span::styled(theme.glyphs.status(status), style));
        line.push_span(Span::raw(if wide {
            format!(" {} {}", count(number as u64), status.as_str())
        } else {
            count(number as u64)
        }));
    }
    line
}

/// Returns beats, misses and failures, then latencies, availability and score.
fn totals(view: &View) -> Vec<String> {
    let totals = view.ui.totals();
    let mut facts = vec![
        format!("{} beats", count(totals.beats)),
        format!("{} missed", count(totals.missed)),
        format!("{} failed", count(totals.failures)),
    ];
    let latency = totals.latency().map(words::latency);
    facts.extend(latency.map(|latency| format!("{latency} avg")));
    let p95 = totals.p95().map(words::latency);
    facts.extend(p95.map(|latency| format!("p95 {latency}")));
    facts.extend(totals.uptime(view.now).map(words::percent));
    let score = view.snapshot.counts.score();
    facts.extend(score.map(|score| format!("score {score:.0}")));
    facts
}

/// Minimum width, in columns, for hbmon's own overload beside the verdict.
const MIN_WIDTH_OVERLOAD: u16 = 60;

/// Returns the right end: hbmon's own overload, alerts that wait, whether the view is frozen, the
/// uptime of hbmon (if `up`) and the time.
pub(crate) fn time(view: &View, width: u16, up: bool) -> Line<'static> {
    let mut line = Line::default();
    let frozen = frozen(view, width);
    if up
        && width >= WIDE
        && frozen.is_none()
        && let Some(watched) = view.watched_for(view.real_now)
    {
        let up = format!("up {}   ", words::age(watched));
        line.push_span(Span::styled(up, view.theme.dim()));
    }
    let pending = view.ui.alerts().pending() as u64;
    if pending > 0 && width >= WIDE && frozen.is_none() {
        let pending = words::count(pending, "alert", "alerts");
        let text = format!("{pending} pending   ");
        line.push_span(Span::styled(text, view.theme.dim()));
    }
    let alone = width < WIDE && frozen.is_some();
    if let Some(overload) = view
        .snapshot
        .self_stats
        .overload
        .filter(|_| frozen.is_none() && width >= MIN_WIDTH_OVERLOAD)
    {
        line.push_span(Span::styled(
            format!("{}   ", words::overload_brief(overload)),
            view.theme.bold(),
        ));
    }
    line.extend(frozen);
    if !alone {
        line.push_span(Span::raw(clock(view, width)));
    }
    line
}

/// `FROZEN 00:12, 31 new beats`, or the part of it that fits.
fn frozen(view: &View, width: u16) -> Option<Span<'static>> {
    let (since, beats) = view.ui.frozen()?;
    let age = words::stopwatch(view.real_now.since(since));
    let new_beats = words::count(beats, "new beat", "new beats");
    let text = match width {
        0..24 => "FROZEN".to_owned(),
        24..60 => format!("FROZEN {age}"),
        60..WIDE => format!("FROZEN {age}, {new_beats} "),
        _ => format!("FROZEN {age}, {new_beats}   "),
    };
    Some(Span::styled(text, view.theme.bold()))
}

/// `14:32:07 +01:00`, or the part of it that fits.
fn clock(view: &View, width: u16) -> String {
    let format = match width {
        0..30 => return String::new(),
        30..60 => "%H:%M:%S",
        _ => "%H:%M:%S %:z",
    };
    view.clock_time(view.real_now, format)
}
