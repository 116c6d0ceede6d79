//! The event log: `-o ndjson` of a run without an end. A full disk does not end the run.

use std::io;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::append_file::{AppendError, AppendFile};
use super::output;
use crate::model::{Moment, Snapshot};
use crate::serve::Outputs;
use crate::words;

pub(super) struct EventLog {
    destination: EventDestination,
    outputs: Arc<Outputs>,
    failure: Option<LostLines>,
}

enum EventDestination {
    File(AppendFile),
    /// `is_torn`: the output may end in the middle of a line.
    Stdout {
        is_torn: bool,
    },
}

/// Number of lines lost since writing began to fail.
struct LostLines {
    lost: u64,
}

impl EventLog {
    /// Opens or creates a file.
    ///
    /// # Errors
    /// The file cannot be opened or created.
    pub(super) fn open(path: &Path, outputs: Arc<Outputs>) -> io::Result<EventLog> {
        Ok(EventLog {
            destination: EventDestination::File(AppendFile::open(path)?),
            outputs,
            failure: None,
        })
    }

    pub(super) fn stdout(outputs: Arc<Outputs>) -> EventLog {
        EventLog {
            destination: EventDestination::Stdout { is_torn: false },
            outputs,
            failure: None,
        }
    }

    pub(super) const fn is_stdout(&self) -> bool {
        matches!(self.destination, EventDestination::Stdout { .. })
    }

    /// Appends whole lines. Returns `false` once the reader of stdout is gone. `lost` creates the
    /// line that reports the number of lost lines, which is written when writing works again.
    pub(super) fn write(
        &mut self,
        lines: &[u8],
        now: &Snapshot,
        lost: fn(Timestamp, u64) -> Vec<u8>,
    ) -> bool {
        let missing = self.failure.as_ref().map_or(0, |failure| failure.lost);
        let lost_line = if missing > 0 {
            lost(now.wall(now.at), missing)
        } else {
            Vec::new()
        };
        if lost_line.is_empty() && lines.is_empty() {
            return true;
        }
        let lost_lines = u64::from(!lost_line.is_empty());
        match self
            .destination
            .write(&[&lost_line, lines].concat(), now.at)
        {
            Ok(is_heard) => {
                self.recovered();
                is_heard
            }
            Err(unwritten) => {
                let all = lines.iter().filter(|byte| **byte == b'\n').count() as u64 + lost_lines;
                self.outputs.failed();
                // If the first line was written, the lines that it counts are reported.
                let untold = if unwritten.lines == all {
                    missing + all - lost_lines
                } else {
                    unwritten.lines
                };
                self.failed(&unwritten.error, untold);
                true
            }
        }
    }

    /// Opens the file again after a rotation.
    pub(super) fn reopen(&mut self) {
        let EventDestination::File(file) = &mut self.destination else {
            return;
        };
        if let Err(error) = file.reopen() {
            self.outputs.failed();
            let lost = self.failure.as_ref().map_or(0, |failure| failure.lost);
            self.failed(&error, lost);
        }
    }

    fn failed(&mut self, error: &io::Error, lost: u64) {
        if self.failure.is_none() {
            tracing::warn!(
                "cannot write `{}`: {error}: events are lost until writing works again",
                self.destination.name()
            );
        }
        self.failure = Some(LostLines { lost });
    }

    fn recovered(&mut self) {
        if let Some(LostLines { lost }) = self.failure.take() {
            let lost = words::count(lost, "line", "lines");
            tracing::warn!(
                "`{}` is written again: {lost} lost",
                self.destination.name()
            );
        }
    }
}

impl EventDestination {
    fn write(&mut self, lines: &[u8], now: Moment) -> Result<bool, AppendError> {
        match self {
            EventDestination::File(file) => file.write(lines, now).map(|()| true),
            EventDestination::Stdout { is_torn } => {
                let start: &[u8] = if *is_torn { b"\n" } else { b"" };
                let written = output::stream_out(&[start, lines].concat());
                *is_torn = written.is_err();
                let all = lines.iter().filter(|byte| **byte == b'\n').count() as u64;
                written.map_err(|error| AppendError { error, lines: all })
            }
        }
    }

    fn name(&self) -> String {
        match self {
            EventDestination::File(file) => file.path().display().to_string(),
            EventDestination::Stdout { .. } => "stdout".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::model::{Fleet, SelfStats};

    fn lost_line(_: Timestamp, count: u64) -> Vec<u8> {
        format!("lost {count}\n").into_bytes()
    }

    #[test]
    fn what_is_lost_is_told_once_writing_works_again() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        let outputs = Arc::new(Outputs::default());
        fs::create_dir(&inner).unwrap();
        let mut log = EventLog::open(&inner.join("events"), Arc::clone(&outputs)).unwrap();
        let mut fleet = Fleet::new();
        let mut at = |seconds| {
            let now = Moment::after_start(Duration::from_secs(seconds));
            fleet.snapshot(now, Timestamp::UNIX_EPOCH, SelfStats::default())
        };
        fs::remove_dir_all(&inner).unwrap();
        log.write(b"one\ntwo\n", &at(0), lost_line);
        log.write(b"", &at(1), lost_line);
        log.write(b"three\n", &at(2), lost_line);
        assert_eq!(outputs.errors(), 3);
        fs::create_dir(&inner).unwrap();
        log.write(b"", &at(3), lost_line);
        log.write(b"four\n", &at(3), lost_line);
        assert_eq!(
            fs::read_to_string(inner.join("events")).unwrap(),
            "lost 3\nfour\n"
        );
    }
}
