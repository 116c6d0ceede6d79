//! Runs a command, forwards its output and the signals to it, and keeps the end of the output.

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

/// Maximum number of bytes read after the command has ended. Its last output is still in the pipes
/// then, and other processes, such as a daemon that it started, may continue to write.
const LEFT: usize = 1 << 20;
/// Time without output after the end of the command, after which reading stops.
const QUIET: Duration = Duration::from_millis(500);

/// Forwards a piece of the output. Returns `false` once the reader has closed its end.
pub(super) type Pass = fn(&[u8]) -> io::Result<bool>;

/// Where the output of the command goes. The command inherits the stdin of its caller.
#[derive(Clone, Copy)]
pub struct OutputSinks {
    pub stdout: Pass,
    pub stderr: Pass,
    /// Whether a terminal is attached, which sends its signals to this process and to the command.
    pub attended: bool,
    /// Number of bytes of the output that are kept.
    pub keep: usize,
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandResult {
    /// The exit code, or 128 plus the number of the signal that ended the command, as in shells.
    pub code: u8,
    /// The end of stdout and stderr, in the order received.
    pub output: String,
}

/// Runs the command to its end and forwards signals to it.
///
/// # Errors
/// The command cannot be started.
pub async fn run(
    program: &OsString,
    arguments: &[OsString],
    through: OutputSinks,
) -> io::Result<CommandResult> {
    // Comes before the start of the command: a signal right after the start is for the command.
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
        // If a copy panics, only output is lost.
        let _ = stream.await;
    }
    let output = tail.lock().ignore_poison().text();
    Ok(CommandResult {
        code: code(status),
        output,
    })
}

/// Copies from the pipe to the reader until the output ends.
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
        // A stalled reader blocks the command, as it would without hbmon.
        if !tokio::task::block_in_place(|| pass(piece)).unwrap_or(false) {
            // Returning closes the pipe, so the command notices that its output has no reader.
            return;
        }
    }
}

/// Waits until the command has ended, then for [`QUIET`].
async fn quiet(ended: &mut watch::Receiver<bool>) {
    let _ = ended.wait_for(|ended| *ended).await;
    tokio::time::sleep(QUIET).await;
}

fn forward(child: Option<u32>, signal: Signal) {
    let pid = child
        .and_then(|id| i32::try_from(id).ok())
        .map(Pid::from_raw);
    if let Some(pid) = pid {
        // Fails if the command has just ended.
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

/// The signals to forward to the command. While they are handled, they do not end this process.
struct ForwardedSignals(Vec<(Signal, bool, unix::Signal)>);

impl ForwardedSignals {
    /// Installs the handlers. If `attended`, signals of the terminal are handled but not forwarded,
    /// because the terminal sends them to the command too.
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

    /// Waits for the next signal to forward.
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
