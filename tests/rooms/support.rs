//! Runs one attempt of a room as the supervisor does, and collects what it says.

use std::sync::Arc;
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::model::{Failure, Note, Signal, TargetId};
use hbmon::monitors::dial::Dialers;
use hbmon::monitors::outbox::{Activity, Outbox, Secrets};
use hbmon::monitors::{End, Spec};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// No test waits longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Watch {
    pub notes: mpsc::Receiver<Note>,
    task: JoinHandle<Result<End, Failure>>,
}

/// Starts one attempt with this time limit. Questions of a held connection are due at once.
pub fn watch(spec: Spec, timeout: Duration) -> Watch {
    let (send, notes) = mpsc::channel(1024);
    let clock = Clock::start();
    let mut out = Outbox::new(TargetId(1), spec.rhythm(), timeout, clock.clone(), send, Arc::new(Secrets::default()));
    let mut room = spec.open(&Dialers::new(), out.trace());
    let task = tokio::spawn(async move {
        let mut activity = out.activity();
        let ask = out.ask();
        let trace = out.trace().clone();
        out.begin(Duration::ZERO).await;
        let mut attempt = room.attempt(&mut out);
        loop {
            let now = *activity.borrow_and_update();
            let limit = match now {
                Activity::Asking { until } => until,
                Activity::Listening => hbmon::model::Moment::FAR,
                Activity::Idle => {
                    ask.notify_one();
                    hbmon::model::Moment::FAR
                }
            };
            tokio::select! {
                end = &mut attempt => return end,
                () = tokio::time::sleep_until(clock.instant(limit)) => return Err(trace.timed_out(timeout)),
                _ = activity.changed() => {}
            }
        }
    });
    Watch { notes, task }
}

impl Watch {
    /// The next thing that the room says, `Try` left out.
    pub async fn next(&mut self) -> Note {
        loop {
            let note = tokio::time::timeout(PATIENCE, self.notes.recv()).await.expect("in time").expect("a note");
            if !matches!(note.signal, Signal::Try { .. }) {
                return note;
            }
        }
    }

    /// How the attempt ends.
    pub async fn end(self) -> Result<End, Failure> {
        let mut notes = self.notes;
        let drain = async move { while notes.recv().await.is_some() {} };
        let (end, ()) =
            tokio::time::timeout(PATIENCE, async { tokio::join!(self.task, drain) }).await.expect("in time");
        end.expect("no panic")
    }
}
