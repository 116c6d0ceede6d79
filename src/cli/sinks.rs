//! The outputs of one run: streams that follow it, and reports at its end.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use jiff::tz::TimeZone;

use super::args;
use super::exit::Mode;
use super::output::{self, Format, Output};
use crate::model::Snapshot;
use crate::report::style::{self, Style};
use crate::report::{Run, checkmk, github, human, json, junit, lines, md, nagios, ndjson, plain, probe, prom, tap};

/// What a run prints while it goes on and when it ends, as asked for by `-o`, `-q` and `-v`.
pub struct Sinks {
    streams: Vec<Stream>,
    reports: Vec<Output>,
    quiet: bool,
    verbose: bool,
    layout: Layout,
    style: Style,
}

/// What `human` means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A summary, problems in full.
    Check,
    /// Each target in full.
    Probe,
    /// A line whenever something changes.
    Lines,
}

struct Stream {
    /// None: stdout.
    file: Option<File>,
    what: Streamed,
}

enum Streamed {
    Events(ndjson::Stream),
    Lines(lines::Stream),
}

impl Sinks {
    /// # Errors
    /// Two formats for one stdout or one file, or a file that cannot be made.
    pub fn new(report: &args::Report, look: &args::Look, layout: Layout) -> Result<Sinks, String> {
        let outputs = match report.output.as_slice() {
            [] => vec![Output { format: Format::Human, path: None }],
            outputs => outputs.to_vec(),
        };
        if outputs.iter().filter(|output| output.path.is_none()).count() > 1 {
            return Err(
                "only one output may go to stdout: give the others a path, as in `-o json=report.json`".to_owned()
            );
        }
        for (index, output) in outputs.iter().enumerate() {
            if output.path.is_some() && outputs.iter().take(index).any(|other| other.path == output.path) {
                let path = output.path.as_deref().unwrap_or(Path::new("")).display();
                return Err(format!("two outputs cannot go to one file, `{path}`"));
            }
        }
        let style = style_of(look, &io::stdout());
        let quiet = report.quiet && report.output.is_empty();
        let mut sinks =
            Sinks { streams: Vec::new(), reports: Vec::new(), quiet, verbose: look.verbose > 0, layout, style };
        for output in outputs {
            let what = match output.format {
                Format::Ndjson => Streamed::Events(ndjson::Stream::new()),
                Format::Human if layout == Layout::Lines && !quiet => {
                    let style = if output.path.is_some() { Style { color: false, ..style } } else { style };
                    Streamed::Lines(lines::Stream::new(style, TimeZone::system(), sinks.verbose))
                }
                Format::Human if layout == Layout::Lines => continue,
                _ => {
                    output.path.as_deref().map_or(Ok(()), has_folder)?;
                    sinks.reports.push(output);
                    continue;
                }
            };
            sinks.streams.push(Stream { file: output.path.as_deref().map(create).transpose()?, what });
        }
        Ok(sinks)
    }

    /// What is to be said to a caller that reads the format of another system, but not its exit codes.
    pub fn hint(&self, mode: Mode) -> Option<&'static str> {
        let owner = self.reports.iter().find(|output| output.path.is_none())?;
        match (owner.format, mode) {
            (Format::Nagios, Mode::Table | Mode::Simple | Mode::None) => {
                Some("note: Nagios goes by the exit code, add --exit-code=nagios")
            }
            (Format::Checkmk, Mode::Table | Mode::Simple | Mode::Nagios) => {
                Some("note: Checkmk wants exit code 0 of a local check, add --exit-code=none")
            }
            _ => None,
        }
    }

    /// Something else takes the place of the human report on stdout; gives whether stdout is free for it.
    pub fn without_human(&mut self) -> bool {
        self.reports.retain(|output| output.format != Format::Human || output.path.is_some());
        self.reports.iter().all(|output| output.path.is_some())
            && self.streams.iter().all(|stream| stream.file.is_some())
    }

    /// The first words of every stream.
    ///
    /// # Errors
    /// What an output says; a reader that went away is `false`.
    pub fn start(&mut self, snapshot: &Snapshot, config: Option<&str>) -> io::Result<bool> {
        self.each(|what, out| match what {
            Streamed::Events(stream) => stream.start(snapshot, config, out),
            Streamed::Lines(_) => Ok(()),
        })
    }

    /// What is new.
    ///
    /// # Errors
    /// As `start`.
    pub fn follow(&mut self, snapshot: &Snapshot) -> io::Result<bool> {
        self.each(|what, out| match what {
            Streamed::Events(stream) => stream.follow(snapshot, out),
            Streamed::Lines(stream) => stream.follow(snapshot, out),
        })
    }

    /// Whether `-v` was given.
    pub const fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// The last words of every stream, and every report.
    ///
    /// # Errors
    /// What an output says.
    pub fn end(&mut self, snapshot: &Snapshot, run: &Run) -> io::Result<()> {
        self.each(|what, out| match what {
            Streamed::Events(stream) => stream.end(snapshot.wall(snapshot.at), snapshot.counts.worst(), run.exit, out),
            Streamed::Lines(_) => Ok(()),
        })?;
        let mut trouble = Ok(());
        for Output { format, path } in &self.reports {
            if *format == Format::Human && self.quiet && run.exit == 0 {
                continue;
            }
            let mut bytes = Vec::new();
            let style = if path.is_some() { Style { color: false, ..self.style } } else { self.style };
            match format {
                Format::Human if self.layout == Layout::Probe => probe::write(snapshot, run, style, &mut bytes)?,
                Format::Human => human::write(snapshot, run, style, self.verbose, &mut bytes)?,
                Format::Plain => plain::write(snapshot, self.verbose, &mut bytes)?,
                Format::Json => json::write(snapshot, run, &mut bytes)?,
                Format::Ndjson => {}
                Format::Junit => junit::write(snapshot, run, &mut bytes)?,
                Format::Tap => tap::write(snapshot, run, &mut bytes)?,
                Format::Github => github::write(snapshot, run, &mut bytes)?,
                Format::Md => md::write(snapshot, run, &mut bytes)?,
                Format::Nagios => nagios::write(snapshot, run, &mut bytes)?,
                Format::Checkmk => checkmk::write(snapshot, &mut bytes)?,
                Format::Prom => prom::write(snapshot, run, &mut bytes)?,
            }
            let written = match path {
                Some(path) if *format == Format::Md => output::append(path, &bytes),
                path => output::write(path.as_deref(), &bytes),
            };
            // One that cannot be written takes no other with it.
            trouble = trouble.and(written);
        }
        trouble
    }

    /// `false` once the reader of stdout is gone.
    fn each(&mut self, write: impl Fn(&mut Streamed, &mut Vec<u8>) -> io::Result<()>) -> io::Result<bool> {
        let mut heard = true;
        for Stream { file, what } in &mut self.streams {
            let mut bytes = Vec::new();
            write(what, &mut bytes)?;
            match file {
                _ if bytes.is_empty() => {}
                Some(file) => file.write_all(&bytes)?,
                None => heard &= output::stream(&bytes)?,
            }
        }
        Ok(heard)
    }
}

/// Better said before a long run than after it.
fn has_folder(path: &Path) -> Result<(), String> {
    match path.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => {
            Err(format!("cannot write `{}`: there is no such folder", path.display()))
        }
        _ => Ok(()),
    }
}

fn create(path: &Path) -> Result<File, String> {
    File::create(path).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

/// How text on this stream looks.
pub fn style_of(look: &args::Look, stream: &impl IsTerminal) -> Style {
    let env = |name: &str| std::env::var(name).ok();
    Style { color: style::color(look.color, &env, stream.is_terminal()), glyphs: style::glyphs(look.glyphs, &env) }
}
