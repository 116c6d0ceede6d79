//! Sends.

mod command;
mod mail;
