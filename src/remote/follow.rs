//! Follows one agent: events as they happen, the whole status now and then, and a new connection
//! after each loss.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::client::{AgentClient, AgentError, StreamEvent};
use super::wire::{WireEvent, WireStatus};
use crate::clock::Clock;

/// Minimum time between two statuses. A status says what events do not: percentiles, phases,
/// availability.
const MIN_REFRESH: Duration = Duration::from_secs(1);
/// Time between two statuses without events.
const QUIET_REFRESH: Duration = Duration::from_secs(10);
/// The time between two statuses is at least this many times what the last one took.
const REFRESH_SHARE: u32 = 10;
/// Delay before the first new connection; it doubles up to the maximum.
const MIN_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(15);

/// The last state of an agent.
pub(super) enum Heard {
    MayAct(bool),
    /// A status, and when it was read.
    Status(Box<WireStatus>, Timestamp),
    Event(Box<WireEvent>),
    Lost(String),
    /// An action that the agent refused.
    Refused(String),
}

/// Reports from one agent, by its index.
#[derive(Clone)]
pub(super) struct Reports {
    pub agent: usize,
    pub sender: mpsc::Sender<(usize, Heard)>,
}

impl Reports {
    /// Returns false if the receiver is gone.
    pub(super) async fn send(&self, heard: Heard) -> bool {
        self.sender.send((self.agent, heard)).await.is_ok()
    }
}

/// Follows an agent until the receiver of its reports is gone.
pub(super) async fn follow(client: AgentClient, clock: Clock, reports: Reports) {
    let mut backoff = MIN_BACKOFF;
    loop {
        let mut is_started = false;
        let Some(lost) = stay(&client, &clock, &reports, &mut is_started).await else {
            return;
        };
        if !reports.send(Heard::Lost(lost.why().to_owned())).await {
            return;
        }
        if is_started {
            backoff = MIN_BACKOFF;
        }
        // Half of the delay is random, so that many screens do not return at once.
        tokio::time::sleep(backoff.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        backoff = (backoff * 2).min(MAX_BACKOFF);
    }
}

/// Stays connected as long as possible. Returns why it ended, or `None` if the receiver is gone.
async fn stay(
    client: &AgentClient,
    clock: &Clock,
    reports: &Reports,
    is_started: &mut bool,
) -> Option<AgentError> {
    let connection = client.connection();
    let mut events = match client.events().await {
        Ok(events) => events,
        Err(lost) => return Some(lost),
    };
    let may_act = client.may_act(&connection).await;
    if !reports.send(Heard::MayAct(may_act)).await {
        return None;
    }
    let mut gap = MIN_REFRESH;
    let mut read = clock.now();
    let mut is_changed = false;
    loop {
        let wait = if is_changed {
            gap
        } else {
            QUIET_REFRESH.max(gap)
        };
        let heard = tokio::select! {
            event = events.next() => match event {
                Ok(StreamEvent::Start(status, at)) => {
                    *is_started = true;
                    read = clock.now();
                    Heard::Status(status, at)
                }
                Ok(StreamEvent::Change(event)) => {
                    is_changed = true;
                    Heard::Event(event)
                }
                Err(lost) => return Some(lost),
            },
            () = tokio::time::sleep_until(clock.instant(read.plus(wait))) => {
                let began = clock.now();
                let (status, at) = match client.status(&connection).await {
                    Ok(answer) => answer,
                    Err(lost) => return Some(lost),
                };
                read = clock.now();
                gap = MIN_REFRESH.max(read.since(began).saturating_mul(REFRESH_SHARE));
                is_changed = false;
                Heard::Status(Box::new(status), at)
            }
        };
        if !reports.send(heard).await {
            return None;
        }
    }
}
