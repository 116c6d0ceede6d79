//! RFC 9535, with what a library for it does not offer: a budget for each evaluation, patterns that
//! are compiled once, and messages for people.

mod ast;
mod compare;
mod cursor;
mod doubts;
mod eval;
mod foreign;
mod parse;

pub use ast::{Condition, Operand, Path};
pub use doubts::{absent_path, bare_paths, refuse_constant};
pub use eval::{Budget, Exceeded, Scope};
pub use parse::{condition, query};

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// At which of its bytes, from 0.
    pub at: usize,
    pub why: String,
    pub help: Option<String>,
}

impl Mistake {
    fn new(at: usize, why: impl Into<String>) -> Mistake {
        Mistake {
            at,
            why: why.into(),
            help: None,
        }
    }

    fn early(at: usize) -> Mistake {
        Mistake::new(at, "the expression ends too early")
    }

    fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests;
