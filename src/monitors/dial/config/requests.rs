//! Warns about two monitors that send the same request.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::span::Span;

/// The monitor of each request so far, by a hash of the request's keys.
#[derive(Default)]
pub struct SeenRequests(RefCell<HashMap<u64, (String, Span)>>);

impl SeenRequests {
    /// Warns if another monitor sends the same request.
    pub fn warn_duplicate(&self, scope: &Scope<'_>, request: u64) {
        let Some(place) = scope.name_span else {
            return;
        };
        let mut requests = self.0.borrow_mut();
        if let Some((who, first)) = requests.get(&request) {
            let title = format!("{} asks the same as {who}", scope.label);
            let problem = Diagnostic::new(Code::SameTarget, title)
                .at(place, "second one")
                .also(*first, "first one");
            scope
                .context
                .report(problem.help("change the URL of one of them, or leave one out"));
            return;
        }
        requests.insert(request, (scope.label.clone(), place));
    }
}
