//! `watch -o ndjson`: one event on each line, flushed (docs/interface.md, "Events").

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::incident_json::{MaintenanceJson, OpenIncidentJson, SilenceJson};
use super::json::{EvidenceJson, ReportJson, labels};
use super::json_values::{Ms, Time};
use crate::model::{
    Change, ChangeKind, Event, Follower, IncidentChange, Meta, Overload, Row, Snapshot, Status,
    Text,
};
use crate::words;

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum NdjsonLine<'a> {
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
struct About<'a> {
    at: Time,
    monitor: &'a str,
    kind: &'static str,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
    kind: &'static str,
}

/// A stream of events, from `start` to `end`.
#[derive(Debug, Default)]
pub struct NdjsonStream {
    follower: Follower,
}

impl NdjsonStream {
    pub fn new() -> NdjsonStream {
        NdjsonStream::default()
    }

    /// Writes the first line. `config`: the path of the config; none without a file.
    ///
    /// # Errors
    /// A write fails.
    pub fn start<'a>(
        &self,
        snapshot: &'a Snapshot,
        config: Option<&'a str>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let named = |row: &'a Arc<Row>| Named {
            name: row.meta.name.as_str(),
            kind: row.meta.kind.as_str(),
        };
        let monitors = snapshot.rows.iter().map(named).collect();
        let at = Time(snapshot.wall(snapshot.at));
        put(
            &NdjsonLine::Start {
                at,
                hbmon: env!("CARGO_PKG_VERSION"),
                config,
                monitors,
            },
            out,
        )
    }

    /// Writes what is new in this snapshot, and the number of events that were lost because the
    /// reader was too slow.
    ///
    /// # Errors
    /// A write fails.
    pub fn follow(&mut self, snapshot: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
        let news = self.follower.read(snapshot);
        if news.lost > 0 {
            put(
                &NdjsonLine::Lost {
                    at: Time(snapshot.wall(news.at)),
                    count: news.lost,
                },
                out,
            )?;
        }
        news.changes
            .into_iter()
            .try_for_each(|change| put(&line(change, snapshot), out))
    }

    /// Writes the last line.
    ///
    /// # Errors
    /// A write fails.
    pub fn end(
        &self,
        at: Timestamp,
        status: Status,
        exit: u8,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        put(
            &NdjsonLine::End {
                at: Time(at),
                status: status.as_str(),
                exit,
            },
            out,
        )
    }
}

/// Returns an event as an object without line breaks, and its type.
pub struct NdjsonObject {
    pub name: &'static str,
    pub json: Vec<u8>,
}

impl NdjsonObject {
    /// Returns the first event of a stream that begins with the whole status.
    pub fn start(at: Timestamp, status: &ReportJson<'_>) -> NdjsonObject {
        NdjsonObject::new(&NdjsonLine::StartStatus {
            at: Time(at),
            status,
        })
    }

    pub fn change(change: &Change, snapshot: &Snapshot) -> NdjsonObject {
        NdjsonObject::new(&line(change, snapshot))
    }

    /// Number of events that this reader missed because it was too slow.
    pub fn lost(at: Timestamp, count: u64) -> NdjsonObject {
        NdjsonObject::new(&NdjsonLine::Lost {
            at: Time(at),
            count,
        })
    }

    /// A reader of events was too slow and was dropped. The number is that of the remaining
    /// readers.
    pub fn subscriber_dropped(at: Timestamp, peer: SocketAddr, subscribers: usize) -> NdjsonObject {
        NdjsonObject::new(&NdjsonLine::SubscriberDropped {
            at: Time(at),
            peer,
            subscribers,
        })
    }

    pub fn end(at: Timestamp, status: Status, exit: u8) -> NdjsonObject {
        NdjsonObject::new(&NdjsonLine::End {
            at: Time(at),
            status: status.as_str(),
            exit,
        })
    }

    fn new(line: &NdjsonLine<'_>) -> NdjsonObject {
        // Serialization cannot fail: all keys are strings, and JSON can hold all numbers.
        NdjsonObject {
            name: line.name(),
            json: serde_json::to_vec(line).unwrap_or_default(),
        }
    }
}

impl NdjsonLine<'_> {
    const fn name(&self) -> &'static str {
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

fn line<'a>(change: &'a Change, snapshot: &Snapshot) -> NdjsonLine<'a> {
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

fn put(line: &NdjsonLine<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    // One write for each line, so that readers of a pipe never see half a line.
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    out.write_all(&bytes)?;
    out.flush()
}
