//! Filters: RFC 9535 conditions in which `@` is the payload.

use std::sync::Arc;

use serde_json::Value;

use super::excerpt::value_text;
use super::path::{self, Condition, EvalBudget, EvalContext, ExpressionError, Operand};
use super::too_expensive;
use crate::model::{Failure, Text};

/// Longest text in bytes that `observed` returns, without the ellipsis.
const SHOWN: usize = 200;

/// An RFC 9535 filter expression in which `@` is the payload. Clones share one parsed expression.
#[derive(Clone, Debug)]
pub struct Filter(Arc<Parsed>);

#[derive(Debug)]
struct Parsed {
    source: Text,
    condition: Condition,
}

/// Two filters are equal if their source text is equal.
impl PartialEq for Filter {
    fn eq(&self, other: &Filter) -> bool {
        self.0.source == other.0.source
    }
}

impl Filter {
    /// # Errors
    /// The expression is invalid, or it has the same result for every payload.
    pub fn parse(source: &str) -> Result<Filter, ExpressionError> {
        let condition = path::condition(source)?;
        path::refuse_constant(&condition, source)?;
        Ok(Filter(Arc::new(Parsed {
            source: Text::clean(source),
            condition,
        })))
    }

    pub fn source(&self) -> &Text {
        &self.0.source
    }

    /// Returns whether the payload matches. `bytes` is its size, which sets the evaluation budget.
    ///
    /// # Errors
    /// `payload` if the evaluation exceeds its budget.
    pub fn matches(&self, payload: &Value, bytes: usize) -> Result<bool, Failure> {
        let scope = EvalContext {
            payload,
            current: payload,
        };
        self.0
            .condition
            .holds(scope, &mut EvalBudget::of(bytes))
            .map_err(too_expensive)
    }

    /// Returns the paths whose existence alone decides the result.
    pub fn bare_paths(&self) -> Vec<&str> {
        path::bare_paths(&self.0.condition)
            .into_iter()
            .map(|path| &*path.text)
            .collect()
    }

    /// Returns the path if the filter only requires that it is absent.
    pub fn absent_path(&self) -> Option<&str> {
        path::absent_path(&self.0.condition).map(|path| &*path.text)
    }

    /// Returns the names of the compared operands for messages: `@.phase`, `length(@.ids)`.
    pub fn paths(&self) -> Vec<String> {
        self.compared().into_iter().map(|(text, _)| text).collect()
    }

    /// Returns the values in this payload that the filter compares. Several values get their names
    /// in front. Returns `None` if the filter compares nothing.
    pub fn observed(&self, payload: &Value) -> Option<String> {
        let compared = self.compared();
        let mut budget = EvalBudget::of(0);
        let mut shown = String::new();
        for (text, operand) in &compared {
            if shown.len() >= SHOWN {
                break;
            }
            if !shown.is_empty() {
                shown.push_str(", ");
            }
            if compared.len() > 1 {
                shown.push_str(text);
                shown.push_str(": ");
            }
            let value = operand
                .value(
                    EvalContext {
                        payload,
                        current: payload,
                    },
                    &mut budget,
                )
                .ok()?;
            shown.push_str(&value_text(value.as_deref()));
        }
        if shown.len() > SHOWN {
            // The ellipsis marks the cut, so that a secret which is cut there can still be
            // redacted.
            shown.truncate(shown.floor_char_boundary(SHOWN));
            shown.push('…');
        }
        (!shown.is_empty()).then_some(shown)
    }

    /// Returns each operand that is not a literal, once.
    fn compared(&self) -> Vec<(String, &Operand)> {
        let mut found: Vec<(String, &Operand)> = Vec::new();
        let mut waiting = vec![&self.0.condition];
        while let Some(condition) = waiting.pop() {
            let operands = match condition {
                Condition::All(parts) | Condition::Any(parts) => {
                    waiting.extend(parts.iter().rev());
                    vec![]
                }
                Condition::Not(inner) => {
                    waiting.push(inner);
                    vec![]
                }
                Condition::Compare { left, right, .. } => vec![left, right],
                Condition::Matches { subject, .. } => vec![subject],
                Condition::Exists(_) => vec![],
            };
            for operand in operands {
                if let Some(text) = operand.text()
                    && found.iter().all(|(other, _)| *other != text)
                {
                    found.push((text, operand));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_values_that_a_filter_compares() {
        let payload = json!({
            "phase": "degraded", "ok": true, "n": 0, "list": [1, {"a": 2}], "a b": "x", "é": null,
            "long": "x".repeat(500)
        });
        let seen = |filter: &str| Filter::parse(filter).unwrap().observed(&payload);
        for (filter, wanted) in [
            (r#"@.phase == "operational""#, Some(r#""degraded""#)),
            (r#""operational" == @.phase"#, Some(r#""degraded""#)),
            ("@.missing == 1", Some("nothing")),
            ("@.ok == true && @.n >= 1", Some("@.ok: true, @.n: 0")),
            ("@.n > 1 || @.n < 0", Some("0")),
            ("@.list[-1].a > 2", Some("2")),
            ("length(@.list) > 2", Some("2")),
            ("@.é == 1", Some("null")),
            ("match(@.phase, 'x.*')", Some(r#""degraded""#)),
            ("@.phase", None),
            ("@.list[?@.a > 5]", None),
        ] {
            assert_eq!(seen(filter).as_deref(), wanted, "{filter}");
        }
        assert_eq!(
            seen("@.long == 1").unwrap(),
            format!("\"{}…", "x".repeat(79))
        );
    }
}
