//! Exit codes of check, probe and wait (docs/interface.md, "Exit codes"), and how a verdict becomes
//! one.

use std::fmt::Write;

use crate::model::{Counts, Status};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Every monitor has its verdict.
    Complete,
    /// `--deadline` passed, or the longest time that the settings of the monitors allow.
    Deadline,
    /// A monitor has no verdict: the run ended too early, or this machine could not probe.
    Undecided,
    /// The `--timeout` of `wait` passed.
    TimeUp,
    Signal(ProcessSignal),
    /// The user quit the screen, or the reader of a stream went away.
    Quit,
    /// The engine died; its error is in the log.
    EngineDied,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProcessSignal {
    Interrupt,
    Terminate,
    Hangup,
}

pub(super) const OK: u8 = 0;
pub(super) const BAD: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const NO_VERDICT: u8 = 3;
pub(super) const EMPTY: u8 = 4;
/// `EX_TEMPFAIL` of sysexits(3): try again later.
pub(super) const LOCKED: u8 = 75;

/// What each code means in the mode `table`, in Markdown.
const TABLE: [(&[u8], &str); 7] = [
    (&[OK], "nothing at or beyond `--fail-on` (default `error`)"),
    (
        &[BAD],
        "at least one monitor is; a target's own timeout counts here",
    ),
    (
        &[USAGE],
        "usage or config: bad flag, bad or missing file, unset variable, address in use",
    ),
    (
        &[NO_VERDICT],
        "no verdict: internal error, or a monitor that could not be judged and none in error",
    ),
    (&[EMPTY], "the filter selected nothing"),
    (&[LOCKED], "another run holds the lock (`check --state`)"),
    (
        &[
            ProcessSignal::Interrupt.code(),
            ProcessSignal::Terminate.code(),
        ],
        "SIGINT, SIGTERM; the partial report is still written, `\"complete\": false`",
    ),
];

/// Returns the table of help, man pages and README: codes and their meaning.
pub(super) fn table() -> impl Iterator<Item = (String, &'static str)> {
    TABLE.iter().map(|(codes, when)| {
        (
            codes
                .iter()
                .map(u8::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            *when,
        )
    })
}

/// Returns the table as `--help` shows it.
pub(super) fn help() -> String {
    let mut text = "Exit codes:".to_owned();
    for (codes, when) in table() {
        let _ = write!(text, "\n  {codes:<8}  {}", when.replace('`', ""));
    }
    text
}

/// `--exit-code`: which table holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ExitMode {
    /// 0 well, 1 not, 2 usage, 3 no verdict, 4 nothing selected
    #[default]
    Table,
    /// 0, or 1 for everything else
    Simple,
    /// 0 ok, 1 warning, 2 error, 3 anything else
    Nagios,
    /// 0 whenever the report is complete
    None,
    /// 0 unless hbmon itself failed: a signal is the regular end of `serve`
    #[value(skip)]
    Service,
}

/// `--fail-on`: from which status on a run has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    Warning,
    #[default]
    Error,
}

impl FailOn {
    pub(super) const fn status(self) -> Status {
        match self {
            FailOn::Warning => Status::Warning,
            FailOn::Error => Status::Error,
        }
    }
}

impl ProcessSignal {
    pub(super) const fn name(self) -> &'static str {
        match self {
            ProcessSignal::Hangup => "SIGHUP",
            ProcessSignal::Interrupt => "SIGINT",
            ProcessSignal::Terminate => "SIGTERM",
        }
    }

    /// Returns 128 plus the signal's number, as shells do.
    pub(super) const fn code(self) -> u8 {
        match self {
            ProcessSignal::Hangup => 129,
            ProcessSignal::Interrupt => 130,
            ProcessSignal::Terminate => 143,
        }
    }
}

/// How the end of a run becomes an exit code.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExitPolicy {
    pub mode: ExitMode,
    pub fail_on: FailOn,
}

impl ExitPolicy {
    /// The exit code of `hbmon check` without options.
    pub(super) const CHECK: ExitPolicy = ExitPolicy {
        mode: ExitMode::Table,
        fail_on: FailOn::Error,
    };

    /// The exit code of `hbmon serve`.
    pub(super) const SERVE: ExitPolicy = ExitPolicy {
        mode: ExitMode::Service,
        fail_on: FailOn::Error,
    };

    /// Returns the exit code of a run that ended with these counts.
    pub(super) fn code(self, counts: &Counts, ending: Ending) -> u8 {
        match ending {
            Ending::Signal(signal) => return self.interrupted(signal),
            Ending::Quit => return OK,
            Ending::EngineDied => return self.mode.error_code(NO_VERDICT),
            Ending::Complete | Ending::Deadline | Ending::Undecided | Ending::TimeUp => {}
        }
        let worst = counts.worst();
        let undecided = counts.unknown > 0 || ending == Ending::Undecided;
        let failed = worst >= self.fail_on.status();
        match self.mode {
            // The awaited state did not come: that is the verdict, whatever else is known.
            ExitMode::Table | ExitMode::Simple if ending == Ending::TimeUp => BAD,
            ExitMode::Table if failed => BAD,
            ExitMode::Table if undecided => NO_VERDICT,
            ExitMode::Table => OK,
            ExitMode::Simple => u8::from(failed || undecided),
            ExitMode::Nagios => match worst {
                Status::Error => 2,
                _ if undecided => 3,
                Status::Warning => 1,
                Status::Unknown | Status::Healthy | Status::Paused => {
                    u8::from(ending == Ending::TimeUp)
                }
            },
            ExitMode::None if ending == Ending::Complete => OK,
            ExitMode::None if ending == Ending::TimeUp && !undecided => OK,
            ExitMode::None => NO_VERDICT,
            ExitMode::Service => OK,
        }
    }

    /// Returns the exit code of a run that a signal ended.
    pub(super) const fn interrupted(self, signal: ProcessSignal) -> u8 {
        match self.mode {
            ExitMode::Service => OK,
            ExitMode::Table | ExitMode::Simple | ExitMode::Nagios | ExitMode::None => signal.code(),
        }
    }
}

impl ExitMode {
    /// Returns the exit code of a command without a verdict, from its code in the mode `table`:
    /// usage, an empty selection, an error of hbmon itself.
    pub(super) const fn error_code(self, code: u8) -> u8 {
        match self {
            ExitMode::Table | ExitMode::None | ExitMode::Service => code,
            ExitMode::Simple => 1,
            ExitMode::Nagios => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(healthy: usize, warning: usize, error: usize, unknown: usize) -> Counts {
        Counts {
            healthy,
            warning,
            error,
            unknown,
            paused: 0,
        }
    }

    fn code_of(mode: ExitMode, counts: &Counts, ending: Ending, fail_on: FailOn) -> u8 {
        ExitPolicy { mode, fail_on }.code(counts, ending)
    }

    /// Each row: counts, ending, then the codes of table, simple, nagios, none; once more for
    /// `--fail-on warning`.
    #[test]
    fn every_row_in_every_mode() {
        use Ending::{Complete, TimeUp, Undecided};
        let rows = [
            (counts(2, 0, 0, 0), Complete, [0, 0, 0, 0], [0, 0, 0, 0]),
            (counts(1, 1, 0, 0), Complete, [0, 0, 1, 0], [1, 1, 1, 0]),
            (counts(1, 0, 1, 0), Complete, [1, 1, 2, 0], [1, 1, 2, 0]),
            (counts(1, 0, 0, 1), Undecided, [3, 1, 3, 3], [3, 1, 3, 3]),
            (counts(1, 1, 0, 1), Undecided, [3, 1, 3, 3], [1, 1, 3, 3]),
            (counts(0, 0, 1, 1), Undecided, [1, 1, 2, 3], [1, 1, 2, 3]),
            // A monitor in warning that could not be judged has not passed.
            (counts(1, 1, 0, 0), Undecided, [3, 1, 3, 3], [1, 1, 3, 3]),
            (counts(1, 0, 1, 0), Undecided, [1, 1, 2, 3], [1, 1, 2, 3]),
            // `watch --for` ended before every monitor had a heartbeat.
            (counts(1, 0, 0, 1), Complete, [3, 1, 3, 0], [3, 1, 3, 0]),
            (counts(0, 0, 0, 0), Complete, [0, 0, 0, 0], [0, 0, 0, 0]),
            (counts(2, 0, 0, 0), TimeUp, [1, 1, 1, 0], [1, 1, 1, 0]),
            (counts(1, 1, 0, 0), TimeUp, [1, 1, 1, 0], [1, 1, 1, 0]),
            (counts(1, 0, 0, 1), TimeUp, [1, 1, 3, 3], [1, 1, 3, 3]),
            (counts(1, 0, 1, 1), TimeUp, [1, 1, 2, 3], [1, 1, 2, 3]),
        ];
        let modes = [
            ExitMode::Table,
            ExitMode::Simple,
            ExitMode::Nagios,
            ExitMode::None,
        ];
        for (counts, ending, on_error, on_warning) in rows {
            assert_eq!(
                modes.map(|mode| code_of(mode, &counts, ending, FailOn::Error)),
                on_error,
                "{counts:?} {ending:?}"
            );
            assert_eq!(
                modes.map(|mode| code_of(mode, &counts, ending, FailOn::Warning)),
                on_warning,
                "{counts:?} {ending:?}"
            );
        }
        for (signal, code) in [
            (ProcessSignal::Interrupt, 130),
            (ProcessSignal::Terminate, 143),
        ] {
            let ending = Ending::Signal(signal);
            assert!(modes.iter().all(|mode| code_of(
                *mode,
                &counts(1, 0, 1, 1),
                ending,
                FailOn::Error
            ) == code));
        }
        assert_eq!(modes.map(|m| m.error_code(USAGE)), [2, 1, 3, 2]);
        assert_eq!(modes.map(|m| m.error_code(EMPTY)), [4, 1, 3, 4]);
    }
}
