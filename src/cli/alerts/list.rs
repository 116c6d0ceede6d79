//! `hbmon alerts list`: the channels, and what is held, waiting, told and failed.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde_json::Value;

use crate::channels::plan::AlertPlan;
use crate::cli::args::{AlertsListArgs, PlaceArgs, ShortFormat};
use crate::cli::place::{Place, cell, items, json as to_json, now, print, print_json, wall};
use crate::cli::{CommandError, columns, exit, memory};
use crate::config;
use crate::history::alert_board::ChannelOnBoard;
use crate::history::notification::{Notification, NotificationState};
use crate::model::{Histogram, Text};
use crate::report::alerts_json::AlertsJson;
use crate::store::{Reader, StoreError};

/// Maximum number of notifications that people are shown.
const MAX_SHOWN: usize = 50;
/// Number of the last notifications that are listed although they are over.
const LAST: usize = 20;
/// A channel that has failed for this long is broken.
const BROKEN_AFTER: Duration = Duration::from_secs(5 * 60);

pub(super) fn run(args: &AlertsListArgs) -> Result<u8, CommandError> {
    let alerts = match Place::find(&args.place, &args.look)? {
        Place::History(path) => {
            let read = Reader::open(&path).and_then(|reader| read(&reader, &args.place));
            let (channels, rows) = read.map_err(memory::refused)?;
            to_json(&AlertsJson::new(&channels, rows.iter()))?
        }
        Place::Agent(agent) => agent.ask(Method::GET, &["v1", "alerts"], &[], None)?,
    };
    match args.output {
        ShortFormat::Json => print_json(&alerts)?,
        ShortFormat::Human => print(&human(&alerts, args.utc))?,
    }
    Ok(exit::OK)
}

/// Returns the channels and the notifications of a store.
fn read(
    reader: &Reader,
    place: &PlaceArgs,
) -> Result<(Vec<ChannelOnBoard>, Vec<Notification>), StoreError> {
    let rows = reader.notifications(LAST)?;
    let channels = match plan(place) {
        Some(plan) => plan
            .channels
            .iter()
            .map(|channel| (channel.name.clone(), channel.channel.kind()))
            .collect(),
        None => reader
            .channels()?
            .into_iter()
            .map(|(name, _)| (name, ""))
            .collect::<Vec<_>>(),
    };
    let now = now();
    let channels = channels.into_iter();
    let channels = channels.map(|(name, kind)| channel(name, kind, &rows, now));
    Ok((channels.collect(), rows))
}

/// Returns the alerts of the config; `None` if there is none that can be read. Its secrets may be
/// known to the agent only.
fn plan(place: &PlaceArgs) -> Option<Arc<AlertPlan>> {
    let named = place
        .config
        .as_deref()
        .or_else(|| place.memory.option.path());
    if named.is_none() && place.memory.state.is_some() {
        return None;
    }
    let loaded = config::find(named).and_then(|source| config::load(&source));
    Some(loaded.ok()?.alerts.unwrap_or_default())
}

/// Returns what the rows say about a channel.
fn channel(
    name: Text,
    kind: &'static str,
    rows: &[Notification],
    now: Timestamp,
) -> ChannelOnBoard {
    let of_channel = || rows.iter().filter(|row| row.channel == name);
    let waiting = || of_channel().filter(|row| row.state == NotificationState::Waiting);
    let last = of_channel()
        .filter(|row| row.done.is_some())
        .max_by_key(|row| row.done);
    let refused = last.filter(|row| row.state == NotificationState::Failed);
    let is_late = |row: &&Notification| {
        let waits = now.duration_since(row.created);
        row.error.is_some() && Duration::try_from(waits).is_ok_and(|waits| waits >= BROKEN_AFTER)
    };
    let broken = refused.or_else(|| waiting().find(is_late));
    ChannelOnBoard {
        kind,
        place: Text::default(),
        broken: broken.map(|row| row.error.clone().unwrap_or_default()),
        pending: waiting().count(),
        told: 0,
        failed: 0,
        seconds: Histogram::default(),
        name,
    }
}

fn human(alerts: &Value, utc: bool) -> String {
    let wall = wall(utc);
    let channels = items(alerts, "channels");
    if channels.is_empty() {
        return "no channels: no alerts are sent\n".to_owned();
    }
    let head = ["CHANNEL", "KIND", "PENDING", "STATE"].map(str::to_owned);
    let rows = channels.iter().map(|channel| {
        let state = match cell(&channel["broken"], &wall) {
            why if why.is_empty() => "works".to_owned(),
            why => format!("broken: {why}"),
        };
        let [name, kind, pending] =
            ["name", "kind", "pending"].map(|key| cell(&channel[key], &wall));
        [name, kind, pending, state]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let mut text = columns::table(&rows);
    let notifications = items(alerts, "notifications");
    if notifications.is_empty() {
        return text;
    }
    const KEYS: [&str; 9] = [
        "incident", "monitor", "channel", "what", "state", "why", "attempts", "next", "error",
    ];
    let head = KEYS.map(str::to_uppercase);
    let shown = worst_first(notifications);
    let rows = shown.iter().take(MAX_SHOWN);
    let rows = rows.map(|row| KEYS.map(|key| cell(&row[key], &wall)));
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    text.push('\n');
    text.push_str(&columns::table(&rows));
    let more = shown.len().saturating_sub(MAX_SHOWN);
    if more > 0 {
        let _ = writeln!(text, "and {more} more: `-o json` has them all");
    }
    text
}

/// Returns notifications, those that failed first, then those that are still to be told, and the
/// newest of each first.
fn worst_first(notifications: &[Value]) -> Vec<&Value> {
    use NotificationState::{Failed, Held, Told, Waiting};
    let order = [Failed, Waiting, Held, Told];
    let rank = |row: &Value| {
        let state = row["state"].as_str().unwrap_or_default();
        order.iter().position(|one| one.as_str() == state)
    };
    // By number, oldest first.
    let mut sorted: Vec<&Value> = notifications.iter().rev().collect();
    sorted.sort_by_key(|row| rank(row));
    sorted
}
