//! Signals: what a monitor and its supervisor report about one target.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::evidence::{Evidence, HttpHead, TlsSuite};
use super::failure::{Failure, unchanged};
use super::phases::Phases;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// Identifies a target for the life of the process. Ids are never reused, not even after a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(pub u32);

/// One fact about one target, with the moment when it happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    pub target: TargetId,
    pub at: Moment,
    pub signal: Signal,
    /// What the connection measured, if there is anything new.
    pub connection: Option<Box<Connection>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// The supervisor starts an attempt, `delay` after it was due. `skipped` polls before it could
    /// not start in time.
    Attempt {
        delay: Duration,
        skipped: u64,
    },
    /// A subscription is established: heartbeats are expected from now on.
    Open,
    Beat(Beat),
    /// The round trip of a ping that hbmon sent.
    Pong {
        rtt: Duration,
    },
    /// `evidence`: what the attempt saw. `latency`: time to the response, if there was one.
    /// `ended`: the connection is closed.
    Failed {
        failure: Failure,
        evidence: Option<Arc<Evidence>>,
        latency: Option<Duration>,
        ended: bool,
    },
    /// The connection ended cleanly after at least one heartbeat: a reconnect, not a failure.
    Closed,
    /// The supervisor waits until `until` before the next attempt or request. `asked`: the time for
    /// which the other side asked to wait (`Retry-After`).
    Wait {
        until: Moment,
        asked: Option<Duration>,
    },
    /// A heartbeat or report was pushed to hbmon.
    Pushed(Box<Push>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beat {
    /// Time from request to response, where hbmon sends one (http, socketio with `emit`).
    pub latency: Option<Duration>,
    /// Time of receipt minus the sender's timestamp, by two clocks that can disagree.
    pub delta: Option<SignedDuration>,
    /// The sender's timestamp.
    pub sent: Option<Timestamp>,
    /// The beginning of the payload, with secrets redacted.
    pub excerpt: Option<Text>,
}

/// One valid request to a push endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    pub signal: PushSignal,
    /// The run that it belongs to, if the sender names one (`rid`).
    pub run: Option<Text>,
    /// The instance that sent it, if the monitor has `id`.
    pub instance: Option<Text>,
    /// Evidence of a heartbeat that did not meet an expectation.
    pub evidence: Option<Arc<Evidence>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PushSignal {
    /// A good heartbeat; it ends the run. `available`: the payload passes the monitor's filter of
    /// that name.
    Beat { beat: Beat, available: bool },
    /// A run starts. Its latency is the time to its end.
    Start,
    /// A reported failure, or a heartbeat that did not meet an expectation; it ends the run.
    Failed(Failure),
    /// A message that is only recorded.
    Log(Text),
}

/// What is known about the last connection, however it ended. A value that was not measured is
/// `None`, never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    pub phases: Phases,
    pub peer: Option<SocketAddr>,
    pub certificate: Option<Box<Certificate>>,
    /// What TLS negotiated with the target.
    pub tls: Option<TlsSuite>,
    /// Head of the last response.
    pub http: Option<HttpHead>,
    /// Size of the last body in bytes as it was transferred, if it was read to its end.
    pub body_bytes: Option<u64>,
    /// Other evidence. Rare, since most responses redirect nowhere and meet all expectations.
    pub extra: Option<Box<Evidence>>,
}

impl Connection {
    /// Returns all evidence, if there is any.
    pub fn evidence(&self) -> Option<Evidence> {
        let seen = self.extra.as_deref().cloned().unwrap_or_default();
        let tried = if self.peer.is_some() {
            Vec::new()
        } else {
            seen.tried
        };
        let evidence = Evidence {
            http: self.http,
            peer: self.peer,
            tried,
            ..seen
        };
        (!evidence.is_empty()).then_some(evidence)
    }

    /// Drops the evidence that belongs to a single failure.
    #[must_use]
    pub fn without_failure(mut self) -> Connection {
        self.extra = self.extra.and_then(|seen| {
            let Evidence {
                redirects, headers, ..
            } = *seen;
            let lasting = Evidence {
                redirects,
                headers,
                ..Evidence::default()
            };
            (!lasting.is_empty()).then(|| Box::new(lasting))
        });
        self
    }

    /// Applies `change` to every outside text, as `Failure::map_text` does.
    pub fn map_text(self, change: impl Fn(Text) -> Text) -> Connection {
        let certificate = self.certificate.map(|mut shown| {
            shown.subject = change(shown.subject);
            shown
        });
        let seen = self.extra.map(|seen| Box::new(seen.map_text(&change)));
        Connection {
            peer: unchanged(self.peer, &change),
            certificate,
            extra: seen,
            ..self
        }
    }
}

/// The leaf certificate that the peer presented, even if it was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub subject: Text,
    pub not_after: Timestamp,
    /// `not_after` minus the wall time of the observation; negative once expired.
    pub left: SignedDuration,
}
