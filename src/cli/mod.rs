//! The command line: one file per command; glues the rooms together, owns exit codes, signals and
//! stdout.

mod appended;
mod args;
mod beat;
mod bounds;
mod check;
mod completions;
mod conclude;
mod demo;
mod drive;
mod event_log;
mod exit;
mod explain;
mod files;
mod health;
mod init;
mod interface;
mod journal;
mod keeper;
mod list;
mod load;
mod lock;
mod log;
mod longest;
mod man;
mod output;
mod probe;
mod progress;
mod reload;
mod remember;
mod replace;
mod schema;
mod screen;
mod serve;
mod shard;
mod signals;
mod sinks;
mod state;
mod systemd;
mod tables;
mod validate;
mod wait;
mod watch;

use std::panic::UnwindSafe;
use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use crate::engine::{Plan, Stop};
use exit::Mode;
use output::complain;
pub use tables::tables;

/// Why a command could not do its work; its code is decided by the exit-code mode.
enum Trouble {
    /// A bad flag, file or config; the text is complete.
    Usage(String),
    /// The filter selected nothing.
    Empty(String),
    /// hbmon itself failed.
    Internal(String),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // Stdout or stderr may be closed; there is nobody to tell.
            let _ = refusal.print();
            let code = if refusal.use_stderr() {
                mode_of_raw_arguments().trouble(exit::USAGE)
            } else {
                exit::OK
            };
            return ExitCode::from(code);
        }
    };
    let mode = cli.command.mode();
    let code = guarded(mode, || match cli.command {
        args::Command::Watch(args) => watch::run(&args),
        args::Command::Check(args) => check::run(&args),
        args::Command::Probe(args) => probe::run(&args),
        args::Command::Wait(args) => wait::run(&args),
        args::Command::Serve(args) => serve::run(&args),
        args::Command::Health(args) => health::run(&args),
        args::Command::Beat(args) => beat::run(&args),
        args::Command::Validate(args) => validate::run(&args),
        args::Command::Init(args) => init::run(&args),
        args::Command::List(args) => list::run(&args),
        args::Command::Explain(args) => explain::run(&args),
        args::Command::Schema(args) => schema::run(&args),
        args::Command::Completions(args) => completions::run(&args),
        args::Command::Man(args) => man::run(&args),
        args::Command::Demo(args) => demo::run(&args),
    });
    log::flush();
    ExitCode::from(code)
}

/// A panic is a bug of hbmon and says nothing about the targets: no verdict, never 1.
fn guarded(mode: Mode, command: impl FnOnce() -> Result<u8, Trouble> + UnwindSafe) -> u8 {
    match std::panic::catch_unwind(command) {
        Ok(Ok(code)) => code,
        Ok(Err(trouble)) => mode.trouble(trouble.tell()),
        Err(_) => mode.trouble(exit::NO_VERDICT),
    }
}

impl Trouble {
    /// Says it on stderr and gives its code.
    fn tell(self) -> u8 {
        let (text, code) = match self {
            Trouble::Usage(text) => (text, exit::USAGE),
            Trouble::Empty(text) => (text, exit::EMPTY),
            Trouble::Internal(text) => (text, exit::NO_VERDICT),
        };
        complain(text.trim_end());
        code
    }

    fn usage(why: impl std::fmt::Display) -> Trouble {
        Trouble::Usage(format!("error: {why}"))
    }

    fn internal(why: impl std::fmt::Display) -> Trouble {
        Trouble::Internal(format!("error: {why}"))
    }
}

impl args::Command {
    const fn mode(&self) -> Mode {
        match self {
            args::Command::Watch(args) => args.verdict.exit_code,
            args::Command::Check(args) => args.verdict.exit_code,
            args::Command::Probe(args) => args.verdict.exit_code,
            args::Command::Wait(args) => args.exit_code,
            _ => Mode::Table,
        }
    }
}

/// The mode of a command line that could not be parsed: a plugin's caller wants its own codes then
/// too.
fn mode_of_raw_arguments() -> Mode {
    // An argument may be any bytes.
    std::env::args_os()
        .filter_map(|argument| {
            argument
                .to_str()?
                .strip_prefix("--exit-code=")
                .map(str::to_owned)
        })
        .find_map(|mode| <Mode as clap::ValueEnum>::from_str(&mode, false).ok())
        .unwrap_or_default()
}

/// Up to so many heartbeats a second one thread has time for all: polls take a fifth of a core,
/// over TLS more. A second thread would only be woken for every answer, and has a heap of its own.
const EASY: f64 = 1200.0;

/// For a run over this plan. Whatever may block is on a thread of its own, in any.
fn runtime(plan: &Plan) -> Result<Runtime, Trouble> {
    let rate: f64 = match plan.stop {
        Stop::Never => plan
            .targets
            .iter()
            .map(|target| target.policy.interval.as_secs_f64().recip())
            .sum(),
        // All at once.
        Stop::Settled | Stop::After(_) => plan.targets.len() as f64,
    };
    if rate <= EASY {
        narrow_runtime()
    } else {
        broad_runtime()
    }
}

/// For a handful of requests.
fn narrow_runtime() -> Result<Runtime, Trouble> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Trouble::internal)
}

/// For whoever listens: a long answer to one reader must not make the others wait.
fn broad_runtime() -> Result<Runtime, Trouble> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Trouble::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_verdict() {
        let codes =
            [Mode::Table, Mode::Nagios, Mode::None].map(|mode| guarded(mode, || panic!("a bug")));
        assert_eq!(codes, [3, 3, 3]);
        // Of a thread that the run went on in, too.
        let code = guarded(Mode::Table, || {
            let death = std::thread::spawn(|| panic!("a bug"))
                .join()
                .map_err(|_| "a thread died");
            death.map(|()| exit::OK).map_err(Trouble::internal)
        });
        assert_eq!(code, 3);
    }
}
