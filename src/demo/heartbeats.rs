//! The story at its speed: what time it is in it, and when the next heartbeat comes.

use std::time::Duration;

use serde_json::json;

use super::scenario::{self, DemoServer, ServerState};
use crate::clock::Clock;
use crate::model::Moment;

/// Where a story is told. Clones tell the same one.
#[derive(Clone, Debug)]
pub struct DemoContext {
    seed: u64,
    speed: f64,
    clock: Clock,
    opening: Moment,
}

impl DemoContext {
    pub fn new(seed: u64, speed: f64, clock: Clock) -> DemoContext {
        let opening = clock.now();
        DemoContext {
            seed,
            speed,
            clock,
            opening,
        }
    }

    /// How the server is now.
    pub fn mood(&self, part: &DemoServer) -> ServerState {
        scenario::mood(part, self.now(), self.seed)
    }

    /// Sleeps for a time of the story.
    pub async fn sleep(&self, told: Duration) {
        tokio::time::sleep(told.div_f64(self.speed)).await;
    }

    /// Sleeps until nobody listens any more (`gone`), or somebody does again.
    pub async fn until_gone(&self, part: &DemoServer, gone: bool) {
        while (self.mood(part) == ServerState::Gone) != gone {
            self.sleep(scenario::until_change(part, self.now())).await;
        }
    }

    fn now(&self) -> Duration {
        self.clock.now().since(self.opening).mul_f64(self.speed)
    }

    fn payload(&self, part: &DemoServer, number: u64) -> String {
        let ts = self.clock.wall(self.clock.now()).to_string();
        json!({ "ok": true, "service": part.name, "ts": ts, "seq": number, "load": 0.3 })
            .to_string()
    }

    /// The answer to a question, after the time that it takes; `None` when the server is not
    /// available.
    pub async fn answer(&self, part: &DemoServer) -> Option<String> {
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

/// The heartbeats of one subscription, the first one at once.
pub struct HeartbeatSource {
    stage: DemoContext,
    part: &'static DemoServer,
    pause: Duration,
    number: u64,
}

impl HeartbeatSource {
    pub const fn new(stage: DemoContext, part: &'static DemoServer) -> HeartbeatSource {
        HeartbeatSource {
            stage,
            part,
            pause: Duration::ZERO,
            number: 0,
        }
    }

    /// Waits for the next heartbeat: its payload, or `None` when the server ends the subscription.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            self.stage.sleep(self.pause).await;
            self.pause = scenario::pause(self.part, self.stage.now(), self.stage.seed);
            match self.stage.mood(self.part) {
                ServerState::Well { latency } => {
                    self.number += 1;
                    // Stamped, then under way for as long as the story says.
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
