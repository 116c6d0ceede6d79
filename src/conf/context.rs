//! What the passes over one file share: its text, the mistakes found so far, and the places to
//! mask.

use std::cell::RefCell;
use std::collections::HashSet;

use super::codes::Code;
use super::diagnostic::Diagnostic;
use super::secret::Secret;
use super::span::Span;

/// Shorter values from outside may stand in a message by chance, in bytes.
const SHORTEST_STRUCK: usize = 6;

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
