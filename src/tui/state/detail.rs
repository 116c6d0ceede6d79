//! The state of the detail view: its section, scroll position and search text.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    Overview,
    Beats,
    Config,
    Log,
}

impl Section {
    pub const ALL: [Section; 4] = [
        Section::Overview,
        Section::Beats,
        Section::Config,
        Section::Log,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Section::Overview => "Overview",
            Section::Beats => "Beats",
            Section::Config => "Config",
            Section::Log => "Log",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    pub section: Section,
    /// Overview and Beats: the selected beat, counted from the newest. Config and Log: the number
    /// of lines scrolled out of view.
    pub scroll: usize,
    /// The search text of the log.
    pub search: String,
}

impl Detail {
    /// Opens a section at its top.
    pub const fn open(&mut self, section: Section) {
        self.section = section;
        self.scroll = 0;
    }
}
