//! Why an attempt or a heartbeat failed, in one word for scripts and metrics.

use serde::{Deserialize, Serialize};

/// Why an attempt or a heartbeat failed, as scripts and metrics count it (docs/interface.md,
/// "Reasons"). The list is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Dns,
    Refused,
    Unreachable,
    Reset,
    Timeout,
    Tls,
    Certificate,
    Proxy,
    Protocol,
    Status,
    Redirects,
    ContentType,
    Assertion,
    Payload,
    TooLarge,
    Closed,
    Rejected,
    NoReply,
    Missed,
    Latency,
    Reported,
    Skew,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::Dns => "dns",
            Reason::Refused => "refused",
            Reason::Unreachable => "unreachable",
            Reason::Reset => "reset",
            Reason::Timeout => "timeout",
            Reason::Tls => "tls",
            Reason::Certificate => "certificate",
            Reason::Proxy => "proxy",
            Reason::Protocol => "protocol",
            Reason::Status => "status",
            Reason::Redirects => "redirects",
            Reason::ContentType => "content_type",
            Reason::Assertion => "assertion",
            Reason::Payload => "payload",
            Reason::TooLarge => "too_large",
            Reason::Closed => "closed",
            Reason::Rejected => "rejected",
            Reason::NoReply => "no_reply",
            Reason::Missed => "missed",
            Reason::Latency => "latency",
            Reason::Reported => "reported",
            Reason::Skew => "skew",
        }
    }
}
