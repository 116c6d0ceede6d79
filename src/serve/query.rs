//! Reads the query of a request. A parameter that is not known is refused: if it were ignored, a
//! typo would select everything.

use std::str::FromStr;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use url::form_urlencoded;

use super::answer::Refusal;
use crate::history::period::{Period, whole_millis};
use crate::model::{SelectError, Selector};

/// A parameter of a query with its description.
pub(super) type Parameter = (&'static str, &'static str);

/// Maximum number of rows in an answer.
pub(super) const MAX_ROWS: usize = 1000;
/// The precision of times in the history.
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);
/// Maximum length of a filter in bytes. A pattern costs up to its length times that of each name.
const MAX_FILTER_BYTES: usize = 1000;

pub(super) const SINCE: Parameter = (
    "since",
    "The beginning: RFC 3339, a day (`2026-11-01`, UTC), or how long ago (`7d`)",
);
pub(super) const UNTIL: Parameter = ("until", "The end, as `since`; default: now");
pub(super) const LIMIT: Parameter = ("limit", "Maximum number of rows, at most 1,000 (default)");
pub(super) const AFTER: Parameter = ("after", "The `next` of the page before");
pub(super) const FILTER: Parameter = (
    "filter",
    "Selects monitors, in the language of `--filter`: `tag:eu !kind:sse, api*`",
);

/// The values of a query. A parameter without a value counts as missing.
#[derive(Debug)]
pub(super) struct QueryValues(Vec<(&'static str, String)>);

impl QueryValues {
    /// Reads a query, as it stands in the address, of a route with these parameters.
    ///
    /// # Errors
    /// The refusal: an unknown parameter, or one that occurs twice.
    pub(super) fn parse(query: Option<&str>, known: &[Parameter]) -> Result<QueryValues, Refusal> {
        let mut values: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let Some((name, _)) = known.iter().find(|(known, _)| *known == name) else {
                return Err(unknown(known));
            };
            if values.iter().any(|(before, _)| before == name) {
                let why = format!("`{name}` occurs twice in the query");
                return Err(Refusal::bad(why));
            }
            values.push((name, value.into_owned()));
        }
        values.retain(|(_, value)| !value.is_empty());
        Ok(QueryValues(values))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter();
        values
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns a time: RFC 3339, without an offset in UTC, a day, or how long ago (`7d`). A time
    /// before the first or after the last that there is becomes that one.
    ///
    /// # Errors
    /// The refusal: it is none of them.
    pub(super) fn time(&self, name: &str, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let time = || {
            if let Ok(span) = text.parse::<Span>() {
                let now = now.to_zoned(TimeZone::UTC);
                let ago = now.checked_sub(span);
                let ago = ago.map_or(Timestamp::MIN, |at| at.timestamp());
                return span.is_positive().then_some(ago);
            }
            let civil = || {
                let day: DateTime = text.parse().ok()?;
                let beyond = if day.year() < 0 {
                    Timestamp::MIN
                } else {
                    Timestamp::MAX
                };
                let at = day.to_zoned(TimeZone::UTC);
                Some(at.map_or(beyond, |at| at.timestamp()))
            };
            text.parse().ok().or_else(civil)
        };
        time().map(whole_millis).map(Some).ok_or_else(|| {
            Refusal::bad(format!(
                "`{name}` is a time such as `2026-11-22T13:32:04Z`, a day or how long ago: `7d`"
            ))
        })
    }

    /// Returns the time from `since` to `until`. `usual`: its length without a `since`.
    ///
    /// # Errors
    /// The refusal: no times, or the end is not behind the beginning.
    pub(super) fn period(&self, now: Timestamp, usual: Duration) -> Result<Period, Refusal> {
        // What was accepted in this millisecond is in the answer: a period ends just before `until`.
        let until = self
            .time("until", now)?
            .unwrap_or_else(|| now.checked_add(MILLISECOND).unwrap_or(now));
        let since = self.time("since", now)?;
        let period = since.map_or_else(
            || Period::ending(until, usual),
            |since| Period::new(since, until),
        );
        if period.is_empty() {
            return Err(Refusal::bad("`since` is not before `until`"));
        }
        Ok(period)
    }

    /// Returns `limit`: the maximum number of rows of the answer.
    ///
    /// # Errors
    /// The refusal: no number from 1 to 1,000.
    pub(super) fn limit(&self) -> Result<usize, Refusal> {
        let limit = self.get("limit").map_or(Ok(MAX_ROWS), str::parse).ok();
        limit
            .filter(|limit| (1..=MAX_ROWS).contains(limit))
            .ok_or_else(|| Refusal::bad("`limit` is a number from 1 to 1,000"))
    }

    /// Returns `after`: the cursor of a page.
    ///
    /// # Errors
    /// The refusal: not a `next` of an answer.
    pub(super) fn after<T: FromStr>(&self) -> Result<Option<T>, Refusal> {
        let cursor = self.get("after").map(str::parse).transpose();
        cursor.map_err(|_| Refusal::bad("`after` is the `next` of the page before"))
    }

    /// Returns whether something is wanted.
    ///
    /// # Errors
    /// The refusal: neither `true` nor `false`.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::bad(format!("`{name}` is `true` or `false`"))),
        }
    }

    /// Returns `filter`.
    ///
    /// # Errors
    /// The refusal: too long, or not in the language of filters.
    pub(super) fn selector(&self) -> Result<Selector, Refusal> {
        let filter = self.get("filter").unwrap_or_default();
        if filter.len() > MAX_FILTER_BYTES {
            return Err(Refusal::bad("`filter` is longer than 1,000 bytes"));
        }
        Selector::parse(filter).map_err(|SelectError { at, why }| {
            Refusal::bad(format!("`filter`, after byte {at}: {why}"))
        })
    }
}

fn unknown(known: &[Parameter]) -> Refusal {
    let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
    Refusal::bad(match names.as_slice() {
        [] => "this path takes no query".to_owned(),
        [one] => format!("the query takes only {one}"),
        [most @ .., last] => format!("the query takes only {} and {last}", most.join(", ")),
    })
}
