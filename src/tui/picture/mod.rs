//! The picture as text that outlives the screen: plain, with escapes for a terminal, as SVG.

mod ansi;
mod svg;
mod text;

pub use ansi::ansi;
pub use svg::{Palette, svg};
pub use text::text;

use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr;

/// The cells of one row with their columns, without those that lie below a wide character.
fn cells(buffer: &Buffer, y: u16) -> impl Iterator<Item = (u16, &Cell)> {
    let area = buffer.area;
    let mut next = area.left();
    (area.left()..area.right()).filter_map(move |x| {
        let cell = buffer.cell((x, y)).filter(|_| x >= next)?;
        next = x.saturating_add(u16::try_from(cell.symbol().width()).unwrap_or(1).max(1));
        Some((x - area.left(), cell))
    })
}
