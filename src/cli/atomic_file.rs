//! Replaces files atomically: writes a temporary file beside the old one and renames it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::{FcntlArg, OFlag, fcntl};

/// Age at which a temporary file is deleted: its process was killed, since no write takes an hour.
const STALE: Duration = Duration::from_secs(3600);
/// Number of attempts to find an unused name. Names are random, so a collision is no accident.
const TRIES: u32 = 4;
const END: &str = ".tmp";

/// Replaces a file atomically. A link stays a link; a pipe or device is written to. All users may
/// read it: collectors of reports run as other users.
///
/// # Errors
/// The file cannot be written.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    replace_by(path, |file| file.write_all(content))
}

/// Does the same with a content that is written piece by piece.
///
/// # Errors
/// The file cannot be written, or `write` fails.
pub(super) fn replace_by(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let buffered = |file: &File| {
        let mut buffer = BufWriter::new(file);
        write(&mut buffer)?;
        buffer.flush()
    };
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return buffered(&open_special(path)?);
    }
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (beside, file) = create(&path)?;
    clear(&path, &file);
    let written = buffered(&file)
        .and_then(|()| publish(&file))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Opens a pipe or device for writing. A pipe without a reader is an error; writes to one with a
/// reader may block.
pub(super) fn open_special(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .custom_flags(OFlag::O_NONBLOCK.bits())
        .open(path)?;
    fcntl(&file, FcntlArg::F_SETFL(OFlag::empty()))?;
    Ok(file)
}

/// Creates a temporary file beside a path. Its name cannot be guessed, and only its owner can read
/// it before it is complete.
fn create(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let mut taken = io::Error::from(ErrorKind::AlreadyExists);
    for _ in 0..TRIES {
        let beside =
            path.with_file_name(temporary(name, RandomState::new().build_hasher().finish()));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)
        {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => taken = error,
            opened => return opened.map(|file| (beside, file)),
        }
    }
    Err(taken)
}

fn publish(file: &File) -> io::Result<()> {
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

fn temporary(name: &OsStr, random: u64) -> OsString {
    let mut whole = name.to_owned();
    whole.push(format!(".{random:016x}{END}"));
    whole
}

/// Deletes the temporary files that killed processes left beside a file. `new` was created just
/// now; its time is the file system's present.
fn clear(path: &Path, new: &File) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return;
    };
    let folder = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let (Ok(now), Ok(entries)) = (
        new.metadata().and_then(|new| new.modified()),
        fs::read_dir(folder),
    ) else {
        return;
    };
    for entry in entries
        .flatten()
        .filter(|entry| is_temporary(&entry.file_name(), name))
    {
        let changed = entry
            .metadata()
            .ok()
            .filter(fs::Metadata::is_file)
            .and_then(|found| found.modified().ok());
        let age = changed.and_then(|changed| now.duration_since(changed).ok());
        if age.is_some_and(|age| age >= STALE) {
            // It may be another user's, or deleted by now.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Returns whether a name is `NAME.`, a hexadecimal number and `.tmp`. Older releases used the
/// process id as the number.
fn is_temporary(found: &OsStr, name: &OsStr) -> bool {
    let middle = found
        .as_encoded_bytes()
        .strip_prefix(name.as_encoded_bytes())
        .and_then(|rest| rest.strip_prefix(b"."))
        .and_then(|rest| rest.strip_suffix(END.as_bytes()));
    middle.is_some_and(|middle| !middle.is_empty() && middle.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_killed_processes_left_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let old = ["state.json.1.tmp", "state.json.00aabbccddeeff11.tmp"];
        let kept = [
            "other.json.1.tmp",
            "state.json",
            "state.json.2.tmp",
            "state.json.bad",
            "state.json.notes.tmp",
        ];
        for name in old.iter().chain(&kept) {
            fs::write(folder.path().join(name), "left").unwrap();
        }
        let file = File::open(folder.path().join(old[0])).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        for name in old
            .iter()
            .chain(&kept)
            .filter(|name| **name != "state.json.2.tmp")
        {
            let file = File::options()
                .write(true)
                .open(folder.path().join(name))
                .unwrap();
            file.set_modified(now - STALE).unwrap();
        }
        replace(&path, b"new").unwrap();
        assert_eq!(names(folder.path()), kept);
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn reports_are_for_everybody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for mode in [0o600, 0o644] {
            replace(&path, b"x").unwrap();
            let found = fs::metadata(&path).unwrap().permissions();
            assert_eq!(found.mode() & 0o777, 0o644);
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}
