//! Exports a picture: as plain text, as text with escape sequences for a terminal, or as SVG.

mod ansi;
mod svg;
mod text;

pub(super) use ansi::ansi;
pub use svg::{Palette, svg};
pub(super) use text::text;

use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr;

/// Iterates over the cells of a row with their columns. Skips cells that are covered by a wide
/// character.
fn cells(buffer: &Buffer, y: u16) -> impl Iterator<Item = (u16, &Cell)> {
    let area = buffer.area;
    let mut next = area.left();
    (area.left()..area.right()).filter_map(move |x| {
        let cell = buffer.cell((x, y)).filter(|_| x >= next)?;
        next = x.saturating_add(u16::try_from(cell.symbol().width()).unwrap_or(1).max(1));
        Some((x - area.left(), cell))
    })
}
