//! The progress of an attempt: stage, phases, peer and certificate. It stays readable after the
//! attempt was cancelled.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;

use super::dial;
use super::payload::excerpt;
use super::transcript::Transcript;
use crate::clock::Clock;
use crate::lock::LockExt;
use crate::model::{
    Certificate, Connection, Evidence, Failure, HttpHead, LocalLimit, Moment, Phase, Stage, Text,
    TlsSuite,
};

/// A handle on the progress of a monitor's running attempt. The dialer's hooks write it, and the
/// supervisor reads it when the attempt ends or is cancelled. A monitor runs one attempt at a time,
/// so it has one trace.
#[derive(Clone, Debug)]
pub struct Trace {
    clock: Clock,
    state: Arc<Mutex<TraceState>>,
    transcript: Option<Arc<Transcript>>,
}

#[derive(Debug, Default)]
struct TraceState {
    stage: Stage,
    /// When the current stage began.
    since: Moment,
    connection: Connection,
    received: u64,
    /// The local limit that seems to block the running lookup.
    suspected: Option<LocalLimit>,
    /// The end of the attempt's time limit.
    until: Option<Moment>,
    /// The response is a stream of events.
    is_stream: bool,
}

impl TraceState {
    fn tried_addresses(&self) -> &[SocketAddr] {
        self.connection
            .extra
            .as_ref()
            .map_or(&[], |seen| &seen.tried)
    }
}

impl Trace {
    /// Creates a trace without an attempt.
    pub fn new(clock: Clock) -> Trace {
        Trace {
            clock,
            state: Arc::default(),
            transcript: None,
        }
    }

    /// Also writes what happens to this transcript.
    #[must_use]
    pub fn with_transcript(self, transcript: Transcript) -> Trace {
        Trace {
            transcript: Some(Arc::new(transcript)),
            ..self
        }
    }

    /// Creates another trace on the same clock, for requests beside a conversation whose stages
    /// they must not change.
    pub fn separate(&self) -> Trace {
        Trace {
            state: Arc::default(),
            ..self.clone()
        }
    }

    /// Returns the transcript, if there is one that is read.
    pub(super) fn transcript(&self) -> Option<&Transcript> {
        self.transcript.as_deref().filter(|_| Transcript::is_read())
    }

    /// Writes a line to the transcript, if it is read.
    pub(super) fn note(&self, text: impl FnOnce() -> String) {
        if let Some(transcript) = self.transcript() {
            transcript.note(&text());
        }
    }

    /// Starts a new attempt and clears all earlier measurements.
    pub fn begin(&self) {
        *self.state() = TraceState {
            since: self.clock.now(),
            ..TraceState::default()
        };
    }

    /// Records that this attempt expects a stream of events.
    pub fn expect_stream(&self) {
        self.state().is_stream = true;
    }

    /// Ends the current stage, adds its time to its phase, and enters the next stage. A stage that
    /// is entered twice (a redirect's second connection) adds to the same phase.
    pub fn enter(&self, stage: Stage) {
        let now = self.clock.now();
        let mut state = self.state();
        let spent = now.since(state.since);
        if let Some(phase) = phase_of(state.stage) {
            state.connection.phases.add(phase, spent);
        }
        state.stage = stage;
        state.since = now;
    }

    /// Enters a stage and discards the time of the previous one, which did not happen (no DNS for
    /// an IP address).
    pub fn skip_to(&self, stage: Stage) {
        let now = self.clock.now();
        let mut state = self.state();
        state.stage = stage;
        state.since = now;
    }

    /// Returns the current stage.
    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    /// Records the peer of the connection.
    pub fn peer(&self, peer: SocketAddr) {
        let mut state = self.state();
        state.connection.peer = Some(peer);
        // Once a peer is reached, the addresses that were tried do not matter.
        if let Some(seen) = &mut state.connection.extra {
            seen.tried = Vec::new();
        }
    }

    /// Sets the end of the attempt's time limit.
    pub fn limit(&self, until: Moment) {
        self.state().until = Some(until);
    }

    /// Returns the remaining time of the attempt, if it has a limit.
    pub fn left(&self) -> Option<Duration> {
        let now = self.clock.now();
        self.state().until.map(|until| until.since(now))
    }

    /// Records a new connection, with the first address that is tried.
    pub fn try_first_address(&self, first: Option<SocketAddr>) {
        let mut state = self.state();
        state.suspected = None;
        let connection = &mut state.connection;
        match (first, &mut connection.extra) {
            (Some(first), seen) => {
                connection.peer = None;
                seen.get_or_insert_default().tried = vec![first];
            }
            (None, Some(seen)) => seen.tried = Vec::new(),
            (None, None) => {}
        }
    }

    /// Records another address that is tried in parallel.
    pub fn try_another_address(&self, address: SocketAddr) {
        self.state()
            .connection
            .extra
            .get_or_insert_default()
            .tried
            .push(address);
    }

    /// Returns the addresses that were tried. It is empty once one of them is reached.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.state().tried_addresses().to_vec()
    }

    /// Records the local limit that seems to block the running lookup.
    pub fn suspect(&self, limit: LocalLimit) {
        self.state().suspected = Some(limit);
    }

    /// Records a response head and those of its headers that are shown.
    pub fn answered(&self, head: HttpHead, headers: Vec<(Text, Text)>) {
        let connection = &mut self.state().connection;
        connection.http = Some(head);
        match &mut connection.extra {
            Some(seen) => seen.headers = headers,
            None if headers.is_empty() => {}
            None => {
                connection.extra = Some(Box::new(Evidence {
                    headers,
                    ..Evidence::default()
                }))
            }
        }
    }

    /// Records the URL that a redirect leads to.
    pub fn redirected(&self, to: Text) {
        self.state()
            .connection
            .extra
            .get_or_insert_default()
            .redirects
            .push(to);
    }

    /// Records the beginning of an unexpected body or message.
    pub fn record_body(&self, body: &[u8]) {
        let body = excerpt::body_excerpt(body);
        self.state().connection.extra.get_or_insert_default().body = body;
    }

    /// Discards the evidence of a failure that was reported.
    pub fn clear_failure_evidence(&self) {
        let mut state = self.state();
        state.connection = std::mem::take(&mut state.connection).without_failure();
    }

    /// Takes over the evidence of a separate request whose failure ends the conversation.
    pub fn adopt(&self, aside: &Trace) {
        let Connection {
            peer,
            http,
            extra: seen,
            ..
        } = aside.connection();
        let connection = &mut self.state().connection;
        (connection.peer, connection.http, connection.extra) =
            (peer.or(connection.peer), http, seen);
    }

    /// Records the leaf certificate of the other side.
    pub fn certificate(&self, subject: Text, not_after: Timestamp) {
        let left = self.wall().duration_until(not_after);
        self.state().connection.certificate = Some(Box::new(Certificate {
            subject,
            not_after,
            left,
        }));
    }

    /// Records what TLS negotiated with the target.
    pub fn tls(&self, suite: TlsSuite) {
        self.state().connection.tls = Some(suite);
    }

    /// Records that a body was read to its end.
    pub fn body_ended(&self) {
        let mut state = self.state();
        state.connection.body_bytes = Some(state.received);
    }

    /// Adds to the number of received body bytes.
    pub fn received(&self, bytes: usize) {
        self.state().received += bytes as u64;
    }

    /// Returns what was measured so far.
    pub fn connection(&self) -> Connection {
        self.state().connection.clone()
    }

    /// Returns the failure of an attempt that reaches its time limit `limit` now.
    pub fn timed_out(&self, limit: Duration) -> Failure {
        let state = self.state();
        match state.stage {
            Stage::Reply(to) => return Failure::NoReply { to, after: limit },
            Stage::Resolve => {
                if let Some(limit) = state.suspected {
                    return Failure::Local { limit };
                }
            }
            Stage::Connect if dial::is_offline(state.tried_addresses()) => {
                return Failure::Local {
                    limit: LocalLimit::Network,
                };
            }
            _ => {}
        }
        let phases = state.connection.phases;
        let tls = phases.get(Phase::Tls).unwrap_or_default();
        let connected = phases
            .get(Phase::Connect)
            .map(|tcp| tcp.saturating_add(tls));
        let stage = match state.stage {
            Stage::Headers if state.is_stream => Stage::StreamHead,
            stage => stage,
        };
        let failure = Failure::Timeout {
            after: limit,
            stage,
            connected,
            received: state.received,
        };
        if stage == Stage::Connect {
            failure.at(state.tried_addresses())
        } else {
            failure
        }
    }

    /// Returns the current moment of the trace's clock.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns the current wall time of the trace's clock.
    pub fn wall(&self) -> Timestamp {
        self.clock.wall(self.clock.now())
    }

    fn state(&self) -> MutexGuard<'_, TraceState> {
        // No code panics while it holds the lock, so a poisoned lock is still consistent.
        self.state.lock().ignore_poison()
    }
}

const fn phase_of(stage: Stage) -> Option<Phase> {
    match stage {
        Stage::Resolve => Some(Phase::Dns),
        Stage::Connect => Some(Phase::Connect),
        Stage::Tls => Some(Phase::Tls),
        Stage::Headers | Stage::StreamHead | Stage::Handshake => Some(Phase::FirstByte),
        Stage::Body => Some(Phase::Body),
        Stage::Listening | Stage::Reply(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_were_tried_are_evidence_until_one_is_reached() {
        let trace = Trace::new(Clock::start());
        let tried: Vec<SocketAddr> = ["127.0.0.7:443", "[::1]:443"]
            .map(|peer| peer.parse().unwrap())
            .to_vec();
        trace.try_first_address(Some(tried[0]));
        trace.enter(Stage::Connect);
        assert!(matches!(
            trace.timed_out(Duration::from_secs(1)),
            Failure::Timeout {
                stage: Stage::Connect,
                ..
            }
        ));
        trace.try_another_address(tried[1]);
        let all = trace.timed_out(Duration::from_secs(1));
        assert!(
            matches!(&all, Failure::AtAddresses { tried: named, .. } if named[..] == tried),
            "{all:?}"
        );
        assert_eq!(trace.connection().evidence().unwrap().tried, tried);
        trace.peer(tried[0]);
        let seen = trace.connection().evidence().unwrap();
        assert_eq!((seen.peer, seen.tried), (Some(tried[0]), Vec::new()));
        trace.clear_failure_evidence();
        assert_eq!(
            trace.connection().extra,
            None,
            "nothing is kept of a heartbeat that is as it should be"
        );
    }

    #[test]
    fn a_flight_beside_the_conversation_lends_its_evidence() {
        let trace = Trace::new(Clock::start());
        trace.peer("192.0.2.7:443".parse().unwrap());
        let aside = trace.separate();
        aside.answered(
            HttpHead {
                status: 502,
                version: (1, 1),
            },
            Vec::new(),
        );
        aside.record_body(b"bad gateway");
        trace.adopt(&aside);
        let seen = trace.connection().evidence().unwrap();
        assert_eq!(seen.http.map(|head| head.status), Some(502));
        assert_eq!(
            (seen.body, seen.peer),
            (
                Some(Text::clean("bad gateway")),
                "192.0.2.7:443".parse().ok()
            )
        );
    }
}
