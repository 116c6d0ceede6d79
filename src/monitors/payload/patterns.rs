//! Filters, queries and regular expressions, compiled once, with the caret at the mistake.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::{Regex, RegexBuilder, bytes};

use super::keys::ExpectKeys;
use super::weak::{warn_weak_filter, warn_weak_pattern};
use super::{Expect, ExpressionError, Filter, Query};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;

/// Memory of one compiled expression, and of its automaton's cache, in bytes.
const REGEX_LIMIT: usize = 1 << 20;

/// What was compiled already: thousands of monitors have the same expectation.
#[derive(Default)]
pub struct Patterns(RefCell<Compiled>);

#[derive(Default)]
struct Compiled {
    text: HashMap<String, Regex>,
    bytes: HashMap<String, bytes::Regex>,
    filters: HashMap<String, Filter>,
    queries: HashMap<String, Query>,
}

impl Patterns {
    pub fn expect(&self, scope: &Scope<'_>, field: Option<&Setting<ExpectKeys>>) -> Expect {
        let keys = field.and_then(|field| field.value.as_ref());
        self.payload(
            scope,
            keys.and_then(|keys| keys.body.as_ref()),
            keys.and_then(|keys| keys.json.as_ref()),
        )
    }

    pub fn payload(
        &self,
        scope: &Scope<'_>,
        body: Option<&Setting<String>>,
        json: Option<&Setting<String>>,
    ) -> Expect {
        let (pattern, filter) = (self.body_pattern(scope, body), self.filter(scope, json));
        if let (Some(field), Some(filter)) = (json, &filter) {
            warn_weak_filter(scope, field, filter);
        }
        if let Some(field) = body {
            warn_weak_pattern(scope, field);
        }
        Expect {
            body: pattern,
            json: filter,
        }
    }

    pub fn filter(&self, scope: &Scope<'_>, field: Option<&Setting<String>>) -> Option<Filter> {
        let field = field?;
        let parsed = self.once(field, |known| &mut known.filters, Filter::parse)?;
        let help = "a filter compares what lies below `@`, for example `@.ok == true && \
            @.workers >= 1`";
        parsed
            .map_err(|mistake| self.mistake(scope, field, "a filter", &mistake, help))
            .ok()
    }

    pub fn query(&self, scope: &Scope<'_>, field: Option<&Setting<String>>) -> Option<Query> {
        let field = field?;
        let parsed = self.once(field, |known| &mut known.queries, Query::parse)?;
        let help = "a query names a place, for example `$.data.timestamp`";
        parsed
            .map_err(|mistake| self.mistake(scope, field, "a query", &mistake, help))
            .ok()
    }

    /// Compiles an expression unless it is known. `None` if the field has no value.
    fn once<T: Clone, E>(
        &self,
        field: &Setting<String>,
        known: impl FnOnce(&mut Compiled) -> &mut HashMap<String, T>,
        compile: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        let source = field.value.as_ref()?;
        let mut compiled = self.0.borrow_mut();
        let known = known(&mut compiled);
        if let Some(known) = known.get(source) {
            return Some(Ok(known.clone()));
        }
        let new = compile(source);
        if let Ok(new) = &new {
            known.insert(source.clone(), new.clone());
        }
        Some(new)
    }

    /// `help`: for mistakes that have none of their own.
    fn mistake(
        &self,
        scope: &Scope<'_>,
        field: &Setting<String>,
        what: &str,
        mistake: &ExpressionError,
        help: &str,
    ) {
        let text = field.value.as_deref().unwrap_or("");
        let at = mistake.at;
        // At the end there is no character to point at: the last one stands for it.
        let at = if at >= text.len() {
            text.char_indices().next_back().map_or(0, |(at, _)| at)
        } else {
            at
        };
        let length = text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let why = field.unless_external(&mistake.why);
        let help = mistake
            .help
            .as_deref()
            .filter(|_| field.shown.is_none())
            .unwrap_or(help);
        let title = format!("{what} of {} has a mistake in it", scope.label);
        scope.report(
            Diagnostic::new(Code::Expression, title)
                .at(scope.context.part(field, at..at + length), why)
                .help(help),
        );
    }

    pub fn pattern(&self, scope: &Scope<'_>, field: &Setting<String>) -> Option<Regex> {
        let build = |source: &str| {
            RegexBuilder::new(source)
                .size_limit(REGEX_LIMIT)
                .dfa_size_limit(REGEX_LIMIT)
                .build()
        };
        let built = self.once(field, |known| &mut known.text, build)?;
        built
            .map_err(|error| self.bad_pattern(scope, field, &error))
            .ok()
    }

    fn body_pattern(
        &self,
        scope: &Scope<'_>,
        field: Option<&Setting<String>>,
    ) -> Option<bytes::Regex> {
        let field = field?;
        let build = |source: &str| {
            bytes::RegexBuilder::new(source)
                .size_limit(REGEX_LIMIT)
                .dfa_size_limit(REGEX_LIMIT)
                .build()
        };
        let built = self.once(field, |known| &mut known.bytes, build)?;
        built
            .map_err(|error| self.bad_pattern(scope, field, &error))
            .ok()
    }

    fn bad_pattern(&self, scope: &Scope<'_>, field: &Setting<String>, error: &regex::Error) {
        let why = match error {
            regex::Error::CompiledTooBig(_) => {
                "too large when compiled (1 MiB is the limit)".to_owned()
            }
            other => {
                let text = other.to_string();
                text.lines()
                    .last()
                    .unwrap_or_default()
                    .trim_start_matches("error: ")
                    .to_owned()
            }
        };
        let title = format!(
            "a regular expression of {} has a mistake in it",
            scope.label
        );
        scope.report(
            Diagnostic::new(Code::Expression, title).at(field.span, field.unless_external(&why)),
        );
    }
}
