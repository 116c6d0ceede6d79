//! A file that grows by whole lines as long as the process runs, and is reopened after a rotation.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::OFlag;

use crate::model::Moment;

/// Interval of the check whether the path still names the open file, and of attempts to reopen it.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

pub(super) struct AppendFile {
    path: PathBuf,
    /// `None` if it could not be opened.
    file: Option<File>,
    checked_at: Option<Moment>,
    /// The file ends in the middle of a line.
    is_torn: bool,
}

/// Why some lines could not be written.
#[derive(Debug)]
pub(super) struct AppendError {
    pub error: io::Error,
    /// Number of lines of the batch that are not in the file.
    pub lines: u64,
}

impl AppendFile {
    /// Opens or creates a file.
    ///
    /// # Errors
    /// The file cannot be opened or created.
    pub(super) fn open(path: &Path) -> io::Result<AppendFile> {
        let mut appended = AppendFile {
            path: path.to_owned(),
            file: None,
            checked_at: None,
            is_torn: false,
        };
        appended.reopen()?;
        Ok(appended)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the file that is at the path now, after a rotation.
    ///
    /// # Errors
    /// The file cannot be opened or created.
    pub(super) fn reopen(&mut self) -> io::Result<()> {
        self.file = None;
        // A pipe without a reader must not block the process.
        let flags = OFlag::O_NONBLOCK.bits();
        let open = |read| {
            OpenOptions::new()
                .append(true)
                .create(true)
                .read(read)
                .custom_flags(flags)
                .open(&self.path)
        };
        // A file without read permission may be torn unnoticed.
        let mut file = open(true).or_else(|_| open(false))?;
        self.is_torn = ends_in_a_line(&mut file).unwrap_or(false);
        self.file = Some(file);
        Ok(())
    }

    /// Appends whole lines.
    ///
    /// # Errors
    /// Why lines were not written, and how many. A partly written line is removed again if the file
    /// allows it.
    pub(super) fn write(&mut self, lines: &[u8], now: Moment) -> Result<(), AppendError> {
        self.write_lines(lines, now).map_err(|(error, written)| {
            let rest = lines.get(written..).unwrap_or_default();
            AppendError {
                error,
                lines: rest.iter().filter(|byte| **byte == b'\n').count() as u64,
            }
        })
    }

    /// As `write`; the error has the number of bytes of whole lines that were written.
    fn write_lines(&mut self, lines: &[u8], now: Moment) -> Result<(), (io::Error, usize)> {
        self.reopen_if_replaced(now).map_err(|error| (error, 0))?;
        let Some(file) = &mut self.file else {
            return Err((io::ErrorKind::NotFound.into(), 0));
        };
        if self.is_torn {
            file.write_all(b"\n").map_err(|error| (error, 0))?;
            self.is_torn = false;
        }
        let mut written = 0;
        while let Some(rest) = lines.get(written..).filter(|rest| !rest.is_empty()) {
            let error = match file.write(rest) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(more) => {
                    written += more;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            let whole = lines
                .get(..written)
                .and_then(|done| done.iter().rposition(|byte| *byte == b'\n'));
            let whole = whole.map_or(0, |last| last + 1);
            self.is_torn = written > whole && cut(file, written - whole).is_err();
            return Err((error, whole));
        }
        Ok(())
    }

    /// Reopens the file if the path no longer names it; checks at most once per `CHECK_INTERVAL`.
    fn reopen_if_replaced(&mut self, now: Moment) -> io::Result<()> {
        if self
            .checked_at
            .is_some_and(|checked_at| now < checked_at.plus(CHECK_INTERVAL))
        {
            return Ok(());
        }
        self.checked_at = Some(now);
        let place = |found: fs::Metadata| (found.dev(), found.ino());
        let named = fs::metadata(&self.path).map(place).ok();
        let open = self
            .file
            .as_ref()
            .and_then(|file| file.metadata().map(place).ok());
        if open.is_some() && open == named {
            Ok(())
        } else {
            self.reopen()
        }
    }
}

/// Returns whether a regular file ends without a line break.
fn ends_in_a_line(file: &mut File) -> io::Result<bool> {
    let found = file.metadata()?;
    if !found.is_file() || found.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Removes bytes at the end of a regular file, unless another process has appended to it.
fn cut(file: &mut File, bytes: usize) -> io::Result<()> {
    let end = file.stream_position()?;
    let length = file.metadata()?.len();
    let whole = end
        .checked_sub(bytes as u64)
        .filter(|_| end == length)
        .ok_or(io::ErrorKind::InvalidInput)?;
    file.set_len(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn what_was_there_stays_and_a_half_line_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events");
        fs::write(&path, "old\nhal").unwrap();
        let mut file = AppendFile::open(&path).unwrap();
        file.write(b"new\n", at(0)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old\nhal\nnew\n");
    }

    #[test]
    fn a_rotated_file_is_left_within_a_second() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events");
        let old = folder.path().join("events.1");
        let mut file = AppendFile::open(&path).unwrap();
        file.write(b"one\n", at(0)).unwrap();
        fs::rename(&path, &old).unwrap();
        file.write(b"two\n", at(0)).unwrap();
        file.write(b"three\n", at(1)).unwrap();
        assert_eq!(fs::read_to_string(&old).unwrap(), "one\ntwo\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
        fs::remove_file(&path).unwrap();
        file.reopen().unwrap();
        file.write(b"four\n", at(1)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "four\n");
    }

    #[test]
    fn a_folder_that_is_gone_is_told_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let mut file = AppendFile::open(&inner.join("events")).unwrap();
        fs::remove_dir_all(&inner).unwrap();
        assert_eq!(file.write(b"one\ntwo\n", at(0)).unwrap_err().lines, 2);
        fs::create_dir(&inner).unwrap();
        assert_eq!(
            file.write(b"three\n", at(0)).unwrap_err().lines,
            1,
            "looked for once a second"
        );
        file.write(b"four\n", at(1)).unwrap();
        assert_eq!(fs::read_to_string(inner.join("events")).unwrap(), "four\n");
    }

    #[test]
    fn what_is_full_tells_what_is_missing() {
        let mut full = AppendFile::open(Path::new("/dev/full")).unwrap();
        let unwritten = full.write(b"one\ntwo\n", at(0)).unwrap_err();
        assert_eq!(
            (unwritten.error.kind(), unwritten.lines),
            (io::ErrorKind::StorageFull, 2)
        );
    }

    #[test]
    fn a_half_written_line_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events");
        let mut file = AppendFile::open(&path).unwrap();
        file.write(b"one\n{\"half", at(0)).unwrap();
        let inner = file.file.as_mut().unwrap();
        cut(inner, 6).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"another\n")
            .unwrap();
        assert!(cut(inner, 2).is_err(), "what others wrote is not cut");
    }
}
