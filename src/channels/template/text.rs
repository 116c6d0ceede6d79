//! One text with names in double braces.

use std::ops::Range;

use crate::conf::nearest::nearest;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A text in which `{{name}}` stands for what a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateText(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Name(&'static str),
}

/// A mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateMistake {
    /// The place in the text, in bytes.
    pub place: Range<usize>,
    /// Repeats nothing of the text.
    pub why: String,
}

impl TemplateText {
    /// Reads a text that may name these.
    ///
    /// # Errors
    /// A name that is not known, or braces that do not end.
    pub fn parse(text: &str, names: &[&'static str]) -> Result<TemplateText, TemplateMistake> {
        let mut pieces = Vec::new();
        let mut from = 0;
        while let Some((before, rest)) = text.get(from..).and_then(|text| text.split_once(OPEN)) {
            let start = from + before.len();
            let Some((inside, _)) = rest.split_once(CLOSE) else {
                return Err(TemplateMistake {
                    place: start..text.len(),
                    why: "expected `}}` behind a name".to_owned(),
                });
            };
            let end = start + OPEN.len() + inside.len() + CLOSE.len();
            let word = inside.trim();
            let Some(name) = names.iter().find(|name| **name == word) else {
                return Err(TemplateMistake {
                    place: start..end,
                    why: suggestion(word, names),
                });
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Name(name));
            from = end;
        }
        match text.get(from..) {
            None | Some("") => {}
            Some(rest) => pieces.push(Piece::Text(rest.to_owned())),
        }
        Ok(TemplateText(pieces))
    }

    /// Returns the text. `value`: what a name stands for; nothing is an empty text.
    pub fn render(&self, value: &dyn Fn(&str) -> Option<String>) -> String {
        let pieces = self.0.iter();
        let pieces = pieces.map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Name(name) => value(name).unwrap_or_default(),
        });
        pieces.collect()
    }
}

fn suggestion(word: &str, names: &[&str]) -> String {
    match nearest(word, names.iter().copied()) {
        Some(near) => format!("did you mean `{OPEN}{near}{CLOSE}`?"),
        None => format!("expected one of {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["monitor", "group"];

    fn rendered(text: &str) -> Result<String, TemplateMistake> {
        let value = |name: &str| (name == "monitor").then(|| "a{{group}}".to_owned());
        Ok(TemplateText::parse(text, &NAMES)?.render(&value))
    }

    #[test]
    fn names_are_replaced_once() {
        for (text, wanted) in [
            ("", ""),
            ("plain { } }} é", "plain { } }} é"),
            ("{{monitor}}", "a{{group}}"),
            ("é{{ monitor }}-{{group}}!", "éa{{group}}-!"),
        ] {
            assert_eq!(rendered(text).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn mistakes_have_places() {
        for (text, place, why) in [
            ("é{{monitr}}", 2..12, "did you mean `{{monitor}}`?"),
            ("{{x | y}}", 0..9, "expected one of monitor, group"),
            ("{{monitor}} {{", 12..14, "expected `}}` behind a name"),
        ] {
            let mistake = rendered(text).unwrap_err();
            assert_eq!(
                (mistake.place, mistake.why.as_str()),
                (place, why),
                "{text}"
            );
        }
    }
}
