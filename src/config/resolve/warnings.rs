//! Warnings about valid settings that are probably mistakes.

use std::time::Duration;

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::span::Span;
use crate::conf::units::duration_text;

impl PlanResolver<'_> {
    /// Warns about polls that may still run when the next one is due.
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
}
