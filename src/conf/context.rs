//! What the passes over one file share: its text, the mistakes found so far, and the places to
//! mask.

use std::cell::RefCell;
use std::collections::HashSet;

use super::codes::Code;
use super::diagnostic::Diagnostic;
use super::secret::Secret;
use super::setting::Setting;
use super::span::{Span, span_of_part};

/// Shorter values from outside may stand in a message by chance, in bytes.
const SHORTEST_STRUCK: usize = 6;

/// A key that stands farther in front of its value than this, in bytes, is not looked for.
const KEY_DISTANCE: usize = 1024;

/// What the passes over one file share.
pub struct Context<'s> {
    pub source: &'s str,
    problems: RefCell<Vec<Diagnostic>>,
    /// What stands behind an anchor is read once for each alias, and reported once.
    seen: RefCell<HashSet<(Code, Option<Span>)>>,
    masks: RefCell<Vec<Span>>,
    /// What came from `${…}`.
    external: RefCell<HashSet<String>>,
}

impl<'s> Context<'s> {
    pub fn new(source: &'s str) -> Context<'s> {
        Context {
            source,
            problems: RefCell::default(),
            seen: RefCell::default(),
            masks: RefCell::default(),
            external: RefCell::default(),
        }
    }

    pub fn report(&self, problem: Diagnostic) {
        let place = problem.primary.as_ref().map(|(span, _)| *span);
        if self.seen.borrow_mut().insert((problem.code, place)) {
            self.problems.borrow_mut().push(problem);
        }
    }

    /// A monitor's name, worth showing for orientation: it stands at most six lines above the
    /// place.
    pub fn name_if_near(&self, name: Span, place: Span) -> Option<Span> {
        let between = self.source.get(name.range().end..place.range().start)?;
        (between.matches('\n').count() <= 6).then_some(name)
    }

    /// The key in front of a value, if it is close by: this is asked for every monitor.
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

    /// The first line of a value.
    pub fn first_line(&self, span: Span) -> Span {
        let text = self.source.get(span.range().start..).unwrap_or("");
        let line = text.lines().next().unwrap_or("").trim_end();
        Span::new(span.range().start, span.range().start + line.len())
    }

    /// A part of a text in the source; all of it where the text came from outside.
    pub fn part(&self, field: &Setting<String>, part: std::ops::Range<usize>) -> Span {
        match (&field.value, &field.shown) {
            (Some(text), None) => span_of_part(self.source, field.span, text, part),
            _ => field.span,
        }
    }

    /// Never shows this place.
    pub fn mask(&self, span: Span) {
        self.masks.borrow_mut().push(span);
    }

    /// Never shows this value, nor a line of it, in a message, wherever the words of the message
    /// come from.
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

    /// The mistakes, and the places to mask.
    pub fn finish(self) -> (Vec<Diagnostic>, Vec<Span>) {
        let mut problems = self.problems.into_inner();
        let mut outside: Vec<String> = self.external.into_inner().into_iter().collect();
        // A value may hold another one.
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
