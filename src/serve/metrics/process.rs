//! The families of hbmon itself.

use std::fmt;

use prometheus_client::encoding::NoLabelSet;
use prometheus_client::metrics::MetricType;

use super::page::{MetricsPage, histogram};
use crate::model::{Overload, Row};
use crate::report::prom::unix_seconds;
use crate::serve::slots::RejectReason;
use crate::serve::state::AppState;
use crate::store::{Health, Store};

/// Counters of hbmon itself that are not in the snapshot.
#[derive(Clone, Debug)]
pub(super) struct ProcessCounts {
    clients: usize,
    refused: [(&'static str, u64); RejectReason::ALL.len()],
    refused_for_bytes: u64,
    event_subscribers: usize,
    heartbeat_subscribers: usize,
    dropped: u64,
    lost: u64,
    output_errors: u64,
    log_lines_dropped: u64,
    /// `None` if no history is kept.
    store: Option<Health>,
}

impl ProcessCounts {
    pub(super) fn of(state: &AppState) -> ProcessCounts {
        ProcessCounts {
            clients: state.slots.count_taken(),
            refused: RejectReason::ALL.map(|why| (why.as_str(), state.slots.rejected(why))),
            refused_for_bytes: state.answers.refused() + state.bodies.refused(),
            event_subscribers: state.events.subscribers(),
            heartbeat_subscribers: state.heartbeats.subscribers(),
            dropped: state.events.dropped(),
            lost: state.events.lost(),
            output_errors: state.outputs.errors(),
            log_lines_dropped: state.outputs.log_lines_dropped(),
            store: state.store().map(Store::health),
        }
    }
}

impl MetricsPage<'_, '_> {
    pub(super) fn process(&mut self, own: &ProcessCounts) -> fmt::Result {
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        self.family("build", "The version that runs", MetricType::Info)?
            .encode_info(&version)?;
        let start = unix_seconds(self.snapshot.anchor);
        self.seconds("start_timestamp_seconds", "When hbmon was started", start)?;
        self.streams(own)?;
        self.clients(own)?;
        let help = "Writes of an output or of the log that failed";
        self.count("output_errors", help, own.output_errors)?;
        let help = "Lines of the log that were dropped, because they were not read in time";
        self.count("log_lines_dropped", help, own.log_lines_dropped)?;
        self.engine()?;
        self.config()?;
        let skipped = self.snapshot.self_stats.skipped_polls;
        self.count(
            "polls_skipped",
            "Polls that could not start before the next was due",
            skipped,
        )?;
        self.incidents()?;
        own.store.as_ref().map_or(Ok(()), |store| self.store(store))
    }

    fn streams(&mut self, own: &ProcessCounts) -> fmt::Result {
        let mut readers = self.family(
            "stream_subscribers",
            "Readers of a stream",
            MetricType::Gauge,
        )?;
        for (stream, count) in [
            ("events", own.event_subscribers),
            ("heartbeats", own.heartbeat_subscribers),
        ] {
            readers
                .encode_family(&[("stream", stream)])?
                .encode_gauge(&(count as u64))?;
        }
        self.count(
            "subscribers_dropped",
            "Event readers that could not be written to",
            own.dropped,
        )?;
        self.count(
            "events_lost",
            "Events that readers were too slow for",
            own.lost,
        )
    }

    fn clients(&mut self, own: &ProcessCounts) -> fmt::Result {
        let help = "Connections of clients to the HTTP interface";
        self.number("clients", help, own.clients as u64)?;
        let help = "Connections and requests that were refused for lack of room";
        let mut refused = self.family("clients_refused", help, MetricType::Counter)?;
        own.refused
            .iter()
            .copied()
            .chain([("bytes", own.refused_for_bytes)])
            .try_for_each(|(reason, count)| {
                refused
                    .encode_family(&[("reason", reason)])?
                    .encode_counter::<NoLabelSet, _, u64>(&count, None)
            })
    }

    fn engine(&mut self) -> fmt::Result {
        let lag = self.snapshot.self_stats.delays;
        let help = "How late attempts start, after they were due";
        histogram(
            &mut self.family("scheduling_lag_seconds", help, MetricType::Histogram)?,
            &lag,
        )?;
        let wake = self.snapshot.self_stats.last_loop_delay.as_secs_f64();
        let help = "How late the event loop woke last, after it meant to";
        self.seconds("event_loop_lag_seconds", help, wake)?;
        let open = self.snapshot.self_stats.open as u64;
        let help = "Running attempts and open connections";
        self.number("connections_open", help, open)?;
        let now = self.snapshot.self_stats.overload;
        let mut strained = self.family(
            "strained",
            "1 for what hbmon itself lacks: no verdict changes for it",
            MetricType::Gauge,
        )?;
        Overload::ALL.iter().try_for_each(|overload| {
            let is_so = u64::from(now == Some(*overload));
            strained
                .encode_family(&[("by", overload.as_str())])?
                .encode_gauge(&is_so)
        })
    }

    fn config(&mut self) -> fmt::Result {
        let is_accepted = u64::from(!self.snapshot.self_stats.reload_refused);
        let help =
            "1 unless the config that was read last is bad: the one before is still watched then";
        self.number("config_last_reload_successful", help, is_accepted)?;
        let reloaded = self.snapshot.self_stats.reloaded_at;
        let reloaded = unix_seconds(self.snapshot.wall(reloaded));
        let help = "When the config that is watched was read";
        let name = "config_last_reload_success_timestamp_seconds";
        self.seconds(name, help, reloaded)
    }

    fn incidents(&mut self) -> fmt::Result {
        let rows = &self.snapshot.rows;
        let open = rows.iter().filter(|row| row.incident.is_some()).count() as u64;
        let help = "Monitors that are not well: each has an open incident";
        self.number("incidents_open", help, open)?;
        let now = self.snapshot.at;
        let is_silenced = |row: &Row| row.silence.as_ref().is_some_and(|it| it.is_active(now));
        let silenced = rows.iter().filter(|row| is_silenced(row)).count() as u64;
        let help = "Monitors that a silence selects now";
        self.number("monitors_silenced", help, silenced)
    }

    fn store(&mut self, store: &Health) -> fmt::Result {
        let help = "Size of the history and its journal";
        self.number("store_bytes", help, store.bytes)?;
        let help = "Rows of numbers that the history lacks, because the disk was too slow";
        self.count("store_dropped", help, store.dropped)?;
        let help = "1 unless the history cannot be written";
        self.number("store_healthy", help, u64::from(store.fault.is_none()))
    }
}
