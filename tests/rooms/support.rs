//! Runs one attempt of a room as the supervisor does, and collects what it says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::model::{Failure, Note, Signal, TargetId};
use hbmon::monitors::dial::Dialers;
use hbmon::monitors::outbox::{Activity, Outbox, Secrets};
use hbmon::monitors::{End, Monitor, Spec};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// No test waits longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Watch {
    pub notes: mpsc::Receiver<Note>,
    /// What the other side asked for in the last attempt.
    pub hint: Arc<Mutex<Option<Duration>>>,
    task: JoinHandle<Result<End, Failure>>,
}

/// Starts one attempt with this time limit. Questions of a held connection are due at once.
pub fn watch(spec: Spec, timeout: Duration) -> Watch {
    watch_times(spec, timeout, 1)
}

/// The same for several attempts of one room, without a pause between them; the end is the last one's.
pub fn watch_times(spec: Spec, timeout: Duration, attempts: usize) -> Watch {
    let (send, notes) = mpsc::channel(1024);
    let clock = Clock::start();
    let mut out = Outbox::new(TargetId(1), spec.rhythm(), timeout, clock.clone(), send, Arc::new(Secrets::default()));
    let mut room = spec.open(&Dialers::new(), out.trace());
    let hint: Arc<Mutex<Option<Duration>>> = Arc::default();
    let hinted = Arc::clone(&hint);
    let task = tokio::spawn(async move {
        for _ in 1..attempts {
            match attempt(room.as_mut(), &mut out, &clock, timeout).await {
                Ok(_) => out.closed().await,
                Err(failure) => out.ended(failure).await,
            }
            out.take_hint();
        }
        let end = attempt(room.as_mut(), &mut out, &clock, timeout).await;
        *hinted.lock().unwrap() = out.take_hint();
        end
    });
    Watch { notes, hint, task }
}

async fn attempt(room: &mut dyn Monitor, out: &mut Outbox, clock: &Clock, timeout: Duration) -> Result<End, Failure> {
    let mut activity = out.activity();
    let ask = out.ask();
    let trace = out.trace().clone();
    out.begin(Duration::ZERO, 0).await;
    let mut attempt = room.attempt(out);
    loop {
        let now = *activity.borrow_and_update();
        let limit = match now {
            Activity::Asking { until } => until,
            Activity::Listening => hbmon::model::Moment::FAR,
            Activity::Idle { .. } => {
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
