//! Sends a monitor's notes to the engine: adds target and time, removes secrets, and waits while
//! the engine is behind.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::OptionFuture;
use jiff::Timestamp;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

use super::secrets::Secrets;
use super::slot::Slot;
use super::trace::Trace;
use super::transcript::Transcript;
use crate::clock::Clock;
use crate::model::{Beat, Evidence, Failure, Moment, Observation, Rhythm, Signal, TargetId, Text};

/// What a monitor is doing, and whether the supervisor's time limit applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// The monitor expects a response. The attempt fails if it does not come until then.
    Asking { until: Moment },
    /// A subscription is open. The model detects missing heartbeats, so no time limit applies.
    Listening,
    /// A held connection waits for its next request (`Reporter::wait_until_due`). `failed` means
    /// that the last response was not as expected.
    Idle { failed: bool },
}

/// What a monitor and its supervisor share.
pub struct SupervisorLink {
    pub activity: Slot<Activity>,
    /// Wakes `Reporter::wait_until_due`.
    pub ask: Notify,
}

/// What names a message of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageLabel<'a> {
    /// The protocol has no names.
    None,
    /// The name of a server-sent event.
    Event(&'a str),
    /// A comment of an event stream.
    Comment,
}

/// Receives every message of a subscription before it is judged.
pub type MessageListener = Box<dyn FnMut(MessageLabel<'_>, &[u8]) + Send>;

/// Reports the events of one monitor. The supervisor creates it once per target, and it outlives
/// every attempt.
pub struct Reporter {
    target: TargetId,
    rhythm: Rhythm,
    timeout: Duration,
    clock: Clock,
    notes: mpsc::Sender<Observation>,
    trace: Trace,
    secrets: Arc<Secrets>,
    line: Arc<SupervisorLink>,
    measured: Option<Duration>,
    hint: Option<Duration>,
    /// Excerpt of the last heartbeat. It is shared with the next one, which is usually equal.
    excerpt: Option<Text>,
    attempts: u64,
    beats: u64,
    failed_last: bool,
    listener: Option<MessageListener>,
}

/// A note that was sent, or that waits for the engine. The wait is boxed because it is rare, and a
/// task keeps the size of its largest state.
pub type NoteSent<'a> = OptionFuture<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>;

/// Sends a note at once. If the channel is full, the returned future sends it when there is
/// capacity.
pub fn send_note(notes: &mpsc::Sender<Observation>, note: Observation) -> NoteSent<'_> {
    let wait: Option<Pin<Box<dyn Future<Output = ()> + Send>>> = match notes.try_send(note) {
        // The engine closes the channel only at shutdown, and then no consumer needs the note.
        Ok(()) | Err(TrySendError::Closed(_)) => None,
        Err(TrySendError::Full(note)) => Some(Box::pin(async move { _ = notes.send(note).await })),
    };
    wait.into()
}

impl Reporter {
    pub fn new(
        target: TargetId,
        rhythm: Rhythm,
        timeout: Duration,
        clock: Clock,
        notes: mpsc::Sender<Observation>,
        secrets: Arc<Secrets>,
    ) -> Reporter {
        let trace = Trace::new(clock.clone());
        Reporter {
            target,
            rhythm,
            timeout,
            clock,
            notes,
            trace,
            secrets,
            line: Arc::new(SupervisorLink {
                activity: Slot::new(Activity::Listening),
                ask: Notify::new(),
            }),
            measured: None,
            hint: None,
            excerpt: None,
            attempts: 0,
            beats: 0,
            failed_last: false,
            listener: None,
        }
    }

    /// Passes every message of a subscription to `listener` too.
    pub fn set_listener(&mut self, listener: MessageListener) {
        self.listener = Some(listener);
    }

    /// Also writes a transcript under this name of the monitor.
    #[must_use]
    pub fn with_transcript(mut self, monitor: &Text) -> Reporter {
        let transcript = Transcript::new(monitor, &self.secrets);
        self.trace = self.trace.with_transcript(transcript);
        self
    }

    // Called by monitors.

    /// Notes a message before it is judged.
    pub fn received(&mut self, label: MessageLabel<'_>, payload: &[u8]) {
        if let Some(listener) = &mut self.listener {
            listener(label, payload);
        }
    }

    /// Reports that a subscription is open. From now on heartbeats are expected, and the attempt's
    /// time limit ends.
    pub async fn open(&mut self) {
        self.trace.note(|| "open".to_owned());
        self.trace.enter(crate::model::Stage::Listening);
        // The handshake's response is not evidence of a later failure.
        self.trace.clear_failure_evidence();
        if self.rhythm == Rhythm::Subscription {
            self.line.activity.set(Activity::Listening);
        }
        self.send(Signal::Open).await;
    }

    /// Reports a heartbeat that was received now. `latency` is the time between request and
    /// response, if hbmon sent a request. `sent` is the sender's own timestamp. The beginning of
    /// `payload` becomes the excerpt.
    pub async fn beat(
        &mut self,
        latency: Option<Duration>,
        sent: Option<Timestamp>,
        payload: &[u8],
    ) {
        let at = self.clock.now();
        let received = self.clock.wall(at);
        let delta = sent.map(|sent| sent.duration_until(received));
        let excerpt = (!payload.is_empty()).then(|| self.secrets.excerpt(payload));
        if self.excerpt != excerpt {
            self.excerpt = excerpt;
        }
        let excerpt = self.excerpt.clone();
        self.trace.note(|| {
            // The body of a poll is in the transcript already.
            let is_shown = self.trace.connection().body_bytes.is_some();
            heartbeat(latency, excerpt.as_ref().filter(|_| !is_shown))
        });
        self.beats += 1;
        self.failed_last = false;
        self.measured = None;
        self.send_at(
            at,
            Signal::Beat(Beat {
                latency,
                delta,
                sent,
                excerpt,
            }),
        )
        .await;
    }

    /// Reports the round-trip time of hbmon's own ping.
    pub async fn pong(&mut self, rtt: Duration) {
        self.send(Signal::Pong { rtt }).await;
    }

    /// Reports a failure after which the conversation continues: a heartbeat that does not meet the
    /// expectation.
    pub async fn failed(&mut self, failure: Failure) {
        self.fail(failure, false).await;
    }

    /// Records the payload of a failure that is reported next.
    pub fn record_payload(&self, payload: &[u8]) {
        self.trace.record_body(payload);
    }

    /// Records the latency of a response whose failure is reported next.
    pub fn record_latency(&mut self, latency: Duration) {
        self.measured = Some(latency);
    }

    /// Records the wait that the other side asks for (`Retry-After`, SSE `retry:`).
    pub fn record_retry_after(&mut self, wait: Duration) {
        self.hint = Some(wait);
    }

    /// Waits on a held connection until the next request is due, and starts its time limit.
    pub async fn wait_until_due(&mut self) {
        self.line.activity.set(Activity::Idle {
            failed: self.failed_last,
        });
        self.line.ask.notified().await;
        self.start_limit();
    }

    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns the time limit of one attempt, for waits inside an open conversation (a ping's
    /// answer).
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    // Called by the supervisor.

    /// Reports the start of an attempt, `lag` after it was due. `skipped` is the number of polls
    /// before it that could not be made in time.
    pub async fn begin(&mut self, lag: Duration, skipped: u64) {
        self.trace.begin();
        self.attempts += 1;
        self.trace.note(|| format!("attempt {}", self.attempts));
        self.measured = None;
        self.start_limit();
        self.send(Signal::Attempt {
            delay: lag,
            skipped,
        })
        .await;
    }

    /// Reports that the attempt ended with this failure.
    pub async fn ended(&mut self, failure: Failure) {
        self.fail(failure, true).await;
    }

    /// Reports that the connection ended as expected.
    pub async fn closed(&mut self) {
        self.send(Signal::Closed).await;
    }

    pub fn supervisor_link(&self) -> &Arc<SupervisorLink> {
        &self.line
    }

    /// Takes the wait that the other side asked for in the last attempt.
    pub fn take_retry_after(&mut self) -> Option<Duration> {
        self.hint.take()
    }

    /// Writes to the transcript when the next attempt starts. `asked`: how long the other side asked
    /// to wait.
    pub fn note_wait(&self, wait: Duration, asked: Option<Duration>) {
        self.trace.note(|| {
            let why = match asked {
                Some(asked) if asked > wait + Duration::from_secs(1) => {
                    format!(", the server asks for {:.1} s", asked.as_secs_f64())
                }
                Some(_) => ", as the server asks".to_owned(),
                None => String::new(),
            };
            format!("next attempt in {:.1} s{why}", wait.as_secs_f64())
        });
    }

    /// Returns the number of heartbeats reported so far.
    pub fn beats(&self) -> u64 {
        self.beats
    }

    fn start_limit(&self) {
        let until = self.clock.now().plus(self.timeout);
        self.trace.limit(until);
        self.line.activity.set(Activity::Asking { until });
    }

    async fn fail(&mut self, failure: Failure, ended: bool) {
        self.failed_last = true;
        let reason = failure.reason().as_str();
        self.trace.note(|| format!("failed: {reason}"));
        let evidence = self.evidence(&failure);
        let failure = failure.map_text(|text| self.secrets.redact(text));
        let latency = self.measured.take();
        self.trace.clear_failure_evidence();
        self.send(Signal::Failed {
            failure,
            evidence,
            latency,
            ended,
        })
        .await;
    }

    /// Returns the evidence of a failure.
    fn evidence(&self, failure: &Failure) -> Option<Arc<Evidence>> {
        let mut evidence = self.trace.connection().evidence().unwrap_or_default();
        evidence.value = failure.value().cloned();
        evidence
            .redirects
            .extend(failure.redirect_target().cloned());
        let evidence = evidence.map_text(|text| self.secrets.redact(text));
        (!evidence.is_empty()).then(|| Arc::new(evidence))
    }

    fn send(&self, signal: Signal) -> NoteSent<'_> {
        self.send_at(self.clock.now(), signal)
    }

    fn send_at(&self, at: Moment, signal: Signal) -> NoteSent<'_> {
        let news = matches!(
            signal,
            Signal::Open | Signal::Beat(_) | Signal::Failed { .. }
        );
        let wire = news.then(|| {
            let connection = self.trace.connection().without_failure();
            Box::new(connection.map_text(|text| self.secrets.redact(text)))
        });
        send_note(
            &self.notes,
            Observation {
                target: self.target,
                at,
                signal,
                connection: wire,
            },
        )
    }
}

/// Returns the line of the transcript: `heartbeat after 12.3 ms: {"ok":true}`.
fn heartbeat(latency: Option<Duration>, excerpt: Option<&Text>) -> String {
    let after = latency.map_or_else(String::new, |latency| {
        format!(" after {:.1} ms", latency.as_secs_f64() * 1000.0)
    });
    let said = excerpt.map_or_else(String::new, |excerpt| format!(": {excerpt}"));
    format!("heartbeat{after}{said}")
}
