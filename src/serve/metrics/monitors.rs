//! The families of monitors.

use std::fmt;

use prometheus_client::encoding::NoLabelSet;
use prometheus_client::metrics::MetricType;

use super::page::{MetricsPage, histogram};
use crate::history::slo::BurnWindow;
use crate::model::{InstanceCounts, Row, Status};
use crate::report::prom::{INFO_HELP, info_labels, unix_seconds, with_label};
use crate::serve::standings::Standings;

impl MetricsPage<'_, '_> {
    pub(super) fn monitors(&mut self) -> fmt::Result {
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
    pub(super) fn objectives(&mut self, standings: &Standings) -> fmt::Result {
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
}
