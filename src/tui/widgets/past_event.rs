//! An event of a former run in the list of events: dim, and with its date.

use ratatui::text::{Line, Span};

use crate::history::change::StatusChange;
use crate::model::Text;
use crate::tui::state::display::ClockMode;
use crate::tui::text::{columns, fit};
use crate::tui::view::View;
use crate::words;

/// ` 2026-11-21 14:02 ✗ api-eu       503 Service Unavailable`
pub(super) fn line(view: &View, change: &StatusChange, width: u16) -> Line<'static> {
    let glyphs = view.theme.glyphs;
    let time = match view.ui.display.clock {
        ClockMode::Age => {
            let age = change.from.duration_until(view.snapshot.wall(view.now));
            words::age(age.try_into().unwrap_or_default())
        }
        ClockMode::Local | ClockMode::Utc => view.format(change.from, "%Y-%m-%d %H:%M"),
    };
    let name = fit(change.monitor.as_str(), width, glyphs);
    let pad = " ".repeat(width.saturating_sub(columns(&name)).into());
    let reason = || {
        change
            .reason
            .map(|reason| reason.as_str().replace('_', " "))
    };
    let why = change.message.as_ref().map(Text::to_string).or_else(reason);
    let why = why.unwrap_or_else(|| change.status.as_str().to_owned());
    let glyph = glyphs.status(change.status);
    let text = format!(" {time:>8} {glyph} {name}{pad} {why}");
    Span::styled(text, view.theme.dim()).into()
}
