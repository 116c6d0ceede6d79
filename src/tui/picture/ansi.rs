//! Exports a picture as lines with escape sequences, for the terminal's scrollback.

use crossterm::style::{ContentStyle, StyledContent};
use ratatui::backend::IntoCrossterm;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Style};

use super::cells;

/// Returns one line for each row. Neighbouring cells of one style share one escape sequence.
pub(crate) fn ansi(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut run: Option<(ContentStyle, String)> = None;
        for (_, cell) in cells(buffer, y) {
            let style = style(cell);
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

/// Returns the style of a cell, without the terminal's default colours.
fn style(cell: &Cell) -> ContentStyle {
    let own = |colour| Some(colour).filter(|colour| *colour != Color::Reset);
    let mut style = Style::new().add_modifier(cell.modifier);
    style.fg = own(cell.fg);
    style.bg = own(cell.bg);
    style.into_crossterm()
}

fn flush(run: Option<(ContentStyle, String)>, text: &mut String) {
    if let Some((style, symbols)) = run {
        text.push_str(&StyledContent::new(style, symbols).to_string());
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn only_what_is_styled_is_said_to_be() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        buffer.set_string(0, 0, "ab日", Style::new());
        buffer.set_string(4, 0, "!!", Style::new().fg(Color::Red));
        let drawn = ansi(&buffer);
        assert!(
            drawn.starts_with("ab日\x1b[") && drawn.contains("!!\x1b[") && drawn.ends_with('\n'),
            "{drawn:?}"
        );
    }
}
