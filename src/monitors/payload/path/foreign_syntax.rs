//! Recognizes the syntax of other languages, and explains what to write instead.

use super::ExpressionError;
use super::cursor::{Cursor, is_name};

const FROM_HERE: &str = "cannot be understood from here on";

/// Longest word in characters that a help text quotes.
const LONGEST: usize = 40;

/// Returns the error for a character that is not allowed at this position.
pub(super) fn unexpected(cursor: &Cursor<'_>) -> ExpressionError {
    known(cursor).unwrap_or_else(|| match cursor.peek() {
        None => ExpressionError::early(cursor.at),
        Some('‘' | '’' | '“' | '”' | '`') => {
            ExpressionError::new(cursor.at, "write texts in straight quotes: 'text'")
        }
        Some('(') => ExpressionError::new(
            cursor.at,
            "write a function before its path: `length(@.ids)`",
        ),
        Some(_) => ExpressionError::new(cursor.at, FROM_HERE),
    })
}

/// Recognizes a word or operator of another language at this position.
pub(super) fn known(cursor: &Cursor<'_>) -> Option<ExpressionError> {
    if let Some(mistake) = comparison(cursor) {
        return Some(mistake);
    }
    let rest = cursor.rest().trim_start_matches([' ', '\t', '\n', '\r']);
    let at = cursor.at + (cursor.rest().len() - rest.len());
    let word = rest
        .get(..rest.find(|c: char| !is_name(c)).unwrap_or(rest.len()))
        .unwrap_or_default();
    let why = match word.to_ascii_lowercase().as_str() {
        "and" => "`&&` joins conditions that must all hold",
        "or" => "`||` joins conditions of which one must hold",
        "not" => "`!` negates a condition",
        "is" | "eq" | "equals" => "`==` compares",
        "ne" => "`!=` compares",
        "lt" => "`<` compares",
        "gt" => "`>` compares",
        "le" | "lte" => "`<=` compares",
        "ge" | "gte" => "`>=` compares",
        "contains" | "like" | "matches" | "in" | "startswith" | "endswith" => {
            "`search(@.path, 'pattern')` finds a pattern in a text"
        }
        _ if rest.starts_with('&') && !rest.starts_with("&&") => {
            "`&&` joins conditions that must all hold"
        }
        _ if rest.starts_with('|') && !rest.starts_with("||") => {
            "`||` joins conditions of which one must hold"
        }
        _ => return None,
    };
    Some(ExpressionError::new(at, why))
}

/// Recognizes the comparison operators of other languages.
pub(super) fn comparison(cursor: &Cursor<'_>) -> Option<ExpressionError> {
    let rest = cursor.rest();
    let why = match rest {
        _ if rest.starts_with("=~") || rest.starts_with("~") => {
            let why = "`search(@.path, 'pattern')` finds a pattern in a text";
            let help = "`match(@.path, 'pattern')` is true if the whole text matches; \
                        patterns are regular expressions";
            return Some(ExpressionError::new(cursor.at, why).help(help));
        }
        _ if rest.starts_with("===") => "`==` compares",
        _ if rest.starts_with("!==") || rest.starts_with("<>") => "`!=` compares",
        _ if rest.starts_with('=') && !rest.starts_with("==") => "`==` compares",
        _ => return None,
    };
    Some(ExpressionError::new(cursor.at, why))
}

/// Returns whether `rest` begins with a comparison operator.
pub(super) fn compares(rest: &str) -> bool {
    ["==", "!=", "<", ">"]
        .iter()
        .any(|sign| rest.starts_with(sign))
}

/// Returns the error for a bare word: a path without `@`, or a string without quotes.
pub(super) fn word(word: &str, at: usize, rest: &str) -> ExpressionError {
    let why = match word.to_ascii_lowercase().as_str() {
        "true" => "write `true`",
        "false" => "write `false`",
        "null" | "none" | "nil" | "undefined" => "write `null`",
        "not" => "`!` negates a condition",
        _ if word.starts_with(['‘', '’', '“', '”']) => {
            "write texts in straight quotes: 'text'"
        }
        _ if word.chars().count() > LONGEST => "a text needs quotes, and a path begins with `@`",
        _ if rest
            .trim_start()
            .starts_with(['=', '!', '<', '>', '.', '[']) =>
        {
            return ExpressionError::new(at, "a path begins with `@`")
                .help(format!("write `@.{word}`, or, for a text, `'{word}'`"));
        }
        _ => {
            return ExpressionError::new(at, "a text needs quotes")
                .help(format!("write `'{word}'`, or, for a path, `@.{word}`"));
        }
    };
    ExpressionError::new(at, why)
}

/// Returns the error for an unknown function.
pub(super) fn function(name: &str, at: usize) -> ExpressionError {
    let why = match name.chars().count() {
        0..=LONGEST => format!("there is no function `{name}`"),
        _ => "there is no such function".to_owned(),
    };
    let help = match name.to_ascii_lowercase().as_str() {
        "len" | "size" | "strlen" => {
            "`length(@.ids)` is the number of elements, members or characters"
        }
        "contains" | "regex" | "test" | "like" | "startswith" | "endswith" => {
            "`search(@.path, 'pattern')` finds a pattern"
        }
        "not" => "`!` negates a condition: `!(@.a == 1)`",
        _ => "functions are `length`, `count`, `value`, `match` and `search`",
    };
    ExpressionError::new(at, why).help(help)
}

/// Returns the error for `$` in a filter.
pub(super) fn root(at: usize, is_nested: bool) -> ExpressionError {
    if is_nested {
        let why = "a filter has no `$`";
        return ExpressionError::new(at, why)
            .help("within `[?…]` `@` is the element, and outside of it the payload");
    }
    ExpressionError::new(at, "write `@`: it is the payload")
}

/// Returns the error for a name after a dot that needs brackets and quotes. `path` and `from` are
/// the positions where the path and the name begin.
pub(super) fn name(
    cursor: &Cursor<'_>,
    path: usize,
    from: usize,
    starts: bool,
) -> Option<ExpressionError> {
    let rest = cursor.rest();
    let hyphen = rest
        .strip_prefix('-')
        .and_then(|rest| rest.chars().next())
        .is_some_and(is_name);
    if starts && !hyphen {
        return None;
    }
    let length = rest
        .find(|c: char| !is_name(c) && c != '-')
        .unwrap_or(rest.len());
    let name = cursor.slice(from..cursor.at + length);
    if name.is_empty() {
        return Some(match rest.is_empty() {
            true => ExpressionError::early(cursor.at),
            false => ExpressionError::new(cursor.at, FROM_HERE),
        });
    }
    let why = "a name that contains `-` or begins with a digit needs brackets and quotes";
    let before = cursor.slice(path..from).trim_end_matches('.');
    let help = match name.chars().count() + before.chars().count() {
        0..=LONGEST => format!("write `{before}['{name}']`"),
        _ => "write `['name']` instead of `.name`".to_owned(),
    };
    Some(ExpressionError::new(if starts { cursor.at } else { from }, why).help(help))
}
