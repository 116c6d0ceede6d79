//! `-o prom`: Prometheus text for node_exporter's textfile collector or a Pushgateway. All metrics
//! are gauges, because counters would start again with every run.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::RunInfo;
use crate::model::{Row, Snapshot, Status};

/// Writes the metrics. Samples have no timestamps; the age of the file shows when it was written.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let mut registry = Registry::default();
    let (mut snapshot, run) = (snapshot.clone(), run.clone());
    // `probe` may have a URL twice, but duplicate samples make the whole file invalid.
    let mut names = HashSet::new();
    snapshot.rows = snapshot
        .rows
        .iter()
        .filter(|row| names.insert(row.meta.name.clone()))
        .cloned()
        .collect();
    registry.register_collector(Box::new(Gauges { snapshot, run }));
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

#[derive(Debug)]
struct Gauges {
    snapshot: Snapshot,
    run: RunInfo,
}

/// One label of a sample: name and value.
pub type Label<'a> = (&'static str, &'a str);

/// The labels of every sample about a monitor: `monitor`, `kind` and `group`.
pub type MonitorLabels<'a> = [Label<'a>; 3];

impl Collector for Gauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let to = &mut encoder;
        self.of_each(
            to,
            "hbmon_up",
            "Whether the monitor is healthy or in warning; absent while unknown or paused",
            |row| match row.status {
                Status::Healthy | Status::Warning => Some(1.0),
                Status::Error => Some(0.0),
                Status::Unknown | Status::Paused => None,
            },
        )?;
        self.statuses(to)?;
        self.info(to)?;
        let last_latency = |row: &Row| row.last_latency.map(|latency| latency.as_secs_f64());
        self.of_each(
            to,
            "hbmon_last_latency_seconds",
            "Latency that was measured last",
            last_latency,
        )?;
        let failures = |row: &Row| Some(f64::from(row.consecutive_failures));
        self.of_each(
            to,
            "hbmon_failures_consecutive",
            "Failed attempts since the last heartbeat",
            failures,
        )?;
        let last_beat = |row: &Row| row.last_beat.map(|at| unix_seconds(self.snapshot.wall(at)));
        self.of_each(
            to,
            "hbmon_last_heartbeat_timestamp_seconds",
            "When the last heartbeat came",
            last_beat,
        )?;
        let expiry = |row: &Row| {
            row.connection
                .certificate
                .as_ref()
                .map(|shown| unix_seconds(shown.not_after))
        };
        self.of_each(
            to,
            "hbmon_certificate_expiry_timestamp_seconds",
            "When the certificate ends",
            expiry,
        )?;
        self.one(
            to,
            "hbmon_check_duration_seconds",
            "How long the run took",
            self.run.duration.as_secs_f64(),
        )?;
        let end = unix_seconds(self.snapshot.wall(self.snapshot.at));
        self.one(
            to,
            "hbmon_check_timestamp_seconds",
            "When the run ended",
            end,
        )
    }
}

impl Gauges {
    /// Writes a gauge of every monitor that has a value; omits the family if none has.
    fn of_each(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        name: &str,
        help: &str,
        value: impl Fn(&Row) -> Option<f64>,
    ) -> fmt::Result {
        let known: Vec<(&Arc<Row>, f64)> = self
            .snapshot
            .rows
            .iter()
            .filter_map(|row| Some((row, value(row)?)))
            .collect();
        if known.is_empty() {
            return Ok(());
        }
        let mut gauge = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        known
            .into_iter()
            .try_for_each(|(row, value)| gauge.encode_family(&labels(row))?.encode_gauge(&value))
    }

    /// Writes a state set: of every monitor all statuses, 1 for the current one, 0 for others.
    fn statuses(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        if self.snapshot.rows.is_empty() {
            return Ok(());
        }
        let help = "1 for the status that the monitor has, 0 for the others";
        let mut gauge = encoder.encode_descriptor("hbmon_status", help, None, MetricType::Gauge)?;
        for row in &self.snapshot.rows {
            let monitor = labels(row);
            for status in Status::ALL {
                let labels = with_label(&monitor, "status", status.as_str());
                gauge
                    .encode_family(&labels)?
                    .encode_gauge(&u32::from(row.status == status))?;
            }
        }
        Ok(())
    }

    /// Writes the labels that the config gives each monitor.
    fn info(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        if self.snapshot.rows.is_empty() {
            return Ok(());
        }
        let name = "hbmon_monitor_info";
        let mut gauge = encoder.encode_descriptor(name, INFO_HELP, None, MetricType::Gauge)?;
        self.snapshot
            .rows
            .iter()
            .try_for_each(|row| gauge.encode_family(&info_labels(row))?.encode_gauge(&1_u32))
    }

    fn one(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        name: &str,
        help: &str,
        value: f64,
    ) -> fmt::Result {
        let mut gauge = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        gauge.encode_gauge(&value)
    }
}

/// Returns the labels of a monitor; `group` is empty without a group.
pub fn labels(row: &Row) -> MonitorLabels<'_> {
    let group = row.meta.group.as_ref().map_or("", |group| group.as_str());
    [
        ("monitor", row.meta.name.as_str()),
        ("kind", row.meta.kind.as_str()),
        ("group", group),
    ]
}

/// What `hbmon_monitor_info` says.
pub const INFO_HELP: &str = "Always 1, with the labels that the config gives the monitor";

/// Returns the labels of a monitor, and those that the config gives it.
pub fn info_labels(row: &Row) -> Vec<(&str, &str)> {
    let given = row
        .meta
        .labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    labels(row).into_iter().chain(given).collect()
}

/// Returns the labels of a monitor and one more.
pub fn with_label<'a>(
    [monitor, kind, group]: &MonitorLabels<'a>,
    name: &'static str,
    value: &'a str,
) -> [Label<'a>; 4] {
    [*monitor, *kind, *group, (name, value)]
}

/// Returns the seconds since 1970 in UTC, with a resolution of 1 ms.
pub fn unix_seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}
