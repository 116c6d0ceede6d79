//! `/metrics`: the newest snapshot in the Prometheus text format. The model does the counting.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::answer;
use super::cache::render;
use super::slots::RejectReason;
use super::standings::{Standings, standings};
use super::state::AppState;
use crate::history::alert_board::{AlertBoard, ChannelOnBoard};
use crate::history::slo::BurnWindow;
use crate::model::{BOUNDS, Histogram, InstanceCounts, Overload, Row, Snapshot, Status};
use crate::report::prom::{
    INFO_HELP, MonitorLabels, info_labels, labels, unix_seconds, with_label,
};
use crate::store::{Health, Store};

/// Counters of hbmon itself that are not in the snapshot.
#[derive(Clone, Debug)]
struct ProcessCounts {
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

#[derive(Debug)]
struct Metrics {
    snapshot: Arc<Snapshot>,
    own: ProcessCounts,
    standings: Arc<Standings>,
    /// `None` if this process sends no alerts.
    alerts: Option<Arc<AlertBoard>>,
}

pub(super) async fn scrape(State(state): State<AppState>) -> Response {
    let standings = standings(&state, &state.snapshot()).await;
    let text = state.metrics.fresh(&state, |snapshot, _| {
        let metrics = Metrics {
            snapshot,
            own: ProcessCounts::of(&state),
            standings,
            alerts: state.board(),
        };
        render(|| metrics.text().into_bytes())
    });
    answer::rendered(prometheus_text::CONTENT_TYPE, text.await)
}

impl ProcessCounts {
    fn of(state: &AppState) -> ProcessCounts {
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

impl Metrics {
    fn text(self) -> String {
        let mut registry = Registry::with_prefix("hbmon");
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = prometheus_text::encode(&mut text, &registry);
        text
    }
}

impl Collector for Metrics {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = MetricsPage {
            encoder,
            snapshot: &self.snapshot,
        };
        page.monitors()?;
        page.objectives(&self.standings)?;
        page.itself(&self.own)?;
        self.alerts
            .as_deref()
            .map_or(Ok(()), |board| page.channels(board))
    }
}

struct MetricsPage<'a, 'e> {
    encoder: DescriptorEncoder<'e>,
    snapshot: &'a Snapshot,
}

impl MetricsPage<'_, '_> {
    fn monitors(&mut self) -> fmt::Result {
        let snapshot = self.snapshot;
        self.gauge(
            "up",
            "1 while a monitor is healthy or in warning, 0 in error",
            |row| match row.status {
                Status::Healthy | Status::Warning => Some(1.0),
                Status::Error => Some(0.0),
                Status::Unknown | Status::Paused => None,
            },
        )?;
        self.each(
            "status",
            "1 for the status that a monitor has",
            MetricType::Gauge,
            |metric, row, labels| {
                Status::ALL.iter().try_for_each(|status| {
                    let labels = with_label(labels, "status", status.as_str());
                    metric
                        .encode_family(&labels)?
                        .encode_gauge(&u64::from(row.status == *status))
                })
            },
        )?;
        self.each(
            "monitor_info",
            INFO_HELP,
            MetricType::Gauge,
            |metric, row, _| {
                metric
                    .encode_family(&info_labels(row))?
                    .encode_gauge(&1_u32)
            },
        )?;
        self.counter("heartbeats", "Heartbeats received", |row| row.beats)?;
        self.each(
            "failures",
            "Failed attempts and heartbeats",
            MetricType::Counter,
            |metric, row, labels| {
                row.reasons.iter().try_for_each(|(reason, count)| {
                    let labels = with_label(labels, "reason", reason.as_str());
                    metric
                        .encode_family(&labels)?
                        .encode_counter::<NoLabelSet, _, u64>(count, None)
                })
            },
        )?;
        self.counter(
            "missed_heartbeats",
            "Heartbeats that did not come in time",
            |row| row.missed,
        )?;
        self.gauge(
            "last_heartbeat_timestamp_seconds",
            "When the last heartbeat came",
            |row| Some(unix_seconds(snapshot.wall(row.last_beat?))),
        )?;
        let help = "Latency of heartbeats and of hbmon's own pings";
        self.each(
            "latency_seconds",
            help,
            MetricType::Histogram,
            |metric, row, labels| match &row.histogram {
                Some(latencies) => histogram(&mut metric.encode_family(labels)?, latencies),
                None => Ok(()),
            },
        )?;
        let help = "When the certificate that was shown last expires";
        self.gauge("certificate_expiry_timestamp_seconds", help, |row| {
            Some(unix_seconds(row.connection.certificate.as_ref()?.not_after))
        })?;
        self.each(
            "instances",
            "Instances behind a push monitor",
            MetricType::Gauge,
            |metric, row, labels| {
                let Some(InstanceCounts {
                    total,
                    online,
                    available,
                }) = row.instances
                else {
                    return Ok(());
                };
                [
                    ("total", total),
                    ("online", online),
                    ("available", available),
                ]
                .iter()
                .try_for_each(|(state, count)| {
                    metric
                        .encode_family(&with_label(labels, "state", state))?
                        .encode_gauge(count)
                })
            },
        )
    }

    /// Nothing without monitors that have an objective and a history.
    fn objectives(&mut self, standings: &Standings) -> fmt::Result {
        if standings.is_empty() {
            return Ok(());
        }
        let standing = |row: &Row| standings.get(&row.meta.name);
        self.gauge(
            "slo_budget_remaining_ratio",
            "Share of the downtime that the objective allows that is left; negative if overdrawn",
            |row| Some(standing(row)?.budget?.left),
        )?;
        self.each(
            "slo_burn_rate",
            "How many times faster than allowed the downtime of the objective was used",
            MetricType::Gauge,
            |metric, row, labels| {
                BurnWindow::ALL.iter().try_for_each(|window| {
                    let Some(burn) = standing(row).and_then(|standing| standing.burn(*window))
                    else {
                        return Ok(());
                    };
                    let labels = with_label(labels, "window", window.as_str());
                    metric.encode_family(&labels)?.encode_gauge(&burn)
                })
            },
        )
    }

    fn channels(&mut self, board: &AlertBoard) -> fmt::Result {
        let help = "Notifications that a receiver accepted (told), or that were given up (failed)";
        let mut ended = self.family("notifications", help, MetricType::Counter)?;
        for channel in &board.channels {
            for (outcome, count) in [("told", channel.told), ("failed", channel.failed)] {
                let labels = [("channel", channel.name.as_str()), ("outcome", outcome)];
                ended
                    .encode_family(&labels)?
                    .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
            }
        }
        let help = "Notifications that are to be sent";
        let pending = |channel: &ChannelOnBoard| channel.pending as u64;
        self.channel_gauge(board, "notifications_pending", help, pending)?;
        let help = "1 while the receiver of a channel does not accept what it is sent";
        let broken = |channel: &ChannelOnBoard| u64::from(channel.broken.is_some());
        self.channel_gauge(board, "channel_broken", help, broken)?;
        let help = "How long messages to a channel took, with those that failed";
        let mut took = self.family("notification_seconds", help, MetricType::Histogram)?;
        board.channels.iter().try_for_each(|channel| {
            let labels = [("channel", channel.name.as_str())];
            histogram(&mut took.encode_family(&labels)?, &channel.seconds)
        })
    }

    fn channel_gauge(
        &mut self,
        board: &AlertBoard,
        name: &str,
        help: &str,
        value: impl Fn(&ChannelOnBoard) -> u64,
    ) -> fmt::Result {
        let mut gauge = self.family(name, help, MetricType::Gauge)?;
        board.channels.iter().try_for_each(|channel| {
            let labels = [("channel", channel.name.as_str())];
            gauge.encode_family(&labels)?.encode_gauge(&value(channel))
        })
    }

    fn itself(&mut self, own: &ProcessCounts) -> fmt::Result {
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        self.family("build", "The version that runs", MetricType::Info)?
            .encode_info(&version)?;
        let start = unix_seconds(self.snapshot.anchor);
        self.family(
            "start_timestamp_seconds",
            "When hbmon was started",
            MetricType::Gauge,
        )?
        .encode_gauge(&start)?;
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
        )?;
        self.clients(own)?;
        let help = "Writes of an output or of the log that failed";
        self.count("output_errors", help, own.output_errors)?;
        let help = "Lines of the log that were dropped, because they were not read in time";
        self.count("log_lines_dropped", help, own.log_lines_dropped)?;
        let lag = self.snapshot.self_stats.delays;
        let help = "How late attempts start, after they were due";
        histogram(
            &mut self.family("scheduling_lag_seconds", help, MetricType::Histogram)?,
            &lag,
        )?;
        let wake = self.snapshot.self_stats.last_loop_delay.as_secs_f64();
        let help = "How late the event loop woke last, after it meant to";
        self.family("event_loop_lag_seconds", help, MetricType::Gauge)?
            .encode_gauge(&wake)?;
        let open = self.snapshot.self_stats.open as u64;
        let help = "Running attempts and open connections";
        self.family("connections_open", help, MetricType::Gauge)?
            .encode_gauge(&open)?;
        let now = self.snapshot.self_stats.overload;
        let mut strained = self.family(
            "strained",
            "1 for what hbmon itself lacks: no verdict changes for it",
            MetricType::Gauge,
        )?;
        for overload in Overload::ALL {
            let is_so = u64::from(now == Some(overload));
            strained
                .encode_family(&[("by", overload.as_str())])?
                .encode_gauge(&is_so)?;
        }
        let is_accepted = u64::from(!self.snapshot.self_stats.reload_refused);
        let help =
            "1 unless the config that was read last is bad: the one before is still watched then";
        self.family("config_last_reload_successful", help, MetricType::Gauge)?
            .encode_gauge(&is_accepted)?;
        let reloaded = self.snapshot.self_stats.reloaded_at;
        let reloaded = unix_seconds(self.snapshot.wall(reloaded));
        let help = "When the config that is watched was read";
        let name = "config_last_reload_success_timestamp_seconds";
        self.family(name, help, MetricType::Gauge)?
            .encode_gauge(&reloaded)?;
        let skipped = self.snapshot.self_stats.skipped_polls;
        self.count(
            "polls_skipped",
            "Polls that could not start before the next was due",
            skipped,
        )?;
        let rows = &self.snapshot.rows;
        let open = rows.iter().filter(|row| row.incident.is_some()).count() as u64;
        let help = "Monitors that are not well: each has an open incident";
        self.family("incidents_open", help, MetricType::Gauge)?
            .encode_gauge(&open)?;
        let now = self.snapshot.at;
        let is_silenced = |row: &Row| row.silence.as_ref().is_some_and(|it| it.is_active(now));
        let silenced = rows.iter().filter(|row| is_silenced(row)).count() as u64;
        let help = "Monitors that a silence selects now";
        self.family("monitors_silenced", help, MetricType::Gauge)?
            .encode_gauge(&silenced)?;
        own.store.as_ref().map_or(Ok(()), |store| self.store(store))
    }

    fn store(&mut self, store: &Health) -> fmt::Result {
        let help = "Size of the history and its journal";
        self.family("store_bytes", help, MetricType::Gauge)?
            .encode_gauge(&store.bytes)?;
        let help = "Rows of numbers that the history lacks, because the disk was too slow";
        self.count("store_dropped", help, store.dropped)?;
        let help = "1 unless the history cannot be written";
        self.family("store_healthy", help, MetricType::Gauge)?
            .encode_gauge(&u64::from(store.fault.is_none()))
    }

    fn clients(&mut self, own: &ProcessCounts) -> fmt::Result {
        let help = "Connections of clients to the HTTP interface";
        self.family("clients", help, MetricType::Gauge)?
            .encode_gauge(&(own.clients as u64))?;
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

    /// Writes a counter without labels.
    fn count(&mut self, name: &str, help: &str, count: u64) -> fmt::Result {
        self.family(name, help, MetricType::Counter)?
            .encode_counter::<NoLabelSet, _, u64>(&count, None)
    }
}

/// Writers of one metric family.
impl<'a> MetricsPage<'a, '_> {
    fn gauge(
        &mut self,
        name: &str,
        help: &str,
        value: impl Fn(&Row) -> Option<f64>,
    ) -> fmt::Result {
        self.each(
            name,
            help,
            MetricType::Gauge,
            |metric, row, labels| match value(row) {
                Some(value) => metric.encode_family(labels)?.encode_gauge(&value),
                None => Ok(()),
            },
        )
    }

    fn counter(&mut self, name: &str, help: &str, value: impl Fn(&Row) -> u64) -> fmt::Result {
        self.each(name, help, MetricType::Counter, |metric, row, labels| {
            metric
                .encode_family(labels)?
                .encode_counter::<NoLabelSet, _, u64>(&value(row), None)
        })
    }

    fn each(
        &mut self,
        name: &str,
        help: &str,
        kind: MetricType,
        write: impl Fn(&mut MetricEncoder<'_>, &Row, &MonitorLabels<'a>) -> fmt::Result,
    ) -> fmt::Result {
        let snapshot = self.snapshot;
        let mut metric = self.family(name, help, kind)?;
        snapshot
            .rows
            .iter()
            .try_for_each(|row| write(&mut metric, row, &labels(row)))
    }

    fn family<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        self.encoder.encode_descriptor(name, help, None, kind)
    }
}

fn histogram(metric: &mut MetricEncoder<'_>, spread: &Histogram) -> fmt::Result {
    let bounds = BOUNDS
        .iter()
        .map(Duration::as_secs_f64)
        .chain([f64::INFINITY]);
    let buckets: Vec<(f64, u64)> = bounds.zip(spread.counts().iter().copied()).collect();
    metric.encode_histogram::<NoLabelSet>(
        spread.sum().as_secs_f64(),
        spread.count(),
        &buckets,
        None,
    )
}
