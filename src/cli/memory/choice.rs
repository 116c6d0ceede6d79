//! The monitors that a command is about.

use std::collections::HashSet;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::open::OpenStore;
use crate::cli::CommandError;
use crate::cli::args::ScopeArgs;
use crate::conf::nearest::nearest;
use crate::history::known::KnownMonitor;
use crate::model::{Meta, Selector, Text};
use crate::store::Reader;

/// Known monitors that were chosen by name and filter.
pub(super) struct Choice {
    pub monitors: Vec<KnownMonitor>,
    names: HashSet<Text>,
    /// The only one, by its name: the store selects its rows.
    pub only: Option<Text>,
    /// The store knows no monitor at all.
    pub is_store_empty: bool,
}

impl Choice {
    /// Chooses monitors. One that is named may have left the config.
    ///
    /// # Errors
    /// A bad filter, a name that is not known, or a filter that selects no monitor.
    pub(super) fn new(
        store: &OpenStore,
        name: Option<&str>,
        filter: Option<&str>,
        scope: &ScopeArgs,
    ) -> Result<Choice, CommandError> {
        let selector = filter.map(parse).transpose()?;
        let known = store.reader.monitors().map_err(CommandError::internal)?;
        let is_store_empty = known.is_empty();
        let name = name.map(Text::clean);
        let missing = |name: &&Text| !known.iter().any(|monitor| monitor.name == **name);
        if let Some(name) = name.as_ref().filter(|_| !is_store_empty).filter(missing) {
            let names = known.iter().map(|monitor| monitor.name.as_str());
            let mut why = unknown_monitor(name, names);
            if !why.ends_with('?') {
                why.push_str(": `-F` takes patterns, such as `api*`");
            }
            return Err(CommandError::usage(why));
        }
        let monitors: Vec<KnownMonitor> = known
            .into_iter()
            .filter(|monitor| match &name {
                Some(name) => monitor.name == *name,
                None => scope.all || monitor.removed.is_none(),
            })
            .filter(|monitor| {
                let selector = selector.as_ref();
                selector.is_none_or(|selector| selector.matches(&monitor.meta()))
            })
            .collect();
        if monitors.is_empty() && !is_store_empty && filter.is_some() {
            return Err(CommandError::Empty(
                "the filter selects no monitor of the history".to_owned(),
            ));
        }
        Ok(Choice {
            names: monitors
                .iter()
                .map(|monitor| monitor.name.clone())
                .collect(),
            monitors,
            only: name,
            is_store_empty,
        })
    }

    pub(super) fn has(&self, monitor: &Text) -> bool {
        self.names.contains(monitor)
    }

    /// Returns when the first of them was first watched.
    pub(super) fn first_known(&self) -> Option<Timestamp> {
        self.monitors
            .iter()
            .map(|monitor| monitor.first_known)
            .min()
    }

    /// Returns the width of the longest name, in columns.
    pub(super) fn width(&self) -> usize {
        let names = self.monitors.iter().map(|monitor| monitor.name.as_str());
        names.map(UnicodeWidthStr::width).max().unwrap_or(0)
    }
}

/// Returns all monitors in a store, those in the config first; none if it cannot be read.
pub(in crate::cli) fn metas(reader: &Reader) -> Vec<Meta> {
    let mut known = reader.monitors().unwrap_or_default();
    known.sort_by_key(|monitor| monitor.removed.is_some());
    known.iter().map(KnownMonitor::meta).collect()
}

fn parse(text: &str) -> Result<Selector, CommandError> {
    Selector::parse(text)
        .map_err(|error| CommandError::usage(format!("bad filter `{text}`: {}", error.why)))
}

/// Returns the sentence about a monitor that is not one of `names`.
pub(in crate::cli) fn unknown_monitor<'n>(
    name: &Text,
    names: impl Iterator<Item = &'n str>,
) -> String {
    let near = nearest(name.as_str(), names);
    let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
    format!("the history has no monitor `{name}`{hint}")
}
