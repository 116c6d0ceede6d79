//! The monitor being resolved: its name in errors, and checks that many keys share.

use std::time::Duration;

use super::codes::Code;
use super::context::Context;
use super::diagnostic::Diagnostic;
use super::setting::Setting;
use super::span::Span;
use super::units::{ConfigDuration, duration_text};
use crate::model::Kind;

/// Reports the errors of a monitor.
pub struct Scope<'c> {
    pub context: &'c Context<'c>,
    /// The name in errors: `monitor `api``.
    pub label: String,
    /// The place of its name, shown as context.
    pub name_span: Option<Span>,
    pub kind: Kind,
    /// The place of the kind key.
    pub kind_span: Span,
}

impl Scope<'_> {
    /// Reports an error, and shows the monitor's name if it is a few lines above.
    pub fn report(&self, problem: Diagnostic) {
        let place = problem.primary.as_ref().map(|(span, _)| *span);
        let near = self
            .name_span
            .zip(place)
            .and_then(|(name, place)| self.context.name_if_near(name, place));
        self.context.report(problem.near(near));
    }

    /// Reports two limits in the wrong order. At least one of them must have a place.
    pub fn order<T>(
        &self,
        what: &str,
        wrong: &str,
        first: Option<&Setting<T>>,
        second: Option<&Setting<T>>,
    ) {
        let span = |setting: Option<&Setting<T>>| setting.map(|setting| setting.span);
        let mut problem = Diagnostic::new(Code::Range, format!("{what} {} {wrong}", self.label));
        problem = match (span(first), span(second)) {
            (Some(first), Some(second)) => problem
                .at(first, "this one")
                .also(second, "against this one"),
            (Some(only), None) | (None, Some(only)) => problem
                .at(only, "against the default of the other")
                .help("set both"),
            (None, None) => return,
        };
        self.report(problem);
    }

    /// Returns a number, and reports it if it is 0.
    pub fn count(&self, key: &str, setting: Option<&Setting<u32>>) -> Option<u32> {
        let value = setting?.value?;
        if value == 0 {
            self.out_of_range(key, setting?.span, "expected at least 1");
        }
        Some(value)
    }

    /// Returns a duration, and reports it if it is outside `least..=most`.
    pub fn period(
        &self,
        key: &str,
        setting: Option<&Setting<ConfigDuration>>,
        least: Duration,
        most: Duration,
    ) -> Option<Duration> {
        let ConfigDuration(value) = setting?.value?;
        if value < least {
            let label = format!("expected at least {}", duration_text(least));
            self.out_of_range(key, setting?.span, &label);
        } else if value > most {
            let label = format!("expected at most {}", duration_text(most));
            self.out_of_range(key, setting?.span, &label);
        }
        Some(value)
    }

    pub fn out_of_range(&self, key: &str, span: Span, label: &str) {
        let title = format!("`{key}` of {} is out of range", self.label);
        self.report(Diagnostic::new(Code::Range, title).at(span, label));
    }
}
