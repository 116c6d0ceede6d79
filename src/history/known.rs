//! A monitor that the history knows, watched or not.

use jiff::Timestamp;

use crate::model::{Kind, Meta, Slo, Text};

/// A monitor that was watched at some time. Its name is its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMonitor {
    pub name: Text,
    pub kind: Kind,
    pub group: Option<Text>,
    pub tags: Vec<Text>,
    /// Its objective in the last config that had it.
    pub slo: Option<Slo>,
    /// When it was first watched.
    pub first_known: Timestamp,
    /// When it left the config; `None` if it is in it.
    pub removed: Option<Timestamp>,
}

impl KnownMonitor {
    /// Returns a monitor of the config.
    pub fn new(meta: &Meta, first_known: Timestamp) -> KnownMonitor {
        KnownMonitor {
            name: meta.name.clone(),
            kind: meta.kind,
            group: meta.group.clone(),
            tags: meta.tags.clone(),
            slo: meta.slo,
            first_known,
            removed: None,
        }
    }

    /// Returns what filters see of it.
    pub fn meta(&self) -> Meta {
        Meta {
            group: self.group.clone(),
            tags: self.tags.clone(),
            ..Meta::new(self.name.clone(), self.kind)
        }
    }
}
