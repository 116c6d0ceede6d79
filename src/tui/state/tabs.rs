//! The tabs of the main view: all monitors, one tab for each kind in use, and the events.

use crate::model::{Counts, Kind, Meta};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    All,
    Kind(Kind),
    Events,
}

/// A tab as it is drawn, with the statuses of its monitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TabHead {
    pub tab: Tab,
    /// `None` for the events tab.
    pub counts: Option<Counts>,
}

impl Tab {
    /// Returns whether a monitor belongs to this tab. The events tab shows no table, so its table
    /// contains all monitors.
    pub fn contains(self, meta: &Meta) -> bool {
        match self {
            Tab::All | Tab::Events => true,
            Tab::Kind(kind) => meta.kind == kind,
        }
    }
}

/// The number of monitors for each kind and status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindCounts([Counts; Kind::ALL.len()]);

impl KindCounts {
    pub fn slot(&mut self, kind: Kind) -> Option<&mut Counts> {
        let place = Kind::ALL.iter().position(|other| *other == kind)?;
        self.0.get_mut(place)
    }

    /// Returns the tabs; `all` are the counts of the whole fleet.
    pub fn tabs(&self, all: Counts) -> Vec<TabHead> {
        let kinds = Kind::ALL
            .into_iter()
            .zip(self.0)
            .filter(|(_, counts)| counts.total() > 0);
        let kinds = kinds.map(|(kind, counts)| TabHead {
            tab: Tab::Kind(kind),
            counts: Some(counts),
        });
        let first = TabHead {
            tab: Tab::All,
            counts: Some(all),
        };
        [first]
            .into_iter()
            .chain(kinds)
            .chain([TabHead {
                tab: Tab::Events,
                counts: None,
            }])
            .collect()
    }
}
