//! The one loop round an attempt: pace, time limit, backoff, and what the user asks for by hand.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};

use super::pace::{Ended, Pace};
use super::plan::Target;
use crate::clock::Clock;
use crate::model::{Failure, Moment, Note, Signal, TargetId};
use crate::monitors::dial::Dialers;
use crate::monitors::outbox::{Activity, Outbox};
use crate::monitors::{End, Monitor};

/// What all supervisors share. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    pub clock: Clock,
    pub notes: mpsc::Sender<Note>,
    pub dialers: Dialers,
    /// Limits how many attempts ask at the same time; a standing subscription does not count.
    pub permits: Option<Arc<Semaphore>>,
}

/// The user's hand on one target.
#[derive(Default)]
pub struct Nudge {
    /// Ask now instead of when it is due.
    pub beat: Notify,
    /// End the connection that stands and open a new one.
    pub reconnect: Notify,
}

/// Runs for as long as the target is watched; ends by being dropped.
pub async fn supervise(target: Target, id: TargetId, first: Moment, grid: Moment, nudge: Arc<Nudge>, shared: Shared) {
    let policy = &target.policy;
    let error_after = policy.failures.error.unwrap_or(u32::MAX);
    let mut pace = Pace::new(policy.rhythm, policy.interval, target.pace, error_after, grid);
    let mut out = Outbox::new(
        id,
        policy.rhythm,
        target.pace.timeout,
        shared.clock.clone(),
        shared.notes.clone(),
        Arc::clone(&target.secrets),
    );
    let mut room = target.spec.open(&shared.dialers, out.trace());
    let mut due = first;
    let mut skipped = 0;
    loop {
        shared.wait(due, &nudge).await;
        let permit = shared.permit().await;
        let started = shared.clock.now();
        let beats = out.beats();
        out.begin(started.since(due), skipped).await;
        let end = Attempt { pace: &mut pace, nudge: &nudge, shared: &shared, id, timeout: target.pace.timeout, permit }
            .run(&mut *room, &mut out)
            .await;
        let ended = Ended {
            started,
            now: shared.clock.now(),
            beat: out.beats() > beats,
            failed: end.is_err(),
            hint: out.take_hint(),
        };
        match end {
            Ok(End::Answered) => {}
            Ok(End::Closed) => out.closed().await,
            Err(failure) => out.ended(failure).await,
        }
        let next = pace.next(ended, fastrand::f64());
        (due, skipped) = (next.at, next.skipped);
        shared.rest(id, due).await;
    }
}

impl Shared {
    /// Until the moment, or until the user asks.
    async fn wait(&self, until: Moment, nudge: &Nudge) {
        tokio::select! {
            () = self.sleep_until(until) => {}
            () = nudge.beat.notified() => {}
            () = nudge.reconnect.notified() => {}
        }
    }

    async fn sleep_until(&self, until: Moment) {
        tokio::time::sleep_until(self.clock.instant(until)).await;
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(self.permits.as_ref()?).acquire_owned().await.ok()
    }

    async fn rest(&self, id: TargetId, until: Moment) {
        let note = Note { target: id, at: self.clock.now(), signal: Signal::Rest { until }, wire: None };
        let _ = self.notes.send(note).await;
    }
}

/// One attempt under its time limit.
struct Attempt<'a> {
    pace: &'a mut Pace,
    nudge: &'a Nudge,
    shared: &'a Shared,
    id: TargetId,
    timeout: Duration,
    permit: Option<OwnedSemaphorePermit>,
}

impl Attempt<'_> {
    async fn run(mut self, room: &mut dyn Monitor, out: &mut Outbox) -> Result<End, Failure> {
        let mut activity = out.activity();
        let ask = out.ask();
        let trace = out.trace().clone();
        let mut attempt = room.attempt(out);
        let mut asked_at = self.shared.clock.now();
        loop {
            let doing = *activity.borrow_and_update();
            let wake = match doing {
                Activity::Asking { until } => until,
                Activity::Listening => {
                    self.permit = None;
                    Moment::FAR
                }
                Activity::Idle { failed } => self.next_question(asked_at, failed).await,
            };
            let ask_now = tokio::select! {
                biased;
                end = &mut attempt => return end,
                _ = activity.changed() => false,
                () = self.nudge.reconnect.notified() => return Ok(End::Closed),
                () = self.nudge.beat.notified(), if matches!(doing, Activity::Idle { .. }) => true,
                () = self.shared.sleep_until(wake) => match doing {
                    Activity::Asking { .. } => return Err(trace.timed_out(self.timeout)),
                    Activity::Listening => false,
                    Activity::Idle { .. } => true,
                },
            };
            if ask_now {
                asked_at = self.shared.clock.now();
                ask.notify_one();
                // The room answers by starting its time limit.
                tokio::select! {
                    biased;
                    end = &mut attempt => return end,
                    _ = activity.changed() => {}
                }
            }
        }
    }

    /// When a held connection asks again.
    async fn next_question(&mut self, started: Moment, failed: bool) -> Moment {
        let now = self.shared.clock.now();
        let ended = Ended { started, now, beat: !failed, failed, hint: None };
        let next = self.pace.next(ended, fastrand::f64());
        self.shared.rest(self.id, next.at).await;
        next.at
    }
}
