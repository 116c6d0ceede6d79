//! The tabs of the main view: everything, one for each kind that there is, and the events.

use crate::model::{Counts, Kind, Meta};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    All,
    Kind(Kind),
    Events,
}

/// A tab as it is drawn: what is in it, from which its worst status follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TabHead {
    pub tab: Tab,
    /// `None` for the events.
    pub counts: Option<Counts>,
}

impl Tab {
    /// Whether a monitor belongs in it. The events show no monitors; the table behind them stays
    /// whole.
    pub fn contains(self, meta: &Meta) -> bool {
        match self {
            Tab::All | Tab::Events => true,
            Tab::Kind(kind) => meta.kind == kind,
        }
    }
}

/// How many monitors of each kind have which status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindCounts([Counts; Kind::ALL.len()]);

impl KindCounts {
    pub fn slot(&mut self, kind: Kind) -> Option<&mut Counts> {
        let place = Kind::ALL.iter().position(|other| *other == kind)?;
        self.0.get_mut(place)
    }

    /// The tabs of a fleet with these counts in all.
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
