//! Resolves planned maintenance.

use std::time::Duration;

use jiff::Timestamp;

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::schedule::schedule;
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::conf::units::{ConfigDuration, duration_text};
use crate::config::file::MaintenanceKeys;
use crate::engine::Target;
use crate::model::{MaintenancePlan, MaintenanceTimes, SelectError, Selector, Text};

const LABEL: &str = "`maintenance`";
/// Each costs time at every change of the calendar.
const MOST: usize = 1000;
const SHORTEST: Duration = Duration::from_secs(1);
const FORMS: &str = "write `schedule: {cron: \"0 2 * * 0\"}` and `for: 2h`, or `from` and `until`";

impl PlanResolver<'_> {
    /// Returns the maintenance. It is valid only if nothing was reported.
    pub(super) fn maintenance(
        &self,
        field: Option<&Setting<Vec<Setting<MaintenanceKeys>>>>,
        targets: &[Target],
    ) -> Vec<MaintenancePlan> {
        let Some((field, all)) = field.and_then(|field| Some((field, field.value.as_ref()?)))
        else {
            return Vec::new();
        };
        if all.len() > MOST {
            let title = format!("`maintenance` has more than {MOST} entries");
            self.context
                .report(Diagnostic::new(Code::Range, title).at(field.span, "too many"));
        }
        let all = all.iter().take(MOST);
        all.filter_map(|entry| self.one_maintenance(entry.span, entry.value.as_ref()?, targets))
            .collect()
    }

    fn one_maintenance(
        &self,
        span: Span,
        keys: &MaintenanceKeys,
        targets: &[Target],
    ) -> Option<MaintenancePlan> {
        let matches = self.selector(LABEL, span, keys.r#match.as_ref(), targets);
        let times = match (&keys.schedule, &keys.r#for, &keys.from, &keys.until) {
            (Some(field), Some(length), None, None) => {
                let report = |problem| self.context.report(problem);
                let schedule = schedule(self.context, LABEL, field, &report)?;
                let longest = schedule.shortest();
                let ConfigDuration(time) = length.value?;
                if time < SHORTEST || time >= longest {
                    let label = format!(
                        "expected at least {} and less than {}, the time between two of them",
                        duration_text(SHORTEST),
                        duration_text(longest)
                    );
                    let title = "`for` of `maintenance` is out of range";
                    self.context
                        .report(Diagnostic::new(Code::Range, title).at(length.span, label));
                }
                MaintenanceTimes::Repeated {
                    schedule: Box::new(schedule),
                    length: time,
                }
            }
            (None, None, Some(from), Some(until)) => {
                let (begin, end) = (self.timestamp(from), self.timestamp(until));
                let (begin, end) = (begin?, end?);
                if begin >= end {
                    let title = "a `maintenance` ends before it begins";
                    let problem = Diagnostic::new(Code::Range, title);
                    self.context.report(
                        problem
                            .at(until.span, "this must be later")
                            .also(from.span, "than this"),
                    );
                }
                MaintenanceTimes::Once {
                    from: begin,
                    until: end,
                }
            }
            _ => {
                let title = "a `maintenance` does not say when";
                let problem = Diagnostic::new(Code::Conflict, title);
                self.context
                    .report(problem.at(span, "one of two forms").help(FORMS));
                return None;
            }
        };
        let reason = keys.reason.as_ref().and_then(Setting::shown_text);
        Some(MaintenancePlan {
            matches: matches?,
            times,
            reason: Text::clean(&reason.unwrap_or_default()),
        })
    }

    /// Returns which monitors a `match` selects, and reports a mistake in it, and that it selects
    /// nothing. `owner`: what has it, in errors.
    pub(super) fn selector(
        &self,
        owner: &str,
        span: Span,
        field: Option<&Setting<String>>,
        targets: &[Target],
    ) -> Option<Selector> {
        let Some(field) = field else {
            let title = format!("{owner} has no `match`");
            let problem = Diagnostic::new(Code::MissingKey, title);
            self.context.report(
                problem
                    .at(span, "for which monitors?")
                    .help("write `match: \"tag:prod\"`, or `match: \"*\"` for all"),
            );
            return None;
        };
        let text = field.value.as_deref()?.trim();
        if text.is_empty() {
            let title = format!("`match` of {owner} is empty");
            let problem = Diagnostic::new(Code::Value, title);
            self.context
                .report(problem.at(field.span, "`*` selects every monitor"));
            return None;
        }
        match Selector::parse(text) {
            Ok(selector) => {
                if !targets.iter().any(|target| selector.matches(&target.meta)) {
                    let title = format!("`match` of {owner} selects no monitor");
                    let problem = Diagnostic::new(Code::Idle, title);
                    self.context.report(problem.at(field.span, "nothing, now"));
                }
                Some(selector)
            }
            Err(SelectError { at, why }) => {
                let title = format!("`match` of {owner} is not a filter");
                let label = format!("after byte {at}: {why}");
                self.context
                    .report(Diagnostic::new(Code::Expression, title).at(field.span, label));
                None
            }
        }
    }

    fn timestamp(&self, field: &Setting<String>) -> Option<Timestamp> {
        let text = field.value.as_deref()?.trim();
        text.parse()
            .map_err(|_| {
                let title = "`from` or `until` of `maintenance` is no time";
                let problem = Diagnostic::new(Code::Value, title);
                self.context.report(
                    problem
                        .at(field.span, "expected date, time and offset")
                        .help("write `2026-12-01T20:00:00+01:00`, or `2026-12-01T19:00:00Z`"),
                );
            })
            .ok()
    }
}
