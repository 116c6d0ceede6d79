//! What `beat` says on stderr: requests, answers, retries, success.

use std::io::{self, IsTerminal};

use http::StatusCode;

use crate::beat::{BeatReceiver, SendEvent};
use crate::cli::output::print_stderr;
use crate::words;

/// Writes about one receiver.
#[derive(Clone)]
pub(super) struct BeatNotes {
    /// The receiver, as the line about success names it.
    receiver: String,
    /// Requests and answers too.
    is_verbose: bool,
    /// Retries and success: always with `-v`, else only if a person reads them.
    is_attended: bool,
}

impl BeatNotes {
    /// `monitor`: the name of a push monitor; `None` if the receiver was given as a URL.
    pub(super) fn new(receiver: &BeatReceiver, monitor: Option<&str>, verbose: u8) -> BeatNotes {
        BeatNotes {
            receiver: match monitor {
                Some(name) => format!("{name} on {}", receiver.authority()),
                None => receiver.address().to_string(),
            },
            is_verbose: verbose > 0,
            is_attended: io::stderr().is_terminal(),
        }
    }

    /// Returns notes that say nothing unless `-v` asks for them. They do not disturb a command that
    /// writes to the same terminal.
    pub(super) fn quiet(&self) -> BeatNotes {
        BeatNotes {
            is_attended: false,
            ..self.clone()
        }
    }

    pub(super) fn event(&self, event: &SendEvent) {
        match event {
            SendEvent::Asked { url, bytes } if self.is_verbose => {
                print_stderr(&format!("> POST {url}, {}", words::bytes(*bytes)));
            }
            SendEvent::Answered { status, after } if self.is_verbose => {
                let after = words::latency(*after);
                print_stderr(&format!("< {}, after {after}", status_line(*status)));
            }
            SendEvent::Retry { failure, pause } if self.speaks() => {
                let why = words::failure(failure);
                print_stderr(&format!("{why}; retry in {}", words::latency(*pause)));
            }
            _ => {}
        }
    }

    /// Says that a heartbeat was accepted. `before`: whether the one before it was; a repeated
    /// heartbeat is worth a line if that changes.
    pub(super) fn accepted(&self, before: Option<bool>) {
        if self.is_verbose || (self.is_attended && before != Some(true)) {
            print_stderr(&format!("accepted: {}", self.receiver));
        }
    }

    const fn speaks(&self) -> bool {
        self.is_verbose || self.is_attended
    }
}

fn status_line(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or_default();
    format!("{} {reason}", status.as_u16())
        .trim_end()
        .to_owned()
}
