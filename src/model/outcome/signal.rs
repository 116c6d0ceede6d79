//! The small facts that flow in: what a room and its supervisor say about one target.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::evidence::{Evidence, HttpHead};
use super::failure::{Failure, unchanged};
use super::phases::Phases;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// Names a target for the life of the process; never used twice, not even over a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(pub u32);

/// One fact about one target, stamped once, when it happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    pub target: TargetId,
    pub at: Moment,
    pub signal: Signal,
    /// What the connection measured, where there is news of it.
    pub connection: Option<Box<Connection>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// The supervisor starts an attempt; it came to it `lag` after it was due, and after `skipped`
    /// polls that could not be made in time.
    Attempt {
        delay: Duration,
        skipped: u64,
    },
    /// A subscription stands: from now on heartbeats are owed.
    Open,
    Beat(Beat),
    /// The round trip of hbmon's own ping.
    Pong {
        rtt: Duration,
    },
    /// `evidence`: what was seen of it. `latency`: how long the answer took, if one came. `ended`:
    /// the connection is gone with it.
    Failed {
        failure: Failure,
        evidence: Option<Arc<Evidence>>,
        latency: Option<Duration>,
        ended: bool,
    },
    /// A clean end after at least one heartbeat: a reconnect, no failure.
    Closed,
    /// The supervisor waits; the next attempt or question is planned for `until`.
    Wait {
        until: Moment,
    },
    /// Something was sent to hbmon.
    Pushed(Box<Push>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beat {
    /// Question to answer, where hbmon asked (http, socketio with `emit`).
    pub latency: Option<Duration>,
    /// Receipt minus the sender's timestamp, by two clocks that may disagree.
    pub delta: Option<SignedDuration>,
    /// The sender's timestamp itself.
    pub sent: Option<Timestamp>,
    /// The beginning of the payload, secrets struck out.
    pub excerpt: Option<Text>,
}

/// One request to the intake, read and found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    pub signal: PushSignal,
    /// The run that it belongs to, where the sender names one (`rid`).
    pub run: Option<Text>,
    /// Who sent it, where the monitor has `id`.
    pub instance: Option<Text>,
    /// What was seen of a heartbeat that is not as it should be.
    pub evidence: Option<Arc<Evidence>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PushSignal {
    /// A good heartbeat; it ends the run. `available`: its payload passes the monitor's filter of
    /// that name.
    Beat { beat: Beat, available: bool },
    /// A run begins: from here to its end is its latency.
    Start,
    /// A reported failure, or a heartbeat that is not as it should be; it ends the run.
    Failed(Failure),
    /// Only to be remembered.
    Log(Text),
}

/// What is known of the last connection, whatever its end. Nothing measured is `None`, never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    pub phases: Phases,
    pub peer: Option<SocketAddr>,
    pub certificate: Option<Box<Certificate>>,
    /// The last answer's head.
    pub http: Option<HttpHead>,
    /// What else was seen; rare, since most answers lead nowhere and are as they should be.
    pub extra: Option<Box<Evidence>>,
}

impl Connection {
    /// All that was seen, if anything was.
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

    /// Without what belongs to one failure alone.
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

    /// The same with every outside text passed through `change`, as in a failure.
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

/// The leaf certificate that the other side showed, also one that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub subject: Text,
    pub not_after: Timestamp,
    /// `not_after` minus the wall time at the moment of the note; negative once expired.
    pub left: SignedDuration,
}
