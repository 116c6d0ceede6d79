//! RFC 9535, with what a library for it does not offer: a budget for each evaluation, patterns that
//! are compiled once, and messages for people.

mod ast;
mod compare;
mod constant;
mod cursor;
mod eval;
mod foreign_syntax;
mod parse;

pub use ast::{Condition, Operand, Path};
pub use constant::{absent_path, bare_paths, refuse_constant};
pub use eval::{BudgetExceeded, EvalBudget, EvalContext};
pub use parse::{condition, query};

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// At which of its bytes, from 0.
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
