//! The state of the detail view: its section, scroll position and search text.

use crate::model::{IncidentId, Row};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    Overview,
    Beats,
    Config,
    Log,
    /// Availability, days and incidents.
    History,
    /// Only of a monitor with instances.
    Instances,
}

impl Section {
    const ALL: [Section; 6] = [
        Section::Overview,
        Section::Beats,
        Section::Config,
        Section::Log,
        Section::History,
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
            Section::History => "History",
            Section::Instances => "Instances",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    pub section: Section,
    /// Overview and Beats: the selected beat, counted from the newest. History: the selected
    /// incident. The other sections: the number of lines scrolled out of view.
    pub scroll: usize,
    /// History: the incident whose course is shown.
    pub opened: Option<OpenedIncident>,
    /// The search text of the log.
    pub search: String,
}

/// An incident that was chosen from the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedIncident {
    pub id: IncidentId,
    /// Its place in the list.
    pub place: usize,
}

impl Detail {
    /// Opens a section at its top.
    pub const fn open(&mut self, section: Section) {
        self.section = section;
        self.rewind();
    }

    /// Goes to the top of the section.
    pub const fn rewind(&mut self) {
        self.scroll = 0;
        self.opened = None;
    }
}
