//! One entry of a list for people: columns, and a text that is wrapped beside them.

use std::io;

use unicode_width::UnicodeWidthStr;

use crate::report::style::Style;
use crate::report::wrap::{wrapped, write_below};

/// Maximum width of a name: a longer one pushes only its own line.
pub(super) const MAX_NAME: usize = 40;
/// The least room beside the columns; with less, the text begins on the next line.
const MIN_ROOM: usize = 24;
/// Indentation of text below a line.
const INDENT: usize = 4;

/// Returns a text with spaces behind it, up to a width in columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// Returns a text with spaces before it, up to a width in columns.
pub(super) fn padded_left(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{}{text}", " ".repeat(missing))
}

/// Writes columns, which take `width`, and a text beside or below them.
pub(super) fn write(
    columns: &str,
    width: usize,
    text: &str,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if text.is_empty() {
        return writeln!(out, "{}", columns.trim_end());
    }
    let room = style.columns.map(|all| all.saturating_sub(width + 2));
    if room.is_some_and(|room| room < MIN_ROOM && text.width() > room) {
        writeln!(out, "{}", columns.trim_end())?;
        return write_below(text, INDENT, style.columns, str::to_owned, out);
    }
    let mut head = columns.to_owned();
    for line in wrapped(text, room) {
        writeln!(out, "{head}  {line}")?;
        head = " ".repeat(width);
    }
    Ok(())
}
