//! The detail view: which section of it, and how far it is scrolled.

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
    /// Overview and Beats: the chosen beat, counted from the newest. Config and Log: lines that are
    /// scrolled away.
    pub scroll: usize,
    /// What the log is searched for.
    pub search: String,
}

impl Detail {
    /// Goes to a section and to its top.
    pub const fn open(&mut self, section: Section) {
        self.section = section;
        self.scroll = 0;
    }
}
