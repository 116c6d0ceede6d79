//! The parts of the screen's state, each with one purpose. `Ui` combines them.

pub mod detail;
pub(super) mod details;
pub mod display;
pub(super) mod freeze;
pub mod history;
pub mod list;
pub mod overlay;
pub mod pulses;
pub mod silence_choice;
pub mod tabs;
