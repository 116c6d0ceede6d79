//! Compares JSON values (RFC 9535, section 2.3.5.2.2).

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::ast::Order;
use super::eval::{BudgetExceeded, EvalBudget};

/// Bytes of two strings that one budget step compares.
const TEXT: usize = 64;

/// Compares two operands. `None` equals `None`, and has no order against any value.
pub(super) fn compare(
    left: Option<&Value>,
    order: Order,
    right: Option<&Value>,
    budget: &mut EvalBudget,
) -> Result<bool, BudgetExceeded> {
    let equal = |budget: &mut EvalBudget| match (left, right) {
        (Some(left), Some(right)) => equals(left, right, budget),
        (left, right) => Ok(left.is_none() && right.is_none()),
    };
    Ok(match order {
        Order::Equal => equal(budget)?,
        Order::NotEqual => !equal(budget)?,
        Order::Less => is_less(left, right, budget)?,
        Order::Greater => is_less(right, left, budget)?,
        Order::LessOrEqual => is_less(left, right, budget)? || equal(budget)?,
        Order::GreaterOrEqual => is_less(right, left, budget)? || equal(budget)?,
    })
}

fn is_less(
    left: Option<&Value>,
    right: Option<&Value>,
    budget: &mut EvalBudget,
) -> Result<bool, BudgetExceeded> {
    Ok(match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => {
            numbers(left, right) == Some(Ordering::Less)
        }
        (Some(Value::String(left)), Some(Value::String(right))) => {
            budget.spend(left.len().min(right.len()) / TEXT)?;
            left < right
        }
        _ => false,
    })
}

fn equals(left: &Value, right: &Value, budget: &mut EvalBudget) -> Result<bool, BudgetExceeded> {
    budget.spend(1)?;
    Ok(match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            numbers(left, right) == Some(Ordering::Equal)
        }
        (Value::String(left), Value::String(right)) => {
            budget.spend(left.len().min(right.len()) / TEXT)?;
            left == right
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && all(left.iter().zip(right), budget)?
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.keys().all(|name| right.contains_key(name))
                && all(
                    left.iter()
                        .filter_map(|(name, value)| Some((value, right.get(name)?))),
                    budget,
                )?
        }
        (left, right) => left == right,
    })
}

fn all<'v>(
    mut pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
    budget: &mut EvalBudget,
) -> Result<bool, BudgetExceeded> {
    pairs.try_fold(true, |so_far, (left, right)| {
        Ok(so_far && equals(left, right, budget)?)
    })
}

/// Compares by value, whatever the notation. Integers are compared exactly.
fn numbers(left: &Number, right: &Number) -> Option<Ordering> {
    let whole = |number: &Number| {
        number
            .as_i64()
            .map(i128::from)
            .or(number.as_u64().map(i128::from))
    };
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}
