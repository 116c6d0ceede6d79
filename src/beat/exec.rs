//! Runs a command as if nobody stood between it and its caller, and keeps the end of its output.

use std::ffi::OsString;
use std::future::poll_fn;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::watch;

use super::TOKEN;
use super::tail::Tail;

use crate::lock::LockExt;

/// After the command has ended, what it wrote lies in the pipes; others (a daemon that it left
/// behind) may go on writing. So much is read at most, and only while something comes.
const LEFT: usize = 1 << 20;
const QUIET: Duration = Duration::from_millis(500);

/// Passes on a piece of an output; `false` once nobody takes it any more.
pub type Pass = fn(&[u8]) -> io::Result<bool>;

/// How the command is connected to its caller. Its stdin is the caller's own.
#[derive(Clone, Copy)]
pub struct OutputSinks {
    pub stdout: Pass,
    pub stderr: Pass,
    /// A terminal stands behind it, which sends its signals to both.
    pub attended: bool,
    /// How many bytes of the output are kept.
    pub keep: usize,
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandResult {
    /// Its own code, or 128 and the number of the signal that ended it, as shells have it.
    pub code: u8,
    /// The end of stdout and stderr, as they came.
    pub output: String,
}

/// Runs the command to its end. Signals to this process go to the command.
///
/// # Errors
/// A command that cannot be started.
pub async fn run(
    program: &OsString,
    arguments: &[OsString],
    through: OutputSinks,
) -> io::Result<CommandResult> {
    // Before the command: whoever signals at once means it.
    let mut signals = ForwardedSignals::listen(through.attended)?;
    let mut command = Command::new(program);
    command
        .env_remove(TOKEN)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let tail = Arc::new(Mutex::new(Tail::new(through.keep)));
    let (end, ended) = watch::channel(false);
    let streams =
        [
            child.stdout.take().map(|pipe| {
                tokio::spawn(copy(pipe, through.stdout, Arc::clone(&tail), ended.clone()))
            }),
            child.stderr.take().map(|pipe| {
                tokio::spawn(copy(pipe, through.stderr, Arc::clone(&tail), ended.clone()))
            }),
        ];
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            signal = signals.next() => forward(child.id(), signal),
        }
    };
    end.send_replace(true);
    for stream in streams.into_iter().flatten() {
        // A copy that died of a bug takes no more than the output with it.
        let _ = stream.await;
    }
    let output = tail.lock().ignore_poison().text();
    Ok(CommandResult {
        code: code(status),
        output,
    })
}

/// From the pipe to whoever reads, until the end of the output.
async fn copy(
    mut pipe: impl AsyncRead + Unpin,
    pass: Pass,
    tail: Arc<Mutex<Tail>>,
    mut ended: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 16 << 10];
    let mut left = LEFT;
    while left > 0 {
        let read = tokio::select! {
            biased;
            read = pipe.read(&mut buffer) => read,
            () = quiet(&mut ended) => return,
        };
        let Some(piece) = read
            .ok()
            .and_then(|length| buffer.get(..length))
            .filter(|piece| !piece.is_empty())
        else {
            return;
        };
        if *ended.borrow() {
            left = left.saturating_sub(piece.len());
        }
        tail.lock().ignore_poison().push(piece);
        // A reader that stalls holds the command up, as it would without us.
        if !tokio::task::block_in_place(|| pass(piece)).unwrap_or(false) {
            // Closing the pipe tells the command that nobody reads.
            return;
        }
    }
}

/// Waits until the command has ended and then for a while.
async fn quiet(ended: &mut watch::Receiver<bool>) {
    let _ = ended.wait_for(|ended| *ended).await;
    tokio::time::sleep(QUIET).await;
}

fn forward(child: Option<u32>, signal: Signal) {
    let pid = child
        .and_then(|id| i32::try_from(id).ok())
        .map(Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended in between.
        let _ = kill(pid, signal);
    }
}

fn code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}

/// The signals that are meant for the command. From their creation on they end this process no
/// more.
struct ForwardedSignals(Vec<(Signal, bool, unix::Signal)>);

impl ForwardedSignals {
    /// `attended`: what the keyboard sends has reached the command already, and is only survived.
    fn listen(attended: bool) -> io::Result<ForwardedSignals> {
        [
            (Signal::SIGINT, SignalKind::interrupt(), !attended),
            (Signal::SIGQUIT, SignalKind::quit(), !attended),
            (Signal::SIGHUP, SignalKind::hangup(), !attended),
            (Signal::SIGTERM, SignalKind::terminate(), true),
            (Signal::SIGUSR1, SignalKind::user_defined1(), true),
            (Signal::SIGUSR2, SignalKind::user_defined2(), true),
        ]
        .into_iter()
        .map(|(signal, kind, passes)| Ok((signal, passes, unix::signal(kind)?)))
        .collect::<io::Result<_>>()
        .map(ForwardedSignals)
    }

    /// The next one to pass on.
    async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            for (signal, passes, stream) in &mut self.0 {
                while stream.poll_recv(context) == Poll::Ready(Some(())) {
                    if *passes {
                        return Poll::Ready(*signal);
                    }
                }
            }
            Poll::Pending
        })
        .await
    }
}
