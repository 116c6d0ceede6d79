//! The parts of the picture, one file each: they look at the view and write into their area.

pub mod chart;
pub mod detail;
pub mod events;
pub mod fleet;
pub mod footer;
pub mod header;
pub mod help;
pub mod progress;
pub mod strip;
pub mod table;
