//! Evaluates expressions within a budget, because the payload decides the amount of work.

use std::borrow::Cow;

use serde_json::Value;

use super::ast::{Condition, Operand, Path, PathSelector, PathStart, Segment};
use super::compare;

/// Number of steps left. Each value that is visited or found takes one, so this also bounds memory.
#[derive(Debug)]
pub(crate) struct EvalBudget(u64);

/// The evaluation exceeds its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BudgetExceeded;

/// Steps that any payload may take beyond its size in bytes: a few milliseconds.
const STEPS: u64 = 1_000_000;

impl EvalBudget {
    /// Returns the budget for a payload of this size. Visiting every value once always fits.
    pub(crate) const fn of(bytes: usize) -> EvalBudget {
        EvalBudget(STEPS.saturating_add(bytes as u64))
    }

    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), BudgetExceeded> {
        match self.0.checked_sub(steps as u64) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => {
                self.0 = 0;
                Err(BudgetExceeded)
            }
        }
    }
}

/// The values of `$` and `@`.
#[derive(Clone, Copy)]
pub(crate) struct EvalContext<'v> {
    pub payload: &'v Value,
    pub current: &'v Value,
}

impl Path {
    /// Returns all values that the path finds, in order.
    pub(crate) fn find<'v>(
        &self,
        scope: EvalContext<'v>,
        budget: &mut EvalBudget,
    ) -> Result<Vec<&'v Value>, BudgetExceeded> {
        let mut nodes = vec![match self.start {
            PathStart::Payload => scope.payload,
            PathStart::Current => scope.current,
        }];
        for segment in &self.segments {
            let mut found = SegmentMatches {
                payload: scope.payload,
                nodes: Vec::new(),
                budget,
            };
            for node in nodes {
                found.segment(segment, node)?;
            }
            nodes = found.nodes;
        }
        Ok(nodes)
    }
}

/// Collects the values that one segment finds.
struct SegmentMatches<'v, 'b> {
    payload: &'v Value,
    nodes: Vec<&'v Value>,
    budget: &'b mut EvalBudget,
}

impl<'v> SegmentMatches<'v, '_> {
    fn segment(&mut self, segment: &Segment, node: &'v Value) -> Result<(), BudgetExceeded> {
        self.budget.spend(1)?;
        for selector in &segment.selectors {
            self.select(selector, node)?;
        }
        // The recursion is bounded: serde_json refuses JSON nested deeper than 128 levels.
        if segment.descends {
            for child in children(node) {
                self.segment(segment, child)?;
            }
        }
        Ok(())
    }

    fn select(&mut self, selector: &PathSelector, node: &'v Value) -> Result<(), BudgetExceeded> {
        match selector {
            PathSelector::Name(name) => {
                self.push(node.as_object().and_then(|members| members.get(&**name)))
            }
            PathSelector::Wildcard => children(node).try_for_each(|child| self.push(Some(child))),
            PathSelector::Index(index) => self.push(
                node.as_array()
                    .and_then(|array| array.get(place(*index, array.len())?)),
            ),
            PathSelector::Slice { start, end, step } => {
                let Value::Array(array) = node else {
                    return Ok(());
                };
                slice(array.len(), *start, *end, *step)
                    .try_for_each(|index| self.push(array.get(index)))
            }
            PathSelector::Filter(condition) => children(node).try_for_each(|child| {
                self.budget.spend(1)?;
                let scope = EvalContext {
                    payload: self.payload,
                    current: child,
                };
                if condition.holds(scope, self.budget)? {
                    self.push(Some(child))
                } else {
                    Ok(())
                }
            }),
        }
    }

    fn push(&mut self, node: Option<&'v Value>) -> Result<(), BudgetExceeded> {
        if let Some(node) = node {
            self.budget.spend(1)?;
            self.nodes.push(node);
        }
        Ok(())
    }
}

fn children(node: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match node {
        Value::Array(elements) => Box::new(elements.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Resolves an index; a negative one counts from the end.
fn place(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 {
        i64::try_from(length).ok()?.checked_add(index)?
    } else {
        index
    };
    usize::try_from(index).ok()
}

/// Returns the indices that a slice selects (RFC 9535, section 2.3.4.2).
fn slice(
    length: usize,
    start: Option<i64>,
    end: Option<i64>,
    step: i64,
) -> Box<dyn Iterator<Item = usize>> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let normal = |index: i64| {
        if index < 0 {
            length.saturating_add(index)
        } else {
            index
        }
    };
    let stride = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
    let indices = |from: i64, to: i64| (from..to).filter_map(|index| usize::try_from(index).ok());
    if step > 0 {
        let from = normal(start.unwrap_or(0)).clamp(0, length);
        let to = normal(end.unwrap_or(length)).clamp(0, length);
        Box::new(indices(from, to).step_by(stride))
    } else if step < 0 {
        let from = start.map_or(length - 1, normal).clamp(-1, length - 1);
        let to = end.map_or(-1, normal).clamp(-1, length - 1);
        Box::new(indices(to + 1, from + 1).rev().step_by(stride))
    } else {
        Box::new(std::iter::empty())
    }
}

impl Condition {
    pub(crate) fn holds(
        &self,
        scope: EvalContext<'_>,
        budget: &mut EvalBudget,
    ) -> Result<bool, BudgetExceeded> {
        match self {
            Condition::All(conditions) => {
                for condition in conditions {
                    if !condition.holds(scope, budget)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Any(conditions) => {
                for condition in conditions {
                    if condition.holds(scope, budget)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Not(condition) => condition.holds(scope, budget).map(|holds| !holds),
            Condition::Exists(path) => path.find(scope, budget).map(|nodes| !nodes.is_empty()),
            Condition::Compare { left, order, right } => {
                let left = left.value(scope, budget)?;
                let right = right.value(scope, budget)?;
                compare::compare(left.as_deref(), *order, right.as_deref(), budget)
            }
            Condition::Matches { subject, pattern } => {
                match subject.value(scope, budget)?.as_deref() {
                    Some(Value::String(text)) => {
                        budget.spend(1 + text.len())?;
                        Ok(pattern.is_match(text))
                    }
                    _ => Ok(false),
                }
            }
        }
    }
}

impl Operand {
    /// Returns the operand's value, or `None` if it has none.
    pub(crate) fn value<'v>(
        &'v self,
        scope: EvalContext<'v>,
        budget: &mut EvalBudget,
    ) -> Result<Option<Cow<'v, Value>>, BudgetExceeded> {
        budget.spend(1)?;
        Ok(match self {
            Operand::Literal(value) => Some(Cow::Borrowed(value)),
            Operand::Path(path) => path
                .find(scope, budget)?
                .first()
                .map(|value| Cow::Borrowed(*value)),
            Operand::Length(of) => match of.value(scope, budget)?.as_deref() {
                Some(Value::String(text)) => {
                    // Counting characters is far cheaper than visiting values.
                    budget.spend(text.len() / 64)?;
                    Some(number(text.chars().count()))
                }
                Some(Value::Array(elements)) => Some(number(elements.len())),
                Some(Value::Object(members)) => Some(number(members.len())),
                _ => None,
            },
            Operand::Count(path) => Some(number(path.find(scope, budget)?.len())),
            Operand::Value(path) => match path.find(scope, budget)?.as_slice() {
                [only] => Some(Cow::Borrowed(*only)),
                _ => None,
            },
        })
    }
}

fn number<'v>(count: usize) -> Cow<'v, Value> {
    Cow::Owned(Value::from(count))
}
