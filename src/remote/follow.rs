//! Follows one agent: events as they happen, the whole status now and then, and a new connection
//! after each loss.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::agent_error::AgentError;
use super::client::AgentClient;
use super::details::{WireInstance, WireSettings};
use super::event_stream::{EventStream, StreamEvent};
use super::wire::{WireEvent, WireStatus};
use crate::clock::Clock;
use crate::model::TargetId;

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
/// A connection that lasted this long was a good one: the next delay is the first one again. An
/// agent whose stream fails again and again is not asked every second.
const GOOD_CONNECTION: Duration = Duration::from_secs(60);

/// The last state of an agent.
pub(super) enum AgentReport {
    MayAct(bool),
    /// A status, when it was read, and events that it has counted.
    Status(Box<WireStatus>, Timestamp, Vec<WireEvent>),
    Event(Box<WireEvent>),
    Lost(String),
    /// An action that the agent refused.
    Refused(String),
    /// The answer to a question about a monitor.
    Details(TargetId, WireSettings, Vec<WireInstance>),
}

/// Reports from one agent, by its index.
#[derive(Clone)]
pub(super) struct Reports {
    pub agent: usize,
    pub sender: mpsc::Sender<(usize, AgentReport)>,
}

impl Reports {
    /// Returns false if the receiver is gone.
    pub(super) async fn send(&self, heard: AgentReport) -> bool {
        self.sender.send((self.agent, heard)).await.is_ok()
    }
}

/// Follows an agent until the receiver of its reports is gone. `with_past`: begins with the events
/// that the agent has kept.
pub(super) async fn follow(client: AgentClient, clock: Clock, with_past: bool, reports: Reports) {
    let mut backoff = MIN_BACKOFF;
    let mut followed = Followed {
        client,
        clock,
        reports,
        since: with_past.then_some(Timestamp::UNIX_EPOCH),
    };
    loop {
        let began = followed.clock.now();
        let Some(lost) = followed.stay().await else {
            return;
        };
        let lost = AgentReport::Lost(lost.why().to_owned());
        if !followed.reports.send(lost).await {
            return;
        }
        if followed.clock.now().since(began) >= GOOD_CONNECTION {
            backoff = MIN_BACKOFF;
        }
        // Half of the delay is random, so that many screens do not return at once.
        tokio::time::sleep(backoff.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        backoff = (backoff * 2).min(MAX_BACKOFF);
    }
}

/// An agent that is followed.
struct Followed {
    client: AgentClient,
    clock: Clock,
    reports: Reports,
    /// The time of the last event, by the agent's clock: a new connection asks for those after it.
    /// `None` if only new events matter.
    since: Option<Timestamp>,
}

impl Followed {
    /// Stays connected as long as possible. Returns why it ended, or `None` if the receiver is gone.
    async fn stay(&mut self) -> Option<AgentError> {
        let connection = self.client.connection();
        let mut events = match EventStream::open(&self.client, self.since).await {
            Ok(events) => events,
            Err(lost) => return Some(lost),
        };
        let may_act = self.client.may_act(&connection).await;
        if !self.reports.send(AgentReport::MayAct(may_act)).await {
            return None;
        }
        let mut gap = MIN_REFRESH;
        let mut read = self.clock.now();
        let mut is_changed = false;
        loop {
            let wait = if is_changed {
                gap
            } else {
                QUIET_REFRESH.max(gap)
            };
            let heard = tokio::select! {
                event = events.next() => match event {
                    Ok(StreamEvent::Start(status, at, past)) => {
                        read = self.clock.now();
                        self.note(past.last().and_then(|last| last.at).or(status.written_at()));
                        AgentReport::Status(status, at, past)
                    }
                    Ok(StreamEvent::Change(event)) => {
                        is_changed = true;
                        self.note(event.at);
                        AgentReport::Event(event)
                    }
                    Err(lost) => return Some(lost),
                },
                () = tokio::time::sleep_until(self.clock.instant(read.plus(wait))) => {
                    let began = self.clock.now();
                    let (status, at) = match self.client.status(&connection).await {
                        Ok(answer) => answer,
                        Err(lost) => return Some(lost),
                    };
                    read = self.clock.now();
                    gap = MIN_REFRESH.max(read.since(began).saturating_mul(REFRESH_SHARE));
                    is_changed = false;
                    AgentReport::Status(Box::new(status), at, Vec::new())
                }
            };
            if !self.reports.send(heard).await {
                return None;
            }
        }
    }

    /// Notes the time of the last event.
    fn note(&mut self, at: Option<Timestamp>) {
        if let (Some(since), Some(at)) = (&mut self.since, at) {
            *since = at;
        }
    }
}
