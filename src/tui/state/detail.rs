//! The state of the detail view: its section, scroll position and search text.

use crate::model::Row;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    Overview,
    Beats,
    Config,
    Log,
    /// Only of a monitor with instances.
    Instances,
}

impl Section {
    const ALL: [Section; 5] = [
        Section::Overview,
        Section::Beats,
        Section::Config,
        Section::Log,
        Section::Instances,
    ];

    /// Returns the sections of a monitor, in their order on the screen.
    pub fn of(monitor: &Row) -> &'static [Section] {
        let hidden = usize::from(monitor.policy.instances.is_none());
        Section::ALL
            .get(..Section::ALL.len() - hidden)
            .unwrap_or_default()
    }

    pub const fn title(self) -> &'static str {
        match self {
            Section::Overview => "Overview",
            Section::Beats => "Beats",
            Section::Config => "Config",
            Section::Log => "Log",
            Section::Instances => "Instances",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    pub section: Section,
    /// Overview and Beats: the selected beat, counted from the newest. The other sections: the
    /// number of lines scrolled out of view.
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
