//! Reports: how available monitors were in a period, alone, by group or tag, and all together.

use std::time::Duration;

use crate::history::numbers::Numbers;
use crate::history::period::Period;
use crate::history::times::Times;
use crate::model::{Kind, Text};

/// What the rows of a report stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportBy {
    #[default]
    Monitor,
    Group,
    Tag,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub period: Period,
    pub by: ReportBy,
    pub rows: Vec<ReportRow>,
    pub total: ReportRow,
}

/// One monitor, group or tag, or all monitors.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    pub name: Text,
    /// `None` for several monitors.
    pub kind: Option<Kind>,
    pub group: Option<Text>,
    pub times: Times,
    pub incidents: u64,
    /// Incidents whose worst status is error.
    pub outages: u64,
    /// The longest outage.
    pub longest: Option<Duration>,
    /// Mean time to recovery, over outages.
    pub mttr: Option<Duration>,
    /// Mean time between failures: time up by outages; `None` without an outage.
    pub mtbf: Option<Duration>,
    pub numbers: Numbers,
    pub slo: Option<SloRow>,
    /// The same row in the period before, if it was asked for.
    pub before: Option<Box<ReportRow>>,
}

/// How an objective was met in the period of a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SloRow {
    pub objective: f64,
    pub met: bool,
    /// The downtime that the objective allows.
    pub budget: Duration,
    /// The downtime that there was.
    pub used: Duration,
    /// The share of the budget that is left; negative if it is overdrawn.
    pub left: f64,
}
