//! Selects monitors: the language of `--filter` and of the screen's filter (docs/interface.md,
//! "Filters").

use crate::model::glob::glob;
use crate::model::target::meta::Meta;

/// A selector such as `api* tag:eu, !kind:sse`. Terms separated by spaces must all match; a comma
/// starts an alternative. A term without a field matches names. `*` stands for any characters, `?`
/// for one; case is ignored. A pattern in quotes is taken literally, `name:"a, b"`: case counts, and
/// `\` stands before a quote or `\`. An empty selector matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Alternatives, each of terms that must all match.
    any: Vec<Vec<SelectorTerm>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SelectorTerm {
    negated: bool,
    field: SelectorField,
    pattern: SelectorPattern,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SelectorPattern {
    /// Lower case.
    Glob(Vec<char>),
    /// It was in quotes.
    Literal(String),
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
        let alternatives = Selector::split(source)?.into_iter().map(|terms| {
            let terms = terms.into_iter();
            terms
                .map(|(at, term)| SelectorTerm::parse(at, term))
                .collect()
        });
        Ok(Selector {
            any: alternatives.collect::<Result<_, _>>()?,
        })
    }

    /// Splits a selector that is not empty into alternatives, and each of them into terms with
    /// their byte offsets.
    ///
    /// # Errors
    /// An empty alternative, or a quote that is not closed.
    pub fn split(source: &str) -> Result<Vec<Vec<(usize, &str)>>, SelectError> {
        let mut any = Vec::new();
        let mut terms = Vec::new();
        let mut begin = 0;
        let mut term: Option<usize> = None;
        let mut quote: Option<usize> = None;
        let mut is_escaped = false;
        let mut before = ' ';
        let text = |from: usize, to: usize| (from, source.get(from..to).unwrap_or_default());
        for (at, c) in source.char_indices() {
            if quote.is_some() {
                if c == '"' && !is_escaped {
                    quote = None;
                }
                is_escaped = c == '\\' && !is_escaped;
            } else if c == ',' || c.is_whitespace() {
                terms.extend(term.take().map(|from| text(from, at)));
                if c == ',' {
                    any.push(filled(std::mem::take(&mut terms), begin)?);
                    begin = at + 1;
                }
            } else {
                let may_open = term.is_none() || matches!(before, '!' | ':');
                quote = (c == '"' && may_open).then_some(at);
                term = term.or(Some(at));
            }
            before = c;
        }
        if let Some(at) = quote {
            return Err(SelectError {
                at,
                why: "the quote is not closed",
            });
        }
        terms.extend(term.map(|from| text(from, source.len())));
        any.push(filled(terms, begin)?);
        Ok(any)
    }

    /// Returns the selector of the monitor with this name and no other.
    pub fn of_name(name: &str) -> String {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("name:\"{name}\"")
    }

    pub fn matches(&self, meta: &Meta) -> bool {
        self.any.is_empty()
            || self
                .any
                .iter()
                .any(|terms| terms.iter().all(|term| term.matches(meta)))
    }
}

/// Returns the terms of the alternative that begins at `begin`, unless there is none.
fn filled(terms: Vec<(usize, &str)>, begin: usize) -> Result<Vec<(usize, &str)>, SelectError> {
    if terms.is_empty() {
        return Err(SelectError {
            at: begin,
            why: "nothing between the commas",
        });
    }
    Ok(terms)
}

impl SelectorTerm {
    fn parse(at: usize, word: &str) -> Result<SelectorTerm, SelectError> {
        let (negated, rest) = word
            .strip_prefix('!')
            .map_or((false, word), |rest| (true, rest));
        let at = at + word.len() - rest.len();
        let (field, pattern) = match rest.split_once(':') {
            _ if rest.starts_with('"') => (SelectorField::Name, rest),
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
        let pattern = match pattern.strip_prefix('"') {
            Some(quoted) => {
                SelectorPattern::Literal(unquoted(quoted).map_err(|behind| SelectError {
                    at: at + rest.len() - behind,
                    why: "expected a space or a comma after the quote",
                })?)
            }
            None => SelectorPattern::Glob(pattern.to_lowercase().chars().collect()),
        };
        Ok(SelectorTerm {
            negated,
            field,
            pattern,
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
        match &self.pattern {
            SelectorPattern::Literal(wanted) => text == wanted,
            SelectorPattern::Glob(pattern) => {
                let text: Vec<char> = text.to_lowercase().chars().collect();
                glob(pattern, &text)
            }
        }
    }
}

/// Returns the text up to the closing quote; an error is the number of bytes behind that.
fn unquoted(quoted: &str) -> Result<String, usize> {
    let mut text = String::new();
    let mut rest = quoted.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => text.extend(rest.next()),
            _ => text.push(c),
        }
    }
    match rest.as_str().len() {
        0 => Ok(text),
        behind => Err(behind),
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
            ("\"api-eu\"", true),
            ("\"API-eu\"", false),
            ("\"api*\"", false),
            ("!\"api-us\" name:\"api-eu\"", true),
            ("group:\"Web Shop\"", true),
            ("group:\"Web Shop\" kind:http", false),
            ("\"a, b\", tag:\"EU\"", true),
            ("a\"b", false),
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
            ("a name:\"b, c", 7),
            ("a,\"b\"c", 5),
            ("\"a\\\"", 0),
        ] {
            assert_eq!(Selector::parse(source).unwrap_err().at, at, "{source}");
        }
    }

    #[test]
    fn the_selector_of_a_name_selects_no_other() {
        let named = |name: &str| Meta::new(Text::clean(name), Kind::Http);
        let names = [
            "api", "API", "api*", "a, b", "a:b", "!a", "tag:a", "\"", "a\\", "a\" b", "a?", "*",
        ];
        for name in names {
            let selector = Selector::parse(&Selector::of_name(name)).unwrap();
            for other in names {
                assert_eq!(
                    selector.matches(&named(other)),
                    name == other,
                    "{name} {other}"
                );
            }
        }
    }

    #[test]
    fn hostile_patterns_end_soon() {
        let pattern: Vec<char> = "*a".repeat(5_000).chars().chain(['b']).collect();
        assert!(!glob(&pattern, &['a'; 20_000]));
    }
}
