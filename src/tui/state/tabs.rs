//! The tabs of the main view: all monitors, one tab for each kind, group or tag in use, and the
//! events.

use std::collections::BTreeMap;

use crate::model::{Counts, Kind, Meta, Row, Text};
use crate::prefs::TabSet;

/// In the order of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    #[default]
    All,
    Kind(Kind),
    Group(Text),
    /// The monitors without a group.
    NoGroup,
    Tag(Text),
    Events,
}

/// A tab as it is drawn, with the statuses of its monitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabHead {
    pub tab: Tab,
    /// `None` for the events tab.
    pub counts: Option<Counts>,
}

impl Tab {
    /// Returns whether a monitor belongs to this tab. The events tab shows no table, so its table
    /// contains all monitors.
    pub fn contains(&self, meta: &Meta) -> bool {
        match self {
            Tab::All | Tab::Events => true,
            Tab::Kind(kind) => meta.kind == *kind,
            Tab::Group(group) => meta.group.as_ref() == Some(group),
            Tab::NoGroup => meta.group.is_none(),
            Tab::Tag(tag) => meta.tags.contains(tag),
        }
    }
}

/// The tabs of one set with the statuses of their monitors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TabCounts {
    set: TabSet,
    /// Only tabs with a monitor.
    counts: BTreeMap<Tab, Counts>,
}

impl TabCounts {
    pub fn new(set: TabSet) -> TabCounts {
        TabCounts {
            set,
            counts: BTreeMap::new(),
        }
    }

    pub const fn set(&self) -> TabSet {
        self.set
    }

    pub fn add(&mut self, row: &Row) {
        for tab in tabs_of(&row.meta, self.set) {
            *self.counts.entry(tab).or_default().slot(row.status) += 1;
        }
    }

    pub fn subtract(&mut self, row: &Row) {
        for tab in tabs_of(&row.meta, self.set) {
            let Some(counts) = self.counts.get_mut(&tab) else {
                continue;
            };
            let slot = counts.slot(row.status);
            *slot = slot.saturating_sub(1);
            if counts.total() == 0 {
                self.counts.remove(&tab);
            }
        }
    }

    /// Returns the tabs; `all` are the counts of the whole fleet.
    pub fn tabs(&self, all: Counts) -> Vec<TabHead> {
        let head = |tab, counts| TabHead { tab, counts };
        let parts = self
            .counts
            .iter()
            .map(|(tab, counts)| head(tab.clone(), Some(*counts)));
        [head(Tab::All, Some(all))]
            .into_iter()
            .chain(parts)
            .chain([head(Tab::Events, None)])
            .collect()
    }
}

/// Returns the tabs that a monitor is on, each once.
fn tabs_of(meta: &Meta, set: TabSet) -> Vec<Tab> {
    match set {
        TabSet::Kind => vec![Tab::Kind(meta.kind)],
        TabSet::Group => vec![meta.group.clone().map_or(Tab::NoGroup, Tab::Group)],
        TabSet::Tag => {
            let mut tabs: Vec<Tab> = meta.tags.iter().cloned().map(Tab::Tag).collect();
            tabs.sort();
            tabs.dedup();
            tabs
        }
    }
}
