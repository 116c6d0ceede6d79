//! One attempt of a monitor without the engine: whether it opens, what it receives, how it ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::heard::Heard;
use crate::clock::Clock;
use crate::engine::Target;
use crate::lock::LockExt;
use crate::model::{Failure, Rhythm, Signal, TargetId, Text};
use crate::monitors::dial::Dialers;
use crate::monitors::reporter::Reporter;

/// Time between checks whether a subscription has received enough.
const CHECK: Duration = Duration::from_millis(200);

/// Notes of the monitor that wait to be read.
const NOTES: usize = 64;

/// What all attempts share.
#[derive(Clone)]
pub(super) struct AttemptContext {
    pub clock: Clock,
    pub dialers: Dialers,
    /// Time limit of an attempt.
    pub patience: Duration,
}

/// What an attempt found.
#[derive(Debug, Default)]
pub(super) struct AttemptReport {
    /// A subscription was established.
    pub opened: bool,
    /// The latency of a poll that was answered as expected.
    pub answered: Option<Duration>,
    /// The beginning of that answer.
    pub excerpt: Option<Text>,
    /// Why the attempt failed, without secrets.
    pub failure: Option<Failure>,
    pub heard: Heard,
}

impl AttemptReport {
    fn take(&mut self, signal: Signal) {
        match signal {
            Signal::Open => self.opened = true,
            Signal::Beat(beat) => {
                self.answered = beat.latency.or(self.answered);
                self.excerpt = beat.excerpt;
            }
            Signal::Failed { failure, .. } => self.failure = Some(failure),
            _ => {}
        }
    }

    /// Returns whether a poll was answered, or a subscription is established.
    const fn has_result(&self, polls: bool) -> bool {
        self.answered.is_some() || (self.opened && !polls)
    }
}

impl AttemptContext {
    /// Makes one attempt. Listens to a subscription until it is clear, at most for the patience.
    /// `opened` becomes true when a subscription is established.
    pub(super) async fn attempt(
        &self,
        target: &Target,
        opened: &watch::Sender<bool>,
    ) -> AttemptReport {
        let polls = target.policy.rhythm == Rhythm::Poll;
        let mut report = AttemptReport::default();
        let (notes, mut observations) = mpsc::channel(NOTES);
        let mut reporter = Reporter::new(
            TargetId(0),
            target.policy.rhythm,
            self.patience,
            self.clock.clone(),
            notes,
            Arc::clone(&target.secrets),
        );
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (listener, clock) = (Arc::clone(&heard), self.clock.clone());
        reporter.set_listener(Box::new(move |label, payload| {
            let now = clock.now();
            listener
                .lock()
                .ignore_poison()
                .hear(now, clock.wall(now), label, payload);
        }));
        let trace = reporter.trace().clone();
        let Some(mut monitor) = target.spec.open(&self.dialers, &trace) else {
            return report;
        };
        reporter.begin(Duration::ZERO, 0).await;
        let mut attempt = monitor.attempt(&mut reporter);
        let mut check = tokio::time::interval(CHECK);
        let limit = tokio::time::sleep(self.patience);
        tokio::pin!(limit);
        let end = loop {
            tokio::select! {
                Some(note) = observations.recv() => {
                    report.take(note.signal);
                    opened.send_replace(report.opened);
                    if polls && report.has_result(polls) {
                        break None;
                    }
                }
                end = &mut attempt => break end.err(),
                _ = check.tick() => if heard.lock().ignore_poison().is_enough(self.clock.now()) {
                    break None;
                },
                () = &mut limit => {
                    break (!report.has_result(polls)).then(|| trace.timed_out(self.patience));
                }
            }
        };
        drop(attempt);
        while let Ok(note) = observations.try_recv() {
            report.take(note.signal);
        }
        if let Some(failure) = end {
            report.failure = Some(failure.map_text(|text| target.secrets.redact(text)));
        }
        report.heard = std::mem::take(&mut *heard.lock().ignore_poison());
        report
    }
}
