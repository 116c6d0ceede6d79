//! Selects monitors: the language of `--filter` and of the screen's filter (docs/interface.md,
//! "Filters").

use crate::model::glob::glob;
use crate::model::target::meta::Meta;

/// A selector such as `api* tag:eu, !kind:sse`. Terms separated by spaces must all match; a comma
/// starts an alternative. A term without a field matches names. `*` stands for any characters, `?`
/// for one; case is ignored. An empty selector matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Alternatives, each of terms that must all match.
    any: Vec<Vec<SelectorTerm>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SelectorTerm {
    negated: bool,
    field: SelectorField,
    /// Lower case.
    glob: Vec<char>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SelectorField {
    Name,
    Tag,
    Group,
    Kind,
}

/// What is wrong with a selector, and at which byte (0-based).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectError {
    pub at: usize,
    pub why: &'static str,
}

impl Selector {
    /// Parses a selector.
    ///
    /// # Errors
    /// An unknown field, a term without a pattern, or an empty alternative.
    pub fn parse(source: &str) -> Result<Selector, SelectError> {
        if source.trim().is_empty() {
            return Ok(Selector::default());
        }
        let mut any = Vec::new();
        let mut at = 0;
        for alternative in source.split(',') {
            let terms = words(alternative, at)
                .into_iter()
                .map(|(at, word)| SelectorTerm::parse(at, word))
                .collect::<Result<Vec<_>, _>>()?;
            if terms.is_empty() {
                return Err(SelectError {
                    at,
                    why: "nothing between the commas",
                });
            }
            any.push(terms);
            at += alternative.len() + 1;
        }
        Ok(Selector { any })
    }

    pub fn matches(&self, meta: &Meta) -> bool {
        self.any.is_empty()
            || self
                .any
                .iter()
                .any(|terms| terms.iter().all(|term| term.matches(meta)))
    }
}

/// Splits a text into words with their byte offsets, counted from `start`.
fn words(text: &str, start: usize) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let at = start + text.len() - rest.len();
        let (word, behind) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        words.push((at, word));
        rest = behind.trim_start();
    }
    words
}

impl SelectorTerm {
    fn parse(at: usize, word: &str) -> Result<SelectorTerm, SelectError> {
        let (negated, rest) = word
            .strip_prefix('!')
            .map_or((false, word), |rest| (true, rest));
        let at = at + word.len() - rest.len();
        let (field, pattern) = match rest.split_once(':') {
            None => (SelectorField::Name, rest),
            Some((field, pattern)) => match field.to_lowercase().as_str() {
                "name" => (SelectorField::Name, pattern),
                "tag" => (SelectorField::Tag, pattern),
                "group" => (SelectorField::Group, pattern),
                "kind" => (SelectorField::Kind, pattern),
                _ => {
                    return Err(SelectError {
                        at,
                        why: "expected `name:`, `tag:`, `group:`, `kind:` or a name",
                    });
                }
            },
        };
        if pattern.is_empty() {
            return Err(SelectError {
                at: at + rest.len(),
                why: "expected a word or pattern",
            });
        }
        Ok(SelectorTerm {
            negated,
            field,
            glob: pattern.to_lowercase().chars().collect(),
        })
    }

    fn matches(&self, meta: &Meta) -> bool {
        let found = match self.field {
            SelectorField::Name => self.fits(meta.name.as_str()),
            SelectorField::Tag => meta.tags.iter().any(|tag| self.fits(tag.as_str())),
            SelectorField::Group => meta
                .group
                .as_ref()
                .is_some_and(|group| self.fits(group.as_str())),
            SelectorField::Kind => self.fits(meta.kind.as_str()),
        };
        found != self.negated
    }

    fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        glob(&self.glob, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Text};

    fn meta() -> Meta {
        Meta {
            group: Some(Text::clean("Web Shop")),
            tags: vec![Text::clean("prod"), Text::clean("EU")],
            ..Meta::new(Text::clean("api-eu"), Kind::Sse)
        }
    }

    #[test]
    fn words_and_alternatives() {
        for (source, wanted) in [
            ("", true),
            ("  ", true),
            ("api*", true),
            ("api", false),
            ("API-?U", true),
            ("*", true),
            ("tag:eu", true),
            ("tag:e", false),
            ("!tag:flaky", true),
            ("!tag:eu", false),
            ("kind:sse group:web*", true),
            ("kind:http group:web*", false),
            ("kind:http, tag:prod api*", true),
            ("kind:http,tag:prod  web*", false),
            ("name:api-eu", true),
            ("*a*i*u*", true),
            ("*a*u*i*", false),
        ] {
            assert_eq!(
                Selector::parse(source).unwrap().matches(&meta()),
                wanted,
                "{source}"
            );
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        for (source, at) in [
            ("a,", 2),
            (",a", 0),
            ("a b,, c", 4),
            ("api colour:red", 4),
            ("a !tag:", 7),
            ("é tga:x", 3),
        ] {
            assert_eq!(Selector::parse(source).unwrap_err().at, at, "{source}");
        }
    }

    #[test]
    fn hostile_patterns_end_soon() {
        let pattern: Vec<char> = "*a".repeat(5_000).chars().chain(['b']).collect();
        assert!(!glob(&pattern, &['a'; 20_000]));
    }
}
