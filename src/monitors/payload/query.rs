//! Queries: paths of RFC 9535 to one value of a payload.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::excerpt::value_text;
use super::path::{self, EvalBudget, EvalContext, ExpressionError, Path};
use super::{bad_payload, parse_timestamp, too_expensive};
use crate::model::Failure;

/// An RFC 9535 query for one value of the payload. Clones are one.
#[derive(Clone, Debug)]
pub struct Query(Arc<Path>);

/// Queries are equal if they are written alike.
impl PartialEq for Query {
    fn eq(&self, other: &Query) -> bool {
        self.0.text == other.0.text
    }
}

impl Query {
    /// # Errors
    /// What is wrong with the query.
    pub fn parse(source: &str) -> Result<Query, ExpressionError> {
        path::query(source).map(|path| Query(Arc::new(path)))
    }

    /// The first value that the query finds in a payload of this size.
    ///
    /// # Errors
    /// `payload` if that takes too much work.
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

    /// The sender's clock as the payload states it.
    ///
    /// # Errors
    /// `payload` when there is nothing at the place, or what stands there is no timestamp.
    pub fn timestamp(&self, payload: &Value, bytes: usize) -> Result<Timestamp, Failure> {
        let found = self
            .first(payload, bytes)?
            .ok_or_else(|| bad_payload("no timestamp in it"))?;
        parse_timestamp(found)
            .ok_or_else(|| bad_payload(&format!("not a timestamp: {}", value_text(Some(found)))))
    }
}
