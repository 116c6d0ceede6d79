//! What happened, as the store remembers it: changes, incidents, reports and numbers, one file per
//! output format.

pub mod changes_human;
mod columns;
pub mod days;
mod entry;
pub mod html;
pub mod incidents_human;
pub mod json;
pub mod machine;
pub(crate) mod open;
pub mod report_human;
pub mod report_md;
pub mod rows;
pub mod wall;
