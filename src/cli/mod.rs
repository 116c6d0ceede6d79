//! The command line: one file for each command. Connects the other modules; owns exit codes,
//! signals and stdout.

mod ack;
mod alerting;
mod alerts;
mod append_file;
mod args;
mod atomic_file;
mod attach;
mod beat;
mod bounds;
mod check;
mod columns;
mod completions;
mod conclusion;
mod consumer;
mod demo;
mod event_log;
mod exit;
mod explain;
mod fd_limit;
mod headless;
mod health;
mod init;
mod input;
mod interface;
mod journal;
mod list;
mod load;
mod lock;
mod log;
mod man;
mod memory;
mod output;
mod outputs;
mod pager;
mod place;
mod probe;
mod progress;
mod recorder;
mod reload;
mod request;
mod run_state;
mod running;
mod schema;
mod screen;
mod serve;
mod session;
mod shard;
mod signals;
mod silence;
mod state;
mod systemd;
mod tables;
mod targets;
mod user;
mod validate;
mod wait;
mod watch;
mod worst_case;

use std::error::Error;
use std::fmt;
use std::panic::UnwindSafe;
use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use crate::engine::{Plan, Stop};
use exit::ExitMode;
pub use man::config_manual;
use output::print_stderr;
pub use tables::tables;

/// Why a command failed.
#[derive(Debug)]
enum CommandError {
    /// A bad flag or file.
    Usage(Box<dyn Error + Send + Sync>),
    /// A bad config; the text is the rendered diagnostics.
    Config(String),
    /// The filter selected nothing.
    Empty(String),
    /// hbmon itself failed.
    Internal(Box<dyn Error + Send + Sync>),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // Stdout or stderr may be closed.
            let _ = refusal.print();
            let code = if refusal.use_stderr() {
                mode_of_raw_arguments().error_code(exit::USAGE)
            } else {
                exit::OK
            };
            return ExitCode::from(code);
        }
    };
    let mode = cli.command.mode();
    let code = catch_panics(mode, || match cli.command {
        args::CliCommand::Watch(args) => watch::run(&args),
        args::CliCommand::Check(args) => check::run(&args),
        args::CliCommand::Probe(args) => probe::run(&args),
        args::CliCommand::Wait(args) => wait::run(&args),
        args::CliCommand::Serve(args) => serve::run(&args),
        args::CliCommand::Health(args) => health::run(&args),
        args::CliCommand::Beat(args) => beat::run(&args),
        args::CliCommand::History(args) => memory::history(&args),
        args::CliCommand::Incidents(args) => memory::incidents(&args),
        args::CliCommand::Ack(args) => ack::run(&args),
        args::CliCommand::Silence(args) => silence::run(&args),
        args::CliCommand::Alerts(args) => alerts::run(&args),
        args::CliCommand::Report(args) => memory::report(&args),
        args::CliCommand::Export(args) => memory::export(&args),
        args::CliCommand::State(args) => memory::state(&args),
        args::CliCommand::Validate(args) => validate::run(&args),
        args::CliCommand::Init(args) => init::run(&args),
        args::CliCommand::List(args) => list::run(&args),
        args::CliCommand::Explain(args) => explain::run(&args),
        args::CliCommand::Schema(args) => schema::run(&args),
        args::CliCommand::Completions(args) => completions::run(&args),
        args::CliCommand::Man(args) => man::run(&args),
        args::CliCommand::Demo(args) => demo::run(&args),
    });
    log::flush();
    ExitCode::from(code)
}

/// Runs a command. A panic is a bug of hbmon and says nothing about the targets, so its exit code
/// is "no verdict", never 1.
fn catch_panics(
    mode: ExitMode,
    command: impl FnOnce() -> Result<u8, CommandError> + UnwindSafe,
) -> u8 {
    match std::panic::catch_unwind(command) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            error.print();
            mode.error_code(error.code())
        }
        Err(_) => mode.error_code(exit::NO_VERDICT),
    }
}

impl CommandError {
    fn usage(why: impl Into<Box<dyn Error + Send + Sync>>) -> CommandError {
        CommandError::Usage(why.into())
    }

    fn internal(why: impl Into<Box<dyn Error + Send + Sync>>) -> CommandError {
        CommandError::Internal(why.into())
    }

    /// Returns the exit code in the mode `table`.
    const fn code(&self) -> u8 {
        match self {
            CommandError::Usage(_) | CommandError::Config(_) => exit::USAGE,
            CommandError::Empty(_) => exit::EMPTY,
            CommandError::Internal(_) => exit::NO_VERDICT,
        }
    }

    fn print(&self) {
        print_stderr(self.to_string().trim_end());
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::Usage(why) | CommandError::Internal(why) => {
                // Arguments are in it as they were given.
                let is_shown = |c: &char| *c == '\n' || !c.is_control();
                let text: String = why.to_string().chars().filter(is_shown).collect();
                write!(f, "error: {text}")
            }
            CommandError::Config(diagnostics) => f.write_str(diagnostics),
            CommandError::Empty(why) => write!(f, "error: {why}"),
        }
    }
}

impl Error for CommandError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CommandError::Usage(why) | CommandError::Internal(why) => Some(why.as_ref()),
            CommandError::Config(_) | CommandError::Empty(_) => None,
        }
    }
}

impl args::CliCommand {
    const fn mode(&self) -> ExitMode {
        match self {
            args::CliCommand::Watch(args) => args.verdict.exit.exit_code,
            args::CliCommand::Check(args) => args.verdict.exit.exit_code,
            args::CliCommand::Probe(args) => args.verdict.exit.exit_code,
            args::CliCommand::Wait(args) => args.exit.exit_code,
            _ => ExitMode::Table,
        }
    }
}

/// Returns the exit-code mode of a command line that could not be parsed. A caller of a plugin
/// needs its codes in that case too.
fn mode_of_raw_arguments() -> ExitMode {
    // Arguments may not be UTF-8.
    std::env::args_os()
        .filter_map(|argument| {
            argument
                .to_str()?
                .strip_prefix("--exit-code=")
                .map(str::to_owned)
        })
        .find_map(|mode| <ExitMode as clap::ValueEnum>::from_str(&mode, false).ok())
        .unwrap_or_default()
}

/// Heartbeats per second up to which a single-threaded runtime is enough: polls at this rate take a
/// fifth of a core, over TLS more. A second thread would wake for every response and needs its own
/// heap.
const SINGLE_THREAD_RATE: f64 = 1200.0;

/// Creates a runtime that is large enough for a plan. Work that may block has its own threads.
fn runtime(plan: &Plan) -> Result<Runtime, CommandError> {
    let rate: f64 = match plan.stop {
        Stop::Never => plan
            .targets
            .iter()
            .map(|target| target.policy.interval.as_secs_f64().recip())
            .sum(),
        // A bounded run probes all targets at once.
        Stop::Settled | Stop::After(_) => plan.targets.len() as f64,
    };
    if rate <= SINGLE_THREAD_RATE {
        single_threaded_runtime()
    } else {
        multi_threaded_runtime()
    }
}

/// Creates a runtime for a few requests.
fn single_threaded_runtime() -> Result<Runtime, CommandError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::internal)
}

/// Creates a runtime for servers: a long response to one client must not delay the others.
fn multi_threaded_runtime() -> Result<Runtime, CommandError> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CommandError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_verdict() {
        let codes = [ExitMode::Table, ExitMode::Nagios, ExitMode::None]
            .map(|mode| catch_panics(mode, || panic!("a bug")));
        assert_eq!(codes, [3, 3, 3]);
        // A panic of another thread counts too.
        let code = catch_panics(ExitMode::Table, || {
            let joined = std::thread::spawn(|| panic!("a bug"))
                .join()
                .map_err(|_| "a thread died");
            joined.map(|()| exit::OK).map_err(CommandError::internal)
        });
        assert_eq!(code, 3);
    }
}
