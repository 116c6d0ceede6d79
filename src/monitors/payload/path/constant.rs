//! Finds suspicious conditions: those with a constant result, and paths without a comparison.

use serde_json::Value;

use super::ExpressionError;
use super::ast::{Condition, Operand, Order, Path, PathSelector, Segment};

/// # Errors
/// The first part whose result is the same for every payload.
pub(crate) fn refuse_constant(condition: &Condition, source: &str) -> Result<(), ExpressionError> {
    match condition {
        Condition::All(parts) => {
            parts
                .iter()
                .try_for_each(|part| refuse_constant(part, source))?;
            let why = "no payload matches both: the condition is never true";
            disjoint(parts, Order::Equal).map_or(Ok(()), |text| Err(at(source, &text, why)))
        }
        Condition::Any(parts) => {
            parts
                .iter()
                .try_for_each(|part| refuse_constant(part, source))?;
            let why = "every payload matches one of them: the condition is always true";
            let both = "`&&` joins conditions that must all hold";
            disjoint(parts, Order::NotEqual)
                .map_or(Ok(()), |text| Err(at(source, &text, why).help(both)))
        }
        Condition::Not(inner) => refuse_constant(inner, source),
        Condition::Exists(path) => of_path(path, source),
        Condition::Compare { left, order, right } => {
            [left, right]
                .into_iter()
                .try_for_each(|operand| of_operand(operand, source))?;
            comparison(left, *order, right, source)
        }
        Condition::Matches { subject, .. } if subject.is_literal() => Err(ExpressionError::new(
            0,
            "a fixed text is matched: the result never changes",
        )),
        Condition::Matches { subject, .. } => of_operand(subject, source),
    }
}

/// Returns the paths whose existence alone decides the whole condition.
pub(crate) fn bare_paths(condition: &Condition) -> Vec<&Path> {
    match condition {
        Condition::Exists(path) if path.is_singular() && !path.segments.is_empty() => vec![path],
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().flat_map(bare_paths).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the path if the whole condition only requires that it is absent.
pub(crate) fn absent_path(condition: &Condition) -> Option<&Path> {
    match condition {
        Condition::Not(inner) => match &**inner {
            Condition::Exists(path) if path.is_singular() => Some(path),
            _ => None,
        },
        _ => None,
    }
}

/// Checks the filters inside a path.
fn of_path(path: &Path, source: &str) -> Result<(), ExpressionError> {
    let selectors = path
        .segments
        .iter()
        .flat_map(|Segment { selectors, .. }| selectors);
    selectors
        .into_iter()
        .try_for_each(|selector| match selector {
            PathSelector::Filter(condition) => refuse_constant(condition, source),
            _ => Ok(()),
        })
}

fn of_operand(operand: &Operand, source: &str) -> Result<(), ExpressionError> {
    match operand {
        Operand::Literal(_) => Ok(()),
        Operand::Path(path) | Operand::Count(path) | Operand::Value(path) => of_path(path, source),
        Operand::Length(of) => of_operand(of, source),
    }
}

fn comparison(
    left: &Operand,
    order: Order,
    right: &Operand,
    source: &str,
) -> Result<(), ExpressionError> {
    let (text, literal) = match (left.text(), right.text()) {
        (None, None) => {
            return Err(ExpressionError::new(
                0,
                "two fixed values are compared: the result never changes",
            ));
        }
        (Some(left), Some(right)) if left == right => {
            return Err(at(
                source,
                &left,
                "a value is compared with itself: the result never changes",
            ));
        }
        (Some(text), None) => (text, right),
        (None, Some(text)) => (text, left),
        (Some(_), Some(_)) => return Ok(()),
    };
    let Operand::Literal(literal) = literal else {
        return Ok(());
    };
    let is_order = matches!(order, Order::Less | Order::Greater);
    if is_order && !literal.is_number() && !literal.is_string() {
        let why = "`<` and `>` compare numbers and texts: this is never true";
        return Err(at(source, &text, why));
    }
    let counts = [left, right]
        .into_iter()
        .any(|side| matches!(side, Operand::Length(_) | Operand::Count(_)));
    if counts && !literal.is_number() && (order != Order::NotEqual) && !literal.is_null() {
        return Err(at(
            source,
            &text,
            "it is a number, but is compared with another type: this is never true",
        ));
    }
    Ok(())
}

/// Returns the operand that two parts compare, with `wanted`, to different literals.
fn disjoint(parts: &[Condition], wanted: Order) -> Option<String> {
    let fixed: Vec<(String, &Value)> = parts
        .iter()
        .filter_map(|part| fixed(part, wanted))
        .collect();
    let twice = |(text, value): &(String, &Value)| {
        fixed
            .iter()
            .any(|(other, other_value)| other == text && is_other(value, other_value))
    };
    fixed
        .iter()
        .find(|one| twice(one))
        .map(|(text, _)| text.clone())
}

/// Floats never count as different, because one number can be written in several ways.
fn is_other(one: &Value, other: &Value) -> bool {
    one != other && !(one.is_f64() || other.is_f64())
}

fn fixed(part: &Condition, wanted: Order) -> Option<(String, &Value)> {
    match part {
        Condition::Compare {
            left,
            order,
            right: Operand::Literal(value),
        } if *order == wanted => Some((left.text()?, value)),
        Condition::Compare {
            left: Operand::Literal(value),
            order,
            right,
        } if *order == wanted => Some((right.text()?, value)),
        _ => None,
    }
}

/// Points to the last occurrence of `text`, which is the part to remove.
fn at(source: &str, text: &str, why: &str) -> ExpressionError {
    ExpressionError::new(source.rfind(text).unwrap_or(0), why)
}
