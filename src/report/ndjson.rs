//! `watch -o ndjson`: one event on each line, flushed (docs/interface.md, "Events").

mod line;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;

use super::json::ReportJson;
use super::json_values::Time;
use crate::model::{Change, Follower, Row, Snapshot, Status};
use line::{Named, NdjsonLine, line};

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

fn put(line: &NdjsonLine<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    // One write for each line, so that readers of a pipe never see half a line.
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    out.write_all(&bytes)?;
    out.flush()
}
