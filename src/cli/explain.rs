//! `hbmon explain`: the meaning of a config error code, with an example, or of the reason of a
//! failure, with what to do.

use std::fmt::Write;

use super::args::ExplainArgs;
use super::{CommandError, exit, output};
use crate::config::{Code, Example, Explanation};
use crate::model::Reason;
use crate::words::{ReasonGuide, reason_guide};

const WIDTH: usize = 80;

pub(super) fn run(args: &ExplainArgs) -> Result<u8, CommandError> {
    let text = match &args.topic {
        None => list(),
        Some(name) => match (code_named(name), reason_named(name)) {
            (Some(code), _) => code_page(code),
            (None, Some(reason)) => reason_page(reason),
            (None, None) => {
                return Err(CommandError::usage(format!(
                    "there is no code or reason `{name}`: `hbmon explain` lists them all"
                )));
            }
        },
    };
    output::write(None, text.as_bytes()).map_err(CommandError::internal)?;
    Ok(exit::OK)
}

/// Returns the codes of config errors and the reasons of failures, a line each.
fn list() -> String {
    let mut list = String::from("Codes of config errors:\n\n");
    for code in Code::ALL {
        let _ = writeln!(list, "{code}  {}", code.title());
    }
    list.push_str("\nReasons of failures, in reports and metrics:\n\n");
    for reason in Reason::ALL {
        let _ = writeln!(
            list,
            "{:12}  {}",
            reason.as_str(),
            reason_guide(reason).what
        );
    }
    list
}

/// Returns the reason with a name such as `too_large` or `too-large`.
fn reason_named(name: &str) -> Option<Reason> {
    let name = name.to_ascii_lowercase().replace(['-', ' '], "_");
    Reason::ALL
        .into_iter()
        .find(|reason| reason.as_str() == name)
}

fn reason_page(reason: Reason) -> String {
    let ReasonGuide {
        what,
        causes,
        advice,
    } = reason_guide(reason);
    format!(
        "{}: {what}\n\n{}\nWhat to do:\n\n{}",
        reason.as_str(),
        wrapped(causes),
        wrapped(advice)
    )
}

/// Returns the code with a name such as `HB012`, `hb012` or `12`.
fn code_named(name: &str) -> Option<Code> {
    let lower = name.to_ascii_lowercase();
    let number: u16 = lower.strip_prefix("hb").unwrap_or(&lower).parse().ok()?;
    Code::ALL
        .iter()
        .copied()
        .find(|code| *code as u16 == number)
}

fn code_page(code: Code) -> String {
    let Explanation { why, wrong, right } = code.explanation();
    let mut page = format!("{code}: {}\n\n{}", code.title(), wrapped(why));
    for (label, example) in [("Wrong", wrong), ("Right", right)] {
        let text = match example {
            Example::Config(text) | Example::Shell(text) => text,
        };
        let _ = write!(page, "\n{label}:\n\n");
        for line in text.lines() {
            let _ = writeln!(page, "    {line}");
        }
    }
    page
}

/// Wraps a text to lines of at most `WIDTH` columns; longer words stay whole.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            lines.push('\n');
            column = 0;
        }
        if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines.push('\n');
    lines
}
