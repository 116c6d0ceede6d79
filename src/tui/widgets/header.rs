//! The top lines: how things stand in words, counts, totals, the fleet's line, and what is being looked at.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::Status;
use crate::tui::text::{count, put, put_both, row};
use crate::tui::view::View;
use crate::words;

use super::fleet;

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let glyphs = view.theme.glyphs;
    if area.height < 2 {
        return put_both(buffer, area, short(view, area.width), Line::from(clock(view, area.width)), glyphs);
    }
    put_both(buffer, row(area, 0), verdict(view, area.width), time(view, area.width), glyphs);
    put(buffer, row(area, 1), numbers(view, area.width), glyphs);
    fleet::draw(view, row(area, 2), buffer);
    put_both(buffer, row(area, 3), scope(view), sort(view), glyphs);
}

/// ` hbmon  edge.yaml   ✗ ERROR   2 of 14 down, 2 warning`
fn verdict(view: &View, width: u16) -> Line<'static> {
    let mut line = Line::from(Span::styled(" hbmon  ", view.theme.bold()));
    if width >= 100 && !view.ui.source.is_empty() {
        line.push_span(Span::raw(format!("{}   ", view.ui.source)));
    }
    line.push_span(banner(view, width));
    line.push_span(Span::raw(format!("  {}", words::standing(&view.snapshot.counts))));
    line
}

fn banner(view: &View, width: u16) -> Span<'static> {
    let worst = view.snapshot.counts.worst();
    if width < 12 {
        return Span::styled(view.theme.glyphs.status(worst), view.theme.banner(worst));
    }
    let word = if view.snapshot.rows.is_empty() { "EMPTY".into() } else { worst.as_str().to_uppercase() };
    Span::styled(format!(" {} {word} ", view.theme.glyphs.status(worst)), view.theme.banner(worst))
}

/// Everything in one line, for a sliver of a screen: ` ✗ ERROR  2/14 down ▲2`.
fn short(view: &View, width: u16) -> Line<'static> {
    let counts = &view.snapshot.counts;
    let mut line = Line::from(banner(view, width));
    if counts.error > 0 {
        line.push_span(Span::raw(format!(" {}/{} down", counts.error, counts.total())));
    }
    for status in [Status::Warning, Status::Unknown].into_iter().filter(|status| counts.of(*status) > 0) {
        line.push_span(Span::raw(format!(" {}{}", view.theme.glyphs.status(status), counts.of(status))));
    }
    line.push_span(frozen(view));
    line
}

fn numbers(view: &View, width: u16) -> Line<'static> {
    let (theme, glyphs, totals) = (view.theme, view.theme.glyphs, view.ui.totals());
    let counts = &view.snapshot.counts;
    let mut line = Line::default();
    for status in Status::ALL.into_iter().filter(|status| *status != Status::Paused || counts.paused > 0) {
        let number = counts.of(status);
        let style = if number > 0 { theme.status(status) } else { Style::new() };
        line.push_span(Span::styled(format!(" {}", glyphs.status(status)), style));
        let word = if width >= 100 { format!(" {}", status.as_str()) } else { String::new() };
        line.push_span(Span::raw(format!(" {number}{word} ")));
    }
    let mut facts = vec![
        format!("{} beats", count(totals.beats)),
        format!("{} missed", count(totals.missed)),
        format!("{} failed", count(totals.failures)),
    ];
    facts.extend(totals.latency().map(|latency| format!("{} avg", words::latency(latency))));
    facts.extend(counts.score().map(|score| format!("score {score:.0}")));
    line.push_span(Span::styled(glyphs.wall(), theme.dim()));
    // Whole facts or none: half a number would be a wrong one.
    for (n, fact) in facts.into_iter().enumerate() {
        let fact = format!("{}{fact}", if n == 0 { " " } else { "  " });
        if line.width() + fact.len() > usize::from(width) {
            break;
        }
        line.push_span(Span::raw(fact));
    }
    line
}

/// What of the fleet is shown.
fn scope(view: &View) -> Line<'static> {
    let (ui, all) = (view.ui, view.snapshot.rows.len());
    let mut line = Line::raw(format!(" {}", words::count(all as u64, "monitor", "monitors")));
    if !ui.choice.is_everything() {
        line = Line::raw(format!(" {} of {all} monitors", ui.chosen()));
    }
    if !ui.choice.filter.is_empty() {
        line.push_span(Span::styled(format!("   /{}", ui.choice.filter.text()), view.theme.bold()));
    }
    if ui.choice.problems_only {
        line.push_span(Span::styled("   problems only", view.theme.bold()));
    }
    line.push_span(frozen(view));
    line
}

fn frozen(view: &View) -> Span<'static> {
    view.ui.frozen().map_or_else(Span::default, |(since, beats)| {
        let age = words::age(view.clock.since(since));
        let news = words::count(beats, "new beat", "new beats");
        Span::styled(format!("   FROZEN {age}, {news}"), view.theme.bold())
    })
}

fn sort(view: &View) -> Line<'static> {
    let choice = &view.ui.choice;
    let reversed = if choice.reversed { ", reversed" } else { "" };
    Line::styled(format!("sort: {}{reversed} ", choice.sort.label()), view.theme.dim())
}

fn time(view: &View, width: u16) -> Line<'static> {
    let up = if width >= 100 { format!("up {}   ", words::age(view.clock.since_start())) } else { String::new() };
    Line::from_iter([Span::styled(up, view.theme.dim()), Span::raw(clock(view, width))])
}

/// `14:32:07 +01:00`, as much of it as there is room for.
fn clock(view: &View, width: u16) -> String {
    let format = match width {
        0..40 => return String::new(),
        40..60 => "%H:%M:%S",
        _ => "%H:%M:%S %:z ",
    };
    view.format(view.snapshot.wall(view.clock), format)
}
