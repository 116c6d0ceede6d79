//! Runs one attempt of a room as the supervisor does, and collects what it says; and servers that
//! follow a script.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::model::{Failure, Observation, Signal, TargetId};
use hbmon::monitors::dial::{ConnectOptions, Dialers, Endpoint};
use hbmon::monitors::reporter::{Activity, Reporter};
use hbmon::monitors::secrets::Secrets;
use hbmon::monitors::trace::Trace;
use hbmon::monitors::{End, Monitor, Spec};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// No test waits longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// To change in a test's own endpoint.
pub(crate) fn terms(endpoint: &mut Arc<Endpoint>) -> &mut ConnectOptions {
    Arc::make_mut(&mut Arc::make_mut(endpoint).options)
}

pub(crate) struct Watch {
    pub notes: mpsc::Receiver<Observation>,
    /// What the other side asked for in the last attempt.
    pub hint: Arc<Mutex<Option<Duration>>>,
    /// What was measured, also of an attempt that failed.
    pub trace: Trace,
    task: JoinHandle<Result<End, Failure>>,
}

/// Starts one attempt with this time limit. Questions of a held connection are due at once.
pub(crate) fn watch(spec: Spec, timeout: Duration) -> Watch {
    watch_times(spec, timeout, 1)
}

/// The same for several attempts of one room, without a pause between them; the end is the last
/// one's.
pub(crate) fn watch_times(spec: Spec, timeout: Duration, attempts: usize) -> Watch {
    let (send, notes) = mpsc::channel(1024);
    let clock = Clock::start();
    let mut out = Reporter::new(
        TargetId(1),
        spec.rhythm(),
        timeout,
        clock.clone(),
        send,
        Arc::new(Secrets::default()),
    );
    let mut room = spec.open(&Dialers::new(), out.trace()).expect("a room");
    let hint: Arc<Mutex<Option<Duration>>> = Arc::default();
    let hinted = Arc::clone(&hint);
    let trace = out.trace().clone();
    let task = tokio::spawn(async move {
        for _ in 1..attempts {
            match attempt(room.as_mut(), &mut out, &clock, timeout).await {
                Ok(_) => out.closed().await,
                Err(failure) => out.ended(failure).await,
            }
            out.take_retry_after();
        }
        let end = attempt(room.as_mut(), &mut out, &clock, timeout).await;
        *hinted.lock().unwrap() = out.take_retry_after();
        end
    });
    Watch {
        notes,
        hint,
        trace,
        task,
    }
}

async fn attempt(
    room: &mut dyn Monitor,
    out: &mut Reporter,
    clock: &Clock,
    timeout: Duration,
) -> Result<End, Failure> {
    let line = Arc::clone(out.supervisor_link());
    let trace = out.trace().clone();
    out.begin(Duration::ZERO, 0).await;
    let mut attempt = room.attempt(out);
    loop {
        let now = line.activity.get();
        let limit = match now {
            Activity::Asking { until } => until,
            Activity::Listening => hbmon::model::Moment::FAR,
            Activity::Idle { .. } => {
                line.ask.notify_one();
                hbmon::model::Moment::FAR
            }
        };
        tokio::select! {
            end = &mut attempt => return end,
            () = tokio::time::sleep_until(clock.instant(limit)) => return Err(trace.timed_out(timeout)),
            () = line.activity.changed() => {}
        }
    }
}

impl Watch {
    /// The next thing that the room says, `Try` left out.
    pub(crate) async fn next(&mut self) -> Observation {
        loop {
            let note = tokio::time::timeout(PATIENCE, self.notes.recv())
                .await
                .expect("in time")
                .expect("a note");
            if !matches!(note.signal, Signal::Attempt { .. }) {
                return note;
            }
        }
    }

    /// How the attempt ends.
    pub(crate) async fn end(self) -> Result<End, Failure> {
        let mut notes = self.notes;
        let drain = async move { while notes.recv().await.is_some() {} };
        let (end, ()) = tokio::time::timeout(PATIENCE, async { tokio::join!(self.task, drain) })
            .await
            .expect("in time");
        end.expect("no panic")
    }
}

/// A loopback server that runs the script for every connection, with its number from 0. It ends
/// with the test.
pub(crate) async fn serve<S, F>(script: S) -> SocketAddr
where
    S: Fn(TcpStream, usize) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        for number in 0.. {
            let Ok((stream, _)) = listener.accept().await else {
                return;
            };
            tokio::spawn(script(stream, number));
        }
    });
    address
}

/// A loopback port on which nobody listens.
pub(crate) async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address")
}

/// Everything up to and with the blank line that ends a request's head.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Waits for the other side to close.
pub(crate) async fn until_closed(stream: &mut (impl AsyncRead + Unpin)) {
    let mut buffer = [0; 1024];
    while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
}
