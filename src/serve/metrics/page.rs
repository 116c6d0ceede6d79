//! Writes metric families in the text format of Prometheus.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use crate::model::{BOUNDS, Histogram, Row, Snapshot};
use crate::report::prom::{MonitorLabels, labels};

pub(super) struct MetricsPage<'a, 'e> {
    encoder: DescriptorEncoder<'e>,
    pub snapshot: &'a Snapshot,
}

impl<'a, 'e> MetricsPage<'a, 'e> {
    pub(super) const fn new(
        encoder: DescriptorEncoder<'e>,
        snapshot: &'a Snapshot,
    ) -> MetricsPage<'a, 'e> {
        MetricsPage { encoder, snapshot }
    }

    /// Begins a family.
    pub(super) fn family<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        self.encoder.encode_descriptor(name, help, None, kind)
    }

    /// Writes a family with what each monitor has of it.
    pub(super) fn each(
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

    /// Writes a gauge of the monitors that have the value.
    pub(super) fn gauge(
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

    /// Writes a counter of each monitor.
    pub(super) fn counter(
        &mut self,
        name: &str,
        help: &str,
        value: impl Fn(&Row) -> u64,
    ) -> fmt::Result {
        self.each(name, help, MetricType::Counter, |metric, row, labels| {
            metric
                .encode_family(labels)?
                .encode_counter::<NoLabelSet, _, u64>(&value(row), None)
        })
    }

    /// Writes a counter without labels.
    pub(super) fn count(&mut self, name: &str, help: &str, count: u64) -> fmt::Result {
        self.family(name, help, MetricType::Counter)?
            .encode_counter::<NoLabelSet, _, u64>(&count, None)
    }

    /// Writes a gauge without labels.
    pub(super) fn number(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.family(name, help, MetricType::Gauge)?
            .encode_gauge(&value)
    }

    /// Writes a gauge of seconds without labels.
    pub(super) fn seconds(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.family(name, help, MetricType::Gauge)?
            .encode_gauge(&value)
    }
}

pub(super) fn histogram(metric: &mut MetricEncoder<'_>, spread: &Histogram) -> fmt::Result {
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
