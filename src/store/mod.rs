//! The store: what hbmon remembers, in one SQLite file for each config.
//!
//! One process writes: [`Store`] owns a thread, to which the recorder sends. Every other process
//! reads beside it ([`Reader`]), and changes single rows, such as notes ([`Editor`]).

mod apply;
mod batch;
mod board;
mod check;
mod connect;
mod copy;
mod damage;
mod disk;
mod editor;
mod error;
mod file_ids;
mod info;
mod ledger;
mod left;
mod marks;
mod mirror;
mod network;
mod prune;
mod query;
mod read_changes;
mod read_incidents;
mod read_numbers;
mod read_report;
mod reader;
mod rollup;
mod rows;
mod schema;
mod steady_time;
mod thread;
mod upkeep;
mod waiting;
mod write_numbers;
mod writer;

pub use batch::{Batch, Keep, Left, MonitorState};
pub use board::Health;
pub use damage::forbids_writing;
pub use editor::Editor;
pub use error::StoreError;
pub use query::{ChangeQuery, IncidentQuery};
pub use read_report::ReportQuery;
pub use reader::{Reader, StoreInfo};
pub use writer::Store;
