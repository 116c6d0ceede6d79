//! The parts of the picture, one file each. A widget reads the view and writes into its area.

mod beats;
mod chart;
pub mod chooser;
pub mod columns;
pub mod detail;
pub mod events;
mod facts;
pub mod fleet;
pub mod footer;
mod frame;
pub mod header;
pub mod help;
pub mod message;
pub mod pane;
mod progress;
mod strip;
pub mod table;
pub mod tabs;
