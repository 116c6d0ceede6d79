//! Which rows a reader wants.

use crate::history::period::Period;
use crate::model::{IncidentId, Text};

/// Which changes to read. The period selects those whose time overlaps with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeQuery {
    pub monitor: Option<Text>,
    pub period: Period,
    /// Only those behind the one with this number, in the order of the answer: the cursor of a page.
    pub after: Option<u64>,
    pub newest_first: bool,
}

/// Which incidents to read. The period selects those whose time overlaps with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentQuery {
    pub monitor: Option<Text>,
    pub period: Period,
    pub open_only: bool,
    /// Only those with a smaller number if newest first, else a greater one: the cursor of a page.
    pub after: Option<IncidentId>,
    pub newest_first: bool,
}

impl IncidentQuery {
    /// All incidents of a period, oldest first.
    pub const fn of(period: Period) -> IncidentQuery {
        IncidentQuery {
            monitor: None,
            period,
            open_only: false,
            after: None,
            newest_first: false,
        }
    }

    /// All incidents, newest first.
    pub fn newest() -> IncidentQuery {
        IncidentQuery {
            newest_first: true,
            ..IncidentQuery::of(Period::ALL)
        }
    }
}
