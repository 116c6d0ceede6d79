//! The trait of a monitor, which holds one conversation with one target.

use std::future::Future;
use std::pin::Pin;

use super::reporter::Reporter;
use crate::model::Failure;

/// A boxed future, since a task keeps the size of its largest state for as long as it lives.
pub type Attempt<'a> = Pin<Box<dyn Future<Output = Result<End, Failure>> + Send + 'a>>;

/// How an attempt ends when it does not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The poll has its answer, and has reported its heartbeat.
    Answered,
    /// The other side ended the connection as it should.
    Closed,
}

/// Holds one conversation with one target.
///
/// An attempt is one request for a poll, and one connection from dial to end for every kind that
/// holds one. Dropping the future cancels it, at any await. The supervisor sets the time limit; the
/// trace says how far the attempt came.
pub trait Monitor: Send {
    fn attempt<'a>(&'a mut self, out: &'a mut Reporter) -> Attempt<'a>;
}
