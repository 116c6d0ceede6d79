//! Engine.IO's own heartbeat: version 4's server pings and the client answers, in version 3 the
//! client asks.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::engine::{Handshake, Packet, Version};
use crate::model::{Failure, Moment, Sent, Stage};

/// What is due next: the server's ping, our own, or the answer to ours.
pub struct Pulse {
    version: Version,
    interval: Duration,
    timeout: Duration,
    timer: Pin<Box<Sleep>>,
    /// When the ping was sent that is not answered yet.
    asked: Option<Moment>,
}

impl Pulse {
    pub fn new(version: Version, handshake: &Handshake) -> Pulse {
        let (interval, timeout) = (handshake.ping_interval, handshake.ping_timeout);
        let first = match version {
            Version::V3 => interval,
            Version::V4 => interval + timeout,
        };
        Pulse {
            version,
            interval,
            timeout,
            timer: Box::pin(sleep(first)),
            asked: None,
        }
    }

    /// Waits until something is due. May be dropped at any time.
    pub async fn due(&mut self) {
        self.timer.as_mut().await;
    }

    /// It was due: the ping to send. `stage`: where the conversation stands.
    ///
    /// # Errors
    /// `timeout` when the server's ping did not come, `no_reply` when the answer to ours did not.
    pub fn ring(&mut self, now: Moment, stage: Stage) -> Result<Packet, Failure> {
        match (self.version, self.asked) {
            (Version::V3, None) => {
                self.asked = Some(now);
                self.timer = Box::pin(sleep(self.timeout));
                Ok(Packet::Ping(String::new()))
            }
            (Version::V3, Some(_)) => Err(Failure::NoReply {
                to: Sent::Ping,
                after: self.timeout,
            }),
            (Version::V4, _) => {
                let after = self.interval + self.timeout;
                Err(Failure::Timeout {
                    after,
                    stage,
                    connected: None,
                    received: 0,
                })
            }
        }
    }

    /// The server pinged.
    pub fn ping(&mut self) {
        if self.version == Version::V4 {
            self.timer = Box::pin(sleep(self.interval + self.timeout));
        }
    }

    /// The server answered: the round trip, if it was asked.
    pub fn pong(&mut self, now: Moment) -> Option<Duration> {
        let asked = self.asked.take()?;
        self.timer = Box::pin(sleep(self.interval));
        Some(now.since(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn handshake() -> Handshake {
        Handshake {
            sid: "x".to_owned(),
            upgrades: Vec::new(),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            has_max_payload: true,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn version_4_waits_for_the_servers_ping() {
        let clock = Clock::start();
        let mut pulse = Pulse::new(Version::V4, &handshake());
        tokio::time::advance(Duration::from_secs(40)).await;
        pulse.ping();
        pulse.due().await;
        assert_eq!(clock.now().since_start().as_secs(), 85);
        let after = Duration::from_secs(45);
        let timeout = Failure::Timeout {
            after,
            stage: Stage::Listening,
            connected: None,
            received: 0,
        };
        assert_eq!(pulse.ring(clock.now(), Stage::Listening), Err(timeout));
    }

    #[tokio::test(start_paused = true)]
    async fn version_3_asks_and_measures() {
        let clock = Clock::start();
        let mut pulse = Pulse::new(Version::V3, &handshake());
        assert_eq!(pulse.pong(clock.now()), None, "nothing was asked");
        pulse.due().await;
        assert_eq!(clock.now().since_start().as_secs(), 25);
        assert_eq!(
            pulse.ring(clock.now(), Stage::Listening),
            Ok(Packet::Ping(String::new()))
        );
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(pulse.pong(clock.now()), Some(Duration::from_secs(3)));
        pulse.due().await;
        assert!(pulse.ring(clock.now(), Stage::Listening).is_ok());
        pulse.due().await;
        assert_eq!(clock.now().since_start().as_secs(), 28 + 25 + 20);
        let after = Duration::from_secs(20);
        assert_eq!(
            pulse.ring(clock.now(), Stage::Listening),
            Err(Failure::NoReply {
                to: Sent::Ping,
                after
            })
        );
    }
}
