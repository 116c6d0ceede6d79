//! The picture as lines with their colours, for the terminal's own scrollback.

use crossterm::style::{ContentStyle, StyledContent};
use ratatui::backend::IntoCrossterm;
use ratatui::buffer::Buffer;

use super::cells;

/// One line for each row; runs of one style are written at once.
pub fn ansi(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut run: Option<(ContentStyle, String)> = None;
        for (_, cell) in cells(buffer, y) {
            let style = cell.style().into_crossterm();
            match &mut run {
                Some((same, symbols)) if *same == style => symbols.push_str(cell.symbol()),
                _ => {
                    flush(run.replace((style, cell.symbol().to_owned())), &mut text);
                }
            }
        }
        flush(run, &mut text);
        text.push('\n');
    }
    text
}

fn flush(run: Option<(ContentStyle, String)>, text: &mut String) {
    if let Some((style, symbols)) = run {
        text.push_str(&StyledContent::new(style, symbols).to_string());
    }
}
