//! What the user typed after `/`, and which monitors it lets through.

use crate::model::{Meta, Selector};

/// The language of `--filter`, made for typing: it counts with every key, so a word without `*` or `?` is looked
/// for anywhere, and what can't be read yet leaves the last filter in force.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: String,
    selector: Selector,
    problem: Option<&'static str>,
}

impl Filter {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Why the text is not in force.
    pub const fn problem(&self) -> Option<&'static str> {
        self.problem
    }

    pub fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        match Selector::parse(&widened(text)) {
            Ok(selector) => (self.selector, self.problem) = (selector, None),
            Err(error) => self.problem = Some(error.why),
        }
    }

    pub fn matches(&self, meta: &Meta) -> bool {
        self.selector.matches(meta)
    }
}

/// `ap tag:e !x` as `*ap* tag:*e* !*x*`.
fn widened(text: &str) -> String {
    let alternatives = text.split(',').map(|alternative| {
        let words: Vec<String> = alternative.split_whitespace().map(widened_word).collect();
        words.join(" ")
    });
    alternatives.collect::<Vec<_>>().join(",")
}

fn widened_word(word: &str) -> String {
    let (field, pattern) = word.split_at(word.rfind([':', '!']).map_or(0, |mark| mark + 1));
    let exact = pattern.is_empty() || pattern.contains(['*', '?']);
    if exact { word.to_owned() } else { format!("{field}*{pattern}*") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_anywhere_and_patterns_are_not() {
        for (typed, meant) in [
            ("", ""),
            ("ap", "*ap*"),
            ("api*  eu", "api* *eu*"),
            ("tag:e,!kind:sse", "tag:*e*,!kind:*sse*"),
            ("!ok", "!*ok*"),
            ("tag: !", "tag: !"),
            ("a?c,", "a?c,"),
        ] {
            assert_eq!(widened(typed), meant);
        }
    }

    #[test]
    fn what_cannot_be_read_yet_changes_nothing() {
        let mut filter = Filter::default();
        filter.set("api");
        let before = filter.selector.clone();
        filter.set("api tag:");
        assert_eq!((&filter.selector, filter.problem().is_some()), (&before, true));
        filter.set("");
        assert_eq!((filter.selector.clone(), filter.problem()), (Selector::default(), None));
    }
}
