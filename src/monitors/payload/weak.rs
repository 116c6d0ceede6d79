//! Warnings about expectations that nearly everything meets.

use super::Filter;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::span::Span;

/// An expectation that is met, or not, by whatever value stands at a path.
pub(super) fn warn_weak_filter(scope: &Scope<'_>, field: &Setting<String>, filter: &Filter) {
    let shown = |path: &str| {
        if field.shown.is_some() {
            "@.x".to_owned()
        } else {
            path.to_owned()
        }
    };
    if let Some(path) = filter.bare_paths().first() {
        let title = format!(
            "an expectation of {} only asks whether something is there",
            scope.label
        );
        let problem = Diagnostic::new(Code::Weak, title);
        let problem = problem.at(
            path_in(scope, field, path),
            "met by false, null, 0 and [] too",
        );
        scope.report(problem.help(format!("for the value write `{} == true`", shown(path))));
    }
    if let Some(path) = filter.absent_path() {
        let title = format!(
            "an expectation of {} only asks that nothing is there",
            scope.label
        );
        let problem = Diagnostic::new(Code::Weak, title);
        let problem = problem.at(
            path_in(scope, field, path),
            "not met by null, false, 0 and []",
        );
        let path = shown(path);
        scope.report(problem.help(format!("to allow null write `{path} == null || !{path}`")));
    }
}

fn path_in(scope: &Scope<'_>, field: &Setting<String>, path: &str) -> Span {
    let at = field
        .value
        .as_deref()
        .and_then(|text| text.find(path))
        .unwrap_or_default();
    scope.context.part(field, at..at + path.len())
}

/// A pattern that matches everything.
pub(super) fn warn_weak_pattern(scope: &Scope<'_>, field: &Setting<String>) {
    let text = field.value.as_deref().unwrap_or_default();
    if ["", "^", "$", ".*", "^.*", ".*$", "^.*$", "(?s).*"].contains(&text) {
        let title = format!("a regular expression of {} matches everything", scope.label);
        let problem =
            Diagnostic::new(Code::Weak, title).at(field.span, "met by any text, the empty one too");
        scope.report(
            problem.help("`.+` wants one character at least; leave the key out to expect nothing"),
        );
    }
}
