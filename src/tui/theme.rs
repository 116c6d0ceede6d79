//! How things look: colours, attributes and glyphs, and nothing of what is shown.

use ratatui::style::{Color, Modifier, Style};

use crate::model::{Quality, Status};
use crate::prefs::{KeyNames, ThemeName};

/// Which colours the terminal may be sent. Never a background: the user's own stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Attributes only (`NO_COLOR`).
    None,
    /// The terminal's own sixteen, by name.
    Ansi,
}

/// Which characters the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    Unicode,
    Ascii,
}

#[derive(Clone, Copy, Debug)]
pub struct Theme {
    pub name: ThemeName,
    pub colours: Colours,
    pub glyphs: Glyphs,
}

impl Theme {
    pub const fn status(self, status: Status) -> Style {
        match status {
            Status::Healthy => self.colour(Color::Green),
            Status::Warning => self.warning(),
            Status::Error => self.error(),
            Status::Unknown => Style::new(),
            Status::Paused => self.dim(),
        }
    }

    pub const fn warning(self) -> Style {
        self.colour(Color::Yellow)
    }

    pub const fn error(self) -> Style {
        self.colour(Color::Red).add_modifier(Modifier::BOLD)
    }

    pub const fn progress(self) -> Style {
        self.colour(Color::Cyan)
    }

    /// Titles and labels. DIM, because bright black is invisible on some palettes.
    pub const fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub const fn bold(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// A word that must be seen across the room.
    pub const fn banner(self, status: Status) -> Style {
        self.status(status).remove_modifier(Modifier::DIM).add_modifier(Modifier::REVERSED).add_modifier(Modifier::BOLD)
    }

    /// Laid over the row under the cursor.
    pub const fn selected(self) -> Style {
        match self.colours {
            Colours::None => self.bold().add_modifier(Modifier::REVERSED),
            Colours::Ansi => self.bold(),
        }
    }

    const fn colour(self, colour: Color) -> Style {
        match self.colours {
            Colours::None => Style::new(),
            Colours::Ansi => Style::new().fg(colour),
        }
    }
}

/// One column each; none has an emoji presentation.
impl Glyphs {
    /// The other set.
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

    pub const fn pick(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        match self {
            Glyphs::Unicode => unicode,
            Glyphs::Ascii => ascii,
        }
    }

    pub const fn status(self, status: Status) -> &'static str {
        match status {
            Status::Healthy => self.pick("●", "+"),
            Status::Warning => self.pick("▲", "!"),
            Status::Error => self.failed(),
            Status::Unknown => self.pick("○", "?"),
            Status::Paused => self.pick("‖", "="),
        }
    }

    /// A stretch of the fleet's line.
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

    /// A heartbeat, by height.
    pub const fn heights(self) -> [&'static str; 8] {
        match self {
            Glyphs::Unicode => ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            Glyphs::Ascii => [".", ":", "-", "=", "+", "*", "#", "%"],
        }
    }

    pub const fn missed(self) -> &'static str {
        self.pick("×", "x")
    }

    pub const fn failed(self) -> &'static str {
        self.pick("✗", "x")
    }

    /// A place in the strip for which there is no heartbeat yet.
    pub const fn nothing(self) -> &'static str {
        self.pick("·", " ")
    }

    /// A value that there is none of.
    pub const fn absent(self) -> &'static str {
        self.pick("—", "-")
    }

    pub const fn cursor(self) -> &'static str {
        self.pick("▸", ">")
    }

    pub const fn rule(self) -> &'static str {
        self.pick("─", "-")
    }

    pub const fn wall(self) -> &'static str {
        self.pick("│", "|")
    }

    pub const fn ellipsis(self) -> &'static str {
        self.pick("…", "~")
    }
}
