//! Supervises one target: starts its attempts when they are due, limits their time, and carries out
//! what the user asks for by hand.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{sleep_until, timeout_at};

use super::control::{Control, ControlRequest};
use super::pace::{LastAttempt, Next, Pace};
use crate::clock::Clock;
use crate::model::{Failure, Moment, Observation, Signal, TargetId};
use crate::monitors::reporter::{Activity, NoteSent, Reporter, send_note};
use crate::monitors::stall::StallAllowance;
use crate::monitors::{End, Monitor};

/// What all supervisors share. Clones are cheap.
#[derive(Clone)]
pub(super) struct SupervisorContext {
    pub clock: Clock,
    pub notes: mpsc::Sender<Observation>,
    /// Limits the number of concurrent requests. An open subscription does not count.
    pub permits: Option<Arc<Semaphore>>,
}

/// A supervisor's target and everything that its attempts need.
pub(super) struct Conversation {
    pub id: TargetId,
    pub pace: Pace,
    pub monitor: Box<dyn Monitor>,
    pub reporter: Reporter,
    pub control: Arc<Control>,
    pub context: SupervisorContext,
}

/// Runs attempts until it is dropped. The first one starts at `due`.
///
/// Arguments and the attempt's future are boxed because a task keeps the size of its largest state,
/// and a supervisor spends most of its time waiting.
pub(super) async fn supervise(mut conversation: Box<Conversation>, due: Moment) {
    let mut next = Next {
        at: due,
        skipped: 0,
    };
    loop {
        // A timer would round an attempt that is due up to the next millisecond.
        if next.at > conversation.context.clock.now() {
            _ = timeout_at(
                conversation.context.clock.instant(next.at),
                conversation.control.next_request(),
            )
            .await;
        }
        next = Box::pin(conversation.run_once(next)).await;
    }
}

impl SupervisorContext {
    async fn sleep_until(&self, until: Moment) {
        sleep_until(self.clock.instant(until)).await;
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed, so this cannot fail.
        Arc::clone(self.permits.as_ref()?)
            .acquire_owned()
            .await
            .ok()
    }

    fn send_rest(&self, id: TargetId, until: Moment, asked: Option<Duration>) -> NoteSent<'_> {
        send_note(
            &self.notes,
            Observation {
                target: id,
                at: self.clock.now(),
                signal: Signal::Wait { until, asked },
                connection: None,
            },
        )
    }
}

impl Conversation {
    /// Makes one attempt as soon as a permit is free and reports its end; returns when the next one
    /// is due.
    async fn run_once(&mut self, mut next: Next) -> Next {
        if self.control.wait_while_paused().await {
            next = Next {
                at: self.context.clock.now(),
                skipped: 0,
            };
            self.pace.reset();
        }
        let late = self.context.clock.now().since(next.at);
        let permit = self.context.permit().await;
        let started = self.context.clock.now();
        let beats = self.reporter.beats();
        self.reporter.begin(late, next.skipped).await;
        let end = self.attempt(permit).await;
        let is_final = end.as_ref().is_err_and(|failure| failure.is_final());
        let hint = if is_final {
            // Retried at the longest delay of the backoff, so that a recovery is noticed.
            Some(Duration::MAX)
        } else {
            self.reporter.take_retry_after()
        };
        let (beat, failed) = (self.reporter.beats() > beats, end.is_err());
        match end {
            Ok(End::Answered) => {}
            Ok(End::Closed) => self.reporter.closed().await,
            Err(failure) => self.reporter.ended(failure).await,
        }
        // The clock is read after the failure has its time, or the attempt that confirms an error
        // would start too early.
        let ended = LastAttempt {
            started,
            now: self.context.clock.now(),
            beat,
            failed,
            hint,
        };
        let next = self.pace.next(ended, fastrand::f64());
        let asked = ended.hint.filter(|_| failed && !is_final);
        if failed {
            self.reporter.note_wait(next.at.since(ended.now), asked);
        }
        self.context.send_rest(self.id, next.at, asked).await;
        next
    }

    /// Runs one attempt with its time limit.
    async fn attempt(&mut self, mut permit: Option<OwnedSemaphorePermit>) -> Result<End, Failure> {
        let line = Arc::clone(self.reporter.supervisor_link());
        let (timeout, trace) = (self.reporter.timeout(), self.reporter.trace().clone());
        let mut attempt = self.monitor.attempt(&mut self.reporter);
        let mut asked_at = self.context.clock.now();
        let mut stall = StallAllowance::default();
        loop {
            let doing = line.activity.get();
            let wake = match doing {
                Activity::Asking { until } => stall.extend(until),
                Activity::Listening => {
                    drop(permit.take());
                    Moment::FAR
                }
                Activity::Idle { failed } => {
                    let now = self.context.clock.now();
                    let ended = LastAttempt {
                        started: asked_at,
                        now,
                        beat: !failed,
                        failed,
                        hint: None,
                    };
                    let next = self.pace.next(ended, fastrand::f64());
                    self.context.send_rest(self.id, next.at, None).await;
                    next.at
                }
            };
            let ask_now = tokio::select! {
                biased;
                end = &mut attempt => return end,
                () = line.activity.changed() => false,
                request = self.control.next_request() => match request {
                    ControlRequest::Probe => matches!(doing, Activity::Idle { .. }),
                    ControlRequest::Reconnect | ControlRequest::Pause => return Ok(End::Closed),
                },
                () = self.context.sleep_until(wake) => match doing {
                    // This process was stalled and the answer may be in its buffers, so it gets
                    // time to read it.
                    Activity::Asking { .. } => {
                        if !stall.grant(wake, self.context.clock.now()) {
                            return Err(trace.timed_out(timeout));
                        }
                        false
                    }
                    Activity::Listening => false,
                    Activity::Idle { .. } => true,
                },
            };
            if ask_now {
                asked_at = self.context.clock.now();
                line.ask.notify_one();
                // The monitor starts its time limit in response.
                tokio::select! {
                    biased;
                    end = &mut attempt => return end,
                    () = line.activity.changed() => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinHandle;

    use super::super::pace::Confirmation;
    use super::super::plan::{Backoff, PacePolicy};
    use super::*;
    use crate::model::{Reason, Rhythm, SentMessage, Stage};
    use crate::monitors::Attempt;
    use crate::monitors::secrets::Secrets;

    const SECOND: Duration = Duration::from_secs(1);

    /// A monitor whose attempts follow a script.
    struct ScriptedMonitor(fn(&mut Reporter) -> Attempt<'_>);

    impl Monitor for ScriptedMonitor {
        fn attempt<'a>(&'a mut self, out: &'a mut Reporter) -> Attempt<'a> {
            (self.0)(out)
        }
    }

    struct SupervisorHarness {
        shared: SupervisorContext,
        notes: mpsc::Receiver<Observation>,
        control: Arc<Control>,
        tasks: Vec<JoinHandle<()>>,
    }

    impl Drop for SupervisorHarness {
        fn drop(&mut self) {
            self.tasks.iter().for_each(JoinHandle::abort);
        }
    }

    fn harness(permits: Option<usize>) -> SupervisorHarness {
        let (send, notes) = mpsc::channel(100);
        let clock = Clock::simulated(jiff::Timestamp::UNIX_EPOCH);
        let permits = permits.map(|limit| Arc::new(Semaphore::new(limit)));
        SupervisorHarness {
            shared: SupervisorContext {
                clock,
                notes: send,
                permits,
            },
            notes,
            control: Arc::default(),
            tasks: Vec::new(),
        }
    }

    impl SupervisorHarness {
        fn start(&mut self, id: u32, rhythm: Rhythm, script: fn(&mut Reporter) -> Attempt<'_>) {
            let policy = PacePolicy {
                timeout: 3 * SECOND,
                backoff: Backoff::default(),
            };
            let SupervisorContext { clock, notes, .. } = self.shared.clone();
            let id = TargetId(id);
            let confirmation = Confirmation {
                failures: 2,
                after: 5 * SECOND,
                is_awaited: false,
            };
            let conversation = Box::new(Conversation {
                id,
                pace: Pace::new(
                    rhythm,
                    10 * SECOND,
                    policy.backoff,
                    confirmation,
                    Moment::START,
                ),
                monitor: Box::new(ScriptedMonitor(script)),
                reporter: Reporter::new(
                    id,
                    rhythm,
                    policy.timeout,
                    clock,
                    notes,
                    Arc::new(Secrets::default()),
                ),
                control: Arc::clone(&self.control),
                context: self.shared.clone(),
            });
            self.tasks
                .push(tokio::spawn(supervise(conversation, Moment::START)));
        }

        /// Returns the next signal: whole seconds since the start, target and name.
        async fn next_signal(&mut self) -> (u64, u32, String) {
            let note = self.notes.recv().await.unwrap();
            let name = match &note.signal {
                Signal::Failed { failure, ended, .. } => format!("{:?} {ended}", failure.reason()),
                other => format!("{other:?}")
                    .split([' ', '('])
                    .next()
                    .unwrap()
                    .to_owned(),
            };
            (note.at.since_start().as_secs(), note.target.0, name)
        }

        /// Returns the times, in whole seconds, of the next signals of this name.
        async fn next_moments(&mut self, wanted: &str, count: usize) -> Vec<u64> {
            let mut found = Vec::new();
            while found.len() < count {
                let (at, _, name) = self.next_signal().await;
                if name == wanted {
                    found.push(at);
                }
            }
            found
        }
    }

    #[tokio::test(start_paused = true)]
    async fn polls_follow_their_interval() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Poll, |out| {
            Box::pin(async {
                out.beat(Some(SECOND), None, b"").await;
                Ok(End::Answered)
            })
        });
        assert_eq!(stage.next_moments("Beat", 4).await, [0, 10, 20, 30]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_ends_at_its_limit_and_says_where_it_stood() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Poll, |out| {
            out.trace().enter(Stage::Headers);
            Box::pin(std::future::pending())
        });
        assert_eq!(stage.next_signal().await.2, "Attempt");
        let note = stage.notes.recv().await.unwrap();
        assert_eq!(note.at, Moment::after_start(3 * SECOND));
        let Signal::Failed {
            failure: Failure::Timeout {
                after, stage: at, ..
            },
            ended: true,
            ..
        } = note.signal
        else {
            panic!("{note:?}");
        };
        assert_eq!((after, at), (3 * SECOND, Stage::Headers));
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_stood_still_blames_no_answer() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Poll, |out| {
            Box::pin(async {
                // As with a socket, the answer is ready but the runtime needs a turn to deliver
                // it.
                tokio::time::sleep(SECOND).await;
                tokio::time::sleep(SECOND / 10).await;
                out.beat(Some(SECOND), None, b"").await;
                Ok(End::Answered)
            })
        });
        assert_eq!(stage.next_signal().await.2, "Attempt");
        tokio::time::advance(3600 * SECOND).await;
        assert_eq!(stage.next_signal().await, (3600, 1, "Beat".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn the_silence_of_a_subscription_is_no_time_out() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Subscription, |out| {
            Box::pin(async {
                out.open().await;
                tokio::time::sleep(3600 * SECOND).await;
                out.beat(None, None, b"").await;
                Ok(End::Closed)
            })
        });
        let said = [
            stage.next_signal().await,
            stage.next_signal().await,
            stage.next_signal().await,
            stage.next_signal().await,
        ];
        assert_eq!(
            said.map(|(at, _, name)| (at, name)),
            [
                (0, "Attempt".to_owned()),
                (0, "Open".to_owned()),
                (3600, "Beat".to_owned()),
                (3600, "Closed".to_owned()),
            ]
        );
    }

    fn asks(out: &mut Reporter) -> Attempt<'_> {
        Box::pin(async {
            out.open().await;
            loop {
                tokio::time::sleep(SECOND).await;
                out.beat(Some(SECOND), None, b"").await;
                out.wait_until_due().await;
            }
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_connection_is_asked_every_interval() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Poll, asks);
        assert_eq!(stage.next_moments("Beat", 4).await, [1, 11, 21, 31]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_without_answer_is_no_reply() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Poll, |out| {
            Box::pin(async {
                out.beat(Some(SECOND), None, b"").await;
                out.wait_until_due().await;
                out.trace().enter(Stage::Reply(SentMessage::Emit));
                std::future::pending().await
            })
        });
        assert_eq!(
            stage
                .next_moments(&format!("{:?} true", Reason::NoReply), 1)
                .await,
            [13]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_user_asks_and_reconnects_by_hand() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Poll, asks);
        assert_eq!(stage.next_moments("Beat", 1).await, [1]);
        assert_eq!(stage.next_signal().await.2, "Wait");
        tokio::time::sleep(2 * SECOND).await;
        stage.control.probe();
        assert_eq!(stage.next_moments("Beat", 1).await, [4]);
        assert_eq!(stage.next_signal().await.2, "Wait");
        stage.control.reconnect();
        assert_eq!(stage.next_signal().await.2, "Closed");
        assert_eq!(stage.next_moments("Open", 1).await.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_ends_the_conversation_and_the_next_starts_at_once() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Poll, asks);
        assert_eq!(stage.next_moments("Beat", 1).await, [1]);
        stage.control.pause(true);
        assert_eq!(stage.next_moments("Closed", 1).await, [1]);
        assert_eq!(stage.next_signal().await.2, "Wait");
        tokio::time::sleep(100 * SECOND).await;
        assert!(stage.notes.is_empty());
        stage.control.pause(false);
        assert_eq!(stage.next_moments("Beat", 2).await, [102, 111]);
        tokio::time::sleep(2 * SECOND).await;
        stage.control.pause(true);
        assert_eq!(stage.next_moments("Closed", 1).await, [113]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_that_is_over_in_one_instant_begins_the_conversation_anew() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Subscription, |out| {
            Box::pin(async {
                out.open().await;
                std::future::pending().await
            })
        });
        assert_eq!(stage.next_moments("Open", 1).await, [0]);
        tokio::time::sleep(SECOND).await;
        stage.control.pause(true);
        stage.control.pause(false);
        assert_eq!(stage.next_moments("Open", 1).await, [1]);
    }

    #[tokio::test(start_paused = true)]
    async fn hints_are_obeyed() {
        let mut stage = harness(None);
        stage.start(1, Rhythm::Subscription, |out| {
            Box::pin(async {
                out.record_retry_after(7 * SECOND);
                Err(Failure::Status {
                    code: 503,
                    note: None,
                })
            })
        });
        assert_eq!(stage.next_moments("Attempt", 3).await, [0, 7, 14]);
    }

    #[tokio::test(start_paused = true)]
    async fn only_who_asks_needs_a_permit() {
        let mut stage = harness(Some(1));
        stage.start(1, Rhythm::Subscription, |out| {
            Box::pin(async {
                tokio::time::sleep(2 * SECOND).await;
                out.open().await;
                std::future::pending().await
            })
        });
        stage.start(2, Rhythm::Poll, |_| Box::pin(std::future::pending()));
        stage.start(3, Rhythm::Poll, |_| Box::pin(std::future::pending()));
        let mut tries = Vec::new();
        while tries.len() < 3 {
            let (at, id, name) = stage.next_signal().await;
            if name == "Attempt" {
                tries.push((at, id));
            }
        }
        assert_eq!(tries, [(0, 1), (2, 2), (5, 3)]);
    }
}
