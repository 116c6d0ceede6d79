//! `hbmon beat`: sends one heartbeat, repeats it, or reports the start and end of a command.

mod notes;

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::args::BeatArgs;
use super::output::{self, print_stderr};
use super::signals::Signals;
use super::{CommandError, exit, multi_threaded_runtime};
use crate::beat::{
    self, BeatPayload, BeatReceiver, CommandResult, OutputSinks, RunId, RunStep, Undelivered,
};
use crate::clock::Clock;
use crate::config::{self, ConfigError};
use crate::file;
use crate::words;
use notes::BeatNotes;

/// Time limit of a heartbeat, retries included.
const LIMIT: Duration = Duration::from_secs(60);
/// The same for the report of a command's end: the caller of the command waits for it too.
const END_REPORT_LIMIT: Duration = Duration::from_secs(10);
/// Time that the report of a command's start may take beyond the command's end.
const START_REPORT_TIMEOUT: Duration = Duration::from_secs(2);

/// Longest pause that a receiver can ask `--every` for: with a longer one, missed heartbeats would
/// stay unnoticed.
const MAX_PAUSE: Duration = Duration::from_secs(300);

/// Maximum size of a report in bytes, the line about the end included: as much as Healthchecks
/// stores.
const MAX_REPORT: usize = 10_000;
/// Maximum size of a payload in bytes: `serve` accepts no larger body (docs/running.md, "Limits").
const MAX_PAYLOAD: u64 = 64 << 10;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// Exit codes of env(1) and shells for a command that cannot be run, or that does not exist.
const NOT_RUNNABLE: u8 = 126;
const NOT_FOUND: u8 = 127;

pub(super) fn run(args: &BeatArgs) -> Result<u8, CommandError> {
    if let Some(every) = args.every.filter(|every| *every < args.min_interval) {
        let every = words::span(every);
        let least = words::span(args.min_interval);
        return Err(CommandError::usage(format!(
            "`--every {every}` is under `--min-interval`, {least}: lower it for your own \
             receiver"
        )));
    }
    let (endpoint, secrets) = receiver(args)
        .map_err(|error| CommandError::Config(error.render(&config::DiagnosticStyle::default())))?;
    let payload = payload(args)?;
    let runtime = multi_threaded_runtime()?;
    let clock = Clock::start();
    let receiver = BeatReceiver::new(endpoint, secrets, clock.clone());
    let monitor = (!is_url(&args.target)).then_some(args.target.as_str());
    let notes = BeatNotes::new(&receiver, monitor, args.verbose);
    let sender = Sender { receiver, notes };
    let code = runtime.block_on(async {
        match (args.command.split_first(), args.every) {
            (Some((program, arguments)), _) => {
                Ok(wrapped(&sender, program, arguments, args.deadline).await)
            }
            (None, Some(every)) => repeated(&sender, &payload, every, args, &clock).await,
            (None, None) => Ok(once(&sender, &payload, args.deadline.unwrap_or(LIMIT)).await),
        }
    });
    // Does not wait for blocked name lookups.
    runtime.shutdown_background();
    code
}

fn receiver(args: &BeatArgs) -> Result<config::ReceiverEndpoint, ConfigError> {
    let target = args.target.as_str();
    let options = config::SendOptions {
        headers: &args.headers,
        token: args.token.as_deref(),
        ca_file: args.cacert.as_deref(),
    };
    if is_url(target) {
        return config::endpoint(target, options);
    }
    let loaded = config::load(&config::find(args.source.path())?)?;
    config::push_receiver(&loaded, target, options)
}

/// Returns whether a target is a URL, and not the name of a monitor.
fn is_url(target: &str) -> bool {
    target.contains("://")
}

/// The receiver, and what is said about it.
struct Sender {
    receiver: BeatReceiver,
    notes: BeatNotes,
}

async fn once(sender: &Sender, payload: &BeatPayload, limit: Duration) -> u8 {
    match sender.send(payload, limit).await {
        Ok(()) => {
            sender.notes.accepted(None);
            exit::OK
        }
        Err(_) => exit::BAD,
    }
}

impl Sender {
    /// Sends a heartbeat; prints an error if it is not accepted.
    async fn send(&self, payload: &BeatPayload, limit: Duration) -> Result<(), Undelivered> {
        let observer = |event| self.notes.event(&event);
        self.receiver
            .send(self.receiver.url(), JSON, payload, limit, &observer)
            .await
            .inspect_err(|lost| {
                print_stderr(&format!(
                    "error: heartbeat not accepted: {}",
                    words::failure(&lost.failure)
                ));
            })
    }
}

/// Repeats a heartbeat until a signal. An error is printed and does not delay the next heartbeat.
async fn repeated(
    sender: &Sender,
    payload: &BeatPayload,
    every: Duration,
    args: &BeatArgs,
    clock: &Clock,
) -> Result<u8, CommandError> {
    let mut signals = Signals::listen(false).map_err(CommandError::internal)?;
    // A late heartbeat is worth less than the next one.
    let limit = args.deadline.unwrap_or(LIMIT).min(every);
    let first = clock.now();
    let beats = async {
        let mut before = None;
        loop {
            let began = clock.now();
            let sent = sender.send(payload, limit).await;
            if sent.is_ok() {
                sender.notes.accepted(before);
            }
            before = Some(sent.is_ok());
            let hint = sent.err().and_then(|lost| lost.hint).unwrap_or_default();
            let now = clock.now();
            let hint = pause(hint, every);
            let due =
                beat::next_due(first, every, args.min_interval, began, now).max(now.plus(hint));
            tokio::time::sleep_until(clock.instant(due)).await;
        }
    };
    tokio::select! {
        signal = signals.next() => Ok(signal.code()),
        never = beats => never,
    }
}

/// Returns the pause for a receiver that asked for one.
fn pause(hint: Duration, every: Duration) -> Duration {
    let limit = MAX_PAUSE.max(every);
    if hint > limit {
        let asked = words::span(hint);
        let limit = words::span(limit);
        print_stderr(&format!(
            "warning: the receiver asks for a pause of {asked}, the next heartbeat is sent after \
             {limit}"
        ));
    }
    hint.min(limit)
}

/// Runs a command and reports its start and end. Returns the command's exit code, even if a report
/// fails.
async fn wrapped(
    sender: &Sender,
    program: &OsString,
    arguments: &[OsString],
    deadline: Option<Duration>,
) -> u8 {
    let run = Some(RunId::new(fastrand::u128(..)));
    let Sender { receiver, notes } = sender;
    let mut started = {
        let (receiver, notes) = (receiver.clone(), notes.quiet());
        let url = beat::step_url(receiver.url(), RunStep::Start, run);
        let limit = deadline.unwrap_or(LIMIT);
        let empty = BeatPayload::plain(String::new());
        tokio::spawn(async move {
            let observer = |event| notes.event(&event);
            receiver.send(&url, TEXT, &empty, limit, &observer).await
        })
    };
    let clock = Clock::start();
    let CommandResult { code, output } = run_command(program, arguments).await;
    let report = report(code, clock.now().since(clock.started()), &output);
    let report_end = async {
        let is_late = tokio::time::timeout(START_REPORT_TIMEOUT, &mut started)
            .await
            .is_err();
        if is_late {
            started.abort();
        }
        let url = beat::step_url(receiver.url(), RunStep::Exit(code), run);
        let limit = deadline.unwrap_or(END_REPORT_LIMIT);
        let observer = |event| notes.event(&event);
        receiver.send(&url, TEXT, &report, limit, &observer).await
    };
    let reported = tokio::select! {
        reported = report_end => reported,
        // A user who interrupts does not wait for the receiver.
        () = interrupted() => return code,
    };
    if let Err(lost) = reported {
        print_stderr(&format!(
            "warning: end of the run not reported: {}",
            words::failure(&lost.failure)
        ));
    }
    code
}

/// Runs a command and passes its output through. If it cannot be run, the output is the reason.
async fn run_command(program: &OsString, arguments: &[OsString]) -> CommandResult {
    let attended =
        io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
    let through = OutputSinks {
        stdout: output::stream,
        stderr: output::stream_err,
        attended,
        keep: MAX_REPORT,
    };
    beat::run(program, arguments, through)
        .await
        .unwrap_or_else(|error| {
            let why = format!("cannot run `{}`: {error}", program.display());
            print_stderr(&format!("error: {why}"));
            let code = match error.kind() {
                ErrorKind::NotFound => NOT_FOUND,
                _ => NOT_RUNNABLE,
            };
            CommandResult { code, output: why }
        })
}

/// Waits for the first signal.
async fn interrupted() {
    match Signals::listen(false) {
        Ok(mut signals) => _ = signals.next().await,
        Err(_) => std::future::pending().await,
    }
}

/// Returns the report of a command: a line about its end, then the last part of its output.
fn report(code: u8, took: Duration, output: &str) -> BeatPayload {
    let head = format!("exit {code} after {}\n", words::latency(took));
    // The limit is in bytes, but characters stay whole.
    let spare = (head.len() + output.len()).saturating_sub(MAX_REPORT);
    let end = (spare..=output.len())
        .find_map(|start| output.get(start..))
        .unwrap_or_default();
    BeatPayload::plain(head + end)
}

/// Returns the payload of `--data`: JSON, unless a header names another type.
fn payload(args: &BeatArgs) -> Result<BeatPayload, CommandError> {
    let text = match args.data.as_deref() {
        None => return Ok(BeatPayload::default()),
        Some("-") => read(io::stdin().lock())
            .map_err(|why| CommandError::usage(format!("cannot read stdin: {why}")))?,
        Some(data) => match data.strip_prefix('@') {
            Some(path) => file::open_argument(Path::new(path))
                .and_then(read)
                .map_err(|error| {
                    CommandError::usage(format!(
                        "cannot read `{path}`: {}",
                        file::error_text(&error)
                    ))
                })?,
            None => data.to_owned(),
        },
    };
    let payload = BeatPayload::new(text);
    let is_typed = args
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str()));
    match payload.check() {
        Err(why) if !is_typed => Err(CommandError::usage(format!(
            "`--data` is not JSON ({why}): name its type if it is something else, \
             `-H 'Content-Type: text/plain'`"
        ))),
        _ => Ok(payload),
    }
}

fn read(reader: impl Read) -> io::Result<String> {
    let mut text = String::new();
    reader.take(MAX_PAYLOAD + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_PAYLOAD {
        return Err(io::Error::new(
            ErrorKind::FileTooLarge,
            "it is larger than 64 KiB",
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_receiver_silences_a_sender_for_long() {
        let seconds = Duration::from_secs;
        let table = [
            (0, 10, 0),
            (60, 10, 60),
            (31_536_000, 10, 300),
            (31_536_000, 3600, 3600),
            (u64::MAX, 10, 300),
        ];
        for (hint, every, wanted) in table {
            assert_eq!(
                pause(seconds(hint), seconds(every)),
                seconds(wanted),
                "{hint} {every}"
            );
        }
    }

    #[test]
    fn a_report_ends_with_the_end_of_the_output_and_keeps_its_size() {
        let text = |payload: BeatPayload| {
            String::from_utf8(payload.fill(jiff::Timestamp::UNIX_EPOCH).to_vec()).unwrap()
        };
        let short = text(report(0, Duration::from_millis(1_900), "at {timestamp}\n"));
        assert_eq!(
            short, "exit 0 after 1.9s\nat {timestamp}\n",
            "an output is no template"
        );
        let long = text(report(1, Duration::from_secs(60), &"é".repeat(MAX_REPORT)));
        assert!(
            long.len() <= MAX_REPORT && long.len() > MAX_REPORT - 3,
            "{}",
            long.len()
        );
        assert!(long.starts_with("exit 1 after 1m00s\né") && long.ends_with('é'));
    }
}
