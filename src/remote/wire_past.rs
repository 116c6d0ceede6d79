//! The JSON of an agent about the past (docs/interface.md). Every key may be missing.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::row::{kind, reason, status};
use super::wire::WireAcknowledgement;
use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note, Told};
use crate::history::numbers::{Numbers, NumbersPoint};
use crate::history::period::Period;
use crate::history::sketch::Sketch;
use crate::model::{Acknowledgement, IncidentEnd, Reason, Text};

/// `/v1/monitors/NAME/history`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireHistory {
    pub until: Option<Timestamp>,
    pub changes: Vec<WireChange>,
    pub unwatched: Vec<WireUnwatched>,
    pub next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireChange {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    group: Option<String>,
    from: Timestamp,
    #[serde(default)]
    until: Option<Timestamp>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    maintenance: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireUnwatched {
    from: Timestamp,
    until: Timestamp,
}

/// `/v1/incidents`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireIncidents {
    pub incidents: Vec<WirePastIncident>,
    pub next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WirePastIncident {
    id: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    group: Option<String>,
    opened: Timestamp,
    #[serde(default)]
    closed: Option<Timestamp>,
    #[serde(default)]
    worst: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    end: Option<String>,
    #[serde(default)]
    acknowledged: Option<WireAcknowledgement>,
    #[serde(default)]
    maintenance: bool,
    #[serde(default)]
    notes: Vec<WireNote>,
    #[serde(default)]
    told: Vec<WireTold>,
}

#[derive(Debug, Deserialize)]
struct WireNote {
    at: Timestamp,
    #[serde(default)]
    by: String,
    #[serde(default)]
    text: String,
}

#[derive(Debug, Deserialize)]
struct WireTold {
    #[serde(default)]
    channel: String,
    at: Timestamp,
    #[serde(default)]
    what: String,
}

/// `/v1/incidents/ID`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireCourse {
    pub changes: Vec<WireChange>,
}

/// `/v1/monitors/NAME/numbers`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireNumbers {
    pub numbers: Vec<WirePoint>,
    pub next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WirePoint {
    at: Timestamp,
    #[serde(default)]
    beats: u64,
    #[serde(default)]
    failed: u64,
    #[serde(default)]
    missed: u64,
    #[serde(default)]
    healthy_s: f64,
    #[serde(default)]
    warning_s: f64,
    #[serde(default)]
    error_s: f64,
    #[serde(default)]
    histogram: Option<WireHistogram>,
}

#[derive(Debug, Deserialize)]
struct WireHistogram {
    scale: u8,
    buckets: Vec<(i16, u64)>,
}

/// `/v1/report`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireReport {
    pub rows: Vec<WireReportRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireReportRow {
    pub name: String,
    pub availability: Option<f64>,
}

impl WireChange {
    /// `monitor`: the name on the screen.
    pub(super) fn change(&self, monitor: &Text) -> StatusChange {
        StatusChange {
            monitor: monitor.clone(),
            kind: kind(&self.kind),
            group: text(self.group.as_ref()),
            from: self.from,
            until: self.until,
            status: status(&self.status),
            reason: known_reason(self.reason.as_ref()),
            message: text(self.message.as_ref()),
            maintenance: self.maintenance,
        }
    }
}

impl WireUnwatched {
    pub(super) const fn period(&self) -> Period {
        Period::new(self.from, self.until)
    }
}

impl WirePastIncident {
    /// Returns the incident; `None` if its id is none of this version. `monitor`: the name on the
    /// screen.
    pub(super) fn incident(&self, monitor: &Text) -> Option<Incident> {
        let reason = known_reason(self.reason.as_ref());
        let end = |name: &String| {
            IncidentEnd::ALL
                .into_iter()
                .find(|end| end.as_str() == name)
        };
        Some(Incident {
            id: self.id.parse().ok()?,
            monitor: monitor.clone(),
            kind: kind(&self.kind),
            group: text(self.group.as_ref()),
            opened: self.opened,
            closed: self.closed,
            worst: status(&self.worst),
            reason,
            message: text(self.message.as_ref()),
            // The JSON has only the reason of the worst status.
            first_reason: reason,
            last_reason: reason,
            end: self.end.as_ref().and_then(end),
            acknowledged: self.acknowledged.as_ref().map(|known| Acknowledgement {
                by: Text::clean(&known.by),
                at: known.at,
                until: known.until,
            }),
            maintenance: self.maintenance,
            notes: self.notes.iter().map(WireNote::note).collect(),
            told: self.told.iter().map(WireTold::told).collect(),
        })
    }
}

impl WireNote {
    fn note(&self) -> Note {
        Note {
            at: self.at,
            by: Text::clean(&self.by),
            text: Text::clean(&self.text),
        }
    }
}

impl WireTold {
    fn told(&self) -> Told {
        Told {
            channel: Text::clean(&self.channel),
            at: self.at,
            what: Text::clean(&self.what),
        }
    }
}

impl WirePoint {
    pub(super) fn point(&self) -> NumbersPoint {
        let seconds = |seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let sketch = |told: &WireHistogram| Sketch::from_buckets(told.scale, &told.buckets);
        NumbersPoint {
            at: self.at,
            numbers: Numbers {
                beats: self.beats,
                failed: self.failed,
                missed: self.missed,
                healthy: seconds(self.healthy_s),
                warning: seconds(self.warning_s),
                error: seconds(self.error_s),
                latency: self.histogram.as_ref().and_then(sketch).unwrap_or_default(),
            },
        }
    }
}

fn text(raw: Option<&String>) -> Option<Text> {
    raw.map(|raw| Text::clean(raw))
}

fn known_reason(name: Option<&String>) -> Option<Reason> {
    name.map(|name| reason(Some(name)))
}
