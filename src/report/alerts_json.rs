//! Channels and notifications as JSON.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::json_values::Time;
use crate::history::alert_board::{ChannelOnBoard, HeldOpening};
use crate::history::notification::{HeldBecause, Notification, NotificationState};
use crate::model::Text;

const ALERTS: &str = "hbmon.alerts/1";

/// The channels, and what they were told or are to be told.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Alerts")]
pub(crate) struct AlertsJson<'a> {
    #[schemars(extend("const" = ALERTS))]
    schema: &'static str,
    /// In the order of the config.
    channels: Vec<ChannelJson<'a>>,
    /// By number, oldest first.
    notifications: Vec<NotificationJson<'a>>,
}

/// A channel. `broken` says why its receiver does not accept what it is sent.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "AlertChannel")]
struct ChannelJson<'a> {
    name: &'a str,
    /// As in the config: `slack`. Null if the config was not read.
    kind: Option<&'a str>,
    broken: Option<&'a str>,
    /// Number of notifications that are to be sent.
    pending: usize,
}

/// One thing that one channel is told. `incident` is null for a problem of hbmon itself.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Notification")]
struct NotificationJson<'a> {
    incident: Option<String>,
    monitor: &'a str,
    channel: &'a str,
    /// `opened`, `worse`, `acknowledged`, `reminder`, `recovered` or `flapping`.
    what: &'static str,
    /// `held`, `waiting`, `told` or `failed`.
    state: &'static str,
    /// `silence`, `maintenance`, `dependency`, `after`, `digest`, `retry` or `flapping`.
    why: Option<&'static str>,
    attempts: u32,
    next: Option<Time>,
    error: Option<&'a str>,
    /// When the receiver accepted it, or when it was given up.
    done: Option<Time>,
    /// Why it is held, in a few words: `behind "router"`. Null if it is not held, and without a
    /// running agent.
    held: Option<&'a str>,
}

impl<'a> AlertsJson<'a> {
    pub(crate) fn new(
        channels: &'a [ChannelOnBoard],
        notifications: impl Iterator<Item = &'a Notification>,
    ) -> AlertsJson<'a> {
        AlertsJson {
            schema: ALERTS,
            channels: channels.iter().map(channel).collect(),
            notifications: notifications.map(notification).collect(),
        }
    }

    /// Adds why openings are held. `held`: by the monitor's name.
    pub(crate) fn with_held(mut self, held: &'a HashMap<Text, HeldOpening>) -> AlertsJson<'a> {
        let is_held =
            |one: &&mut NotificationJson<'_>| one.state == NotificationState::Held.as_str();
        for one in self.notifications.iter_mut().filter(is_held) {
            let opening = held.get(&Text::clean(one.monitor));
            one.held = opening.map(|opening| opening.words.as_str());
        }
        self
    }
}

fn channel(channel: &ChannelOnBoard) -> ChannelJson<'_> {
    ChannelJson {
        name: channel.name.as_str(),
        kind: Some(channel.kind).filter(|kind| !kind.is_empty()),
        broken: channel.broken.as_ref().map(Text::as_str),
        pending: channel.pending,
    }
}

fn notification(row: &Notification) -> NotificationJson<'_> {
    NotificationJson {
        incident: row.subject.incident.map(|id| id.to_string()),
        monitor: row.subject.monitor.as_str(),
        channel: row.channel.as_str(),
        what: row.what.as_str(),
        state: row.state.as_str(),
        why: row.why.map(HeldBecause::as_str),
        attempts: row.attempts,
        next: row.next.map(Time),
        error: row.error.as_ref().map(Text::as_str),
        done: row.done.map(Time),
        held: None,
    }
}
