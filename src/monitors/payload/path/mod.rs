//! RFC 9535 expressions. Unlike the available libraries, this implementation limits the work of
//! each evaluation, compiles patterns once, and explains errors to users.

mod ast;
mod compare;
mod constant;
mod cursor;
mod eval;
mod foreign_syntax;
mod parse;

pub(super) use ast::{Condition, Operand, Path};
pub(super) use constant::{absent_path, bare_paths, refuse_constant};
pub(super) use eval::{BudgetExceeded, EvalBudget, EvalContext};
pub(super) use parse::{condition, query};

/// An error in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// Byte offset in the source text.
    pub at: usize,
    pub why: String,
    pub help: Option<String>,
}

impl ExpressionError {
    fn new(at: usize, why: impl Into<String>) -> ExpressionError {
        ExpressionError {
            at,
            why: why.into(),
            help: None,
        }
    }

    fn early(at: usize) -> ExpressionError {
        ExpressionError::new(at, "the expression ends too early")
    }

    fn help(mut self, help: impl Into<String>) -> ExpressionError {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests;
