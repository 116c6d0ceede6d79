//! Queries: RFC 9535 paths that select one value of a payload.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::excerpt::value_text;
use super::path::{self, EvalBudget, EvalContext, ExpressionError, Path};
use super::{bad_payload, parse_timestamp, too_expensive};
use crate::model::Failure;

/// An RFC 9535 query for one value of the payload. Clones share one parsed path.
#[derive(Clone, Debug)]
pub struct Query(Arc<Path>);

/// Two queries are equal if their source text is equal.
impl PartialEq for Query {
    fn eq(&self, other: &Query) -> bool {
        self.0.text == other.0.text
    }
}

impl Query {
    /// # Errors
    /// The query is invalid.
    pub fn parse(source: &str) -> Result<Query, ExpressionError> {
        path::query(source).map(|path| Query(Arc::new(path)))
    }

    pub fn source(&self) -> &str {
        &self.0.text
    }

    /// Returns the first value that the query finds. `bytes` is the payload's size, which sets the
    /// evaluation budget.
    ///
    /// # Errors
    /// `payload` if the evaluation exceeds its budget.
    pub fn first<'v>(
        &self,
        payload: &'v Value,
        bytes: usize,
    ) -> Result<Option<&'v Value>, Failure> {
        let scope = EvalContext {
            payload,
            current: payload,
        };
        let nodes = self
            .0
            .find(scope, &mut EvalBudget::of(bytes))
            .map_err(too_expensive)?;
        Ok(nodes.first().copied())
    }

    /// Returns the sender's timestamp.
    ///
    /// # Errors
    /// `payload` if the query finds nothing, or if the value is not a timestamp.
    pub fn timestamp(&self, payload: &Value, bytes: usize) -> Result<Timestamp, Failure> {
        let found = self
            .first(payload, bytes)?
            .ok_or_else(|| bad_payload("no timestamp in it"))?;
        parse_timestamp(found)
            .ok_or_else(|| bad_payload(&format!("not a timestamp: {}", value_text(Some(found)))))
    }
}
