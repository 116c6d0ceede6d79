//! Engine.IO's own pings. In version 4 the server pings; in version 3 the client does.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::engine::{EngineIoPacket, EngineIoVersion, Handshake};
use crate::model::{Failure, Moment, SentMessage, Stage};

/// Timer for the next ping: the server's, our own, or the answer to our own.
pub(super) struct PingTimer {
    version: EngineIoVersion,
    interval: Duration,
    timeout: Duration,
    timer: Pin<Box<Sleep>>,
    /// When the ping that awaits its answer was sent.
    ping_sent: Option<Moment>,
}

impl PingTimer {
    pub(super) fn new(version: EngineIoVersion, handshake: &Handshake) -> PingTimer {
        let interval = handshake.ping_interval;
        let timeout = handshake.ping_timeout;
        let first = match version {
            EngineIoVersion::V3 => interval,
            EngineIoVersion::V4 => interval + timeout,
        };
        PingTimer {
            version,
            interval,
            timeout,
            timer: Box::pin(sleep(first)),
            ping_sent: None,
        }
    }

    /// Waits until the timer expires. Cancel-safe.
    pub(super) async fn due(&mut self) {
        self.timer.as_mut().await;
    }

    /// Called when the timer has expired. Returns the ping to send. `stage` is the stage of the
    /// attempt.
    ///
    /// # Errors
    /// `timeout` if the server's ping is missing, `no_reply` if the answer to our ping is missing.
    pub(super) fn on_due(&mut self, now: Moment, stage: Stage) -> Result<EngineIoPacket, Failure> {
        match (self.version, self.ping_sent) {
            (EngineIoVersion::V3, None) => {
                self.ping_sent = Some(now);
                self.timer = Box::pin(sleep(self.timeout));
                Ok(EngineIoPacket::Ping(String::new()))
            }
            (EngineIoVersion::V3, Some(_)) => Err(Failure::NoReply {
                to: SentMessage::Ping,
                after: self.timeout,
            }),
            (EngineIoVersion::V4, _) => {
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

    /// Restarts the timer after a ping of the server.
    pub(super) fn ping_received(&mut self) {
        if self.version == EngineIoVersion::V4 {
            self.timer = Box::pin(sleep(self.interval + self.timeout));
        }
    }

    /// Returns the round trip after an answer of the server, unless no ping was sent.
    pub(super) fn pong_received(&mut self, now: Moment) -> Option<Duration> {
        let asked = self.ping_sent.take()?;
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
        let mut pulse = PingTimer::new(EngineIoVersion::V4, &handshake());
        tokio::time::advance(Duration::from_secs(40)).await;
        pulse.ping_received();
        pulse.due().await;
        assert_eq!(clock.now().since_start().as_secs(), 85);
        let after = Duration::from_secs(45);
        let timeout = Failure::Timeout {
            after,
            stage: Stage::Listening,
            connected: None,
            received: 0,
        };
        assert_eq!(pulse.on_due(clock.now(), Stage::Listening), Err(timeout));
    }

    #[tokio::test(start_paused = true)]
    async fn version_3_asks_and_measures() {
        let clock = Clock::start();
        let mut pulse = PingTimer::new(EngineIoVersion::V3, &handshake());
        assert_eq!(pulse.pong_received(clock.now()), None, "nothing was asked");
        pulse.due().await;
        assert_eq!(clock.now().since_start().as_secs(), 25);
        assert_eq!(
            pulse.on_due(clock.now(), Stage::Listening),
            Ok(EngineIoPacket::Ping(String::new()))
        );
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(
            pulse.pong_received(clock.now()),
            Some(Duration::from_secs(3))
        );
        pulse.due().await;
        assert!(pulse.on_due(clock.now(), Stage::Listening).is_ok());
        pulse.due().await;
        assert_eq!(clock.now().since_start().as_secs(), 28 + 25 + 20);
        let after = Duration::from_secs(20);
        assert_eq!(
            pulse.on_due(clock.now(), Stage::Listening),
            Err(Failure::NoReply {
                to: SentMessage::Ping,
                after
            })
        );
    }
}
