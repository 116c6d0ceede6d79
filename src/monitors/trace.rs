//! How far an attempt has come: stage, phases, peer and certificate, readable even after it was cancelled.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::model::{Certificate, Connection, Failure, Moment, Phase, Stage, Text};

/// A handle on one monitor's running attempt. The hooks of the dialer write, the supervisor reads what is there
/// when the attempt ends, however it ends. One attempt at a time, so one trace a monitor.
#[derive(Clone, Debug)]
pub struct Trace {
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    /// When the stage began.
    since: Moment,
    connection: Connection,
    received: u64,
}

impl Trace {
    pub fn new(clock: Clock) -> Trace {
        Trace { clock, state: Arc::default() }
    }

    /// A trace of its own on the same clock: for flights beside a conversation, whose stages are not its stages.
    pub fn aside(&self) -> Trace {
        Trace::new(self.clock.clone())
    }

    /// A new attempt: everything measured before is forgotten.
    pub fn begin(&self) {
        *self.state() = State { since: self.clock.now(), ..State::default() };
    }

    /// Ends the running stage, whose time is added to its phase, and enters the next. Entering a stage again
    /// (a redirect's second connection) adds to the same phase.
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

    /// Enters a stage and drops what was spent in the one before: it did not happen (no DNS for an address).
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
        self.state().connection.peer = Some(peer);
    }

    /// The leaf certificate that the other side showed.
    pub fn certificate(&self, subject: Text, not_after: Timestamp) {
        let now = self.clock.wall(self.clock.now());
        let left = now.duration_until(not_after);
        self.state().connection.certificate = Some(Box::new(Certificate { subject, not_after, left }));
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
        if let Stage::Reply(to) = state.stage {
            return Failure::NoReply { to, after: limit };
        }
        let phases = state.connection.phases;
        let tls = phases.get(Phase::Tls).unwrap_or_default();
        let connected = phases.get(Phase::Connect).map(|tcp| tcp.saturating_add(tls));
        Failure::Timeout { after: limit, stage: state.stage, connected, received: state.received }
    }

    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; a poisoned one is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn phase_of(stage: Stage) -> Option<Phase> {
    match stage {
        Stage::Resolve => Some(Phase::Dns),
        Stage::Connect => Some(Phase::Connect),
        Stage::Tls => Some(Phase::Tls),
        Stage::Headers | Stage::Handshake => Some(Phase::FirstByte),
        Stage::Body => Some(Phase::Body),
        Stage::Listening | Stage::Reply(_) => None,
    }
}
