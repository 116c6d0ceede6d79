//! What a channel sends, and what comes back.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;
use url::Url;

use super::email::server::MailServer;

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

impl OutgoingRequest {
    /// Returns a POST request with this JSON.
    pub(crate) fn json(url: Url, body: &Value) -> OutgoingRequest {
        let json = HeaderValue::from_static("application/json");
        OutgoingRequest {
            method: Method::POST,
            url,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, json)]),
            body: body.to_string().into(),
        }
    }
}

/// A program to run, without a shell. `environment` is added to hbmon's own.
pub struct OutgoingCommand {
    pub argv: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub stdin: Bytes,
}

/// A mail for a mail server.
pub struct OutgoingMail {
    pub server: MailServer,
    pub mail: lettre::Message,
    /// It is not sent to the others while a recipient is to be tried again later.
    pub waits_for_all: bool,
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
    /// The code of SMTP (RFC 5321, 4.2), such as 250, and its text. `note`: which recipients do not
    /// get a mail that was accepted.
    Smtp {
        code: u16,
        text: String,
        note: Option<String>,
    },
    /// No answer: a sentence without secrets.
    Nothing { why: String },
}
