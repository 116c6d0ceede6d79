//! Where reports go: stdout that may be closed by its reader, and files that are never
//! half-written.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::atomic_file::{FileAccess, open_special, replace};

use super::log;

/// The formats of `-o`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// for people
    Human,
    /// a line a monitor, tab-separated
    Plain,
    /// one JSON object
    Json,
    /// one JSON event a line, as it happens
    Ndjson,
    /// JUnit XML for Jenkins, GitLab and GitHub
    Junit,
    /// Test Anything Protocol 14
    Tap,
    /// annotations of GitHub Actions
    Github,
    /// Markdown; a file is appended to
    Md,
    /// output of a Nagios plugin
    Nagios,
    /// a local check of Checkmk
    Checkmk,
    /// Prometheus text for node_exporter's textfile collector
    Prom,
}

impl OutputFormat {
    /// All names: `human, plain, … or prom`.
    pub fn names() -> String {
        let names: Vec<String> = OutputFormat::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect();
        names.join(", ")
    }
}

/// `-o FORMAT[=PATH]`; without a path it goes to stdout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSpec {
    pub format: OutputFormat,
    pub path: Option<PathBuf>,
}

impl OutputSpec {
    /// For the command line. A path is bytes, as the system has it.
    pub fn parser() -> impl TypedValueParser<Value = OutputSpec> {
        OsStringValueParser::new().try_map(|argument| OutputSpec::parse(&argument))
    }

    fn parse(argument: &OsStr) -> Result<OutputSpec, String> {
        let bytes = argument.as_bytes();
        let (format, path) = match bytes
            .iter()
            .position(|byte| *byte == b'=')
            .map(|at| bytes.split_at(at))
        {
            Some((_, b"=")) => return Err("a path is missing behind `=`".to_owned()),
            Some((format, path)) => (
                format,
                path.get(1..)
                    .map(|path| PathBuf::from(OsStr::from_bytes(path))),
            ),
            None => (bytes, None),
        };
        let format = std::str::from_utf8(format).unwrap_or_default();
        let format = <OutputFormat as ValueEnum>::from_str(format, false).map_err(|_| {
            format!(
                "takes one of {}, and `=PATH` behind it",
                OutputFormat::names()
            )
        })?;
        Ok(OutputSpec { format, path })
    }
}

/// Writes one report. A reader that went away (EPIPE) is no error: the verdict stands.
///
/// # Errors
/// A file that cannot be written; stdout that fails otherwise.
pub fn write(path: Option<&Path>, report: &[u8]) -> io::Result<()> {
    match path {
        Some(path) => {
            replace(path, report, FileAccess::Public).map_err(|error| named(path, &error))
        }
        None => stream(report).map(|_| ()),
    }
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// A file that cannot be written.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(path, content, FileAccess::Private).map_err(|error| named(path, &error))
}

/// Writes a file that must not be there yet; if it cannot be written whole, there is none.
///
/// # Errors
/// A file that is there (`AlreadyExists`), or cannot be written.
pub fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let created = options.write(true).create_new(true).mode(0o644).open(path);
    let mut file = created.map_err(|error| named(path, &error))?;
    file.write_all(text)
        .and_then(|()| file.sync_all())
        .map_err(|error| {
            // The first error is the one to tell; a part of a file would only be in the way.
            let _ = fs::remove_file(path);
            named(path, &error)
        })
}

/// Adds one report to what a file holds already.
///
/// # Errors
/// A file that cannot be written.
pub fn append(path: &Path, report: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return open_special(path)
            .and_then(|mut file| file.write_all(report))
            .map_err(|error| named(path, &error));
    }
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened
        .and_then(|mut file| file.write_all(report))
        .map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("cannot write `{}`: {error}", path.display()),
    )
}

/// Writes a piece of a stream; `false` once its reader is gone.
///
/// # Errors
/// Stdout that fails in any other way.
pub fn stream(piece: &[u8]) -> io::Result<bool> {
    stream_out(piece).map_err(|error| named(Path::new("stdout"), &error))
}

/// The same with the system's word alone.
///
/// # Errors
/// Stdout that fails in any other way than being closed.
pub fn stream_out(piece: &[u8]) -> io::Result<bool> {
    forgive_closed(write_stdout(piece))
}

/// The same for stderr.
///
/// # Errors
/// Stderr that fails in any other way than being closed.
pub fn stream_err(piece: &[u8]) -> io::Result<bool> {
    forgive_closed(io::stderr().lock().write_all(piece))
}

fn forgive_closed(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// A line to stderr, which may be closed.
pub fn print_stderr(line: &str) {
    log::stderr::write(format!("{line}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn outputs_name_a_format_and_maybe_a_path() {
        let json = OutputSpec {
            format: OutputFormat::Json,
            path: Some("a=b.json".into()),
        };
        assert_eq!(OutputSpec::parse(OsStr::new("json=a=b.json")), Ok(json));
        let latin = OsStr::from_bytes(b"json=caf\xe9");
        assert_eq!(
            OutputSpec::parse(latin)
                .unwrap()
                .path
                .unwrap()
                .as_os_str()
                .as_bytes(),
            b"caf\xe9"
        );
        for bad in ["xml", "json=", ""] {
            assert!(OutputSpec::parse(OsStr::new(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old and longer").unwrap();
        write(Some(&path), b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = write(Some(&folder.path().join("no/such/folder")), b"x").unwrap_err();
        assert!(error.to_string().contains("no/such/folder"), "{error}");
    }

    #[test]
    fn links_and_devices_are_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (
            folder.path().join("report.json"),
            folder.path().join("latest.json"),
        );
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(Some(&link), b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let device = folder.path().join("device");
        std::os::unix::fs::symlink("/dev/null", &device).unwrap();
        write(Some(&device), b"x").unwrap();
        assert!(link.is_symlink() && device.is_symlink());
    }
}
