//! Which rows are shown and in which order; made anew only when a status, the fleet or the user's choice changes.

use std::cmp::Reverse;

use crate::model::{Snapshot, Status};

use super::filter::Filter;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Worst,
    Name,
    Config,
}

impl Sort {
    pub const fn next(self) -> Sort {
        match self {
            Sort::Worst => Sort::Name,
            Sort::Name => Sort::Config,
            Sort::Config => Sort::Worst,
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Sort::Worst => "worst first",
            Sort::Name => "name",
            Sort::Config => "config",
        }
    }
}

/// What the user wants to see.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub filter: Filter,
    pub problems_only: bool,
    pub sort: Sort,
    pub reversed: bool,
}

impl Choice {
    pub fn is_everything(&self) -> bool {
        self.filter.is_empty() && !self.problems_only
    }

    /// Positions in `snapshot.rows`. Equals stay in the config's order, so a heartbeat never moves a row.
    pub fn rows(&self, snapshot: &Snapshot) -> Vec<usize> {
        let rows = &snapshot.rows;
        let mut chosen: Vec<usize> = (0..rows.len())
            .filter(|&index| {
                rows.get(index).is_some_and(|row| {
                    (!self.problems_only || is_problem(row.status)) && self.filter.matches(&row.meta)
                })
            })
            .collect();
        match self.sort {
            Sort::Worst => chosen.sort_by_key(|&index| Reverse(rows.get(index).map(|row| row.status))),
            Sort::Name => chosen.sort_by_key(|&index| rows.get(index).map(|row| &row.meta.name)),
            Sort::Config => {}
        }
        if self.reversed {
            chosen.reverse();
        }
        chosen
    }
}

/// What somebody should look at.
pub fn is_problem(status: Status) -> bool {
    status >= Status::Warning
}
