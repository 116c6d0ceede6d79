//! History, incidents, reports and numbers as JSON (docs/history.md). Keys are only added, and
//! their order is fixed.
//!
//! Lists are type parameters: an agent answers with a `Vec`, and a command streams its rows.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note, Told};
use crate::history::numbers::{Numbers, NumbersPoint, Step};
use crate::history::period::Period;
use crate::history::report::{Report, ReportBy, ReportRow, SloRow};
use crate::history::sketch::Sketch;
use crate::model::{IncidentEnd, Reason, Text};
use crate::report::incident_json::AcknowledgementJson;
use crate::report::json_values::{Ms, Seconds, Time};

const HISTORY: &str = "hbmon.history/1";
const INCIDENTS: &str = "hbmon.incidents/1";
const INCIDENT: &str = "hbmon.incident/1";
const REPORT: &str = "hbmon.report/1";
const NUMBERS: &str = "hbmon.numbers/1";

/// Changes of status in a period, in the order of their beginnings.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "History")]
pub(crate) struct HistoryJson<C, U> {
    #[schemars(extend("const" = HISTORY))]
    schema: &'static str,
    since: Time,
    until: Time,
    changes: C,
    /// When hbmon did not watch.
    unwatched: U,
    /// The cursor of the next page; only in an answer of an agent, and only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One change of status. `until` is null while the status lasts.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "HistoryChange")]
pub(crate) struct ChangeJson<'a> {
    pub(super) monitor: &'a str,
    pub(super) kind: &'static str,
    pub(super) group: Option<&'a str>,
    pub(super) from: Time,
    pub(super) until: Option<Time>,
    /// Until now while the status lasts.
    pub(super) duration_s: Seconds,
    pub(super) status: &'static str,
    pub(super) reason: Option<&'static str>,
    pub(super) message: Option<&'a str>,
    /// It began during maintenance.
    pub(super) maintenance: bool,
}

/// A time in which hbmon did not watch.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Unwatched")]
pub(crate) struct UnwatchedJson {
    from: Time,
    until: Time,
}

/// Incidents whose time overlaps with a period, in the order of their numbers.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Incidents")]
pub(crate) struct IncidentsJson<I> {
    #[schemars(extend("const" = INCIDENTS))]
    schema: &'static str,
    since: Time,
    until: Time,
    incidents: I,
    /// The cursor of the next page; only in an answer of an agent, and only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The time in which a monitor was not well. `closed` and `end` are null while it lasts.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Incident")]
pub(crate) struct IncidentJson<'a> {
    pub(super) id: String,
    pub(super) monitor: &'a str,
    pub(super) kind: &'static str,
    pub(super) group: Option<&'a str>,
    pub(super) opened: Time,
    pub(super) closed: Option<Time>,
    /// Until now while it lasts.
    pub(super) duration_s: Seconds,
    pub(super) worst: &'static str,
    /// The reason of the worst status, and its sentence.
    pub(super) reason: Option<&'static str>,
    pub(super) message: Option<&'a str>,
    /// `recovered`, `removed` or `paused`.
    pub(super) end: Option<&'static str>,
    pub(super) acknowledged: Option<AcknowledgementJson<'a>>,
    /// It opened during maintenance.
    pub(super) maintenance: bool,
    pub(super) notes: Vec<NoteJson<'a>>,
    pub(super) told: Vec<ToldJson<'a>>,
}

/// A remark about an incident.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Note")]
pub(crate) struct NoteJson<'a> {
    at: Time,
    by: &'a str,
    text: &'a str,
}

/// A notification that a receiver accepted.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Told")]
pub(crate) struct ToldJson<'a> {
    channel: &'a str,
    at: Time,
    what: &'a str,
}

/// One incident with the changes of its monitor while it lasted.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "IncidentCourse")]
pub(crate) struct IncidentCourseJson<'a> {
    #[schemars(extend("const" = INCIDENT))]
    schema: &'static str,
    #[serde(flatten)]
    incident: IncidentJson<'a>,
    changes: Vec<ChangeJson<'a>>,
}

/// How available monitors were in a period.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "AvailabilityReport")]
pub(crate) struct AvailabilityJson<'a> {
    #[schemars(extend("const" = REPORT))]
    schema: &'static str,
    since: Time,
    until: Time,
    /// `monitor`, `group` or `tag`.
    by: &'static str,
    rows: Vec<ReportRowJson<'a>>,
    total: ReportRowJson<'a>,
}

/// One monitor, group or tag, or all monitors. The six times add up to the span, which begins when
/// the monitor was first known.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "ReportRow")]
pub(crate) struct ReportRowJson<'a> {
    pub(super) name: &'a str,
    /// Null for several monitors.
    pub(super) kind: Option<&'static str>,
    pub(super) group: Option<&'a str>,
    /// up_s / (up_s + down_s), 0 to 1; null if both are 0.
    pub(super) availability: Option<f64>,
    /// In `healthy` or `warning`.
    pub(super) up_s: Seconds,
    /// In `error`.
    pub(super) down_s: Seconds,
    pub(super) unknown_s: Seconds,
    pub(super) unwatched_s: Seconds,
    pub(super) maintenance_s: Seconds,
    pub(super) paused_s: Seconds,
    pub(super) incidents: u64,
    /// Incidents whose worst status is error.
    pub(super) outages: u64,
    /// The longest outage.
    pub(super) longest_s: Option<Seconds>,
    /// Mean time to recovery, over outages.
    pub(super) mttr_s: Option<Seconds>,
    /// Mean time between failures: up_s by outages.
    pub(super) mtbf_s: Option<Seconds>,
    pub(super) beats: u64,
    pub(super) failed: u64,
    pub(super) missed: u64,
    pub(super) latency: PercentilesJson,
    pub(super) slo: Option<SloRowJson>,
    /// The same row in the period before, if it was asked for.
    pub(super) before: Option<Box<ReportRowJson<'a>>>,
}

/// How an objective was met in the period.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "ReportSlo")]
pub(crate) struct SloRowJson {
    /// The share of time that the monitor is to be up, 0 to 1.
    pub(super) objective: f64,
    pub(super) met: bool,
    /// The downtime that the objective allows.
    pub(super) budget_s: Seconds,
    /// The downtime that there was.
    pub(super) used_s: Seconds,
    /// The share of the budget that is left; negative if it is overdrawn.
    pub(super) left: f64,
}

/// Latencies that 50, 95 and 99 % of the heartbeats did not exceed; null if none was measured.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Percentiles")]
pub(crate) struct PercentilesJson {
    pub(super) p50_ms: Option<Ms>,
    pub(super) p95_ms: Option<Ms>,
    pub(super) p99_ms: Option<Ms>,
}

/// The numbers of one monitor by intervals of one length.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Numbers")]
pub(crate) struct NumbersJson<'a> {
    #[schemars(extend("const" = NUMBERS))]
    schema: &'static str,
    monitor: &'a str,
    step_s: Seconds,
    numbers: Vec<NumbersPointJson>,
    /// The cursor of the next page; only in an answer of an agent, and only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The numbers of one interval.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "NumbersPoint")]
pub(crate) struct NumbersPointJson {
    /// The beginning of the interval.
    pub(super) at: Time,
    pub(super) beats: u64,
    /// Failed attempts and heartbeats.
    pub(super) failed: u64,
    pub(super) missed: u64,
    /// Watched time in these statuses.
    pub(super) healthy_s: Seconds,
    pub(super) warning_s: Seconds,
    pub(super) error_s: Seconds,
    pub(super) latency: PercentilesJson,
}

impl<C, U> HistoryJson<C, U> {
    pub(crate) fn new(period: Period, changes: C, unwatched: U) -> HistoryJson<C, U> {
        HistoryJson {
            schema: HISTORY,
            since: Time(period.since),
            until: Time(period.until),
            changes,
            unwatched,
            next: None,
        }
    }

    #[must_use]
    pub(crate) fn with_next(self, next: Option<String>) -> HistoryJson<C, U> {
        HistoryJson { next, ..self }
    }
}

impl<'a> ChangeJson<'a> {
    pub(crate) fn new(change: &'a StatusChange, now: Timestamp) -> ChangeJson<'a> {
        let lasted = Period::new(change.from, change.until.unwrap_or(now)).length();
        ChangeJson {
            monitor: change.monitor.as_str(),
            kind: change.kind.as_str(),
            group: change.group.as_ref().map(Text::as_str),
            from: Time(change.from),
            until: change.until.map(Time),
            duration_s: Seconds(lasted),
            status: change.status.as_str(),
            reason: change.reason.map(Reason::as_str),
            message: change.message.as_ref().map(Text::as_str),
            maintenance: change.maintenance,
        }
    }
}

impl UnwatchedJson {
    pub(crate) fn new(unwatched: Period) -> UnwatchedJson {
        UnwatchedJson {
            from: Time(unwatched.since),
            until: Time(unwatched.until),
        }
    }
}

impl<I> IncidentsJson<I> {
    pub(crate) fn new(period: Period, incidents: I) -> IncidentsJson<I> {
        IncidentsJson {
            schema: INCIDENTS,
            since: Time(period.since),
            until: Time(period.until),
            incidents,
            next: None,
        }
    }

    #[must_use]
    pub(crate) fn with_next(self, next: Option<String>) -> IncidentsJson<I> {
        IncidentsJson { next, ..self }
    }
}

impl<'a> IncidentJson<'a> {
    pub(crate) fn new(incident: &'a Incident, now: Timestamp) -> IncidentJson<'a> {
        IncidentJson {
            id: incident.id.to_string(),
            monitor: incident.monitor.as_str(),
            kind: incident.kind.as_str(),
            group: incident.group.as_ref().map(Text::as_str),
            opened: Time(incident.opened),
            closed: incident.closed.map(Time),
            duration_s: Seconds(incident.duration(now)),
            worst: incident.worst.as_str(),
            reason: incident.reason.map(Reason::as_str),
            message: incident.message.as_ref().map(Text::as_str),
            end: incident.end.map(IncidentEnd::as_str),
            acknowledged: incident
                .acknowledged
                .as_ref()
                .map(AcknowledgementJson::at_wall_times),
            maintenance: incident.maintenance,
            notes: incident.notes.iter().map(note).collect(),
            told: incident.told.iter().map(told).collect(),
        }
    }
}

impl<'a> IncidentCourseJson<'a> {
    pub(crate) fn new(
        incident: &'a Incident,
        changes: &'a [StatusChange],
        now: Timestamp,
    ) -> IncidentCourseJson<'a> {
        IncidentCourseJson {
            schema: INCIDENT,
            incident: IncidentJson::new(incident, now),
            changes: changes
                .iter()
                .map(|change| ChangeJson::new(change, now))
                .collect(),
        }
    }
}

impl<'a> AvailabilityJson<'a> {
    pub(crate) fn new(report: &'a Report) -> AvailabilityJson<'a> {
        AvailabilityJson {
            schema: REPORT,
            since: Time(report.period.since),
            until: Time(report.period.until),
            by: by(report.by),
            rows: report.rows.iter().map(ReportRowJson::new).collect(),
            total: ReportRowJson::new(&report.total),
        }
    }
}

impl<'a> ReportRowJson<'a> {
    pub(crate) fn new(row: &'a ReportRow) -> ReportRowJson<'a> {
        ReportRowJson {
            name: row.name.as_str(),
            kind: row.kind.map(|kind| kind.as_str()),
            group: row.group.as_ref().map(Text::as_str),
            availability: row.times.availability(),
            up_s: Seconds(row.times.up),
            down_s: Seconds(row.times.down),
            unknown_s: Seconds(row.times.unknown),
            unwatched_s: Seconds(row.times.unwatched),
            maintenance_s: Seconds(row.times.maintenance),
            paused_s: Seconds(row.times.paused),
            incidents: row.incidents,
            outages: row.outages,
            longest_s: row.longest.map(Seconds),
            mttr_s: row.mttr.map(Seconds),
            mtbf_s: row.mtbf.map(Seconds),
            beats: row.numbers.beats,
            failed: row.numbers.failed,
            missed: row.numbers.missed,
            latency: PercentilesJson::new(&row.numbers.latency),
            slo: row.slo.as_ref().map(SloRowJson::new),
            before: row
                .before
                .as_deref()
                .map(|before| Box::new(ReportRowJson::new(before))),
        }
    }
}

impl SloRowJson {
    fn new(slo: &SloRow) -> SloRowJson {
        SloRowJson {
            objective: slo.objective,
            met: slo.met,
            budget_s: Seconds(slo.budget),
            used_s: Seconds(slo.used),
            left: slo.left,
        }
    }
}

impl PercentilesJson {
    fn new(latency: &Sketch) -> PercentilesJson {
        let ms = |share| super::percentile(latency, share).map(Ms);
        PercentilesJson {
            p50_ms: ms(0.5),
            p95_ms: ms(0.95),
            p99_ms: ms(0.99),
        }
    }
}

impl<'a> NumbersJson<'a> {
    pub(crate) fn new(monitor: &'a Text, step: Step, points: &[NumbersPoint]) -> NumbersJson<'a> {
        NumbersJson {
            schema: NUMBERS,
            monitor: monitor.as_str(),
            step_s: Seconds(step.length()),
            numbers: points.iter().map(NumbersPointJson::new).collect(),
            next: None,
        }
    }

    #[must_use]
    pub(crate) fn with_next(self, next: Option<String>) -> NumbersJson<'a> {
        NumbersJson { next, ..self }
    }
}

impl NumbersPointJson {
    pub(crate) fn new(point: &NumbersPoint) -> NumbersPointJson {
        let Numbers {
            beats,
            failed,
            missed,
            healthy,
            warning,
            error,
            latency,
        } = &point.numbers;
        NumbersPointJson {
            at: Time(point.at),
            beats: *beats,
            failed: *failed,
            missed: *missed,
            healthy_s: Seconds(*healthy),
            warning_s: Seconds(*warning),
            error_s: Seconds(*error),
            latency: PercentilesJson::new(latency),
        }
    }
}

fn note(note: &Note) -> NoteJson<'_> {
    NoteJson {
        at: Time(note.at),
        by: note.by.as_str(),
        text: note.text.as_str(),
    }
}

fn told(told: &Told) -> ToldJson<'_> {
    ToldJson {
        channel: told.channel.as_str(),
        at: Time(told.at),
        what: told.what.as_str(),
    }
}

/// The name of what the rows of a report stand for.
pub(super) const fn by(by: ReportBy) -> &'static str {
    match by {
        ReportBy::Monitor => "monitor",
        ReportBy::Group => "group",
        ReportBy::Tag => "tag",
    }
}
