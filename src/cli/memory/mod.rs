//! The commands that read the history: `history`, `incidents`, `report`, `export`, `state`.

mod choice;
mod export;
mod history;
mod incidents;
mod open;
mod outputs;
mod report;
mod state;

pub(super) use choice::{metas, unknown_monitor};
pub(super) use export::run as export;
pub(super) use history::run as history;
pub(super) use incidents::{ids, run as incidents};
pub(super) use open::{path as store_path, refused, usual_path};
pub(super) use report::run as report;
pub(super) use state::run as state;
