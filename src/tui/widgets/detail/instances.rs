//! The instances of one push monitor by name, the missing ones first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Instance, Row, Status};
use crate::tui::text::{columns, fit, put, row};
use crate::tui::view::View;
use crate::words;

/// Minimum and maximum width of the names, in columns.
const NAME_WIDTHS: (u16, u16) = (12, 48);

pub(super) fn draw(view: &View, monitor: &Row, scrolled: usize, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let known = view.ui.details_of(monitor.id);
    let instances = known.map_or(&[][..], |details| &details.instances);
    let widest = instances
        .iter()
        .map(|instance| columns(instance.id.as_str()));
    let width = widest
        .max()
        .unwrap_or(0)
        .clamp(NAME_WIDTHS.0, NAME_WIDTHS.1);
    let title = match known {
        None => "  not known yet".to_owned(),
        Some(_) if instances.is_empty() => "  no instances yet".to_owned(),
        Some(_) => format!(
            "    {:<width$}  {:<22}  LAST BEAT",
            "NAME",
            "STATE",
            width = usize::from(width)
        ),
    };
    put(
        buffer,
        row(area, 0),
        Span::styled(title, theme.dim()),
        theme.glyphs,
    );
    let page = usize::from(area.height.saturating_sub(1));
    let scrolled = scrolled.min(instances.len().saturating_sub(page));
    for (n, instance) in (1..area.height).zip(instances.iter().skip(scrolled)) {
        let line = line(view, instance, width);
        put(buffer, row(area, n), line, theme.glyphs);
    }
}

/// `  ✗ worker-07     missing                 12m03s ago`
fn line(view: &View, instance: &Instance, width: u16) -> Line<'static> {
    let glyphs = view.theme.glyphs;
    let (status, state) = match (instance.online, instance.available) {
        (false, _) => (Status::Error, "missing"),
        (true, true) => (Status::Healthy, "online"),
        (true, false) => (Status::Warning, "online, not available"),
    };
    let name = fit(instance.id.as_str(), width, glyphs);
    let pad = " ".repeat(width.saturating_sub(columns(&name)).into());
    let last = instance.last_beat.map_or_else(
        || "no good heartbeat yet".to_owned(),
        |at| format!("{} ago", words::age(view.now.since(at))),
    );
    Line::from_iter([
        Span::styled(
            format!("  {} ", glyphs.status(status)),
            view.theme.status(status),
        ),
        Span::raw(format!("{name}{pad}  {state:<22}  {last}")),
    ])
}
