//! What the screen needs of the world outside: somebody who obeys and saves, and the terminal
//! beside its cells.

use std::io;

use crate::model::{Row, Snapshot};

use super::act::ScreenCommand;

/// Who carries out what keys ask for.
pub trait ScreenHost {
    fn command(&mut self, command: ScreenCommand);

    /// The monitor as `check -o json` shows it.
    fn json(&self, snapshot: &Snapshot, row: &Row) -> String;

    /// Writes the picture, and the snapshot beside it as JSON, into the current folder; gives what
    /// to tell the user.
    fn save(&mut self, saved: &Screenshot) -> String;
}

/// A picture to be kept, and what it is of.
pub struct Screenshot<'a> {
    /// The files' name without an ending: `hbmon-20261122T133207Z`.
    pub stem: String,
    pub snapshot: &'a Snapshot,
    pub text: String,
    pub svg: String,
}

/// What a terminal does that is no cell of the picture.
pub trait Tty {
    /// Shows what was drawn: all of it, or nothing yet.
    fn present(&mut self) -> io::Result<()>;

    /// Into the clipboard of the user's machine (OSC 52).
    fn copy(&mut self, text: &str) -> io::Result<()>;

    fn capture_mouse(&mut self, capture: bool) -> io::Result<()>;

    /// Gives the terminal back and stops the process, which may take a moment: until
    /// `Request::Retake` the terminal is another's. False: there is nobody who could let it go on,
    /// and nothing was done.
    fn suspend(&mut self) -> io::Result<bool>;

    /// Takes the terminal again after somebody else had it.
    fn resume(&mut self) -> io::Result<()>;
}

/// What comes from outside, by signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenRequest {
    /// SIGUSR1: as the key.
    Save,
    /// SIGTSTP: as the key.
    Suspend,
    /// SIGCONT: the process goes on after it was stopped.
    Resume,
}
