//! What the passes over a config share: its text, the mistakes found so far, and the places to
//! mask.

use std::cell::RefCell;
use std::collections::HashSet;

use super::codes::Code;
use super::diagnostic::Diagnostic;
use super::hints::{Hints, Misfit};
use super::secret::Secret;
use super::setting::Setting;
use super::sources::Sources;
use super::span::{Span, span_of_part};

/// Minimum length in bytes of a value that is masked in messages. Shorter values may appear there
/// by chance.
const SHORTEST_STRUCK: usize = 6;

/// Maximum distance in bytes between a key and its value in the search for the key.
const KEY_DISTANCE: usize = 1024;

/// What the passes over a config and its included files share.
pub struct Context<'s> {
    pub sources: &'s Sources,
    /// The text of `sources`.
    pub source: &'s str,
    problems: RefCell<Vec<Diagnostic>>,
    /// Errors already reported. A value with an anchor is read once for each alias, but its errors
    /// are reported once.
    seen: RefCell<HashSet<(Code, Option<Span>)>>,
    masks: RefCell<Vec<Span>>,
    /// The values from `${…}`.
    external: RefCell<HashSet<String>>,
    /// The value of `${each}` in the monitor that is being read.
    item: RefCell<Option<String>>,
    hints: Hints,
}

impl<'s> Context<'s> {
    pub fn new(sources: &'s Sources) -> Context<'s> {
        Context {
            sources,
            source: sources.text(),
            problems: RefCell::default(),
            seen: RefCell::default(),
            masks: RefCell::default(),
            external: RefCell::default(),
            item: RefCell::default(),
            hints: |_| None,
        }
    }

    /// The same with help for misplaced keys and values.
    pub fn with_hints(self, hints: Hints) -> Context<'s> {
        Context { hints, ..self }
    }

    /// What to write instead of such a key or value.
    pub fn hint(&self, misfit: &Misfit<'_>) -> Option<String> {
        (self.hints)(misfit)
    }

    pub fn report(&self, problem: Diagnostic) {
        let place = problem.primary.as_ref().map(|(span, _)| *span);
        if self.seen.borrow_mut().insert((problem.code, place)) {
            let item = self.item.borrow();
            let item = item
                .as_ref()
                .map(|item| format!("`${{each}}` is `{item}` here"));
            let problem = match item {
                Some(note) => problem.note(note),
                None => problem,
            };
            self.problems.borrow_mut().push(problem);
        }
    }

    /// Adds the value of `${each}` to every error that is reported from now on.
    pub fn set_item(&self, item: Option<&str>) {
        *self.item.borrow_mut() = item.map(str::to_owned);
    }

    /// Returns the place of a monitor's name as context, if it is at most six lines above the
    /// error.
    pub fn name_if_near(&self, name: Span, place: Span) -> Option<Span> {
        let between = self.source.get(name.range().end..place.range().start)?;
        (between.matches('\n').count() <= 6).then_some(name)
    }

    /// Returns the key before a value. It looks only near the value, because every monitor needs
    /// this.
    pub fn key_before(&self, value: Span, key: &str) -> Span {
        let end = value.range().start;
        let start = self
            .source
            .floor_char_boundary(end.saturating_sub(KEY_DISTANCE));
        let before = self.source.get(start..end).unwrap_or("");
        match before.rfind(&format!("{key}:")) {
            Some(at) => Span::new(start + at, start + at + key.len()),
            None => value,
        }
    }

    /// Returns the first line of a value.
    pub fn first_line(&self, span: Span) -> Span {
        let text = self.source.get(span.range().start..).unwrap_or("");
        let line = text.lines().next().unwrap_or("").trim_end();
        Span::new(span.range().start, span.range().start + line.len())
    }

    /// Returns the place of a part of a text; the whole place if the text is from outside.
    pub fn part(&self, field: &Setting<String>, part: std::ops::Range<usize>) -> Span {
        match (&field.value, &field.shown) {
            (Some(text), None) => span_of_part(self.source, field.span, text, part),
            _ => field.span,
        }
    }

    /// Masks a place.
    pub fn mask(&self, span: Span) {
        self.masks.borrow_mut().push(span);
    }

    /// Masks a value, and each of its lines, in all messages.
    pub fn redact(&self, value: &Secret) {
        let mut outside = self.external.borrow_mut();
        for part in
            std::iter::once(value.reveal().trim()).chain(value.reveal().lines().map(str::trim))
        {
            if part.len() >= SHORTEST_STRUCK && !outside.contains(part) {
                outside.insert(part.to_owned());
            }
        }
    }

    /// Returns the errors and the places to mask.
    pub fn finish(self) -> (Vec<Diagnostic>, Vec<Span>) {
        let mut problems = self.problems.into_inner();
        let mut outside: Vec<String> = self.external.into_inner().into_iter().collect();
        // A value may contain another one, so longer values are masked first.
        outside.sort_unstable_by_key(|value| std::cmp::Reverse(value.len()));
        for text in problems.iter_mut().flat_map(Diagnostic::texts) {
            for value in &outside {
                if text.contains(value) {
                    *text = text.replace(value, "***");
                }
            }
        }
        (problems, self.masks.into_inner())
    }
}
