//! Shows a text at a terminal page by page.

use std::ffi::OsStr;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::{Command, Stdio};

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// The shell's codes of a command that cannot be run, or does not exist.
const NOT_RUN: [i32; 2] = [126, 127];

/// What git gives its pager: quit if the text fits, show colours, leave the text on the screen.
const ENVIRONMENT: [(&str, &str); 2] = [("LESS", "FRX"), ("LV", "-c")];

/// How an attempt to show a text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paged {
    Shown,
    /// The pager does not exist.
    Missing,
    /// The pager ended with an error.
    Failed,
}

/// Returns whether a person reads stdout and can turn pages.
pub(super) fn is_attended() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == OsStr::new("dumb"));
    io::stdout().is_terminal() && !is_dumb
}

/// Shows a text with the first pager that exists: those that the variables name, in their order,
/// else `less`. An empty variable means no pager. Returns whether a pager has shown the text.
///
/// # Errors
/// `write` fails.
pub(super) fn show(
    variables: &[&str],
    write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<bool> {
    let mut pagers = Vec::new();
    for line in variables.iter().filter_map(|name| std::env::var(name).ok()) {
        if line.trim().is_empty() {
            return first(pagers, write);
        }
        // The shell says if there is no such program.
        let mut pager = Command::new("/bin/sh");
        pager.args(["-c", &line]);
        pagers.push(pager);
    }
    pagers.push(Command::new("less"));
    first(pagers, write)
}

fn first(
    pagers: Vec<Command>,
    write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<bool> {
    for mut pager in pagers {
        for (name, value) in ENVIRONMENT {
            if std::env::var_os(name).is_none() {
                pager.env(name, value);
            }
        }
        match run(pager, write)? {
            Paged::Shown => return Ok(true),
            Paged::Missing => {}
            Paged::Failed => return Ok(false),
        }
    }
    Ok(false)
}

/// Runs a pager with a text as its input and waits until it ends. A pager that a signal ended, or
/// that did not read to the end, has shown the text.
///
/// # Errors
/// `write` fails.
pub(super) fn run(
    mut pager: Command,
    write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Paged> {
    // The pager handles Ctrl-C, and this process has to wait for it: else both would read the
    // terminal's keys. Handlers end at `exec`.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let _within = runtime.enter();
    let _interrupts = signal(SignalKind::interrupt())?;
    let Ok(mut child) = pager.stdin(Stdio::piped()).spawn() else {
        return Ok(Paged::Missing);
    };
    let written = child.stdin.take().map_or(Ok(()), |input| {
        let mut input = BufWriter::new(input);
        let written = write(&mut input).and_then(|()| input.flush());
        // The rest of the buffer has no reader.
        let _ = input.into_parts();
        written
    });
    let status = child.wait()?;
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => {}
    }
    Ok(match status.code() {
        None | Some(0) => Paged::Shown,
        Some(code) if NOT_RUN.contains(&code) => Paged::Missing,
        Some(_) => Paged::Failed,
    })
}
