//! Runs one program.

use std::io;
use std::pin::pin;
use std::process::Stdio;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::{FusedFuture, FutureExt};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::channels::outgoing::{Answer, OutgoingCommand};
use crate::file;
use crate::words;

/// Maximum number of bytes that are kept of each of stdout and stderr.
const MAX_OUTPUT: usize = 4 << 10;
/// Time that the output has after the end of the program.
const QUIET: Duration = Duration::from_millis(500);

/// Runs a program in a new process group, and kills the group after `limit`, or when the
/// future is dropped.
pub(super) async fn run(command: OutgoingCommand, limit: Duration) -> Answer {
    let Some((program, arguments)) = command.argv.split_first() else {
        return nothing("there is no program to run");
    };
    let child = Command::new(program)
        .args(arguments)
        .envs(command.environment)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return refused(&error),
    };
    let group = ProcessGroup::of(&child);
    match timeout(limit, talk(&mut child, command.stdin)).await {
        Ok(Ok((code, output))) => {
            group.release();
            Answer::Exit { code, output }
        }
        Ok(Err(error)) => nothing(&format!("cannot wait for the program: {}", error.kind())),
        Err(_) => nothing(&format!("killed after {}", words::span(limit))),
    }
}

/// Writes stdin, reads the output, and waits for the end of the program.
async fn talk(child: &mut Child, stdin: Bytes) -> io::Result<(Option<i32>, Bytes)> {
    let pipe = child.stdin.take();
    let write = async {
        if let Some(mut pipe) = pipe {
            // A program need not read it.
            let _ = pipe.write_all(&stdin).await;
        }
    };
    let (mut stdout, mut stderr) = (BytesMut::new(), BytesMut::new());
    let pipes = (child.stdout.take(), child.stderr.take());
    let status = {
        let read = async {
            tokio::join!(
                beginning(pipes.0, &mut stdout),
                beginning(pipes.1, &mut stderr)
            );
        };
        let mut talk = pin!(async { tokio::join!(write, read) }.fuse());
        let status = tokio::select! {
            status = child.wait() => status,
            _ = &mut talk => child.wait().await,
        };
        if !talk.is_terminated() {
            // Another process, which the program started, may hold the output open.
            let _ = timeout(QUIET, talk).await;
        }
        status?
    };
    stderr.extend_from_slice(&stdout);
    Ok((status.code(), stderr.freeze()))
}

/// Reads a pipe to its end and keeps the beginning.
async fn beginning(pipe: Option<impl AsyncRead + Unpin>, kept: &mut BytesMut) {
    let Some(mut pipe) = pipe else {
        return;
    };
    let mut buffer = vec![0; MAX_OUTPUT];
    while let Ok(length @ 1..) = pipe.read(&mut buffer).await {
        let room = MAX_OUTPUT.saturating_sub(kept.len());
        kept.extend_from_slice(buffer.get(..length.min(room)).unwrap_or_default());
    }
}

/// A group of processes that is killed when this is dropped.
struct ProcessGroup(Option<Pid>);

impl ProcessGroup {
    fn of(child: &Child) -> ProcessGroup {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        ProcessGroup(id.map(Pid::from_raw))
    }
}

impl ProcessGroup {
    /// Lets the group live: the program has ended, and its number may belong to another one soon.
    fn release(mut self) {
        self.0 = None;
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Fails if all of its processes have ended.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// A program that cannot be started will not start later: the channel is broken.
fn refused(error: &io::Error) -> Answer {
    Answer::Exit {
        code: Some(127),
        output: format!("cannot be started: {}", file::error_text(error)).into(),
    }
}

fn nothing(why: &str) -> Answer {
    Answer::Nothing {
        why: why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    async fn shell(script: &str, limit: Duration) -> Answer {
        let command = OutgoingCommand {
            argv: ["sh", "-c", script].map(str::to_owned).into(),
            environment: vec![("HBMON_WHAT".to_owned(), "opened".to_owned())],
            stdin: Bytes::from_static(b"{\"monitor\": \"api\"}"),
        };
        run(command, limit).await
    }

    fn exit(code: i32, output: &str) -> Answer {
        Answer::Exit {
            code: Some(code),
            output: Bytes::copy_from_slice(output.as_bytes()),
        }
    }

    #[tokio::test]
    async fn a_program_gets_the_incident_and_answers() {
        let script = "cat; echo \" $HBMON_WHAT\"";
        let wanted = exit(0, "{\"monitor\": \"api\"} opened\n");
        assert_eq!(shell(script, LIMIT).await, wanted);
        assert_eq!(
            shell("echo no >&2; exit 75", LIMIT).await,
            exit(75, "no\n"),
            "a program need not read its input"
        );
    }

    #[tokio::test]
    async fn a_long_output_does_not_block_the_program() {
        let Answer::Exit { code, output } = shell("yes | head -c 1000000", LIMIT).await else {
            panic!("no exit");
        };
        assert_eq!((code, output.len()), (Some(0), MAX_OUTPUT));
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_killed_with_its_children() {
        let limit = Duration::from_millis(300);
        let answer = shell("sleep 600 & echo $! >&2; wait", limit).await;
        assert_eq!(answer, nothing("killed after 300ms"));
    }

    #[tokio::test]
    async fn a_daemon_that_holds_the_output_open_delays_nothing() {
        let answer = shell("sleep 20 & exit 0", LIMIT).await;
        assert_eq!(answer, exit(0, ""));
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_breaks_the_channel() {
        let command = OutgoingCommand {
            argv: vec!["/nonexistent/notify".to_owned()],
            environment: Vec::new(),
            stdin: Bytes::new(),
        };
        let wanted = exit(127, "cannot be started: no such file");
        assert_eq!(run(command, LIMIT).await, wanted);
    }
}
