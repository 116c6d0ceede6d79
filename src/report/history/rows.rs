//! Rows of the history that are written while they are read, so that no output needs memory for all
//! of them.

use std::cell::RefCell;
use std::io;

use jiff::Timestamp;
use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Reads rows: gives each to a function until that fails, and returns its error, or that of the
/// source.
pub type RowFn<'a, T> = dyn FnMut(&mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()> + 'a;

/// One row of an output for programs.
pub trait HistoryRow {
    type Json<'a>: Serialize
    where
        Self: 'a;

    /// The names of the cells: the keys of the JSON, nested ones joined by `_`.
    const COLUMNS: &'static [&'static str];

    fn json(&self, now: Timestamp) -> Self::Json<'_>;

    /// Returns the cells in the order of `COLUMNS`.
    fn cells(json: &Self::Json<'_>) -> Vec<Value>;
}

/// Returns the JSON value of a cell; a list is its JSON as a text.
pub(crate) fn cell(value: &impl Serialize) -> Value {
    // The types of hbmon have only keys and numbers that JSON can express.
    match serde_json::to_value(value).unwrap_or_default() {
        // A `Value` would sort the keys.
        Value::Array(_) => Value::String(serde_json::to_string(value).unwrap_or_default()),
        value => value,
    }
}

/// A JSON list of rows that are read while it is written. It can be written once.
pub(super) struct RowList<'a, 'r, T> {
    rows: RefCell<&'r mut RowFn<'a, T>>,
    now: Timestamp,
}

impl<'a, 'r, T> RowList<'a, 'r, T> {
    pub(super) fn new(rows: &'r mut RowFn<'a, T>, now: Timestamp) -> RowList<'a, 'r, T> {
        RowList {
            rows: RefCell::new(rows),
            now,
        }
    }
}

impl<T: HistoryRow> Serialize for RowList<'_, '_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut refused = None;
        let read = (self.rows.borrow_mut())(&mut |row| {
            list.serialize_element(&row.json(self.now))
                .map_err(|error| {
                    refused = Some(error);
                    io::Error::other("the output cannot be written")
                })
        });
        match refused {
            Some(error) => Err(error),
            None => read.map_err(S::Error::custom).and_then(|()| list.end()),
        }
    }
}
