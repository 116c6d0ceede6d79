//! Exports a picture as SVG, exact to the cell: blocks and bars are drawn as shapes, text is
//! stretched to the width of its columns.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::cells;

/// Width of a cell, in SVG units.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const FONT: f32 = 14.0;
/// Distance from the top of a row to the baseline.
const BASELINE: f32 = 13.5;
/// Margin around the picture.
const MARGIN: f32 = 12.0;

/// The colours for the terminal's defaults: background, foreground and the sixteen ANSI colours.
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

    /// Returns the colour in CSS notation, or `None` for the terminal's default.
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

/// Returns a colour of xterm's 256: the cube of 6 × 6 × 6 from 16, the 24 greys from 232.
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

/// The style of a run of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CellStyle {
    foreground: String,
    /// Background, if it is not the default.
    background: Option<String>,
    bold: bool,
    dim: bool,
    underlined: bool,
}

/// Returns the picture as an SVG document. Screen readers read out `title`.
pub fn svg(buffer: &Buffer, palette: &Palette, title: &str) -> String {
    let area = buffer.area;
    let width = f32::from(area.width) * WIDTH + 2.0 * MARGIN;
    let height = f32::from(area.height) * HEIGHT + 2.0 * MARGIN;
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         role=\"img\" font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,\
         'DejaVu Sans Mono',monospace\" font-size=\"{FONT}\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        escaped(title),
        palette.background,
    );
    for row in 0..area.height {
        let mut run: Option<CellRun> = None;
        for (column, cell) in cells(buffer, area.top() + row) {
            let style = style(cell, palette);
            let block = block(cell.symbol());
            match &mut run {
                Some(run) if run.style == style && run.is_text == block.is_none() => {
                    run.push(column, cell)
                }
                _ => {
                    write_run(run.take(), row, &mut out);
                    let mut fresh = CellRun {
                        column,
                        columns: 0,
                        style,
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

/// Neighbouring cells of a row with the same style.
struct CellRun {
    column: u16,
    columns: u16,
    style: CellStyle,
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
        style,
        is_text,
        text,
    }) = run
    else {
        return;
    };
    let x = MARGIN + f32::from(column) * WIDTH;
    let y = MARGIN + f32::from(row) * HEIGHT;
    let width = f32::from(columns) * WIDTH;
    if let Some(background) = &style.background {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\" \
             fill=\"{background}\"/>"
        );
    }
    let dim = if style.dim { " opacity=\".6\"" } else { "" };
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
                style.foreground
            );
        }
        return;
    }
    let trimmed = text.trim();
    let leading = text.len() - text.trim_start().len();
    if trimmed.is_empty() {
        return;
    }
    let bold = if style.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let under = if style.underlined {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    let x = x + leading as f32 * WIDTH;
    let length = trimmed.width() as f32 * WIDTH;
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{bold}{dim}{under} \
         xml:space=\"preserve\">{}</text>",
        y + BASELINE,
        style.foreground,
        escaped(trimmed),
    );
}

fn style(cell: &Cell, palette: &Palette) -> CellStyle {
    let foreground = palette
        .colour(cell.fg)
        .unwrap_or_else(|| palette.foreground.to_owned());
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let (foreground, background) = if reversed {
        (palette.background.to_owned(), Some(foreground))
    } else {
        (foreground, palette.colour(cell.bg))
    };
    CellStyle {
        foreground,
        background,
        bold: cell.modifier.contains(Modifier::BOLD),
        dim: cell.modifier.contains(Modifier::DIM),
        underlined: cell.modifier.contains(Modifier::UNDERLINED),
    }
}

/// Returns the block element that a symbol consists of. Fonts would draw blocks with gaps.
fn block(symbol: &str) -> Option<char> {
    let mut chars = symbol.chars();
    chars
        .next()
        .filter(|c| ('\u{2581}'..='\u{258f}').contains(c) && chars.next().is_none())
}

/// Returns the SVG path of a block element in a cell at `x`, `y`: `▁` to `█` differ in height, `▉`
/// to `▏` in width.
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
