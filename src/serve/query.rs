//! Reads the query of a request. A parameter that is not known is refused: if it were ignored, a
//! typo would select everything.

use axum::response::Response;
use http::StatusCode;
use url::form_urlencoded;

use super::answer;

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
    pub(super) fn parse(query: Option<&str>, known: &[Parameter]) -> Result<QueryValues, Response> {
        let mut values: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let Some((name, _)) = known.iter().find(|(known, _)| *known == name) else {
                return Err(unknown(known));
            };
            if values.iter().any(|(before, _)| before == name) {
                return Err(refused(&format!("`{name}` occurs twice in the query")));
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

/// Returns 400 with a sentence.
pub(super) fn refused(why: &str) -> Response {
    answer::refusal(StatusCode::BAD_REQUEST, why)
}

fn unknown(known: &[Parameter]) -> Response {
    let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
    refused(&match names.as_slice() {
        [] => "this path takes no query".to_owned(),
        [one] => format!("the query takes only {one}"),
        [most @ .., last] => format!("the query takes only {} and {last}", most.join(", ")),
    })
}
