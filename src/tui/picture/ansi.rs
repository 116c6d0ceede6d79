//! The picture as lines with their colours, for the terminal's own scrollback.

use crossterm::style::{ContentStyle, StyledContent};
use ratatui::backend::IntoCrossterm;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Style};

use super::cells;

/// One line for each row; runs of one style are written at once.
pub fn ansi(buffer: &Buffer) -> String {
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

/// What is the terminal's own anyway is not said.
fn style(cell: &Cell) -> ContentStyle {
    let own = |colour| Some(colour).filter(|colour| *colour != Color::Reset);
    let mut style = Style::new().add_modifier(cell.modifier);
    (style.fg, style.bg) = (own(cell.fg), own(cell.bg));
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
