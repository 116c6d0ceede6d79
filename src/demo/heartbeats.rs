//! Runs the scenario at its speed: the scenario time, server states and times of heartbeats.

use std::time::Duration;

use serde_json::json;

use super::scenario::{self, DemoServer, ServerState};
use crate::clock::Clock;
use crate::model::Moment;

/// The clock, speed and seed of a running scenario. Clones share the same scenario.
#[derive(Clone, Debug)]
pub(super) struct DemoContext {
    seed: u64,
    speed: f64,
    clock: Clock,
    opening: Moment,
}

impl DemoContext {
    pub(super) fn new(seed: u64, speed: f64, clock: Clock) -> DemoContext {
        let opening = clock.now();
        DemoContext {
            seed,
            speed,
            clock,
            opening,
        }
    }

    /// Returns the state of the server now.
    pub(super) fn mood(&self, part: &DemoServer) -> ServerState {
        scenario::mood(part, self.now(), self.seed)
    }

    /// Sleeps for a duration of the scenario, divided by the speed.
    pub(super) async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(self.real(duration)).await;
    }

    /// Sleeps until the server refuses connections (`gone`), or until it accepts them again.
    pub(super) async fn until_gone(&self, part: &DemoServer, gone: bool) {
        while (self.mood(part) == ServerState::Gone) != gone {
            self.sleep(scenario::until_change(part, self.now())).await;
        }
    }

    /// Returns the time of the scenario.
    pub(super) fn now(&self) -> Duration {
        self.clock.now().since(self.opening).mul_f64(self.speed)
    }

    /// Returns how long a duration of the scenario really takes.
    pub(super) fn real(&self, told: Duration) -> Duration {
        told.div_f64(self.speed)
    }

    fn payload(&self, part: &DemoServer, number: u64) -> String {
        let ts = self.clock.wall(self.clock.now()).to_string();
        json!({ "ok": true, "service": part.name, "ts": ts, "seq": number, "load": 0.3 })
            .to_string()
    }

    /// Returns the payload of a response after its latency, or `None` if the server is unavailable.
    /// Never returns for a server that does not respond.
    pub(super) async fn answer(&self, part: &DemoServer) -> Option<String> {
        match self.mood(part) {
            ServerState::Well { latency } => {
                self.sleep(latency).await;
                Some(self.payload(part, 0))
            }
            ServerState::Silent => std::future::pending().await,
            ServerState::Unavailable | ServerState::Gone => None,
        }
    }
}

/// Produces the heartbeats of one subscription. The first one has no delay before it.
pub(super) struct HeartbeatSource {
    stage: DemoContext,
    part: &'static DemoServer,
    pause: Duration,
    number: u64,
}

impl HeartbeatSource {
    pub(super) const fn new(stage: DemoContext, part: &'static DemoServer) -> HeartbeatSource {
        HeartbeatSource {
            stage,
            part,
            pause: Duration::ZERO,
            number: 0,
        }
    }

    /// Waits for the next heartbeat and returns its payload, or `None` if the server ends the
    /// subscription.
    pub(super) async fn next(&mut self) -> Option<String> {
        loop {
            self.stage.sleep(self.pause).await;
            self.pause = scenario::pause(self.part, self.stage.now(), self.stage.seed);
            match self.stage.mood(self.part) {
                ServerState::Well { latency } => {
                    self.number += 1;
                    // The timestamp precedes the delay, so monitors measure the delay as latency.
                    let payload = self.stage.payload(self.part, self.number);
                    self.stage.sleep(latency).await;
                    return Some(payload);
                }
                ServerState::Silent => {}
                ServerState::Unavailable | ServerState::Gone => return None,
            }
        }
    }
}
