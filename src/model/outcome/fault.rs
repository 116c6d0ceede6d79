//! Details of failures: what exactly was wrong.

use std::time::Duration;

use crate::model::text::Text;

/// Additional information about an HTTP status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusNote {
    /// Text that the server sent.
    ServerMessage(Text),
    /// The target of a redirect that is not followed.
    RedirectsTo(Text),
    /// The expected statuses, for a status that looks like a success.
    Expected(Text),
    /// A WebSocket handshake was answered with a status other than 101.
    NotUpgraded,
}

/// A resource that this machine lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalLimit {
    /// Open files: the limit of the process or of the system.
    Files,
    /// Local ports.
    Ports,
    /// Memory for sockets.
    Buffers,
    /// A name server that responds.
    NameServer,
    /// A network: there is no route, or all interfaces are down.
    Network,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsCause {
    NoSuchHost,
    /// The name exists but has no address of the requested family.
    NoAddress,
    Timeout,
    /// The name server returned an error, or none could be reached.
    Server,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    Expired {
        ago: Duration,
    },
    NotYetValid {
        ahead: Duration,
    },
    WrongName {
        wanted: Text,
    },
    /// It has no subjectAltName.
    NoNames,
    /// The requested IP address is listed as a DNS name.
    AddressAsName {
        wanted: Text,
    },
    /// Signed with an algorithm that is unsafe or unknown.
    Signature {
        algorithm: Text,
    },
    UnknownIssuer,
    Revoked,
    Other(Text),
}

/// Why a redirect is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectFault {
    /// The request body would go to another origin.
    BodyAway,
    /// The request body would go from https to http.
    BodyUnencrypted,
    /// It leads to the HTTP interface of this process.
    ToHbmon,
}

/// An expectation that a response did not meet. Patterns are the config's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assertion {
    Header {
        name: Text,
        pattern: Text,
        got: Option<Text>,
    },
    Body {
        pattern: Text,
    },
    /// `got`: the values that the filter compares, if it names any.
    Json {
        filter: Text,
        got: Option<Text>,
    },
    /// Too few instances are online.
    Online {
        least: u32,
        online: u32,
    },
    /// The sender's timestamp is older than `max_age`.
    Stale {
        age: Duration,
        limit: Duration,
    },
    /// The sender's timestamp has not changed for this long.
    Still {
        stood: Duration,
    },
}

impl StatusNote {
    pub(super) fn map_text(self, change: impl Fn(Text) -> Text) -> StatusNote {
        match self {
            StatusNote::ServerMessage(text) => StatusNote::ServerMessage(change(text)),
            StatusNote::RedirectsTo(text) => StatusNote::RedirectsTo(change(text)),
            StatusNote::Expected(text) => StatusNote::Expected(change(text)),
            StatusNote::NotUpgraded => StatusNote::NotUpgraded,
        }
    }
}
