//! Progress of a long run on stderr: one line that is redrawn on a terminal, else a line every 10
//! s.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use unicode_width::UnicodeWidthChar;

use super::args::{LookArgs, ReportArgs};
use super::output::{OutputFormat, print_stderr};
use super::outputs::style_of;
use crate::clock::Clock;
use crate::model::{Moment, Row, Snapshot, Status, TargetId};
use crate::report::style::Glyphs;
use crate::words;

/// A run shorter than this shows no progress.
const FIRST_FRAME: Duration = Duration::from_millis(400);
const FRAME_INTERVAL: Duration = Duration::from_millis(100);
const LINE_INTERVAL: Duration = Duration::from_secs(10);
/// Maximum number of waits that are announced.
const MAX_ANNOUNCED: usize = 5;

/// Moves the cursor to the first column and clears the line (ECMA-48, section 8.3.41).
const CLEAR: &str = "\r\x1b[K";

/// What a bounded run waits for from every monitor that is not paused.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal {
    Settled,
    Outcomes(u32),
    /// A status that is known and better than this one.
    Better(Status),
}

pub(super) struct Progress {
    goal: Goal,
    show: ProgressStyle,
    /// Time of the next output, counted from the start of the run.
    next: Duration,
    /// The monitors whose wait was announced.
    announced: Vec<TargetId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProgressStyle {
    Nothing,
    Lines,
    /// `drawn`: number of frames since the line was last hidden.
    Spinner {
        glyphs: Glyphs,
        drawn: usize,
    },
}

impl Goal {
    /// Returns whether the run still waits for this monitor.
    pub(super) fn is_open(self, row: &Row) -> bool {
        match self {
            _ if row.status == Status::Paused => false,
            Goal::Settled => !row.settled,
            Goal::Outcomes(count) => row.all_outcomes() < u64::from(count),
            // A monitor that this machine cannot probe keeps its last status.
            Goal::Better(bad) => {
                row.status == Status::Unknown || row.status >= bad || row.local_limit.is_some()
            }
        }
    }
}

impl Progress {
    pub(super) fn new(report: &ReportArgs, look: &LookArgs, goal: Goal) -> Progress {
        let show = if report.quiet {
            ProgressStyle::Nothing
        } else if can_draw(report, look) {
            ProgressStyle::Spinner {
                glyphs: style_of(look, &io::stderr()).glyphs,
                drawn: 0,
            }
        } else {
            ProgressStyle::Lines
        };
        let next = if show == ProgressStyle::Lines {
            LINE_INTERVAL
        } else {
            FIRST_FRAME
        };
        Progress {
            goal,
            show,
            next,
            announced: Vec::new(),
        }
    }

    /// Prints at once that a server asked for a wait, where no line is redrawn. Once per monitor.
    pub(super) fn announce_waits(&mut self, snapshot: &Snapshot, now: Moment) {
        if self.show != ProgressStyle::Lines || self.announced.len() >= MAX_ANNOUNCED {
            return;
        }
        let waits = snapshot.rows.iter().filter(|row| row.asked_wait.is_some());
        for row in waits.filter(|row| self.goal.is_open(row)) {
            if let Some(line) = words::retry(row, now)
                && !self.announced.contains(&row.id)
                && self.announced.len() < MAX_ANNOUNCED
            {
                self.announced.push(row.id);
                print_stderr(&format!("waiting: {line}"));
            }
        }
    }

    /// Shows the progress and sets the time of the next output.
    pub(super) fn show_line(&mut self, snapshot: &Snapshot, clock: &Clock) {
        let now = clock.now();
        let line = self.line(snapshot, now);
        match &mut self.show {
            ProgressStyle::Nothing => {}
            ProgressStyle::Lines => print_stderr(&line),
            ProgressStyle::Spinner { glyphs, drawn } => {
                draw(*glyphs, *drawn, &line);
                *drawn += 1;
            }
        }
        let every = if self.show == ProgressStyle::Lines {
            LINE_INTERVAL
        } else {
            FRAME_INTERVAL
        };
        // Outputs that were due while the process was suspended are skipped.
        self.next = now.since(clock.started()).saturating_add(every);
    }

    /// Prints the progress as a line that stays (SIGUSR1).
    pub(super) fn print_line(&mut self, snapshot: &Snapshot, now: Moment) {
        self.hide();
        print_stderr(&self.line(snapshot, now));
    }

    /// Clears the line on a terminal.
    pub(super) fn hide(&mut self) {
        if let ProgressStyle::Spinner { drawn, .. } = &mut self.show
            && *drawn > 0
        {
            *drawn = 0;
            // Stderr may be closed.
            let _ = write!(io::stderr().lock(), "{CLEAR}");
        }
    }

    /// Returns the progress as text.
    pub(super) fn line(&self, snapshot: &Snapshot, now: Moment) -> String {
        let rows = || {
            snapshot
                .rows
                .iter()
                .map(AsRef::as_ref)
                .filter(|row: &&Row| row.status != Status::Paused)
        };
        let open: Vec<&Row> = rows().filter(|row| self.goal.is_open(row)).collect();
        words::progress(&open, rows().count(), now)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.hide();
    }
}

/// Waits until the next output is due, or without end if there is none.
pub(super) async fn due(progress: Option<&Progress>, clock: &Clock) {
    match progress.filter(|progress| progress.show != ProgressStyle::Nothing) {
        Some(progress) => {
            tokio::time::sleep_until(clock.instant(clock.started().plus(progress.next))).await
        }
        None => std::future::pending().await,
    }
}

/// Returns whether stderr is a terminal that can clear a line and has no other writer.
fn can_draw(report: &ReportArgs, look: &LookArgs) -> bool {
    let is_dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let streams = report
        .output
        .iter()
        .any(|output| output.format == OutputFormat::Ndjson && output.path.is_none());
    let logs = look.verbose > 1 && look.log_file.is_none();
    let is_disturbed = logs || (streams && io::stdout().is_terminal());
    io::stderr().is_terminal() && !is_dumb && !is_disturbed
}

fn draw(glyphs: Glyphs, frame: usize, line: &str) {
    let frames: &[&str] = match glyphs {
        Glyphs::Unicode => &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
        Glyphs::Ascii => &["|", "/", "-", "\\"],
    };
    let spinner = frames
        .get(frame % frames.len())
        .copied()
        .unwrap_or_default();
    let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
    let line = fitted(line, columns.saturating_sub(3));
    let _ = write!(io::stderr().lock(), "{CLEAR}{spinner} {line}");
}

/// Cuts a line to the width of the terminal: a wrapped line cannot be redrawn.
fn fitted(line: &str, columns: usize) -> &str {
    let mut width = 0;
    let too_far = |c: char| {
        width += c.width().unwrap_or(0);
        width > columns
    };
    line.find(too_far)
        .map_or(line, |end| line.get(..end).unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::{ChangeRing, Counts, Rows, SelfStats};

    #[tokio::test(start_paused = true)]
    async fn lines_come_every_ten_seconds() {
        let clock = Clock::simulated(Timestamp::UNIX_EPOCH);
        let snapshot = Snapshot {
            at: Moment::START,
            anchor: Timestamp::UNIX_EPOCH,
            rows: Rows::default(),
            counts: Counts::default(),
            settled: 0,
            self_stats: SelfStats::default(),
            changes: ChangeRing::default(),
        };
        let mut progress = Progress {
            goal: Goal::Settled,
            show: ProgressStyle::Lines,
            next: LINE_INTERVAL,
            announced: Vec::new(),
        };
        for wanted in [20, 30, 40] {
            due(Some(&progress), &clock).await;
            progress.show_line(&snapshot, &clock);
            assert_eq!(progress.next.as_secs(), wanted);
        }
        tokio::time::advance(Duration::from_secs(65)).await;
        progress.show_line(&snapshot, &clock);
        assert_eq!(progress.next.as_secs(), 105, "nothing is caught up with");
    }

    #[test]
    fn a_line_is_cut_by_what_the_terminal_shows() {
        assert_eq!(fitted("waiting: api 4s", 80), "waiting: api 4s");
        assert_eq!(fitted("waiting: api 4s", 7), "waiting");
        assert_eq!(fitted("心拍数", 5), "心拍");
        assert_eq!(fitted("é", 0), "");
    }
}
