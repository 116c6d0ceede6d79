//! `hbmon beat`: one heartbeat, one after another, or one on each side of a command.

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
use crate::beat::{self, Ended, Lost, Payload, Receiver, RunId, Step, Through};
use crate::clock::Clock;
use crate::config::{self, ConfigError};
use crate::file;
use crate::words;

/// How long a heartbeat is tried.
const LIMIT: Duration = Duration::from_secs(60);
/// The same for the word about a run that has ended: whoever waits for the command waits for this
/// too.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// What the word about the start may take longer than the run that it announces.
const FIRST_WORDS: Duration = Duration::from_secs(2);

/// The longest pause that a receiver can ask `--every` for: a longer one would make its monitor
/// miss heartbeats unseen.
const PAUSE: Duration = Duration::from_secs(300);

/// What is reported of an output, in bytes, the line about the end included: as much as
/// healthchecks keeps.
const OUTPUT: usize = 10_000;
/// The longest payload that is read, in bytes: hbmon takes no longer one (contract, section 7).
const LONGEST: u64 = 64 << 10;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// What `env` and shells say of a command that cannot be run, and of one that is not there.
const NOT_RUNNABLE: u8 = 126;
const NOT_FOUND: u8 = 127;

pub fn run(args: &BeatArgs) -> Result<u8, CommandError> {
    if let Some(every) = args.every.filter(|every| *every < args.min_interval) {
        let every = words::span(every);
        let least = words::span(args.min_interval);
        return Err(CommandError::usage(format!(
            "`--every {every}` is under `--min-interval`, {least}: lower that for a receiver of your own"
        )));
    }
    let (endpoint, secrets) = receiver(args)
        .map_err(|error| CommandError::Config(error.render(&config::DiagnosticStyle::default())))?;
    let payload = payload(args)?;
    let runtime = multi_threaded_runtime()?;
    let clock = Clock::start();
    let receiver = Receiver::new(endpoint, secrets, clock.clone());
    let code = runtime.block_on(async {
        match (args.command.split_first(), args.every) {
            (Some((program, arguments)), _) => {
                Ok(wrapped(&receiver, program, arguments, args.deadline).await)
            }
            (None, Some(every)) => repeated(&receiver, &payload, every, args, &clock).await,
            (None, None) => Ok(once(&receiver, &payload, args.deadline.unwrap_or(LIMIT)).await),
        }
    });
    // Whatever still waits for a name or a socket is not waited for.
    runtime.shutdown_background();
    code
}

fn receiver(args: &BeatArgs) -> Result<config::ReceiverEndpoint, ConfigError> {
    let target = args.target.as_str();
    let headers = args.headers.as_slice();
    let token = args.token.as_deref();
    if target.contains("://") {
        return config::receiver(target, headers, token);
    }
    let loaded = config::load(&config::find(args.config.as_deref())?)?;
    config::local(&loaded, target, headers, token)
}

async fn once(receiver: &Receiver, payload: &Payload, limit: Duration) -> u8 {
    match told(receiver, payload, limit).await {
        Ok(()) => exit::OK,
        Err(_) => exit::BAD,
    }
}

/// A heartbeat, and a word to the user if it is lost.
async fn told(receiver: &Receiver, payload: &Payload, limit: Duration) -> Result<(), Lost> {
    receiver
        .send(receiver.url(), JSON, payload, limit)
        .await
        .inspect_err(|lost| {
            print_stderr(&format!(
                "error: heartbeat not accepted: {}",
                words::failure(&lost.failure)
            ));
        })
}

/// Until a signal. A heartbeat that is not accepted is told, and the next one is due in its time.
async fn repeated(
    receiver: &Receiver,
    payload: &Payload,
    every: Duration,
    args: &BeatArgs,
    clock: &Clock,
) -> Result<u8, CommandError> {
    let mut signals = Signals::listen(false).map_err(CommandError::internal)?;
    // The next heartbeat says more than one that is late.
    let limit = args.deadline.unwrap_or(LIMIT).min(every);
    let first = clock.now();
    let beats = async {
        loop {
            let began = clock.now();
            let hint = told(receiver, payload, limit)
                .await
                .err()
                .and_then(|lost| lost.hint)
                .unwrap_or_default();
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

/// How long a receiver that asked for a pause is left alone.
fn pause(hint: Duration, every: Duration) -> Duration {
    let limit = PAUSE.max(every);
    if hint > limit {
        let asked = words::span(hint);
        let limit = words::span(limit);
        print_stderr(&format!(
            "warning: the receiver asks for a pause of {asked}, the next heartbeat is sent after {limit}"
        ));
    }
    hint.min(limit)
}

/// The command's own code, whatever becomes of the words about it.
async fn wrapped(
    receiver: &Receiver,
    program: &OsString,
    arguments: &[OsString],
    deadline: Option<Duration>,
) -> u8 {
    let run = Some(RunId::new(fastrand::u128(..)));
    let started = {
        let receiver = receiver.clone();
        let url = beat::place(receiver.url(), Step::Start, run);
        let limit = deadline.unwrap_or(LIMIT);
        tokio::spawn(async move {
            receiver
                .send(&url, TEXT, &Payload::plain(String::new()), limit)
                .await
        })
    };
    let clock = Clock::start();
    let attended =
        io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
    let through = Through {
        stdout: output::stream,
        stderr: output::stream_err,
        attended,
        keep: OUTPUT,
    };
    let Ended { code, output } =
        beat::run(program, arguments, through)
            .await
            .unwrap_or_else(|error| {
                let why = format!("cannot run `{}`: {error}", program.display());
                print_stderr(&format!("error: {why}"));
                Ended {
                    code: if error.kind() == ErrorKind::NotFound {
                        NOT_FOUND
                    } else {
                        NOT_RUNNABLE
                    },
                    output: why,
                }
            });
    let report = report(code, clock.now().since(clock.started()), &output);
    let last_words = async {
        let mut started = started;
        if tokio::time::timeout(FIRST_WORDS, &mut started)
            .await
            .is_err()
        {
            started.abort();
        }
        let url = beat::place(receiver.url(), Step::Exit(code), run);
        receiver
            .send(&url, TEXT, &report, deadline.unwrap_or(LAST_WORDS))
            .await
    };
    let told = tokio::select! {
        told = last_words => told,
        // Whoever is in a hurry is not held up by a receiver.
        () = interrupted() => return code,
    };
    if let Err(lost) = told {
        print_stderr(&format!(
            "warning: end of the run not reported: {}",
            words::failure(&lost.failure)
        ));
    }
    code
}

/// Ends with the first signal.
async fn interrupted() {
    match Signals::listen(false) {
        Ok(mut signals) => _ = signals.next().await,
        Err(_) => std::future::pending().await,
    }
}

/// What a receiver reads of a run: a line about its end, then the end of its output.
fn report(code: u8, took: Duration, output: &str) -> Payload {
    let head = format!("exit {code} after {}\n", words::latency(took));
    // A receiver counts bytes, and a character is not cut.
    let spare = (head.len() + output.len()).saturating_sub(OUTPUT);
    let end = (spare..=output.len())
        .find_map(|start| output.get(start..))
        .unwrap_or_default();
    Payload::plain(head + end)
}

/// As `--data` has it. JSON, unless a header says that it is something else.
fn payload(args: &BeatArgs) -> Result<Payload, CommandError> {
    let text = match args.data.as_deref() {
        None => return Ok(Payload::default()),
        Some("-") => read(io::stdin().lock())
            .map_err(|why| CommandError::usage(format!("cannot read stdin: {why}")))?,
        Some(data) => match data.strip_prefix('@') {
            Some(path) => file::open_argument(Path::new(path))
                .and_then(read)
                .map_err(|error| {
                    CommandError::usage(format!("cannot read `{path}`: {}", file::why(&error)))
                })?,
            None => data.to_owned(),
        },
    };
    let payload = Payload::new(text);
    let is_typed = args
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str()));
    match payload.check() {
        Err(why) if !is_typed => Err(CommandError::usage(format!(
            "`--data` is not JSON ({why}): name its type if it is something else, `-H 'Content-Type: text/plain'`"
        ))),
        _ => Ok(payload),
    }
}

fn read(reader: impl Read) -> io::Result<String> {
    let mut text = String::new();
    reader.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
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
        let text = |payload: Payload| {
            String::from_utf8(payload.fill(jiff::Timestamp::UNIX_EPOCH).to_vec()).unwrap()
        };
        let short = text(report(0, Duration::from_millis(1_900), "at {timestamp}\n"));
        assert_eq!(
            short, "exit 0 after 1.9s\nat {timestamp}\n",
            "an output is no template"
        );
        let long = text(report(1, Duration::from_secs(60), &"é".repeat(OUTPUT)));
        assert!(
            long.len() <= OUTPUT && long.len() > OUTPUT - 3,
            "{}",
            long.len()
        );
        assert!(long.starts_with("exit 1 after 1m00s\né") && long.ends_with('é'));
    }
}
