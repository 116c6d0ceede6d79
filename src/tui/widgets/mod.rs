//! The parts of the picture, one file each. A widget reads the view and writes into its area.

mod beats;
mod care;
mod chart;
pub(super) mod chooser;
pub(super) mod columns;
pub(super) mod detail;
pub(super) mod events;
mod evidence;
mod fact;
mod facts;
pub(super) mod fleet;
pub(super) mod footer;
mod frame;
pub(super) mod header;
pub(super) mod help;
pub(super) mod message;
mod own_log;
pub(super) mod pane;
mod past;
mod past_event;
mod progress;
pub(super) mod silencer;
mod strip;
pub(super) mod table;
pub(super) mod tabs;
mod told;
mod trouble;
