//! The events as JSON objects, and which change of the model becomes which.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::Serialize;

use crate::model::{Change, ChangeKind, Event, IncidentChange, Meta, Overload, Snapshot, Text};
use crate::report::evidence_json::EvidenceJson;
use crate::report::incident_json::{MaintenanceJson, OpenIncidentJson, SilenceJson};
use crate::report::json::ReportJson;
use crate::report::json_values::{Ms, Time};
use crate::report::monitor_json::labels;
use crate::words;

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum NdjsonLine<'a> {
    Start {
        at: Time,
        hbmon: &'static str,
        config: Option<&'a str>,
        monitors: Vec<Named<'a>>,
    },
    #[serde(rename = "start")]
    StartStatus {
        at: Time,
        #[serde(flatten)]
        status: &'a ReportJson<'a>,
    },
    Open(About<'a>),
    Beat {
        #[serde(flatten)]
        about: About<'a>,
        latency_ms: Option<Ms>,
        status: &'static str,
    },
    Failure {
        #[serde(flatten)]
        about: About<'a>,
        latency_ms: Option<Ms>,
        reason: &'static str,
        message: String,
        evidence: Option<EvidenceJson<'a>>,
    },
    Miss {
        #[serde(flatten)]
        about: About<'a>,
        consecutive_missed: u32,
    },
    Close(About<'a>),
    /// A run of a push monitor began.
    Started(About<'a>),
    Log {
        #[serde(flatten)]
        about: About<'a>,
        message: &'a str,
    },
    Instance {
        #[serde(flatten)]
        about: About<'a>,
        instance: &'a str,
        change: &'static str,
    },
    Transition {
        #[serde(flatten)]
        about: About<'a>,
        from: &'static str,
        to: &'static str,
        reason: Option<&'static str>,
        message: Option<String>,
        group: Option<&'a str>,
        description: Option<&'a str>,
        runbook: Option<&'a str>,
        labels: BTreeMap<&'a str, &'a str>,
        recovered_after_ms: Option<Ms>,
    },
    /// `change`: `opened`, `worse`, `acknowledged`, `note` or `closed`.
    Incident {
        #[serde(flatten)]
        about: About<'a>,
        change: &'static str,
        incident: OpenIncidentJson<'a>,
        /// How it ended, of `closed`.
        end: Option<&'static str>,
        /// Author and text of a `note`.
        by: Option<&'a str>,
        text: Option<&'a str>,
    },
    /// A maintenance of the monitor began; it is over if `maintenance` is null.
    Maintenance {
        #[serde(flatten)]
        about: About<'a>,
        maintenance: Option<MaintenanceJson<'a>>,
    },
    Silence {
        at: Time,
        change: &'static str,
        silence: SilenceJson<'a>,
    },
    Reload {
        at: Time,
        added: usize,
        removed: usize,
        changed: usize,
        total: usize,
    },
    ReloadRefused {
        at: Time,
        message: &'a str,
    },
    Woke {
        at: Time,
        gap_ms: Ms,
    },
    ClockSet {
        at: Time,
        /// Negative if the clock was set back.
        by_ms: f64,
    },
    Strain {
        at: Time,
        strain: Option<&'static str>,
        message: &'static str,
    },
    Lost {
        at: Time,
        count: u64,
    },
    SubscriberDropped {
        at: Time,
        peer: SocketAddr,
        subscribers: usize,
    },
    End {
        at: Time,
        status: &'static str,
        exit: u8,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct About<'a> {
    at: Time,
    monitor: &'a str,
    kind: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Named<'a> {
    pub name: &'a str,
    pub kind: &'static str,
}

impl NdjsonLine<'_> {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            NdjsonLine::Start { .. } | NdjsonLine::StartStatus { .. } => "start",
            NdjsonLine::Open(_) => "open",
            NdjsonLine::Beat { .. } => "beat",
            NdjsonLine::Failure { .. } => "failure",
            NdjsonLine::Miss { .. } => "miss",
            NdjsonLine::Close(_) => "close",
            NdjsonLine::Started(_) => "started",
            NdjsonLine::Log { .. } => "log",
            NdjsonLine::Instance { .. } => "instance",
            NdjsonLine::Transition { .. } => "transition",
            NdjsonLine::Reload { .. } => "reload",
            NdjsonLine::ReloadRefused { .. } => "reload_refused",
            NdjsonLine::Incident { .. } => "incident",
            NdjsonLine::Maintenance { .. } => "maintenance",
            NdjsonLine::Silence { .. } => "silence",
            NdjsonLine::Woke { .. } => "woke",
            NdjsonLine::ClockSet { .. } => "clock_set",
            NdjsonLine::Strain { .. } => "strain",
            NdjsonLine::Lost { .. } => "lost",
            NdjsonLine::SubscriberDropped { .. } => "subscriber_dropped",
            NdjsonLine::End { .. } => "end",
        }
    }
}

pub(super) fn line<'a>(change: &'a Change, snapshot: &Snapshot) -> NdjsonLine<'a> {
    let at = Time(snapshot.wall(change.at));
    match &change.kind {
        ChangeKind::Target { meta, event, .. } => about(
            snapshot,
            event,
            meta,
            About {
                at,
                monitor: meta.name.as_str(),
                kind: meta.kind.as_str(),
            },
        ),
        ChangeKind::Reloaded {
            added,
            removed,
            changed,
            total,
        } => NdjsonLine::Reload {
            at,
            added: *added,
            removed: *removed,
            changed: *changed,
            total: *total,
        },
        ChangeKind::ReloadRefused { why } => NdjsonLine::ReloadRefused {
            at,
            message: why.as_str(),
        },
        ChangeKind::Stalled { gap } => NdjsonLine::Woke {
            at,
            gap_ms: Ms(*gap),
        },
        ChangeKind::ClockSet { by } => NdjsonLine::ClockSet {
            at,
            by_ms: by.as_secs_f64() * 1e3,
        },
        ChangeKind::Overloaded(overload) => NdjsonLine::Strain {
            at,
            strain: overload.map(Overload::as_str),
            message: words::overload(*overload),
        },
        ChangeKind::Silence { silence, change } => NdjsonLine::Silence {
            at,
            change: change.as_str(),
            silence: SilenceJson::new(silence, snapshot),
        },
    }
}

fn about<'a>(
    snapshot: &Snapshot,
    event: &'a Event,
    meta: &'a Meta,
    about: About<'a>,
) -> NdjsonLine<'a> {
    match event {
        Event::Incident(event) => {
            let (by, text) = match &event.change {
                IncidentChange::Note { by, text } => (Some(by.as_str()), Some(text.as_str())),
                _ => (None, None),
            };
            NdjsonLine::Incident {
                about,
                change: event.change.as_str(),
                incident: OpenIncidentJson::new(&event.incident, snapshot),
                end: match &event.change {
                    IncidentChange::Closed(end) => Some(end.as_str()),
                    _ => None,
                },
                by,
                text,
            }
        }
        Event::Maintenance(time) => NdjsonLine::Maintenance {
            about,
            maintenance: (time.as_ref()).map(|time| MaintenanceJson::new(time, snapshot)),
        },
        Event::Open => NdjsonLine::Open(about),
        Event::Close => NdjsonLine::Close(about),
        Event::Start => NdjsonLine::Started(about),
        Event::Log { text } => NdjsonLine::Log {
            about,
            message: text.as_str(),
        },
        Event::Instance { id, change } => NdjsonLine::Instance {
            about,
            instance: id.as_str(),
            change: change.as_str(),
        },
        Event::Beat {
            latency, status, ..
        } => NdjsonLine::Beat {
            about,
            latency_ms: latency.map(Ms),
            status: status.as_str(),
        },
        Event::Failure {
            failure,
            evidence,
            latency,
        } => NdjsonLine::Failure {
            about,
            latency_ms: latency.map(Ms),
            reason: failure.reason().as_str(),
            message: words::failure(failure),
            evidence: evidence
                .as_deref()
                .map(|seen| EvidenceJson::new(Cow::Borrowed(seen))),
        },
        Event::Miss { consecutive } => NdjsonLine::Miss {
            about,
            consecutive_missed: *consecutive,
        },
        Event::Transition {
            from,
            to,
            cause,
            recovered_after,
        } => NdjsonLine::Transition {
            about,
            from: from.as_str(),
            to: to.as_str(),
            reason: cause.as_ref().map(|cause| cause.reason().as_str()),
            message: cause.as_deref().map(words::cause),
            group: meta.group.as_ref().map(Text::as_str),
            description: meta.description.as_ref().map(Text::as_str),
            runbook: meta.runbook.as_ref().map(Text::as_str),
            labels: labels(meta),
            recovered_after_ms: recovered_after.map(Ms),
        },
    }
}
