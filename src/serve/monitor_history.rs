//! `/v1/monitors/NAME/history` and `/v1/monitors/NAME/numbers`: the past of one monitor, from the
//! store.

use std::ops::ControlFlow;
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::answer::Refusal;
use super::history_queries::{answer_json, line};
use super::query::{AFTER, LIMIT, Parameter, QueryValues, SINCE, UNTIL};
use super::state::AppState;
use crate::history::numbers::Step;
use crate::history::period::Period;
use crate::model::Text;
use crate::report::history::json::{ChangeJson, HistoryJson, NumbersJson, UnwatchedJson};
use crate::store::ChangeQuery;

const DAY: Duration = Duration::from_secs(86_400);

pub(super) const CHANGES_QUERY: &[Parameter] = &[SINCE, UNTIL, LIMIT, AFTER];
pub(super) const NUMBERS_QUERY: &[Parameter] = &[
    SINCE,
    UNTIL,
    (
        "step",
        "The length of the intervals: `5m` (default), `1h`, `1d`",
    ),
    (
        "histograms",
        "`true`: each interval also has all its latencies, as an exponential histogram",
    ),
    LIMIT,
    AFTER,
];

/// Answers the changes of status of a monitor, oldest first.
pub(super) async fn changes(
    State(state): State<AppState>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = QueryValues::parse(query.as_deref(), CHANGES_QUERY)?;
    let period = query.period(state.wall_now(), DAY)?;
    let (limit, after) = (query.limit()?, query.after()?);
    let name = Text::clean(&name);
    answer_json(&state, move |history| {
        let known = history.monitor(&name)?;
        let asked = ChangeQuery {
            monitor: Some(name),
            period,
            after,
            newest_first: false,
        };
        let mut found = Vec::new();
        history.reader.changes(&asked, &mut |number, change| {
            found.push((number, change));
            if found.len() > limit {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| has_more);
        let next = last.map(|(number, _)| number.to_string());
        let gaps = history
            .reader
            .unwatched(period, known.first_known, history.now)?;
        let changes: Vec<ChangeJson<'_>> = found
            .iter()
            .map(|(_, change)| ChangeJson::new(change, history.now))
            .collect();
        let gaps: Vec<UnwatchedJson> = gaps.into_iter().map(UnwatchedJson::new).collect();
        Ok(line(
            &HistoryJson::new(period, changes, gaps).with_next(next),
        ))
    })
    .await
}

/// Answers the numbers of a monitor by intervals. A page is a span of at most `limit` intervals, of
/// which some may have no numbers.
pub(super) async fn numbers(
    State(state): State<AppState>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = QueryValues::parse(query.as_deref(), NUMBERS_QUERY)?;
    let now = state.wall_now();
    let step = match query.get("step") {
        None => Step::Minutes,
        Some(text) => {
            Step::parse(text).ok_or_else(|| Refusal::bad("`step` is `5m`, `1h` or `1d`"))?
        }
    };
    let has_histograms = query.flag("histograms")?;
    let whole = query.period(now, DAY)?;
    let since = query.time("after", now)?.unwrap_or(whole.since);
    let intervals = u32::try_from(query.limit()?).unwrap_or(u32::MAX);
    let end = since.checked_add(step.length().saturating_mul(intervals));
    let page = Period::new(since, end.map_or(whole.until, |end| end.min(whole.until)));
    let next = (page.until < whole.until).then(|| format!("{:.3}", page.until));
    let name = Text::clean(&name);
    answer_json(&state, move |history| {
        history.monitor(&name)?;
        let points = history.reader.numbers(&name, page, step)?;
        let numbers = NumbersJson::new(&name, step, &points).with_next(next);
        Ok(line(&if has_histograms {
            numbers.with_histograms(&points)
        } else {
            numbers
        }))
    })
    .await
}
