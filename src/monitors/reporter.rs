//! Sends a monitor's notes to the engine: adds target and time, removes secrets, and waits while
//! the engine is behind.

use std::borrow::Cow;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::OptionFuture;
use jiff::Timestamp;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

use super::escapes::unescaped_forms;
use super::slot::Slot;
use super::trace::Trace;
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
    beats: u64,
    failed_last: bool,
}

/// The secrets of one monitor, which are removed from every text that it reports.
#[derive(Default, PartialEq)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Creates the list. Secrets of fewer than three characters are ignored, because removing them
    /// would make all texts unreadable.
    pub fn new(mut secrets: Vec<String>) -> Secrets {
        // External text is cleaned before secrets are removed, so the cleaned form of each secret
        // is also in the list.
        let cleaned: Vec<String> = secrets
            .iter()
            .map(|secret| Text::clean(secret).to_string())
            .collect();
        secrets.extend(cleaned);
        secrets.retain(|secret| secret.chars().count() >= MIN_SECRET_CHARS);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Secrets(secrets)
    }

    /// Returns the beginning of a payload without secrets.
    pub fn excerpt(&self, payload: &[u8]) -> Text {
        // Secrets are removed before the text is cut: half a secret could stay otherwise.
        let text = self.redact(Text::clean_bytes(payload));
        match text.as_str().char_indices().nth(EXCERPT_CHARS) {
            Some((end, _)) => Text::clean(&format!("{}…", &text.as_str()[..end])),
            None => text,
        }
    }

    /// Returns the end of a text without secrets. The output of a command says at its end why it
    /// failed.
    pub fn tail(&self, text: &[u8]) -> Text {
        let whole = String::from_utf8_lossy(text);
        // Secrets are removed before the text is cut, as in `excerpt`, and again after `clean`.
        let struck = self.redacted(whole.trim_end());
        match struck.char_indices().rev().nth(TAIL_CHARS) {
            Some((cut, c)) => {
                self.redact(Text::clean(&format!("…{}", &struck[cut + c.len_utf8()..])))
            }
            None => self.redact(Text::clean(&struck)),
        }
    }

    /// Replaces every secret in a text by `***`.
    pub fn redact(&self, text: Text) -> Text {
        if self.0.is_empty() {
            return text;
        }
        let mut struck = self.redacted(text.as_str());
        // A text may quote several other texts that were cut off.
        let mut from = 0;
        while let Some(cut) = struck.get(from..).and_then(|rest| rest.find('…')) {
            let end = from + cut;
            from = end + '…'.len_utf8();
            if let Some(at) = struck
                .get(..end)
                .and_then(|head| self.cut_secret_start(head))
            {
                struck.to_mut().replace_range(at..end, "***");
                from = at + "***…".len();
            }
        }
        if *struck == *text.as_str() {
            text
        } else {
            Text::clean(&struck)
        }
    }

    /// Returns the text without the secrets, in whatever way they are escaped.
    fn redacted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut places: Vec<Range<usize>> = self.occurrences(text).collect();
        for reading in unescaped_forms(text) {
            places.extend(
                self.occurrences(&reading.text)
                    .map(|place| reading.source_range(place)),
            );
        }
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        places.sort_unstable_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let (mut struck, mut done) = (String::with_capacity(text.len()), 0);
        for place in places {
            if place.start >= done {
                struck.push_str(text.get(done..place.start).unwrap_or_default());
                struck.push_str("***");
            }
            done = done.max(place.end);
        }
        struck.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(struck)
    }

    fn occurrences(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        self.0.iter().flat_map(|secret| {
            text.match_indices(secret.as_str())
                .map(|(at, found)| at..at + found.len())
        })
    }

    /// Returns where a secret begins that is cut off by the end of a text.
    fn cut_secret_start(&self, text: &str) -> Option<usize> {
        let escaped = unescaped_forms(text).into_iter().filter_map(|reading| {
            let at = self.cut_plain_secret_start(&reading.text)?;
            Some(reading.source_range(at..at).start)
        });
        self.cut_plain_secret_start(text)
            .into_iter()
            .chain(escaped)
            .min()
    }

    fn cut_plain_secret_start(&self, text: &str) -> Option<usize> {
        let beginnings = self.0.iter().flat_map(|secret| {
            let ends = secret
                .char_indices()
                .skip(MIN_SECRET_CHARS)
                .map(|(end, _)| end);
            ends.filter(|end| text.ends_with(secret.get(..*end).unwrap_or(secret)))
                .max()
        });
        beginnings.max().map(|length| text.len() - length)
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

/// Minimum number of characters of a secret.
const MIN_SECRET_CHARS: usize = 3;

/// Maximum number of characters of a heartbeat's excerpt.
const EXCERPT_CHARS: usize = 120;
/// Maximum number of characters that are kept of the end of a text.
const TAIL_CHARS: usize = 240;

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
            beats: 0,
            failed_last: false,
        }
    }

    // Called by monitors.

    /// Reports that a subscription is open. From now on heartbeats are expected, and the attempt's
    /// time limit ends.
    pub async fn open(&mut self) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(secrets: &[&str], text: &str) -> String {
        let secrets = Secrets::new(secrets.iter().map(|secret| (*secret).to_owned()).collect());
        secrets.redact(Text::clean(text)).to_string()
    }

    #[test]
    fn secrets_are_struck_out_as_they_are_shown() {
        assert_eq!(
            struck(&["hunter2"], "token hunter2 is wrong"),
            "token *** is wrong"
        );
        assert_eq!(struck(&["hunter2"], "hun\u{0}ter2"), "***");
        assert_eq!(
            struck(&["two  spaces\tand a tab"], "<two  spaces\tand a tab>"),
            "<***>"
        );
        assert_eq!(
            struck(&["ab", "abcdef", "abc"], "ab abc abcdef"),
            "ab *** ***"
        );
    }

    #[test]
    fn secrets_are_found_in_every_spelling() {
        for spelled in [
            "hunter 2/é\"",
            "\\u0068unter 2\\/\\u00E9\\\"",
            "\\u0068\\u0075\\u006e\\u0074\\u0065\\u0072\\u0020\\u0032\\u002F\\u00e9\\u0022",
            "hunter%202%2f%c3%a9%22",
            "hunter+2%2F%C3%A9%22",
            "%68unter+2/é\"",
            "hunter 2/&#233;&quot;",
            "hunter&#x20;2&#47;&#xE9;&#34;",
        ] {
            assert_eq!(
                struck(&["hunter 2/é\""], &format!("a {spelled}, 100 % & b")),
                "a ***, 100 % & b",
                "{spelled}"
            );
        }
    }

    #[test]
    fn what_was_cut_off_within_an_escape_keeps_no_beginning_of_a_secret() {
        for (length, cut) in [(390, "hunt\\u00"), (394, "hunt%6"), (393, "%68unt")] {
            let text = format!("{}{cut}{}", "x".repeat(length), "y".repeat(20));
            let text = format!(
                "{}…",
                text.chars().take(length + cut.len()).collect::<String>()
            );
            assert_eq!(
                struck(&["hunter2"], &text),
                format!("{}***…", "x".repeat(length)),
                "{cut}"
            );
        }
    }

    #[test]
    fn what_was_cut_off_keeps_no_beginning_of_a_secret() {
        let text = format!("{}hunter2", "x".repeat(394));
        assert_eq!(
            struck(&["hunter2"], &text),
            format!("{}***…", "x".repeat(394))
        );
        assert_eq!(
            struck(&["hunter2"], "got \"hunte…, also \"hunt…\" and hu…"),
            "got \"***…, also \"***…\" and hu…"
        );
        let text = format!("{}hunter2", "x".repeat(398));
        assert!(
            struck(&["hunter2"], &text).ends_with("xhu…"),
            "two letters tell nothing"
        );
    }
}
