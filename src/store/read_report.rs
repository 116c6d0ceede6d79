//! Reads what reports are computed from.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;

use super::error::StoreError;
use super::query::{ChangeQuery, IncidentQuery};
use super::reader::Reader;
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::known::KnownMonitor;
use crate::history::period::Period;
use crate::history::report::{Report, ReportBy, ReportInput};
use crate::model::Text;

/// A watched time is written every 5 s, so one that ended a moment ago goes on.
const UNWRITTEN: Duration = Duration::from_secs(15);

/// What a report is about.
pub struct ReportQuery<'a> {
    /// It does not end in the future.
    pub period: Period,
    pub now: Timestamp,
    pub by: ReportBy,
    pub monitors: &'a [KnownMonitor],
    /// The objective of each row, in millionths, instead of those of the monitors.
    pub objective: Option<u32>,
    /// With the rows of the period before.
    pub compare: bool,
}

impl Reader {
    /// Computes a report.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn report(&self, query: &ReportQuery<'_>) -> Result<Report, StoreError> {
        let before = if query.compare {
            Some(self.report_on(query, query.period.before(), None)?)
        } else {
            None
        };
        self.report_on(query, query.period, before)
    }

    fn report_on(
        &self,
        query: &ReportQuery<'_>,
        period: Period,
        before: Option<Report>,
    ) -> Result<Report, StoreError> {
        let names: HashSet<&Text> = query.monitors.iter().map(|monitor| &monitor.name).collect();
        Ok(Report::build(ReportInput {
            period,
            by: query.by,
            monitors: query.monitors,
            changes: &self.changes_of(&names, period)?,
            watched: &self.watched_until(period, query.now)?,
            incidents: &self.incidents_of(&names, period)?,
            sums: &self.sums(period)?,
            objective: query.objective,
            before,
        }))
    }

    /// Returns the changes of each of these monitors that overlap with a period.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn changes_of(
        &self,
        names: &HashSet<&Text>,
        period: Period,
    ) -> Result<HashMap<Text, Vec<StatusChange>>, StoreError> {
        let query = ChangeQuery {
            monitor: None,
            period,
            after: None,
            newest_first: false,
        };
        let mut changes: HashMap<Text, Vec<StatusChange>> = HashMap::new();
        self.changes(&query, &mut |_, change| {
            if names.contains(&change.monitor) {
                let of_monitor = changes.entry(change.monitor.clone()).or_default();
                of_monitor.push(change);
            }
            ControlFlow::Continue(())
        })?;
        Ok(changes)
    }

    fn incidents_of(
        &self,
        names: &HashSet<&Text>,
        period: Period,
    ) -> Result<Vec<Incident>, StoreError> {
        let mut incidents = Vec::new();
        self.incidents(&IncidentQuery::of(period), &mut |incident| {
            if names.contains(&incident.monitor) {
                incidents.push(incident);
            }
            ControlFlow::Continue(())
        })?;
        Ok(incidents)
    }

    /// Returns the changes of one monitor in their order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn changes_of_one(
        &self,
        monitor: &Text,
        period: Period,
    ) -> Result<Vec<StatusChange>, StoreError> {
        let query = ChangeQuery {
            monitor: Some(monitor.clone()),
            period,
            after: None,
            newest_first: false,
        };
        let mut changes = Vec::new();
        self.changes(&query, &mut |_, change| {
            changes.push(change);
            ControlFlow::Continue(())
        })?;
        Ok(changes)
    }

    /// Returns when hbmon watched, in order, until now if it still does.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn watched_until(&self, period: Period, now: Timestamp) -> Result<Vec<Period>, StoreError> {
        let mut watched = self.watched(period)?;
        if let Some(last) = watched.last_mut()
            && Period::new(last.until, now).length() < UNWRITTEN
        {
            last.until = now.min(period.until);
        }
        Ok(watched)
    }

    /// Returns the times in a period in which hbmon did not watch, of which only those from `first`
    /// on count.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn unwatched(
        &self,
        period: Period,
        first: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Period>, StoreError> {
        let period = period.overlap(Period::new(first, now));
        let mut gaps = Vec::new();
        let mut end = period.since;
        for watched in self.watched_until(period, now)? {
            gaps.push(Period::new(end, watched.since));
            end = end.max(watched.until);
        }
        gaps.push(Period::new(end, period.until));
        gaps.retain(|gap| !gap.is_empty());
        Ok(gaps)
    }
}
