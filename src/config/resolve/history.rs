//! Resolves what the history keeps, and the objectives of monitors.

use std::time::Duration;

use super::PlanResolver;
use super::common::both;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::units::{ConfigDuration, DAY, Objective, YEAR, duration_text};
use crate::config::file::{CommonKeys, HistoryKeys};
use crate::model::Slo;
use crate::store::Keep;

const HOUR: Duration = Duration::from_secs(3600);
/// 100 years of 365 days.
const LONGEST_KEEP: Duration = DAY.saturating_mul(36_500);
const WINDOW: Duration = DAY.saturating_mul(30);

impl PlanResolver<'_> {
    /// Returns how long the history is kept. It is valid only if nothing was reported.
    pub(crate) fn keep(&self, block: Option<&Setting<HistoryKeys>>) -> Keep {
        let default = Keep::default();
        let Some(keys) = block
            .and_then(|field| field.value.as_ref()?.keep.as_ref())
            .and_then(|field| field.value.as_ref())
        else {
            return default;
        };
        let time = |key, field: &Option<Setting<ConfigDuration>>, least, default| {
            self.kept_time(key, field.as_ref(), least)
                .unwrap_or(default)
        };
        Keep {
            changes: time("changes", &keys.changes, DAY, default.changes),
            minutes: time("minutes", &keys.minutes, HOUR, default.minutes),
            hours: time("hours", &keys.hours, DAY, default.hours),
            days: time("days", &keys.days, DAY, default.days),
        }
    }

    fn kept_time(
        &self,
        key: &str,
        field: Option<&Setting<ConfigDuration>>,
        least: Duration,
    ) -> Option<Duration> {
        let field = field?;
        let ConfigDuration(time) = field.value?;
        let label = if time < least {
            format!("expected at least {}", duration_text(least))
        } else if time > LONGEST_KEEP {
            "expected at most 100y".to_owned()
        } else {
            return Some(time);
        };
        let title = format!("`history.keep.{key}` is out of range");
        self.context
            .report(Diagnostic::new(Code::Range, title).at(field.span, label));
        None
    }

    /// Returns the objective of a monitor.
    pub(super) fn slo(
        &self,
        scope: &Scope<'_>,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> Option<Slo> {
        let maps = both(&own.slo, &base.slo);
        let window = maps
            .into_iter()
            .flatten()
            .find_map(|map| map.window.as_ref());
        let window = scope.period("slo.window", window, HOUR, YEAR);
        let objective = maps
            .into_iter()
            .flatten()
            .find_map(|map| map.objective.as_ref());
        let Some(objective) = objective else {
            let field = own.slo.as_ref().or(base.slo.as_ref())?;
            // What is no map was reported.
            field.value.as_ref()?;
            let title = format!("the `slo` of {} has no `objective`", scope.label);
            let problem = Diagnostic::new(Code::MissingKey, title);
            scope.report(
                problem
                    .at(field.span, "how much of the time?")
                    .help("write `slo: {objective: 99.9%}`"),
            );
            return None;
        };
        let Objective(millionths) = objective.value?;
        Some(Slo {
            millionths,
            window: window.unwrap_or(WINDOW),
        })
    }
}
