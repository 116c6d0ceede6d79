//! The filter that the user types after `/`.

use crate::model::{Moment, Presence, Row, Selector, Status};

/// The language of `--filter`, adapted to typing: the filter applies after every key, so a word
/// without `*` or `?` matches anywhere, and a text that can't be parsed yet leaves the last filter
/// in force. Adds `status:` and `presence:`, which change over time.
#[derive(Clone, Debug, Default)]
pub struct RowFilter {
    text: String,
    /// Alternatives, one of which must match. Empty: every row matches.
    any: Vec<Alternative>,
    problem: Option<&'static str>,
}

/// Terms that must all match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Alternative {
    states: Vec<StateTerm>,
    rest: Selector,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StateTerm {
    negated: bool,
    state: RowState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowState {
    Status(Status),
    Presence(Presence),
}

impl RowFilter {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Why the text can't be parsed; `None` if the filter is in force.
    pub const fn parse_error(&self) -> Option<&'static str> {
        self.problem
    }

    /// Returns whether the matching rows may change without a new fact: presence depends on the age
    /// of the last heartbeat.
    pub fn depends_on_time(&self) -> bool {
        let mut words = self.any.iter().flat_map(|alternative| &alternative.states);
        words.any(|word| matches!(word.state, RowState::Presence(_)))
    }

    pub fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        match alternatives(text) {
            Ok(any) => (self.any, self.problem) = (any, None),
            Err(why) => self.problem = Some(why),
        }
    }

    pub fn matches(&self, row: &Row, now: Moment) -> bool {
        self.any.is_empty()
            || self
                .any
                .iter()
                .any(|alternative| alternative.matches(row, now))
    }
}

impl Alternative {
    fn matches(&self, row: &Row, now: Moment) -> bool {
        let holds = |word: &StateTerm| word.negated != word.state.is_of(row, now);
        self.states.iter().all(holds) && self.rest.matches(&row.meta)
    }
}

impl RowState {
    fn is_of(self, row: &Row, now: Moment) -> bool {
        match self {
            RowState::Status(status) => row.status == status,
            RowState::Presence(presence) => row.presence(now) == Some(presence),
        }
    }
}

fn alternatives(text: &str) -> Result<Vec<Alternative>, &'static str> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let alternatives = Selector::split(text).map_err(|error| error.why)?;
    alternatives.into_iter().map(alternative).collect()
}

fn alternative(words: Vec<(usize, &str)>) -> Result<Alternative, &'static str> {
    let mut states = Vec::new();
    let mut rest = Vec::new();
    for (_, word) in words {
        match state(word)? {
            Some(word) => states.push(word),
            None => rest.push(widened(word)),
        }
    }
    let rest = Selector::parse(&rest.join(" ")).map_err(|error| error.why)?;
    Ok(Alternative { states, rest })
}

/// Parses `status:` or `presence:` with a value or the beginning of one. Returns `None` for every
/// other term.
fn state(word: &str) -> Result<Option<StateTerm>, &'static str> {
    let (negated, rest) = word
        .strip_prefix('!')
        .map_or((false, word), |rest| (true, rest));
    let Some((field, value)) = rest.split_once(':') else {
        return Ok(None);
    };
    let value = value.to_lowercase();
    let begins = |name: &str| !value.is_empty() && name.starts_with(&value);
    let state = match field.to_lowercase().as_str() {
        "status" => {
            let status = Status::ALL
                .into_iter()
                .find(|status| begins(status.as_str()));
            RowState::Status(status.ok_or("expected healthy, warning, error, unknown or paused")?)
        }
        "presence" => {
            let all = [Presence::Online, Presence::Recent, Presence::Away];
            let presence = all.into_iter().find(|presence| begins(presence.as_str()));
            RowState::Presence(presence.ok_or("expected online, recent or away")?)
        }
        _ => return Ok(None),
    };
    Ok(Some(StateTerm { negated, state }))
}

/// Makes a term match anywhere: `ap` becomes `*ap*`, `!x` becomes `!*x*`, `tag:e` becomes
/// `tag:*e*`. A pattern in quotes stays as it is.
fn widened(word: &str) -> String {
    let mark = word
        .find('"')
        .or(word.rfind([':', '!']).map(|mark| mark + 1));
    let (field, pattern) = word.split_at(mark.unwrap_or(0));
    let exact = pattern.is_empty() || pattern.contains(['*', '?', '"']);
    if exact {
        word.to_owned()
    } else {
        format!("{field}*{pattern}*")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_anywhere_and_patterns_are_not() {
        for (typed, meant) in [
            ("ap", "*ap*"),
            ("api*", "api*"),
            ("tag:e", "tag:*e*"),
            ("!kind:sse", "!kind:*sse*"),
            ("!ok", "!*ok*"),
            ("tag:", "tag:"),
            ("!", "!"),
            ("a?c", "a?c"),
            ("name:\"a:b\"", "name:\"a:b\""),
        ] {
            assert_eq!(widened(typed), meant);
        }
    }

    #[test]
    fn states_are_read_from_their_beginning() {
        let status = |negated, status| {
            Ok(Some(StateTerm {
                negated,
                state: RowState::Status(status),
            }))
        };
        assert_eq!(state("status:err"), status(false, Status::Error));
        assert_eq!(state("!Status:H"), status(true, Status::Healthy));
        let away = StateTerm {
            negated: false,
            state: RowState::Presence(Presence::Away),
        };
        assert_eq!(state("presence:away"), Ok(Some(away)));
        assert_eq!(state("tag:away"), Ok(None));
        assert!(state("status:").is_err() && state("presence:far").is_err());
    }

    #[test]
    fn what_cannot_be_read_yet_changes_nothing() {
        let mut filter = RowFilter::default();
        filter.set("api");
        let before = filter.any.clone();
        for unread in ["api tag:", "api,", "api status:", "api \"a"] {
            filter.set(unread);
            assert_eq!(
                (&filter.any, filter.parse_error().is_some()),
                (&before, true),
                "{unread}"
            );
        }
        filter.set("\"a, b\" status:err, c");
        assert_eq!((filter.any.len(), filter.parse_error()), (2, None));
        filter.set("");
        assert_eq!((filter.any.len(), filter.parse_error()), (0, None));
    }
}
