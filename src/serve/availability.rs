//! `/v1/report`: how available monitors were.

use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::answer::Refusal;
use super::history_queries::{QueryFailure, answer_json, line};
use super::query::{FILTER, MAX_ROWS, Parameter, QueryValues, SINCE, UNTIL};
use super::state::AppState;
use crate::conf::units;
use crate::history::calendar::Calendar;
use crate::history::known::KnownMonitor;
use crate::history::period::Period;
use crate::history::report::ReportBy;
use crate::report::history::json::AvailabilityJson;
use crate::store::ReportQuery;

/// The span of a report without one.
const USUAL: Duration = Duration::from_secs(30 * 86_400);

pub(super) const QUERY: &[Parameter] = &[
    ("last", "The time until now: `30d` (default)"),
    ("month", "A month, UTC: `2026-10`, or `last`"),
    SINCE,
    UNTIL,
    (
        "by",
        "What the rows stand for: `monitor` (default), `group`, `tag`",
    ),
    FILTER,
    (
        "slo",
        "The share of time that each row is to be up, such as `99.9%`, instead of the config's",
    ),
    ("compare", "`true`: each row also has the span before"),
];

pub(super) async fn report(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = QueryValues::parse(query.as_deref(), QUERY)?;
    let now = state.wall_now();
    let period = period(&query, now)?;
    let by = match query.get("by") {
        None | Some("monitor") => ReportBy::Monitor,
        Some("group") => ReportBy::Group,
        Some("tag") => ReportBy::Tag,
        Some(_) => return Err(Refusal::bad("`by` is `monitor`, `group` or `tag`")),
    };
    let objective = query.get("slo").map(units::objective).transpose();
    let objective =
        objective.map_err(|why| Refusal::bad(format!("`slo` {}", why.replacen('\n', ": ", 1))))?;
    let compare = query.flag("compare")?;
    let selector = query.selector()?;
    answer_json(&state, move |history| {
        let mut monitors = history.reader.monitors()?;
        monitors.retain(|monitor| monitor.removed.is_none() && selector.matches(&monitor.meta()));
        if by == ReportBy::Monitor && monitors.len() > MAX_ROWS {
            return Err(QueryFailure::Refused(too_many(&monitors)));
        }
        let asked = ReportQuery {
            period,
            now: history.now,
            by,
            monitors: &monitors,
            objective,
            compare,
        };
        let report = history.reader.report(&asked)?;
        Ok(line(&AvailabilityJson::new(&report)))
    })
    .await
}

/// Returns the time of a report, which does not end in the future.
fn period(query: &QueryValues, now: Timestamp) -> Result<Period, Refusal> {
    let spans = [
        query.get("last").is_some(),
        query.get("month").is_some(),
        query.get("since").or(query.get("until")).is_some(),
    ];
    if spans.iter().filter(|is_given| **is_given).count() > 1 {
        let why = "`last`, `month` and `since` with `until` exclude each other";
        return Err(Refusal::bad(why));
    }
    let period = if let Some(month) = query.get("month") {
        let month = Calendar::month(month);
        month
            .map_err(|why| Refusal::bad(format!("`month` {why}")))?
            .period(now, &TimeZone::UTC)
    } else if query.get("last").is_some() {
        let since = query.time("last", now)?.unwrap_or(now);
        Period::new(since, now)
    } else {
        query.period(now, USUAL)?
    };
    let period = Period::new(period.since, period.until.min(now));
    if period.is_empty() {
        return Err(Refusal::bad("this time has not begun yet"));
    }
    Ok(period)
}

fn too_many(monitors: &[KnownMonitor]) -> Refusal {
    Refusal::bad(format!(
        "an answer has at most 1,000 rows, and these are {} monitors: `by=group`, or a `filter`",
        monitors.len()
    ))
}
