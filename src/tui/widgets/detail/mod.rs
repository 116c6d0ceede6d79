//! The detail view: one monitor on the whole screen, in sections.

mod config;
mod course;
mod history;
mod instances;
mod log;
mod overview;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::Row;
use crate::tui::layout::Layout;
use crate::tui::state::detail::{Detail, Section};
use crate::tui::text::{columns, put, put_both, row};
use crate::tui::view::View;
use crate::words;

use super::{beats, header};

pub(crate) use overview::{BOX_HEIGHT, boxes};

pub(crate) fn draw(view: &View, detail: &Detail, layout: &Layout, buffer: &mut Buffer) {
    let Some(monitor) = view.ui.row() else { return };
    head(view, monitor, layout.header, buffer);
    sections(view, monitor, detail.section, layout.tabs, buffer);
    match detail.section {
        Section::Overview => overview::draw(view, monitor, detail, layout.body, buffer),
        Section::Beats => beats::draw(view, detail.scroll, layout.body, buffer),
        Section::Config => config::draw(view, monitor, detail.scroll, layout.body, buffer),
        Section::Log => log::draw(view, detail, layout.body, buffer),
        Section::History => history::draw(view, monitor, detail, layout.body, buffer),
        Section::Instances => instances::draw(view, monitor, detail.scroll, layout.body, buffer),
    }
}

/// ` hbmon › orders-ws   ✗ ERROR  24 heartbeats missed              [1/14]   14:32:07 +01:00`
fn head(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let name = Span::styled(monitor.meta.name.to_string(), theme.bold());
    let banner = header::banner(view, monitor.status, area.width);
    if area.height < 2 {
        let short = Line::from_iter([banner, Span::raw(" "), name]);
        return put_both(
            buffer,
            area,
            short,
            header::time(view, area.width, false),
            glyphs,
        );
    }
    let why = words::condition_at(monitor, view.now);
    let left = Line::from_iter([
        Span::styled(" hbmon", theme.bold()),
        Span::styled(format!(" {} ", glyphs.separator()), theme.dim()),
        name,
        Span::raw("  "),
        banner,
        Span::raw(format!(" {why}")),
    ]);
    let place = Span::styled(
        format!("[{}/{}]   ", view.ui.cursor() + 1, view.ui.line_count()),
        theme.dim(),
    );
    let mut right = Line::from(place);
    right.extend(header::time(view, area.width, false).spans);
    put_both(buffer, row(area, 0), left, right, glyphs);
    put(
        buffer,
        row(area, 1),
        Line::styled(format!(" {}", target_line(monitor)), theme.dim()),
        glyphs,
    );
}

/// `websocket  wss://orders.example.net/heartbeat   every 10s, grace 5s   tags: edge, money`
fn target_line(monitor: &Row) -> String {
    let meta = &monitor.meta;
    let policy = &monitor.policy;
    let cadence = match &policy.schedule {
        Some(schedule) => format!("schedule {}", words::schedule(schedule)),
        None => format!("every {}", words::span(policy.interval)),
    };
    let cadence = format!("{cadence}, grace {}", words::span(policy.grace));
    let mut parts = vec![format!("{}  {}", meta.kind.as_str(), meta.address), cadence];
    parts.extend(meta.group.as_ref().map(|group| format!("group: {group}")));
    if !meta.tags.is_empty() {
        let tags: Vec<&str> = meta.tags.iter().map(|tag| tag.as_str()).collect();
        parts.push(format!("tags: {}", tags.join(", ")));
    }
    parts.join("   ")
}

/// Returns the position of the section whose title is at a column.
pub(crate) fn section_at(monitor: &Row, column: u16) -> Option<usize> {
    let mut end = 0;
    Section::of(monitor).iter().position(|section| {
        // The title and two columns on each side.
        end += columns(section.title()) + 4;
        column < end
    })
}

/// ` [Overview]   Beats   Config   Log`
fn sections(view: &View, monitor: &Row, shown: Section, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let spans = Section::of(monitor).iter().map(|section| {
        if *section == shown {
            Span::styled(format!(" [{}] ", section.title()), theme.bold())
        } else {
            Span::styled(format!("  {}  ", section.title()), theme.dim())
        }
    });
    put(buffer, row(area, 0), Line::from_iter(spans), theme.glyphs);
}
