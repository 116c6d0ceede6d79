//! The store: what hbmon remembers, in one SQLite file for each config.
//!
//! One process writes: [`Store`] owns a thread, to which the recorder sends. Every other process
//! reads beside it ([`Reader`]), and changes single rows, such as notes ([`Editor`]).

mod editor;
mod error;
mod reader;
mod writer;

pub use editor::Editor;
pub use error::StoreError;
pub use reader::{ChangeQuery, IncidentQuery, Reader, StoreInfo};
pub use writer::{Batch, Health, Keep, Left, MonitorState, Store};
