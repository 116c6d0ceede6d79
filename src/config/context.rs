//! What the passes over one file share: its text, the mistakes found so far, and the places to mask.

use std::cell::RefCell;
use std::collections::HashSet;

use super::codes::Code;
use super::diagnostic::{Diagnostic, Span};

pub struct Context<'s> {
    pub source: &'s str,
    problems: RefCell<Vec<Diagnostic>>,
    /// What stands behind an anchor is read once for each alias, and reported once.
    seen: RefCell<HashSet<(Code, Option<Span>)>>,
    masks: RefCell<Vec<Span>>,
}

impl<'s> Context<'s> {
    pub fn new(source: &'s str) -> Context<'s> {
        Context { source, problems: RefCell::default(), seen: RefCell::default(), masks: RefCell::default() }
    }

    pub fn report(&self, problem: Diagnostic) {
        let place = problem.primary.as_ref().map(|(span, _)| *span);
        if self.seen.borrow_mut().insert((problem.code, place)) {
            self.problems.borrow_mut().push(problem);
        }
    }

    /// Never shows this place.
    pub fn mask(&self, span: Span) {
        self.masks.borrow_mut().push(span);
    }

    /// The mistakes, and the places to mask.
    pub fn finish(self) -> (Vec<Diagnostic>, Vec<Span>) {
        (self.problems.into_inner(), self.masks.into_inner())
    }
}
