//! Colours, attributes and glyphs of the screen.

use ratatui::style::{Color, Modifier, Style};

use crate::model::{Quality, Status};
use crate::prefs::{KeyNames, ThemeName};
pub use crate::words::Glyphs;

/// The colours that the terminal supports. The screen never sets a background colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// Attributes only (`NO_COLOR`).
    None,
    /// The terminal's own sixteen colours.
    Ansi,
    /// The palette of 256 colours.
    Indexed,
    True,
}

/// Returns the colours of a theme, or `None` if it has none.
const fn swatch(name: ThemeName, colours: Colours) -> Option<Swatch> {
    use Color::{Blue, Cyan, Green, Indexed, Magenta, Red, Rgb, Yellow};
    let (healthy, warning, error, progress) = match (name, colours) {
        (ThemeName::Mono, _) | (_, Colours::None) => return None,
        (ThemeName::Default, _) => (Green, Yellow, Red, Cyan),
        (ThemeName::CbDeutan, Colours::Ansi) => (Blue, Yellow, Red, Cyan),
        (ThemeName::CbDeutan, Colours::Indexed) => {
            (Indexed(33), Indexed(136), Indexed(202), Indexed(67))
        }
        (ThemeName::CbDeutan, Colours::True) => (
            Rgb(0x2F, 0x81, 0xD8),
            Rgb(0xA8, 0x80, 0x00),
            Rgb(0xE0, 0x50, 0x0C),
            Rgb(0x60, 0x80, 0xA0),
        ),
        (ThemeName::CbTritan, Colours::Ansi) => (Cyan, Magenta, Red, Blue),
        (ThemeName::CbTritan, Colours::Indexed) => {
            (Indexed(31), Indexed(170), Indexed(160), Indexed(67))
        }
        (ThemeName::CbTritan, Colours::True) => (
            Rgb(0x00, 0x8C, 0x96),
            Rgb(0xC2, 0x54, 0xC0),
            Rgb(0xDC, 0x32, 0x2F),
            Rgb(0x60, 0x80, 0xA0),
        ),
    };
    Some(Swatch {
        healthy,
        warning,
        error,
        progress,
    })
}

/// All colours of the screen.
#[derive(Clone, Copy)]
struct Swatch {
    healthy: Color,
    warning: Color,
    error: Color,
    progress: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    pub name: ThemeName,
    pub colours: Colours,
    pub glyphs: Glyphs,
}

impl Theme {
    pub const fn status(self, status: Status) -> Style {
        match status {
            Status::Healthy => self.healthy(),
            Status::Warning => self.warning(),
            Status::Error => self.error(),
            Status::Unknown => Style::new(),
            Status::Paused => self.dim(),
        }
    }

    pub const fn healthy(self) -> Style {
        match self.swatch() {
            Some(swatch) => Style::new().fg(swatch.healthy),
            None => Style::new(),
        }
    }

    pub const fn warning(self) -> Style {
        match self.swatch() {
            Some(swatch) => Style::new().fg(swatch.warning),
            None => Style::new(),
        }
    }

    pub const fn error(self) -> Style {
        match self.swatch() {
            Some(swatch) => self.bold().fg(swatch.error),
            None => self.bold(),
        }
    }

    pub const fn progress(self) -> Style {
        match self.swatch() {
            Some(swatch) => Style::new().fg(swatch.progress),
            None => Style::new(),
        }
    }

    /// Style of titles and labels. Uses DIM, because bright black is invisible on some terminals.
    pub const fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub const fn bold(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub const fn plain(self) -> Style {
        Style::new()
    }

    pub const fn underlined(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    /// Style of cursors.
    pub const fn reversed(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Style of the status in the header.
    pub const fn banner(self, status: Status) -> Style {
        self.status(status)
            .remove_modifier(Modifier::DIM)
            .add_modifier(Modifier::REVERSED)
            .add_modifier(Modifier::BOLD)
    }

    /// Style that is patched over the row under the cursor.
    pub const fn selected(self) -> Style {
        match self.swatch() {
            Some(_) => self.bold(),
            None => self.bold().add_modifier(Modifier::REVERSED),
        }
    }

    const fn swatch(self) -> Option<Swatch> {
        swatch(self.name, self.colours)
    }
}

/// The glyphs of the screen. Each takes one column, and none has an emoji presentation.
impl Glyphs {
    /// Returns the other set.
    #[must_use]
    pub const fn next(self) -> Glyphs {
        match self {
            Glyphs::Unicode => Glyphs::Ascii,
            Glyphs::Ascii => Glyphs::Unicode,
        }
    }

    pub const fn key_names(self) -> KeyNames {
        match self {
            Glyphs::Unicode => KeyNames::Arrows,
            Glyphs::Ascii => KeyNames::Words,
        }
    }

    /// A segment of the fleet line.
    pub const fn stretch(self, status: Status) -> &'static str {
        match (self, status) {
            (Glyphs::Ascii, _) => self.status(status),
            (Glyphs::Unicode, Status::Healthy) => "━",
            (Glyphs::Unicode, Status::Warning) => "╍",
            (Glyphs::Unicode, Status::Error) => "┅",
            (Glyphs::Unicode, Status::Unknown) => "─",
            (Glyphs::Unicode, Status::Paused) => "┈",
        }
    }

    pub const fn quality(self, quality: Quality) -> &'static str {
        match quality {
            Quality::Excellent => self.pick("▂▄▆█", "####"),
            Quality::Good => self.pick("▂▄▆", "###"),
            Quality::Fair => self.pick("▂▄", "##"),
            Quality::Poor => self.pick("▂", "#"),
            Quality::Unknown => "?",
        }
    }

    /// Bars of a heartbeat, from the lowest to the highest.
    pub const fn heights(self) -> [&'static str; 8] {
        match self {
            Glyphs::Unicode => ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            Glyphs::Ascii => [".", ":", "-", "=", "+", "*", "#", "%"],
        }
    }

    pub const fn missed(self) -> &'static str {
        self.pick("×", "x")
    }

    /// A position in the strip without a heartbeat yet.
    pub const fn nothing(self) -> &'static str {
        self.pick("·", " ")
    }

    /// A day in which no time was judged.
    pub const fn unjudged(self) -> &'static str {
        self.pick("·", "_")
    }

    /// A value that is not available.
    pub const fn absent(self) -> &'static str {
        self.pick("—", "-")
    }

    pub const fn cursor(self) -> &'static str {
        self.pick("▸", ">")
    }

    pub const fn ellipsis(self) -> &'static str {
        self.pick("…", "~")
    }

    /// The status glyph just after a heartbeat. The ASCII glyphs do not change.
    pub const fn pulse(self, status: Status) -> &'static str {
        match (self, status) {
            (Glyphs::Unicode, Status::Healthy) => "◉",
            _ => self.status(status),
        }
    }

    /// After the name of a monitor whose problem is acknowledged.
    pub const fn acknowledged(self) -> &'static str {
        self.pick("✓", "a")
    }

    /// After the name of a monitor that is silenced.
    pub const fn silenced(self) -> &'static str {
        self.pick("∅", "m")
    }

    /// After the name of a monitor that is in maintenance.
    pub const fn maintained(self) -> &'static str {
        self.pick("◇", "w")
    }

    /// After the name of a monitor whose problem no channel is told of yet.
    pub const fn held(self) -> &'static str {
        self.pick("◔", "h")
    }

    /// The line of a limit in a chart.
    pub const fn limit(self) -> &'static str {
        self.pick("╌", "-")
    }

    /// Above a bar that is higher than its chart.
    pub const fn clipped(self) -> &'static str {
        self.pick("↑", "^")
    }

    /// Before the name of a group.
    pub const fn fold(self, folded: bool) -> &'static str {
        if folded {
            self.pick("▹", ">")
        } else {
            self.pick("▿", "v")
        }
    }

    /// Shades that distinguish neighbouring segments of a line.
    pub const fn shades(self) -> [&'static str; 3] {
        match self {
            Glyphs::Unicode => ["░", "▒", "▓"],
            Glyphs::Ascii => [".", "=", "#"],
        }
    }

    pub const fn separator(self) -> &'static str {
        self.pick("›", ">")
    }

    pub const fn frame(self) -> &'static FrameGlyphs {
        match self {
            Glyphs::Unicode => &FrameGlyphs {
                corners: ["╭", "╮", "╰", "╯"],
                level: "─",
                upright: "│",
                junction: "┬",
                tick: "┤",
                origin: "┼",
            },
            Glyphs::Ascii => &FrameGlyphs {
                corners: ["+", "+", "+", "+"],
                level: "-",
                upright: "|",
                junction: "+",
                tick: "|",
                origin: "+",
            },
        }
    }
}

/// Characters of boxes and axes.
pub struct FrameGlyphs {
    /// Top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    pub level: &'static str,
    pub upright: &'static str,
    /// Where a vertical line begins at a horizontal one.
    pub junction: &'static str,
    pub tick: &'static str,
    pub origin: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the contrast ratio of two luminances (WCAG 2.2).
    fn contrast(one: f64, other: f64) -> f64 {
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn luminance(colour: Color) -> Option<f64> {
        let Color::Rgb(r, g, b) = colour else {
            return None;
        };
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        Some(0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b))
    }

    #[test]
    fn true_colours_are_read_on_black_and_on_white() {
        for name in [ThemeName::CbDeutan, ThemeName::CbTritan] {
            let Swatch {
                healthy,
                warning,
                error,
                progress,
            } = swatch(name, Colours::True).unwrap();
            for colour in [healthy, warning, error, progress] {
                let luminance = luminance(colour).unwrap();
                assert!(
                    contrast(luminance, 0.0) >= 3.0 && contrast(luminance, 1.0) >= 3.0,
                    "{colour:?}"
                );
            }
        }
    }
}
