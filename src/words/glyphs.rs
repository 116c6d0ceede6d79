//! The characters that show a status without colour.

use crate::model::Status;

/// Which characters a terminal can show. Screen and text outputs add the glyphs that only they use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    Unicode,
    Ascii,
}

impl Glyphs {
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

    pub const fn failed(self) -> &'static str {
        self.pick("✗", "x")
    }
}
