//! Follows what the channels of agents are told (`GET /v1/alerts`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::watch;

use super::agent_error::AgentError;
use super::client::AgentClient;
use crate::clock::Clock;
use crate::history::alert_board::{AlertBoard, ChannelOnBoard, HeldOpening};
use crate::history::notification::{
    HeldBecause, Notification, NotificationId, NotificationState, Subject, What,
};
use crate::lock::LockExt;
use crate::model::{Histogram, Status, Text};

/// The schema of `/v1/alerts`.
const ALERTS: &str = "hbmon.alerts/1";
/// Maximum size of an answer in bytes: about 20,000 notifications.
const MAX_BYTES: usize = 8 << 20;
/// Time between two questions.
const REFRESH: Duration = Duration::from_secs(2);
/// The time between two questions is at least this many times what the last one took.
const REFRESH_SHARE: u32 = 10;
/// An agent that does not answer, or has no such route, is asked again after this time.
const LACK_REFRESH: Duration = Duration::from_secs(30);

/// `/v1/alerts`. Every key may be missing: agents have other versions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireAlerts {
    schema: String,
    channels: Vec<WireChannel>,
    notifications: Vec<WireNotification>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireChannel {
    name: String,
    broken: Option<String>,
    pending: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireNotification {
    monitor: String,
    channel: String,
    what: String,
    state: String,
    why: Option<String>,
    next: Option<Timestamp>,
    error: Option<String>,
    /// When the receiver accepted it, or when it was given up.
    done: Option<Timestamp>,
    /// Why it is held, in a few words.
    held: Option<String>,
}

/// The boards of all agents, and the one of all together. Clones share them.
#[derive(Clone)]
pub(super) struct AgentBoards {
    boards: Arc<Mutex<Vec<AlertBoard>>>,
    all: watch::Sender<Arc<AlertBoard>>,
}

impl AgentBoards {
    /// `count`: the number of agents.
    pub(super) fn new(count: usize) -> AgentBoards {
        AgentBoards {
            boards: Arc::new(Mutex::new(vec![AlertBoard::default(); count])),
            all: watch::Sender::default(),
        }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<AlertBoard>> {
        self.all.subscribe()
    }

    /// Replaces the board of an agent.
    fn put(&self, agent: usize, board: AlertBoard) {
        let mut boards = self.boards.lock().ignore_poison();
        let Some(slot) = boards.get_mut(agent).filter(|known| **known != board) else {
            return;
        };
        *slot = board;
        let mut all = AlertBoard::default();
        for board in boards.iter().cloned() {
            all.channels.extend(board.channels);
            all.notifications.extend(board.notifications);
            all.held.extend(board.held);
        }
        self.all.send_replace(Arc::new(all));
    }

    /// Asks an agent again and again. `prefix`: what precedes its names on the screen.
    pub(super) async fn follow(
        self,
        agent: usize,
        client: AgentClient,
        clock: Clock,
        prefix: String,
    ) {
        let client = client.with_limit(MAX_BYTES);
        let connection = client.connection();
        loop {
            let began = clock.now();
            let path = ["v1", "alerts"];
            let answer: Result<WireAlerts, AgentError> =
                client.get_json(&connection, &path, &[]).await;
            let took = clock.now().since(began);
            let (told, wait) = match answer {
                Ok(told) => (told, REFRESH.max(took.saturating_mul(REFRESH_SHARE))),
                Err(_) => (WireAlerts::default(), LACK_REFRESH),
            };
            self.put(agent, board(&told, &prefix));
            tokio::time::sleep(wait).await;
        }
    }
}

fn board(told: &WireAlerts, prefix: &str) -> AlertBoard {
    if told.schema != ALERTS {
        return AlertBoard::default();
    }
    let mut held = HashMap::new();
    let mut notifications = Vec::new();
    for (one, id) in told.notifications.iter().zip(0..) {
        let Some(row) = notification(one, id, prefix) else {
            continue;
        };
        if let (NotificationState::Held, Some(why)) = (row.state, row.why) {
            let words = Text::clean(one.held.as_deref().unwrap_or_default());
            let opening = HeldOpening { why, words };
            held.entry(row.subject.monitor.clone()).or_insert(opening);
        }
        notifications.push(Arc::new(row));
    }
    let channel = |channel: &WireChannel| ChannelOnBoard {
        name: Text::clean(&format!("{prefix}{}", channel.name)),
        kind: "",
        place: Text::default(),
        broken: channel.broken.as_deref().map(Text::clean),
        pending: channel.pending,
        told: 0,
        failed: 0,
        seconds: Histogram::default(),
    };
    AlertBoard {
        channels: told.channels.iter().map(channel).collect(),
        notifications,
        held,
    }
}

/// Returns `None` for one that this version does not know. What the JSON does not say has its
/// default: the screen does not show it.
fn notification(one: &WireNotification, id: u64, prefix: &str) -> Option<Notification> {
    Some(Notification {
        id: NotificationId(id),
        channel: Text::clean(&one.channel),
        what: What::named(&one.what)?,
        subject: Arc::new(Subject {
            incident: None,
            monitor: Text::clean(&format!("{prefix}{}", one.monitor)),
            status: Status::Unknown,
            before: None,
            reason: None,
            message: None,
            opened: Timestamp::UNIX_EPOCH,
            closed: None,
            end: None,
            acknowledged_by: None,
        }),
        state: NotificationState::named(&one.state)?,
        why: one.why.as_deref().and_then(HeldBecause::named),
        sent_with: None,
        created: Timestamp::UNIX_EPOCH,
        next: one.next,
        attempts: 0,
        error: one.error.as_deref().map(Text::clean),
        done: one.done,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: serde_json::Value) -> WireAlerts {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_alerts_of_an_agent_become_a_board() {
        let told = read(json!({
            "schema": "hbmon.alerts/1",
            "channels": [{"name": "page", "kind": "slack", "broken": "404\u{7} Not Found", "pending": 2}],
            "notifications": [
                {"incident": "i-0001", "monitor": "api", "channel": "page", "what": "opened",
                 "state": "told", "why": null, "attempts": 1, "next": null, "error": null,
                 "done": "2026-11-22T13:02:11Z"},
                {"monitor": "db", "channel": "page", "what": "opened", "state": "held",
                 "why": "dependency", "held": "behind \"router\""},
                {"monitor": "db", "channel": "page", "what": "unheard of", "state": "held"},
            ]
        }));
        let board = board(&told, "h:1/");
        let channel = &board.channels[0];
        assert_eq!(channel.name.as_str(), "h:1/page");
        assert!(!channel.broken.as_ref().unwrap().as_str().contains('\u{7}'));
        assert_eq!(channel.pending, 2);
        assert_eq!(board.notifications.len(), 2);
        assert!(board.notifications[0].is_told());
        let held = &board.held[&Text::clean("h:1/db")];
        assert_eq!(held.why, HeldBecause::Dependency);
        assert_eq!(held.words.as_str(), "behind \"router\"");
    }

    #[test]
    fn boards_of_several_agents_are_one_and_that_of_a_lost_agent_is_empty() {
        let told = read(json!({"schema": "hbmon.alerts/1", "channels": [{"name": "page"}]}));
        let boards = AgentBoards::new(2);
        let all = boards.subscribe();
        boards.put(0, board(&told, "a/"));
        boards.put(1, board(&told, "b/"));
        let names = |all: &watch::Receiver<Arc<AlertBoard>>| -> Vec<String> {
            let board = all.borrow();
            board
                .channels
                .iter()
                .map(|one| one.name.to_string())
                .collect()
        };
        assert_eq!(names(&all), ["a/page", "b/page"]);
        boards.put(0, board(&WireAlerts::default(), "a/"));
        assert_eq!(names(&all), ["b/page"]);
        assert_eq!(
            board(&read(json!({"schema": "other"})), ""),
            AlertBoard::default()
        );
    }
}
