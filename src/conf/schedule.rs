//! Keys and resolution of schedules and time zones.

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::codes::Code;
use super::context::Context;
use super::diagnostic::Diagnostic;
use super::nearest::nearest;
use super::setting::Setting;
use crate::model::Schedule;

/// Times as a cron expression.
#[derive(Clone, Deserialize, Hash, JsonSchema)]
pub struct ScheduleKeys {
    /// Minute, hour, day of month, month, day of week, as in `30 2 * * 1-5`; optionally with a
    /// first field for seconds; `@daily` and similar words work. Times that daylight saving skips
    /// move after the gap; times that it repeats count once.
    #[schemars(required)]
    pub cron: Option<Setting<String>>,
    /// IANA name of the time zone, for example `Europe/Berlin`. Default: `UTC`.
    pub timezone: Option<Setting<String>>,
}

/// Returns a schedule, and reports mistakes in it. `label`: what has it, in errors.
pub fn schedule(
    context: &Context<'_>,
    label: &str,
    field: &Setting<ScheduleKeys>,
    report: &dyn Fn(Diagnostic),
) -> Option<Schedule> {
    let keys = field.value.as_ref()?;
    let zone = match keys.timezone.as_ref() {
        None => Some(TimeZone::UTC),
        Some(field) => zone(label, field, report),
    };
    let Some(cron) = &keys.cron else {
        report(
            Diagnostic::new(
                Code::MissingKey,
                format!("`schedule` of {} has no `cron`", label),
            )
            .at(context.key_before(field.span, "schedule"), "here")
            .help("write `cron: \"0 2 * * *\"`: minute, hour, day of month, month, day of week"),
        );
        return None;
    };
    let expression = cron.value.as_deref()?;
    // The expression is checked even if the zone is unknown.
    Schedule::parse(expression, zone.clone().unwrap_or(TimeZone::UTC))
        .map_err(|why| {
            let title = format!("the cron expression of {} has a mistake in it", label);
            report(
                Diagnostic::new(Code::Expression, title)
                    .at(cron.span, cron.unless_external(&why))
                    .help("minute, hour, day of month, month, day of week, as in `30 2 * * 1-5`"),
            );
        })
        .ok()
        .filter(|_| zone.is_some())
}

/// Returns a time zone, and reports an unknown one. `label`: what has it, in errors.
pub fn zone(label: &str, field: &Setting<String>, report: &dyn Fn(Diagnostic)) -> Option<TimeZone> {
    let name = field.value.as_deref()?.trim();
    match TimeZone::get(name) {
        Ok(zone) => Some(zone),
        Err(_) => {
            let title = format!("the time zone of {} is not known", label);
            let known: Vec<String> = jiff::tz::db()
                .available()
                .map(|known| known.to_string())
                .collect();
            let label = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "expected an IANA name such as `Europe/Berlin`".to_owned(),
            };
            report(Diagnostic::new(Code::Value, title).at(field.span, label));
            None
        }
    }
}
