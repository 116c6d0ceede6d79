//! What the user chose to look at, in small pieces with one purpose each; `Ui` holds them together.

pub mod detail;
pub mod display;
pub mod freeze;
pub mod history;
pub mod list;
pub mod marks;
pub mod overlay;
pub mod pulses;
pub mod tabs;
