//! Writes reports: to stdout, which its reader may close, and to files, which are replaced
//! atomically.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::atomic_file::{open_special, replace, replace_by};

use super::log;
use super::log::journald::Priority;

/// The formats of `-o`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OutputFormat {
    /// for people
    Human,
    /// one line per monitor, tab-separated
    Plain,
    /// one JSON object
    Json,
    /// one JSON event per line, as it happens
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

/// Returns the names of all formats: `human, plain, …, prom`.
pub(super) fn format_names<F: ValueEnum>() -> String {
    let names: Vec<String> = F::value_variants()
        .iter()
        .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
        .collect();
    names.join(", ")
}

/// The value of `-o FORMAT[=PATH]`; without a path the report goes to stdout. `F`: the formats of
/// the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OutputSpec<F = OutputFormat> {
    pub format: F,
    pub path: Option<PathBuf>,
}

impl<F: ValueEnum + Send + Sync + 'static> OutputSpec<F> {
    /// Returns the parser for the command line. A path may be any bytes.
    pub(super) fn parser() -> impl TypedValueParser<Value = OutputSpec<F>> {
        OsStringValueParser::new().try_map(|argument| OutputSpec::parse(&argument))
    }

    fn parse(argument: &OsStr) -> Result<OutputSpec<F>, String> {
        let bytes = argument.as_bytes();
        let (format, path) = match bytes
            .iter()
            .position(|byte| *byte == b'=')
            .map(|at| bytes.split_at(at))
        {
            Some((_, b"=")) => return Err("a path is missing after `=`".to_owned()),
            Some((format, path)) => (
                format,
                path.get(1..)
                    .map(|path| PathBuf::from(OsStr::from_bytes(path))),
            ),
            None => (bytes, None),
        };
        let format = std::str::from_utf8(format).unwrap_or_default();
        let format = F::from_str(format, false).map_err(|_| {
            let names = format_names::<F>();
            format!("takes one of {names}, and `=PATH` after it")
        })?;
        Ok(OutputSpec { format, path })
    }
}

/// Refuses two outputs for stdout or for the same file.
pub(super) fn check_destinations<F>(outputs: &[OutputSpec<F>]) -> Result<(), String> {
    let on_stdout = outputs.iter().filter(|output| output.path.is_none());
    if on_stdout.count() > 1 {
        return Err(
            "only one output may go to stdout: give the others a path, as in \
             `-o json=report.json`"
                .to_owned(),
        );
    }
    for (index, output) in outputs.iter().enumerate() {
        let Some(path) = &output.path else { continue };
        let mut earlier = outputs.iter().take(index);
        if earlier.any(|other| other.path == output.path) {
            let path = path.display();
            return Err(format!("two outputs cannot go to one file, `{path}`"));
        }
    }
    Ok(())
}

/// Writes one report. A reader that went away (EPIPE) is no error: the verdict stands.
///
/// # Errors
/// The file cannot be written, or stdout fails in another way.
pub(super) fn write(path: Option<&Path>, report: &[u8]) -> io::Result<()> {
    match path {
        Some(path) => replace(path, report).map_err(|error| named(path, &error)),
        None => stream(report).map(|_| ()),
    }
}

/// Writes one report piece by piece, so that it can be larger than the memory. A reader that went
/// away (EPIPE) is no error.
///
/// # Errors
/// The file cannot be written, stdout fails in another way, or `report` fails.
pub(super) fn write_by(
    path: Option<&Path>,
    report: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    match path {
        Some(path) => replace_by(path, report).map_err(|error| named(path, &error)),
        None => {
            let mut stdout = io::BufWriter::new(io::stdout().lock());
            let written = report(&mut stdout).and_then(|()| stdout.flush());
            // What is left in the buffer has no reader, or cannot be written.
            let _ = stdout.into_parts();
            forgive_closed(written).map(|_| ())
        }
    }
}

/// Creates a file and writes it completely, or not at all.
///
/// # Errors
/// The file exists (`AlreadyExists`) or cannot be written.
pub(super) fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let created = options.write(true).create_new(true).mode(0o644).open(path);
    let mut file = created.map_err(|error| named(path, &error))?;
    file.write_all(text)
        .and_then(|()| file.sync_all())
        .map_err(|error| {
            // The first error is the one to report.
            let _ = fs::remove_file(path);
            named(path, &error)
        })
}

/// Appends one report to a file.
///
/// # Errors
/// The file cannot be written.
pub(super) fn append(path: &Path, report: &[u8]) -> io::Result<()> {
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

/// Writes a part of a stream to stdout. Returns `false` once its reader is gone.
///
/// # Errors
/// Stdout fails in another way; the message names it.
pub(super) fn stream(piece: &[u8]) -> io::Result<bool> {
    stream_out(piece).map_err(|error| named(Path::new("stdout"), &error))
}

/// Does the same; the error is the system's own.
///
/// # Errors
/// Stdout fails in another way than being closed.
pub(super) fn stream_out(piece: &[u8]) -> io::Result<bool> {
    forgive_closed(write_stdout(piece))
}

/// Writes a part of a stream to stderr. Returns `false` once its reader is gone.
///
/// # Errors
/// Stderr fails in another way than being closed.
pub(super) fn stream_err(piece: &[u8]) -> io::Result<bool> {
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

/// Writes a line to stderr, which may be closed.
pub(super) fn print_stderr(line: &str) {
    log::stderr::write_line(Priority::Info, line);
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
            OutputSpec::<OutputFormat>::parse(latin)
                .unwrap()
                .path
                .unwrap()
                .as_os_str()
                .as_bytes(),
            b"caf\xe9"
        );
        for bad in ["xml", "json=", ""] {
            assert!(
                OutputSpec::<OutputFormat>::parse(OsStr::new(bad)).is_err(),
                "{bad}"
            );
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
        let path = folder.path().join("report.json");
        let link = folder.path().join("latest.json");
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
