//! What the screen needs from its caller: a host that carries out commands and saves files, and the
//! functions of the terminal other than drawing cells.

use std::io;
use std::sync::Arc;

use crate::history::alert_board::AlertBoard;
use crate::model::{Moment, Row, Snapshot, TargetId};
use crate::prefs::Prefs;

use super::act::ScreenCommand;
use super::caption::Caption;
use super::past::{HistoryAnswer, HistoryQuestion};
use super::reach::Reach;
use super::state::details::MonitorDetails;

/// Carries out what keys ask for.
pub trait ScreenHost {
    fn command(&mut self, command: ScreenCommand);

    /// Asks for the settings and instances of a monitor. The answer comes by `described`. Returns
    /// false if the host knows none.
    fn describe(&mut self, _id: TargetId) -> bool {
        false
    }

    /// Returns an answer to `describe` that has come since the last call.
    fn described(&mut self) -> Option<MonitorDetails> {
        None
    }

    /// Asks about the past. The answer comes by `history_answer`. A question that waits is replaced.
    /// Returns false if the host has no history.
    fn ask_history(&mut self, _question: HistoryQuestion) -> bool {
        false
    }

    /// Returns an answer about the past that has come since the last call.
    fn history_answer(&mut self) -> Option<HistoryAnswer> {
        None
    }

    /// Returns what is wrong with the history: `history: read only, written by pid 812`.
    fn history_note(&self) -> Option<String> {
        None
    }

    /// Returns what channels are told now. `None`: as before.
    fn alerts(&self) -> Option<Arc<AlertBoard>> {
        None
    }

    /// Returns the `screen:` block of the config if it changed since the last call.
    fn changed_prefs(&mut self) -> Option<Prefs> {
        None
    }

    /// Returns the monitor as `check -o json` shows it.
    fn json(&self, snapshot: &Snapshot, row: &Row) -> String;

    /// Writes the picture and the snapshot (as JSON) to the working folder. Returns a notice for
    /// the user.
    fn save(&mut self, saved: &Screenshot) -> String;

    /// Returns what the line below the header says now; `None`: no such line.
    fn caption(&self, _now: Moment) -> Option<Caption> {
        None
    }

    /// Returns what the commands can reach now.
    fn reach(&self) -> Reach {
        Reach::OWN
    }
}

/// A picture of the screen to be saved, with its snapshot.
pub struct Screenshot<'a> {
    /// File name without extension: `hbmon-20261122T133207Z`.
    pub stem: String,
    pub snapshot: &'a Snapshot,
    pub text: String,
    pub svg: String,
}

/// Functions of a terminal other than drawing cells.
pub trait Tty {
    /// Shows everything drawn since the last call, in one write.
    fn present(&mut self) -> io::Result<()>;

    /// Copies a text to the clipboard of the user's machine (OSC 52).
    fn copy(&mut self, text: &str) -> io::Result<()>;

    fn capture_mouse(&mut self, capture: bool) -> io::Result<()>;

    /// Sets the title of the window (OSC 2).
    fn title(&mut self, title: &str) -> io::Result<()>;

    fn ring(&mut self) -> io::Result<()>;

    /// Shows a notification of the desktop (OSC 9), where the terminal can.
    fn notify(&mut self, text: &str) -> io::Result<()>;

    /// Restores the terminal and stops the process. The stop may take effect a moment later; until
    /// `ScreenRequest::Resume` another program uses the terminal. Returns false, and does nothing,
    /// if no shell could continue the process.
    fn suspend(&mut self) -> io::Result<bool>;

    /// Sets up the terminal again after another program used it.
    fn resume(&mut self) -> io::Result<()>;
}

/// A request to the screen, sent by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenRequest {
    /// SIGUSR1: saves the picture, as the key does.
    Save,
    /// SIGTSTP: suspends, as the key does.
    Suspend,
    /// SIGCONT: the process continues after it was stopped.
    Resume,
}
