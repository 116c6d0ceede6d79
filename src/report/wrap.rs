//! Lines that fit the terminal.

use std::io;

use unicode_width::UnicodeWidthStr;

/// Splits a text at its spaces into lines of at most `columns`; `None` is no limit. A longer word,
/// such as a URL, stays whole, so that it can be copied.
pub(crate) fn wrapped(text: &str, columns: Option<usize>) -> Vec<String> {
    let Some(columns) = columns else {
        return vec![text.to_owned()];
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Writes a text below a line, each of its lines behind `indent` spaces.
///
/// # Errors
/// What the writer says.
pub(crate) fn write_below(
    text: &str,
    indent: usize,
    columns: Option<usize>,
    paint: impl Fn(&str) -> String,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let room = columns.map(|columns| columns.saturating_sub(indent));
    wrapped(text, room)
        .iter()
        .try_for_each(|line| writeln!(out, "{:indent$}{}", "", paint(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_at_its_spaces() {
        let lines = |text, columns| wrapped(text, columns);
        assert_eq!(
            lines("timed out after 10s", Some(9)),
            ["timed out", "after 10s"]
        );
        assert_eq!(lines("timed out after 10s", None), ["timed out after 10s"]);
        assert_eq!(
            lines("http://a.test/long x", Some(5)),
            ["http://a.test/long", "x"]
        );
        assert_eq!(lines("心拍 心拍", Some(5)), ["心拍", "心拍"]);
        assert_eq!(lines("", Some(5)), [""]);
    }
}
