//! How far an attempt has come: stage, phases, peer and certificate, readable even after it was
//! cancelled.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::dial;
use super::payload::excerpt;
use crate::clock::Clock;
use crate::model::{
    Certificate, Connection, Evidence, Failure, HttpHead, LocalLimit, Moment, Phase, Stage, Text,
};

/// A handle on one monitor's running attempt. The hooks of the dialer write, the supervisor reads
/// what is there when the attempt ends, however it ends. One attempt at a time, so one trace a
/// monitor.
#[derive(Clone, Debug)]
pub struct Trace {
    clock: Clock,
    state: Arc<Mutex<TraceState>>,
}

#[derive(Debug, Default)]
struct TraceState {
    stage: Stage,
    /// When the stage began.
    since: Moment,
    connection: Connection,
    received: u64,
    /// What this machine seems to lack for the lookup that runs.
    suspected: Option<LocalLimit>,
    /// When the attempt has used up its time.
    until: Option<Moment>,
    /// The answer is a stream of events.
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
    pub fn new(clock: Clock) -> Trace {
        Trace {
            clock,
            state: Arc::default(),
        }
    }

    /// A trace of its own on the same clock: for flights beside a conversation, whose stages are
    /// not its stages.
    pub fn separate(&self) -> Trace {
        Trace::new(self.clock.clone())
    }

    /// A new attempt: everything measured before is forgotten.
    pub fn begin(&self) {
        *self.state() = TraceState {
            since: self.clock.now(),
            ..TraceState::default()
        };
    }

    /// What this attempt asks for is a stream of events.
    pub fn expect_stream(&self) {
        self.state().is_stream = true;
    }

    /// Ends the running stage, whose time is added to its phase, and enters the next. Entering a
    /// stage again (a redirect's second connection) adds to the same phase.
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

    /// Enters a stage and drops what was spent in the one before: it did not happen (no DNS for an
    /// address).
    pub fn skip_to(&self, stage: Stage) {
        let now = self.clock.now();
        let mut state = self.state();
        state.stage = stage;
        state.since = now;
    }

    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    pub fn peer(&self, peer: SocketAddr) {
        let mut state = self.state();
        state.connection.peer = Some(peer);
        // From now on nothing else was tried.
        if let Some(seen) = &mut state.connection.extra {
            seen.tried = Vec::new();
        }
    }

    /// The attempt has its time until then.
    pub fn limit(&self, until: Moment) {
        self.state().until = Some(until);
    }

    /// How much is left of it, where it has a limit.
    pub fn left(&self) -> Option<Duration> {
        let now = self.clock.now();
        self.state().until.map(|until| until.since(now))
    }

    /// A new connection is tried, to this address first.
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

    /// Another address is tried beside it.
    pub fn try_another_address(&self, address: SocketAddr) {
        self.state()
            .connection
            .extra
            .get_or_insert_default()
            .tried
            .push(address);
    }

    /// The addresses that were tried, as long as none of them is reached.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.state().tried_addresses().to_vec()
    }

    /// What this machine seems to lack while a name is looked up.
    pub fn suspect(&self, lack: LocalLimit) {
        self.state().suspected = Some(lack);
    }

    /// An answer's head, and of its headers those that are to be shown.
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

    /// An answer led there.
    pub fn redirected(&self, to: Text) {
        self.state()
            .connection
            .extra
            .get_or_insert_default()
            .redirects
            .push(to);
    }

    /// The beginning of a body or message that is not as it should be.
    pub fn record_body(&self, body: &[u8]) {
        let body = excerpt::body_excerpt(body);
        self.state().connection.extra.get_or_insert_default().body = body;
    }

    /// What was seen of a failure is told.
    pub fn clear_failure_evidence(&self) {
        let mut state = self.state();
        state.connection = std::mem::take(&mut state.connection).without_failure();
    }

    /// Takes over what a flight beside the conversation saw, whose failure ends it.
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

    /// The leaf certificate that the other side showed.
    pub fn certificate(&self, subject: Text, not_after: Timestamp) {
        let left = self.wall().duration_until(not_after);
        self.state().connection.certificate = Some(Box::new(Certificate {
            subject,
            not_after,
            left,
        }));
    }

    /// Counts bytes of the body.
    pub fn received(&self, bytes: usize) {
        self.state().received += bytes as u64;
    }

    /// What is measured so far.
    pub fn connection(&self) -> Connection {
        self.state().connection.clone()
    }

    /// The failure of an attempt that used up `limit` where it stands now.
    pub fn timed_out(&self, limit: Duration) -> Failure {
        let state = self.state();
        match state.stage {
            Stage::Reply(to) => return Failure::NoReply { to, after: limit },
            Stage::Resolve => {
                if let Some(lack) = state.suspected {
                    return Failure::Local { limit: lack };
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

    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    pub fn wall(&self) -> Timestamp {
        self.clock.wall(self.clock.now())
    }

    fn state(&self) -> MutexGuard<'_, TraceState> {
        // Nothing panics while it holds the lock; a poisoned one is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
