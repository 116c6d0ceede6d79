//! Errors in a config with their places, rendered like those of rustc, with secrets masked.

mod excerpt;

use std::fmt;

use annotate_snippets::normalize_untrusted_str;

use super::codes::{Code, Severity};
use super::sources::{Position, Sources};
use super::span::Span;

/// Maximum number of errors that are shown.
const SHOWN: usize = 20;

/// An error or a warning.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub code: Code,
    pub title: String,
    /// The place of the error, and the label below it.
    pub primary: Option<(Span, String)>,
    /// Related places.
    pub context: Vec<(Span, String)>,
    /// A place that is shown without a mark, as context.
    pub near: Option<Span>,
    pub notes: Vec<String>,
    pub helps: Vec<String>,
}

impl Diagnostic {
    pub fn new(code: Code, title: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            title: title.into(),
            primary: None,
            context: Vec::new(),
            near: None,
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    pub fn at(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.primary = Some((span, label.into()));
        self
    }

    pub fn also(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.context.push((span, label.into()));
        self
    }

    pub fn near(mut self, span: Option<Span>) -> Diagnostic {
        self.near = span;
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.helps.push(help.into());
        self
    }

    /// Returns all texts of the diagnostic.
    pub fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let labels = self
            .primary
            .iter_mut()
            .chain(&mut self.context)
            .map(|(_, label)| label);
        std::iter::once(&mut self.title)
            .chain(labels)
            .chain(&mut self.notes)
            .chain(&mut self.helps)
    }

    /// Returns the texts other than the title, as one text.
    fn advice_text(&self) -> Option<String> {
        let label = self.primary.iter().map(|(_, label)| label);
        let all = label
            .chain(&self.notes)
            .chain(&self.helps)
            .filter(|text| !text.is_empty());
        let all = all.map(|text| clean(text)).collect::<Vec<_>>().join("\n");
        (!all.is_empty()).then_some(all)
    }
}

/// The format of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiagnosticFormat {
    /// With source lines and carets.
    Full,
    /// One line for each error: `file:line:col: error[HB012]: …`.
    Short,
    /// One JSON object per line: code, severity, file, line, column, message, help. Missing
    /// values are null.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

#[derive(Clone, Copy, Debug)]
pub struct DiagnosticStyle {
    pub format: DiagnosticFormat,
    pub color: bool,
    pub ascii: bool,
    /// Width of the terminal in cells.
    pub width: usize,
}

impl Default for DiagnosticStyle {
    fn default() -> Self {
        DiagnosticStyle {
            format: DiagnosticFormat::Full,
            color: false,
            ascii: false,
            width: 100,
        }
    }
}

/// All errors of a config, or all warnings of a config without errors.
#[derive(Clone)]
pub struct ConfigError {
    /// In the order of the files and lines.
    pub problems: Vec<Diagnostic>,
    /// As written: what is shown of them goes through `mask`.
    sources: Sources,
    masks: Vec<Span>,
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&DiagnosticStyle {
            format: DiagnosticFormat::Short,
            ..DiagnosticStyle::default()
        }))
    }
}

impl ConfigError {
    /// `masks`: places of the source to hide.
    pub fn new(sources: Sources, mut problems: Vec<Diagnostic>, masks: Vec<Span>) -> ConfigError {
        problems.sort_by_key(|problem| problem.primary.as_ref().map(|(span, _)| *span));
        ConfigError {
            problems,
            sources,
            masks,
        }
    }

    /// Returns an error without a place in a file.
    pub fn without_source(problem: Diagnostic) -> ConfigError {
        ConfigError {
            problems: vec![problem],
            sources: Sources::default(),
            masks: Vec::new(),
        }
    }

    /// Returns all errors, each with a final line break, with the summary at the end.
    pub fn render(&self, style: &DiagnosticStyle) -> String {
        let mut out = String::new();
        // The summary is for people. Programs read every line.
        let shown = if style.format == DiagnosticFormat::Json {
            usize::MAX
        } else {
            SHOWN
        };
        for problem in self.problems.iter().take(shown) {
            match style.format {
                DiagnosticFormat::Full => out.push_str(&self.full(problem, style)),
                DiagnosticFormat::Short => out.push_str(&self.short(problem)),
                DiagnosticFormat::Json => out.push_str(&self.json(problem)),
                DiagnosticFormat::Github => out.push_str(&self.github(problem)),
            }
            out.push('\n');
            if style.format == DiagnosticFormat::Full {
                out.push('\n');
            }
        }
        let count = self.problems.len();
        if count > shown {
            let severity = self
                .problems
                .first()
                .map_or(Severity::Error, |problem| problem.code.severity());
            let name = clean(self.sources.name());
            out.push_str(&format!(
                "{}: {} more in `{name}`\n",
                severity.as_str(),
                count - SHOWN
            ));
        }
        if style.format == DiagnosticFormat::Full {
            out.push_str(&self.more(shown));
        }
        out
    }

    /// Where to read more about what is shown: `for more: hbmon explain HB012 (also HB013)`.
    fn more(&self, shown: usize) -> String {
        let mut codes: Vec<Code> = Vec::new();
        for problem in self.problems.iter().take(shown) {
            if !codes.contains(&problem.code) {
                codes.push(problem.code);
            }
        }
        let names: Vec<String> = codes.iter().map(Code::to_string).collect();
        match names.as_slice() {
            [] => String::new(),
            [only] => format!("for more: hbmon explain {only}\n"),
            [first, others @ ..] => format!(
                "for more: hbmon explain {first} (also {})\n",
                others.join(", ")
            ),
        }
    }

    fn short(&self, problem: &Diagnostic) -> String {
        let title = clean(&problem.title);
        let name = clean(self.sources.name());
        let what = format!("{}[{}]", problem.code.severity().as_str(), problem.code);
        match &problem.primary {
            Some((span, _)) => {
                let Position { file, line, column } = self.sources.position(*span);
                format!("{}:{line}:{column}: {what}: {title}", clean(file))
            }
            None if name.is_empty() => format!("{what}: {title}"),
            None => format!("{name}: {what}: {title}"),
        }
    }

    /// Returns the file of an error, empty without one, and the place in it.
    fn place(&self, problem: &Diagnostic) -> (&str, Option<Position<'_>>) {
        let place = (problem.primary.as_ref()).map(|(span, _)| self.sources.position(*span));
        let file = (place.as_ref()).map_or(self.sources.name(), |place| place.file);
        (file, place)
    }

    fn json(&self, problem: &Diagnostic) -> String {
        let (file, place) = self.place(problem);
        serde_json::json!({
            "code": problem.code.to_string(),
            "severity": problem.code.severity().as_str(),
            "file": (!file.is_empty()).then(|| clean(file)),
            "line": place.as_ref().map(|place| place.line),
            "column": place.as_ref().map(|place| place.column),
            "message": clean(&problem.title),
            "help": problem.advice_text(),
        })
        .to_string()
    }

    /// Escapes text for workflow commands of GitHub Actions.
    fn github(&self, problem: &Diagnostic) -> String {
        let data = |text: &str| {
            text.replace('%', "%25")
                .replace('\r', "%0D")
                .replace('\n', "%0A")
        };
        let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
        let mut head = format!("::{} ", problem.code.severity().as_str());
        let (file, place) = self.place(problem);
        if !file.is_empty() {
            head.push_str(&format!("file={},", property(&clean(file))));
        }
        if let Some(Position { line, column, .. }) = place {
            head.push_str(&format!("line={line},col={column},"));
        }
        let advice = problem
            .advice_text()
            .map_or(String::new(), |advice| format!("\n{advice}"));
        format!(
            "{head}title={}::{}",
            problem.code,
            data(&format!("{}{advice}", clean(&problem.title)))
        )
    }
}

/// Escapes control characters. The renderer does so for titles and sources, but not for names,
/// labels and help texts.
fn clean(text: &str) -> String {
    normalize_untrusted_str(text)
}
