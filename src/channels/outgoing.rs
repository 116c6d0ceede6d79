//! What a channel sends, and what comes back.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

/// Something to be sent. It holds secrets: `Debug` shows none.
pub enum Outgoing {
    Http(OutgoingRequest),
    Command(OutgoingCommand),
    Mail(OutgoingMail),
}

/// An HTTP request. Redirects are not followed.
pub struct OutgoingRequest {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A program to run, without a shell. `environment` is added to hbmon's own.
pub struct OutgoingCommand {
    pub argv: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub stdin: Bytes,
}

/// A mail of plain text.
pub struct OutgoingMail {
    pub subject: String,
    /// Lines end with `\n`.
    pub body: String,
    /// Without angle brackets.
    pub message_id: String,
    /// The first mail of the thread, if this is not it.
    pub in_reply_to: Option<String>,
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// At most 64 KiB of the body.
    Http {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        /// `Retry-After`.
        wait: Option<Duration>,
    },
    /// `None`: ended by a signal.
    Exit { code: Option<i32>, output: Bytes },
    /// The code of SMTP (RFC 5321, 4.2), such as 250, and its text.
    Smtp { code: u16, text: String },
    /// No answer: a sentence without secrets.
    Nothing { why: String },
}
