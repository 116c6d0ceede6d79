//! Troubles with a mail server in words: hbmon's, not those of the library.

use std::error::Error;
use std::io;
use std::net::SocketAddr;

use lettre::transport::smtp;

use super::capped_stream::AnswerTooLong;
use crate::channels::outgoing::Answer;
use crate::clock::Clock;
use crate::model::{Failure, Stage};
use crate::monitors::dial::foreign_failure;
use crate::monitors::trace::Trace;
use crate::words;

/// lettre's text for a connection that ended before an answer. It has no type.
const ENDED: &str = "incomplete response";
const FAILED: &str = "the connection failed";

/// Where a connection stands when something goes wrong.
pub(super) struct Trouble {
    trace: Trace,
    /// The addresses that are tried; none once it is connected.
    peers: Vec<SocketAddr>,
}

impl Trouble {
    pub(super) fn new(clock: &Clock, stage: Stage, peers: Vec<SocketAddr>) -> Trouble {
        let trace = Trace::new(clock.clone());
        trace.begin();
        trace.skip_to(stage);
        Trouble { trace, peers }
    }

    /// Returns what the server said, or why it said nothing.
    pub(super) fn answer(&self, error: &smtp::Error) -> Answer {
        match error.status() {
            Some(code) => Answer::Smtp {
                code: code.into(),
                text: said(error),
                note: None,
            },
            None => Answer::Nothing {
                why: self.words(error),
            },
        }
    }

    /// Returns why there is no connection.
    pub(super) fn unconnected(&self, error: &io::Error) -> Answer {
        let failure = foreign_failure(error, &self.trace, &self.peers);
        let why = failure.map_or_else(|| FAILED.to_owned(), |failure| words::failure(&failure));
        Answer::Nothing { why }
    }

    fn words(&self, error: &smtp::Error) -> String {
        if AnswerTooLong::caused(error) {
            return AnswerTooLong.to_string();
        }
        if let Some(failure) = foreign_failure(error, &self.trace, &self.peers) {
            return words::failure(&failure);
        }
        if error.is_timeout() {
            "no answer in time".to_owned()
        } else if error.is_response() && said(error) == ENDED {
            words::failure(&Failure::Closed {
                stage: self.trace.stage(),
                code: None,
                why: None,
            })
        } else if error.is_response() || error.is_client() {
            "the server sent what is not SMTP".to_owned()
        } else if error.is_tls() {
            "TLS cannot be set up on this machine".to_owned()
        } else {
            FAILED.to_owned()
        }
    }
}

/// Returns the text of an answer that refuses.
pub(super) fn said(error: &smtp::Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}
