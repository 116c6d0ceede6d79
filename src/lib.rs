//! hbmon watches heartbeats. (The map comes here.)

pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod engine;
pub mod model;
pub mod monitors;
pub mod report;
pub mod tui;
pub mod words;
