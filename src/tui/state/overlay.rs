//! Overlays over the picture: the help, the column chooser, and how long to silence a monitor.

use super::silence_choice::SilenceChoice;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    Help(Help),
    Columns(Chooser),
    Silence(SilenceChoice),
}

/// The state of the help. It shows the bindings that contain `search`, scrolled by `scroll` lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    pub search: String,
    pub scroll: u16,
}

/// The state of the column chooser. The cursor is an index in `Column::ALL`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chooser {
    pub cursor: usize,
}
