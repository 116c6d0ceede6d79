//! Warnings: what a config may say, and hardly means.

use std::time::Duration;

use ::http::Method;

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::nearest::nearest;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::conf::units::duration_text;
use crate::monitors::payload::Filter;

/// Methods beside the eight of RFC 9110 and PATCH that servers are asked with (WebDAV, caches, RFC
/// 9110 registry).
const FURTHER_METHODS: [&str; 11] = [
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
    "QUERY",
    "PURGE",
];

const METHODS: [Method; 8] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::OPTIONS,
    Method::PATCH,
    Method::TRACE,
];

impl PlanResolver<'_> {
    /// An expectation that is met, or not, by whatever value stands at a path.
    pub(super) fn warn_weak_filter(
        &self,
        scope: &Scope<'_>,
        field: &Setting<String>,
        filter: &Filter,
    ) {
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
                self.path_in(field, path),
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
                self.path_in(field, path),
                "not met by null, false, 0 and []",
            );
            let path = shown(path);
            scope.report(problem.help(format!("to allow null write `{path} == null || !{path}`")));
        }
    }

    fn path_in(&self, field: &Setting<String>, path: &str) -> Span {
        let at = field
            .value
            .as_deref()
            .and_then(|text| text.find(path))
            .unwrap_or_default();
        self.context.part(field, at..at + path.len())
    }

    /// A pattern that matches everything.
    pub(super) fn warn_weak_pattern(&self, scope: &Scope<'_>, field: &Setting<String>) {
        let text = field.value.as_deref().unwrap_or_default();
        if ["", "^", "$", ".*", "^.*", ".*$", "^.*$", "(?s).*"].contains(&text) {
            let title = format!("a regular expression of {} matches everything", scope.label);
            let problem = Diagnostic::new(Code::Weak, title)
                .at(field.span, "met by any text, the empty one too");
            scope
                .report(problem.help(
                    "`.+` wants one character at least; leave the key out to expect nothing",
                ));
        }
    }

    /// Polls that may still run when the next one is due.
    pub(super) fn warn_overlap(
        &self,
        scope: &Scope<'_>,
        (interval, written_interval): (Duration, Option<Span>),
        (timeout, written_timeout): (Duration, Option<Span>),
    ) {
        let Some(place) = written_timeout
            .or(written_interval)
            .filter(|_| timeout > interval)
        else {
            return;
        };
        let title = format!(
            "an attempt of {} may take longer than its interval",
            scope.label
        );
        let label = format!(
            "`timeout` is {}, `interval` is {}",
            duration_text(timeout),
            duration_text(interval)
        );
        let mut problem = Diagnostic::new(Code::Overlap, title).at(place, label);
        if let Some(other) = written_interval.filter(|other| *other != place) {
            problem = problem.also(other, "the interval");
        }
        let help = format!(
            "write `timeout: {}`: while an attempt runs, no other begins",
            duration_text(interval)
        );
        scope.report(problem.help(help));
    }

    pub(super) fn warn_insecure(&self, scope: &Scope<'_>, field: &Setting<bool>) {
        if field.value == Some(true) {
            let title = format!("{} accepts any certificate", scope.label);
            let problem = Diagnostic::new(Code::Insecure, title);
            let problem = problem.at(field.span, "a machine in between can read and answer");
            scope.report(problem.help("`ca_file` names the authority of a private certificate"));
        }
    }

    /// Two monitors with the same request.
    pub(super) fn warn_duplicate_request(&self, scope: &Scope<'_>, request: u64) {
        let Some(place) = scope.name_span else {
            return;
        };
        let mut requests = self.requests.borrow_mut();
        if let Some((who, first)) = requests.get(&request) {
            let title = format!("{} asks the same as {who}", scope.label);
            let problem = Diagnostic::new(Code::SameTarget, title)
                .at(place, "second one")
                .also(*first, "first one");
            self.context
                .report(problem.help("change the URL of one of them, or leave one out"));
            return;
        }
        requests.insert(request, (scope.label.clone(), place));
    }

    /// The method as it is sent: those of RFC 9110 in upper case, as browsers send them.
    pub(super) fn known_method(
        &self,
        scope: &Scope<'_>,
        field: &Setting<String>,
        method: Method,
    ) -> Method {
        let text = method.as_str();
        if let Some(known) = METHODS
            .iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(text))
        {
            return known.clone();
        }
        if !FURTHER_METHODS.contains(&text) {
            let known = METHODS.iter().map(Method::as_str).chain(FURTHER_METHODS);
            let label = match nearest(text, known) {
                Some(near) if field.shown.is_none() => format!("did you mean `{near}`?"),
                _ => "sent as it is written".to_owned(),
            };
            let title = format!("`method` of {} is none that servers know", scope.label);
            scope.report(Diagnostic::new(Code::UnknownMethod, title).at(field.span, label));
        }
        method
    }
}
