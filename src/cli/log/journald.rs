//! Lines for journald: it adds the time itself, and reads the priority of a line from `<N>` at its
//! start (sd-daemon(3)), so that `journalctl -p err` finds the errors.

use std::fmt;
use std::io;
use std::sync::OnceLock;

use nix::sys::stat::fstat;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The priority of a line, with the numbers of syslog(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    Error = 3,
    Warning = 4,
    Info = 6,
    Debug = 7,
}

/// Whether stderr goes to journald: `$JOURNAL_STREAM` has the device and inode of stderr
/// (systemd.exec(5)).
pub(super) fn is_stderr() -> bool {
    static IS_STDERR: OnceLock<bool> = OnceLock::new();
    *IS_STDERR.get_or_init(|| {
        let stream = std::env::var("JOURNAL_STREAM").ok();
        let stderr = fstat(io::stderr()).ok();
        let named = stderr.map(|found| format!("{}:{}", found.st_dev, found.st_ino));
        stream.is_some() && stream == named
    })
}

/// Returns the lines of a message with their priorities, if journald reads them.
pub(super) fn marked(priority: Priority, lines: String) -> String {
    if is_stderr() {
        with_own_priorities(priority, &lines)
    } else {
        lines
    }
}

/// Returns the lines of a message for people. A line that begins with `error` or `warning`, as
/// diagnostics do, sets the priority of itself and of the lines after it.
fn with_own_priorities(first: Priority, lines: &str) -> String {
    let mut priority = first;
    let mark = |line: &str| {
        if line.starts_with("error") {
            priority = Priority::Error;
        } else if line.starts_with("warning") {
            priority = Priority::Warning;
        }
        with_priority(priority, line)
    };
    lines.split_inclusive('\n').map(mark).collect()
}

fn with_priority(priority: Priority, lines: &str) -> String {
    let number = priority as u8;
    lines
        .split_inclusive('\n')
        .map(|line| format!("<{number}>{line}"))
        .collect()
}

/// Puts the priority in front of the lines of another format.
pub(super) struct JournaldFormat<F>(pub F);

impl<S, N, F> FormatEvent<S, N> for JournaldFormat<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut lines = String::new();
        self.0
            .format_event(context, Writer::new(&mut lines), event)?;
        let priority = match *event.metadata().level() {
            Level::ERROR => Priority::Error,
            Level::WARN => Priority::Warning,
            Level::INFO => Priority::Info,
            _ => Priority::Debug,
        };
        out.write_str(&with_priority(priority, &lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_priority() {
        for (lines, wanted) in [
            ("one\n", "<3>one\n"),
            ("one\ntwo\n", "<3>one\n<3>two\n"),
            ("one", "<3>one"),
            ("", ""),
        ] {
            assert_eq!(with_priority(Priority::Error, lines), wanted);
        }
    }

    #[test]
    fn diagnostics_set_the_priority_of_their_lines() {
        let lines = "hint\nwarning[HB1]: a\n --> x\nerror[HB2]: b\n --> y\n";
        assert_eq!(
            with_own_priorities(Priority::Info, lines),
            "<6>hint\n<4>warning[HB1]: a\n<4> --> x\n<3>error[HB2]: b\n<3> --> y\n"
        );
    }
}
