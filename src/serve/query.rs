//! Reads the query of a request. A parameter that is not known is refused: if it were ignored, a
//! typo would select everything.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::form_urlencoded;

use super::answer::Refusal;
use crate::conf::units;

/// A parameter of a query with its description.
pub(super) type Parameter = (&'static str, &'static str);

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
}

impl QueryValues {
    /// Returns a time: RFC 3339, a day (`2026-11-01`, UTC), or how long ago (`7d`).
    ///
    /// # Errors
    /// The refusal: it is none of them.
    pub(super) fn time(&self, name: &str, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let day = || {
            // A time without a zone would be read as its day.
            let day = text.parse::<Date>().ok().filter(|_| text.len() == 10)?;
            day.to_zoned(TimeZone::UTC).ok()
        };
        let ago = || now.checked_sub(units::period(text).ok()?).ok();
        let time = text
            .parse()
            .ok()
            .or_else(|| day().map(|day| day.timestamp()))
            .or_else(ago);
        time.map(Some).ok_or_else(|| {
            Refusal::bad(format!(
                "`{name}` is a time such as `2026-11-22T13:32:04Z`, a day or how long ago: `7d`"
            ))
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
