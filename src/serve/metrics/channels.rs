//! The families of channels, which are told of incidents.

use std::fmt;

use prometheus_client::encoding::NoLabelSet;
use prometheus_client::metrics::MetricType;

use super::page::{MetricsPage, histogram};
use crate::history::alert_board::{AlertBoard, ChannelOnBoard};

impl MetricsPage<'_, '_> {
    pub(super) fn channels(&mut self, board: &AlertBoard) -> fmt::Result {
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
}
