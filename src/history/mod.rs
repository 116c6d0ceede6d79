//! What happened, as pure values and arithmetic: changes of status, incidents, numbers, reports and
//! SLOs. No I/O and no clock; `store` keeps these values, commands and the screen show them.
//!
//! All times are wall times in whole milliseconds.

pub mod alert_board;
pub mod calendar;
pub mod change;
pub mod gather;
pub mod incident;
pub mod known;
pub mod notification;
pub mod numbers;
pub mod period;
pub mod report;
pub mod sketch;
pub mod slo;
pub mod times;
