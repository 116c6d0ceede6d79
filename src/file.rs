//! Reads a file that a config or an argument names: regular files only, up to a size limit, and
//! without waiting for a writer.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use nix::libc::O_NONBLOCK;

/// Reads a whole file.
///
/// # Errors
/// No file, no permission, not a regular file, or more than `limit` bytes (`FileTooLarge`).
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_limited(open(path)?, limit)
}

/// Opens a regular file for reading.
///
/// # Errors
/// No file, no permission, or a folder, pipe, socket or device.
pub fn open(path: &Path) -> io::Result<File> {
    // A plain open of a pipe without a writer would block.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(O_NONBLOCK)
        .open(path)?;
    check_regular(&file).map(|()| file)
}

/// Opens a file that an argument names. It can also be one that the shell opened for this process:
/// `<(command)`.
///
/// # Errors
/// As for `open`.
pub fn open_argument(path: &Path) -> io::Result<File> {
    let inherited = ["/dev/fd", "/proc/self/fd", "/dev/stdin"];
    if inherited.iter().any(|place| path.starts_with(place)) {
        File::open(path)
    } else {
        open(path)
    }
}

/// Checks that a file is a regular file.
///
/// # Errors
/// Says what the file is otherwise.
pub fn check_regular(file: &File) -> io::Result<()> {
    let kind = file.metadata()?.file_type();
    let what = match () {
        () if kind.is_file() => return Ok(()),
        () if kind.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        () if kind.is_fifo() => "it is a pipe, not a regular file",
        () if kind.is_socket() => "it is a socket, not a regular file",
        () => "it is a device, not a regular file",
    };
    Err(io::Error::new(ErrorKind::InvalidInput, what))
}

/// Reads everything from a reader.
///
/// # Errors
/// `FileTooLarge` beyond `limit` bytes, and any error of the reader.
pub fn read_limited(reader: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        Err(ErrorKind::FileTooLarge.into())
    } else {
        Ok(bytes)
    }
}

/// Returns the reason in our own words, without the path and the system's error number.
pub fn error_text(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::InvalidData => "not UTF-8".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::FileTooLarge => "it is too large".to_owned(),
        _ => system_word(error).to_lowercase(),
    }
}

/// Returns the text of a system error without its number: `No route to host (os error 113)` becomes
/// `No route to host`.
pub fn system_word(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((word, _)) => word.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_up_to_the_limit_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let pipe = folder.path().join("pipe");
        std::fs::write(&file, "text").unwrap();
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(read(&file, 4).unwrap(), b"text");
        assert_eq!(error_text(&read(&file, 3).unwrap_err()), "it is too large");
        assert_eq!(
            error_text(&read(&pipe, 4).unwrap_err()),
            "it is a pipe, not a regular file"
        );
        assert_eq!(
            error_text(&read(Path::new("/dev/zero"), 4).unwrap_err()),
            "it is a device, not a regular file"
        );
        assert_eq!(
            error_text(&read(folder.path(), 4).unwrap_err()),
            "it is a folder"
        );
        assert_eq!(
            error_text(&read(&folder.path().join("none"), 4).unwrap_err()),
            "no such file"
        );
    }
}
