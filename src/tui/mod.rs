//! The screen: a pure function of a snapshot and what the user chose.

mod filter;
mod journal;
mod keys;
mod layout;
mod order;
mod text;
mod theme;
mod totals;
mod ui;
mod view;
mod widgets;

pub use theme::{Colours, Glyphs, Theme};
pub use ui::{Command, Effect, Ui};
pub use view::draw;
