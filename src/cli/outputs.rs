//! The outputs of a run: streams that follow it, and reports at its end.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args;
use super::event_log::EventLog;
use super::exit::ExitMode;
use super::output::{self, OutputFormat, OutputSpec};
use crate::model::Snapshot;
use crate::report::style::{self, StreamTarget, Style};
use crate::report::{
    GroupBy, RunInfo, checkmk, github, human, json, junit, lines, md, nagios, ndjson, plain, probe,
    prom, tap,
};
use crate::serve::Outputs;
use crate::words;

/// What a run writes while it runs and at its end, by `-o`, `-q` and `-v`.
pub(super) struct RunOutputs {
    streams: Vec<OutputStream>,
    reports: Vec<OutputSpec>,
    quiet: bool,
    verbose: bool,
    by: Option<GroupBy>,
    layout: HumanLayout,
    style: Style,
}

/// The layout of the format `human`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HumanLayout {
    /// A summary, and problems in full.
    Check,
    /// Each target in full.
    Probe,
    /// A line for each change.
    Lines,
}

struct OutputStream {
    to: OutputDestination,
    format: StreamFormat,
}

enum OutputDestination {
    Stdout,
    File(File),
    /// A file or stdout in a run without an end.
    Log(EventLog),
}

enum StreamFormat {
    Events(ndjson::NdjsonStream),
    Lines(lines::LineStream),
}

impl RunOutputs {
    /// Opens the outputs that the arguments name.
    ///
    /// # Errors
    /// Two formats for stdout or for one file, or a file that cannot be created.
    pub(super) fn new(
        report: &args::ReportArgs,
        look: &args::LookArgs,
        layout: HumanLayout,
        errors: &Arc<Outputs>,
    ) -> Result<RunOutputs, String> {
        let outputs = match report.output.as_slice() {
            [] => vec![OutputSpec {
                format: OutputFormat::Human,
                path: None,
            }],
            outputs => outputs.to_vec(),
        };
        output::check_destinations(&outputs)?;
        let mut run_outputs = RunOutputs {
            streams: Vec::new(),
            reports: Vec::new(),
            quiet: report.quiet && report.output.is_empty(),
            verbose: look.verbose > 0,
            by: report.by.map(GroupBy::from),
            layout,
            style: style_of(look, &io::stdout()),
        };
        for output in outputs {
            run_outputs.add(output, errors)?;
        }
        Ok(run_outputs)
    }

    fn add(&mut self, output: OutputSpec, errors: &Arc<Outputs>) -> Result<(), String> {
        let path = output.path.as_deref();
        let prints_lines = self.layout == HumanLayout::Lines;
        let format = match output.format {
            OutputFormat::Ndjson => StreamFormat::Events(ndjson::NdjsonStream::new()),
            OutputFormat::Human if prints_lines && self.quiet => return Ok(()),
            OutputFormat::Human if prints_lines => StreamFormat::Lines(lines::LineStream::new(
                self.style_for(path),
                TimeZone::system(),
                self.verbose,
            )),
            _ => {
                path.map_or(Ok(()), has_folder)?;
                self.reports.push(output);
                return Ok(());
            }
        };
        let to = match path {
            None if prints_lines => OutputDestination::Log(EventLog::stdout(Arc::clone(errors))),
            None => OutputDestination::Stdout,
            // A run without an end is restarted: what it wrote before stays.
            Some(path) if prints_lines => OutputDestination::Log(
                EventLog::open(path, Arc::clone(errors)).map_err(|error| refused(path, &error))?,
            ),
            Some(path) => {
                OutputDestination::File(File::create(path).map_err(|error| refused(path, &error))?)
            }
        };
        self.streams.push(OutputStream { to, format });
        Ok(())
    }

    /// Files have no colour, and no width.
    fn style_for(&self, path: Option<&Path>) -> Style {
        Style {
            color: self.style.color && path.is_none(),
            columns: self.style.columns.filter(|_| path.is_none()),
            ..self.style
        }
    }

    /// Returns a hint for users of another system's format without the exit codes of that system.
    pub(super) fn hint(&self, mode: ExitMode) -> Option<&'static str> {
        let owner = self.reports.iter().find(|output| output.path.is_none())?;
        match (owner.format, mode) {
            (OutputFormat::Nagios, ExitMode::Table | ExitMode::Simple | ExitMode::None) => {
                Some("note: Nagios goes by the exit code, add --exit-code=nagios")
            }
            (OutputFormat::Checkmk, ExitMode::Table | ExitMode::Simple | ExitMode::Nagios) => {
                Some("note: Checkmk wants exit code 0 of a local check, add --exit-code=none")
            }
            _ => None,
        }
    }

    /// Removes the human report on stdout in favour of another text. Returns whether stdout is free
    /// for that text.
    pub(super) fn without_human(&mut self) -> bool {
        self.reports
            .retain(|output| output.format != OutputFormat::Human || output.path.is_some());
        self.reports.iter().all(|output| output.path.is_some())
            && self.streams.iter().all(|stream| !stream.to.is_stdout())
    }

    /// Starts every stream. Returns `false` if the reader of stdout is gone.
    ///
    /// # Errors
    /// An output cannot be written.
    pub(super) fn start(&mut self, snapshot: &Snapshot, config: Option<&str>) -> io::Result<bool> {
        self.each(snapshot, |what, out| match what {
            StreamFormat::Events(stream) => stream.start(snapshot, config, out),
            StreamFormat::Lines(_) => Ok(()),
        })
    }

    /// Writes new changes. Returns `false` if the reader of stdout is gone.
    ///
    /// # Errors
    /// An output cannot be written.
    pub(super) fn follow(&mut self, snapshot: &Snapshot) -> io::Result<bool> {
        self.each(snapshot, |what, out| match what {
            StreamFormat::Events(stream) => stream.follow(snapshot, out),
            StreamFormat::Lines(stream) => stream.follow(snapshot, out),
        })
    }

    /// Returns whether `-v` was given.
    pub(super) const fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Returns what `--by` says.
    pub(super) const fn grouping(&self) -> Option<GroupBy> {
        self.by
    }

    /// Ends every stream and writes every report.
    ///
    /// # Errors
    /// An output cannot be written.
    pub(super) fn end(&mut self, snapshot: &Snapshot, run: &RunInfo) -> io::Result<()> {
        self.each(snapshot, |what, out| match what {
            StreamFormat::Events(stream) => stream.end(
                snapshot.wall(snapshot.at),
                snapshot.counts.worst(),
                run.exit,
                out,
            ),
            StreamFormat::Lines(_) => Ok(()),
        })?;
        let mut result = Ok(());
        for OutputSpec { format, path } in &self.reports {
            if *format == OutputFormat::Human && self.quiet && run.exit == 0 {
                continue;
            }
            let mut bytes = Vec::new();
            let style = self.style_for(path.as_deref());
            match format {
                OutputFormat::Human if self.layout == HumanLayout::Probe => {
                    probe::write(snapshot, run, style, &mut bytes)?
                }
                OutputFormat::Human => {
                    human::write(snapshot, run, style, self.verbose, &mut bytes)?
                }
                OutputFormat::Plain => plain::write(snapshot, self.verbose, &mut bytes)?,
                OutputFormat::Json => json::write(snapshot, run, &mut bytes)?,
                OutputFormat::Ndjson => {}
                OutputFormat::Junit => junit::write(snapshot, run, &mut bytes)?,
                OutputFormat::Tap => tap::write(snapshot, run, &mut bytes)?,
                OutputFormat::Github => github::write(snapshot, run, &mut bytes)?,
                OutputFormat::Md => md::write(snapshot, run, &mut bytes)?,
                OutputFormat::Nagios => nagios::write(snapshot, run, &mut bytes)?,
                OutputFormat::Checkmk => checkmk::write(snapshot, &mut bytes)?,
                OutputFormat::Prom => prom::write(snapshot, run, &mut bytes)?,
            }
            let written = match path {
                Some(path) if *format == OutputFormat::Md => output::append(path, &bytes),
                path => output::write(path.as_deref(), &bytes),
            };
            // The other outputs are written even if this one fails.
            result = result.and(written);
        }
        result
    }

    /// Opens the event logs again after a rotation.
    pub(super) fn reopen(&mut self) {
        for OutputStream { to, .. } in &mut self.streams {
            if let OutputDestination::Log(log) = to {
                log.reopen();
            }
        }
    }

    /// Writes to every stream. Returns `false` once the reader of stdout is gone.
    fn each(
        &mut self,
        now: &Snapshot,
        write: impl Fn(&mut StreamFormat, &mut Vec<u8>) -> io::Result<()>,
    ) -> io::Result<bool> {
        let mut is_read = true;
        for OutputStream { to, format } in &mut self.streams {
            let mut bytes = Vec::new();
            write(format, &mut bytes)?;
            match to {
                OutputDestination::Log(log) => is_read &= log.write(&bytes, now, format.lost()),
                _ if bytes.is_empty() => {}
                OutputDestination::File(file) => file.write_all(&bytes)?,
                OutputDestination::Stdout => is_read &= output::stream(&bytes)?,
            }
        }
        Ok(is_read)
    }
}

impl OutputDestination {
    const fn is_stdout(&self) -> bool {
        match self {
            OutputDestination::Stdout => true,
            OutputDestination::File(_) => false,
            OutputDestination::Log(log) => log.is_stdout(),
        }
    }
}

impl StreamFormat {
    /// Returns what creates the line about lost lines.
    fn lost(&self) -> fn(Timestamp, u64) -> Vec<u8> {
        match self {
            StreamFormat::Events(_) => |at, count| {
                let mut line = ndjson::NdjsonObject::lost(at, count).json;
                line.push(b'\n');
                line
            },
            StreamFormat::Lines(_) => {
                |_, count| format!("{} lost\n", words::count(count, "line", "lines")).into_bytes()
            }
        }
    }
}

/// Checks the folder of a report, so that a mistake is reported before a long run.
pub(super) fn has_folder(path: &Path) -> Result<(), String> {
    match path.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => Err(format!(
            "cannot write `{}`: there is no such folder",
            path.display()
        )),
        _ => Ok(()),
    }
}

fn refused(path: &Path, error: &io::Error) -> String {
    format!("cannot write `{}`: {error}", path.display())
}

/// Returns the width of the terminal, 80 if it does not say.
fn terminal_columns() -> usize {
    match crossterm::terminal::size() {
        Ok((columns @ 1.., _)) => usize::from(columns),
        _ => 80,
    }
}

/// Returns the style of text on a stream.
pub(super) fn style_of(look: &args::LookArgs, stream: &(impl IsTerminal + AsFd)) -> Style {
    let env = |name: &str| std::env::var(name).ok();
    Style {
        color: style::color(look.color, &env, target_of(stream)),
        glyphs: style::glyphs(look.glyphs, &env),
        columns: stream.is_terminal().then(terminal_columns),
    }
}

/// Returns what a stream leads to.
fn target_of(stream: &(impl IsTerminal + AsFd)) -> StreamTarget {
    if stream.is_terminal() {
        return StreamTarget::Terminal;
    }
    let file = stream.as_fd().try_clone_to_owned().map(File::from);
    match file.and_then(|file| file.metadata()) {
        Ok(found) if found.is_file() => StreamTarget::File,
        _ => StreamTarget::Pipe,
    }
}
