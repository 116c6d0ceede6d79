//! `hbmon explain`: the meaning of a config error code, with an example.

use std::fmt::Write;

use super::args::ExplainArgs;
use super::{CommandError, exit, output};
use crate::config::{Code, Example, Explanation};

const WIDTH: usize = 80;

pub(super) fn run(args: &ExplainArgs) -> Result<u8, CommandError> {
    let text = match &args.code {
        None => Code::ALL.iter().fold(String::new(), |list, code| {
            format!("{list}{code}  {}\n", code.title())
        }),
        Some(name) => page(named(name).ok_or_else(|| {
            CommandError::usage(format!(
                "there is no code `{name}`: `hbmon explain` lists them all"
            ))
        })?),
    };
    output::write(None, text.as_bytes()).map_err(CommandError::internal)?;
    Ok(exit::OK)
}

/// Returns the code with a name such as `HB012`, `hb012` or `12`.
fn named(name: &str) -> Option<Code> {
    let lower = name.to_ascii_lowercase();
    let number: u16 = lower.strip_prefix("hb").unwrap_or(&lower).parse().ok()?;
    Code::ALL
        .iter()
        .copied()
        .find(|code| *code as u16 == number)
}

fn page(code: Code) -> String {
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
