//! What lies over the picture: the help, the column chooser.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    Help(Help),
    Columns(Chooser),
}

/// Only bindings that contain `search` are shown, scrolled by so many lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    pub search: String,
    pub scroll: u16,
}

/// The cursor stands on this one of `Column::ALL`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chooser {
    pub cursor: usize,
}
