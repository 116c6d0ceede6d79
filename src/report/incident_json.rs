//! Open incidents, silences and maintenance as JSON.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::json_values::Time;
use crate::model::{Acknowledgement, MaintenanceTime, OpenIncident, Silence, Snapshot};
use crate::words;

const SILENCES: &str = "hbmon.silences/1";

/// The incident of a monitor that is not well.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct OpenIncidentJson<'a> {
    id: String,
    opened: Time,
    worst: &'static str,
    /// The reason of the worst status, and its sentence.
    reason: Option<&'static str>,
    message: Option<String>,
    acknowledged: Option<AcknowledgementJson<'a>>,
}

/// Who takes care of an incident. `until` is null if that lasts until its end.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct AcknowledgementJson<'a> {
    pub(super) by: &'a str,
    pub(super) at: Time,
    pub(super) until: Option<Time>,
}

/// A time in which monitors are not to be heard of.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct SilenceJson<'a> {
    id: String,
    /// In the language of `--filter`.
    #[serde(rename = "match")]
    matches: &'a str,
    from: Time,
    until: Time,
    by: &'a str,
    reason: &'a str,
    active: bool,
}

/// The silences that are in force, oldest first.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Silences")]
pub(crate) struct SilencesJson<'a> {
    #[schemars(extend("const" = SILENCES))]
    schema: &'static str,
    silences: Vec<SilenceJson<'a>>,
}

/// A maintenance that is in force.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct MaintenanceJson<'a> {
    from: Time,
    until: Time,
    reason: &'a str,
}

impl<'a> MaintenanceJson<'a> {
    pub(crate) fn new(time: &'a MaintenanceTime, snapshot: &Snapshot) -> MaintenanceJson<'a> {
        MaintenanceJson {
            from: Time(snapshot.wall(time.from)),
            until: Time(snapshot.wall(time.until)),
            reason: time.reason.as_str(),
        }
    }
}

impl<'a> OpenIncidentJson<'a> {
    pub(crate) fn new(incident: &'a OpenIncident, snapshot: &Snapshot) -> OpenIncidentJson<'a> {
        OpenIncidentJson {
            id: incident.id.to_string(),
            opened: Time(snapshot.wall(incident.opened)),
            worst: incident.worst.as_str(),
            reason: incident.cause.as_ref().map(|cause| cause.reason().as_str()),
            message: incident.cause.as_ref().map(words::cause),
            acknowledged: incident
                .acknowledged
                .as_ref()
                .map(|acknowledged| AcknowledgementJson::new(acknowledged, snapshot)),
        }
    }
}

impl<'a> AcknowledgementJson<'a> {
    fn new(acknowledged: &'a Acknowledgement, snapshot: &Snapshot) -> AcknowledgementJson<'a> {
        AcknowledgementJson {
            by: acknowledged.by.as_str(),
            at: Time(snapshot.wall(acknowledged.at)),
            until: acknowledged.until.map(|until| Time(snapshot.wall(until))),
        }
    }

    /// The same of the history, which has wall times.
    pub(super) fn at_wall_times(
        acknowledged: &'a Acknowledgement<Timestamp>,
    ) -> AcknowledgementJson<'a> {
        AcknowledgementJson {
            by: acknowledged.by.as_str(),
            at: Time(acknowledged.at),
            until: acknowledged.until.map(Time),
        }
    }
}

impl<'a> SilenceJson<'a> {
    pub(crate) fn new(silence: &'a Silence, snapshot: &Snapshot) -> SilenceJson<'a> {
        SilenceJson::of(silence, |at| snapshot.wall(at), snapshot.at)
    }

    /// The same of the history, which has wall times.
    pub(crate) fn at_wall_times(
        silence: &'a Silence<Timestamp>,
        now: Timestamp,
    ) -> SilenceJson<'a> {
        SilenceJson::of(silence, |at| at, now)
    }

    fn of<T: Copy + PartialOrd>(
        silence: &'a Silence<T>,
        wall: impl Fn(T) -> Timestamp,
        now: T,
    ) -> SilenceJson<'a> {
        SilenceJson {
            id: silence.id.to_string(),
            matches: silence.matches.as_str(),
            from: Time(wall(silence.from)),
            until: Time(wall(silence.until)),
            by: silence.by.as_str(),
            reason: silence.reason.as_str(),
            active: silence.is_active(now),
        }
    }
}

impl<'a> SilencesJson<'a> {
    pub(crate) const fn new(silences: Vec<SilenceJson<'a>>) -> SilencesJson<'a> {
        SilencesJson {
            schema: SILENCES,
            silences,
        }
    }
}
