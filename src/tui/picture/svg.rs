//! The picture as SVG, exact to the cell: blocks and bars are drawn, text is stretched to its
//! columns.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::cells;

/// Size of a cell and of what stands in it, in units of the picture.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const FONT: f32 = 14.0;
/// From the top of a row to the line that letters stand on.
const BASELINE: f32 = 13.5;
/// Round the whole.
const MARGIN: f32 = 12.0;

/// What the terminal's own colours are in a picture: ground, letters, and the sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    pub background: &'static str,
    pub foreground: &'static str,
    pub ansi: [&'static str; 16],
}

impl Palette {
    pub const DARK: Palette = Palette {
        background: "#0d1117",
        foreground: "#d0d7de",
        ansi: [
            "#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
            "#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
        ],
    };

    pub const LIGHT: Palette = Palette {
        background: "#ffffff",
        foreground: "#24292f",
        ansi: [
            "#24292f", "#cf222e", "#116329", "#9a6700", "#0969da", "#8250df", "#1b7c83", "#6e7781",
            "#57606a", "#a40e26", "#1a7f37", "#bf8700", "#218bff", "#a475f9", "#3192aa", "#8c959f",
        ],
    };

    /// None: the terminal's own, whatever that is.
    fn colour(&self, colour: Color) -> Option<String> {
        const NAMED: [Color; 16] = [
            Color::Black,
            Color::Red,
            Color::Green,
            Color::Yellow,
            Color::Blue,
            Color::Magenta,
            Color::Cyan,
            Color::Gray,
            Color::DarkGray,
            Color::LightRed,
            Color::LightGreen,
            Color::LightYellow,
            Color::LightBlue,
            Color::LightMagenta,
            Color::LightCyan,
            Color::White,
        ];
        match colour {
            Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
            Color::Indexed(index @ 16..) => Some(indexed(index)),
            Color::Indexed(index) => self.ansi.get(usize::from(index)).map(ToString::to_string),
            named => {
                let place = NAMED.iter().position(|other| *other == named)?;
                self.ansi.get(place).map(ToString::to_string)
            }
        }
    }
}

/// xterm's cube of 6 by 6 by 6 and its 24 greys.
fn indexed(index: u8) -> String {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let (red, green, blue) = match index.checked_sub(232) {
        Some(grey) => (8 + 10 * grey, 8 + 10 * grey, 8 + 10 * grey),
        None => {
            let cube = index.saturating_sub(16);
            (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
    };
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// How the letters of a run look.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CellStyle {
    letters: String,
    /// Of reversed cells.
    ground: Option<String>,
    bold: bool,
    dim: bool,
    underlined: bool,
}

/// The whole picture as a document. `title`: what a screen reader says.
pub fn svg(buffer: &Buffer, palette: &Palette, title: &str) -> String {
    let area = buffer.area;
    let width = f32::from(area.width) * WIDTH + 2.0 * MARGIN;
    let height = f32::from(area.height) * HEIGHT + 2.0 * MARGIN;
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
         font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"{FONT}\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        escaped(title),
        palette.background,
    );
    for row in 0..area.height {
        let mut run: Option<CellRun> = None;
        for (column, cell) in cells(buffer, area.top() + row) {
            let ink = ink(cell, palette);
            let block = block(cell.symbol());
            match &mut run {
                Some(run) if run.ink == ink && run.is_text == block.is_none() => {
                    run.push(column, cell)
                }
                _ => {
                    write_run(run.take(), row, &mut out);
                    let mut fresh = CellRun {
                        column,
                        columns: 0,
                        ink,
                        is_text: block.is_none(),
                        text: String::new(),
                    };
                    fresh.push(column, cell);
                    run = Some(fresh);
                }
            }
        }
        write_run(run, row, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

/// Neighbours in a row that look alike.
struct CellRun {
    column: u16,
    columns: u16,
    ink: CellStyle,
    is_text: bool,
    text: String,
}

impl CellRun {
    fn push(&mut self, column: u16, cell: &Cell) {
        let symbol = cell.symbol();
        self.text.push_str(symbol);
        let end = column.saturating_add(u16::try_from(symbol.width()).unwrap_or(1).max(1));
        self.columns = end.saturating_sub(self.column);
    }
}

fn write_run(run: Option<CellRun>, row: u16, out: &mut String) {
    let Some(CellRun {
        column,
        columns,
        ink,
        is_text,
        text,
    }) = run
    else {
        return;
    };
    let (x, y) = (
        MARGIN + f32::from(column) * WIDTH,
        MARGIN + f32::from(row) * HEIGHT,
    );
    let width = f32::from(columns) * WIDTH;
    if let Some(ground) = &ink.ground {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>"
        );
    }
    let dim = if ink.dim { " opacity=\".6\"" } else { "" };
    if !is_text {
        let path: String = text
            .chars()
            .zip(0_u16..)
            .filter_map(|(c, n)| bar(c, x + f32::from(n) * WIDTH, y))
            .collect();
        if !path.is_empty() {
            let _ = writeln!(
                out,
                "<path d=\"{path}\" fill=\"{}\" shape-rendering=\"crispEdges\"{dim}/>",
                ink.letters
            );
        }
        return;
    }
    let (kept, lead) = (text.trim(), text.len() - text.trim_start().len());
    if kept.is_empty() {
        return;
    }
    let bold = if ink.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let under = if ink.underlined {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    let x = x + lead as f32 * WIDTH;
    let length = kept.width() as f32 * WIDTH;
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{bold}{dim}{under} \
         xml:space=\"preserve\">{}</text>",
        y + BASELINE,
        ink.letters,
        escaped(kept),
    );
}

fn ink(cell: &Cell, palette: &Palette) -> CellStyle {
    let letters = palette
        .colour(cell.fg)
        .unwrap_or_else(|| palette.foreground.to_owned());
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let (letters, ground) = if reversed {
        (palette.background.to_owned(), Some(letters))
    } else {
        (letters, palette.colour(cell.bg))
    };
    CellStyle {
        letters,
        ground,
        bold: cell.modifier.contains(Modifier::BOLD),
        dim: cell.modifier.contains(Modifier::DIM),
        underlined: cell.modifier.contains(Modifier::UNDERLINED),
    }
}

/// The block that a symbol is, which fonts draw with gaps.
fn block(symbol: &str) -> Option<char> {
    let mut chars = symbol.chars();
    chars
        .next()
        .filter(|c| ('\u{2581}'..='\u{258f}').contains(c) && chars.next().is_none())
}

/// A block with its upper left corner at a place: `▁` to `█` by height, `▉` to `▏` by width.
fn bar(c: char, x: f32, y: f32) -> Option<String> {
    let eighths = |first: u32| u32::from(c).checked_sub(first).map(|n| n as f32);
    let (width, height) = match c {
        '\u{2581}'..='\u{2588}' => (WIDTH, HEIGHT * (eighths(0x2580)? / 8.0)),
        _ => (WIDTH * ((8.0 - eighths(0x2588)?) / 8.0), HEIGHT),
    };
    let top = y + HEIGHT - height;
    Some(format!(
        "M{x:.1} {top:.1}h{width:.1}v{height:.1}h-{width:.1}z"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn what_is_drawn_is_well_formed_and_stays_in_its_columns() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 2));
        buffer.set_string(
            0,
            0,
            "<a&b> 日本",
            Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
        );
        buffer.set_string(0, 1, "▁█▏", Style::new().add_modifier(Modifier::REVERSED));
        let drawn = svg(&buffer, &Palette::DARK, "a < b");
        let document = roxmltree::Document::parse(&drawn).unwrap();
        let text = document
            .descendants()
            .find(|node| node.has_tag_name("text"))
            .unwrap();
        assert_eq!(text.text(), Some("<a&b> 日本"));
        assert_eq!(text.attribute("textLength"), Some("84.0"));
        assert_eq!(text.attribute("fill"), Some(Palette::DARK.ansi[1]));
        let path = document
            .descendants()
            .find(|node| node.has_tag_name("path"))
            .unwrap();
        assert_eq!(path.attribute("d").unwrap().matches('z').count(), 3);
        assert_eq!(path.attribute("fill"), Some(Palette::DARK.background));
    }

    #[test]
    fn every_colour_is_in_a_picture() {
        assert_eq!(Palette::LIGHT.colour(Color::Reset), None);
        assert_eq!(
            Palette::LIGHT.colour(Color::Indexed(1)).as_deref(),
            Some(Palette::LIGHT.ansi[1])
        );
        assert_eq!(indexed(16), "#000000");
        assert_eq!(indexed(231), "#ffffff");
        assert_eq!(indexed(255), "#eeeeee");
    }
}
