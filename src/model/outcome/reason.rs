//! Why an attempt or a heartbeat failed, in one word for scripts and metrics.

use crate::model::named::named_enum;
use serde::{Deserialize, Serialize};

named_enum! {
    /// Why an attempt or a heartbeat failed, as scripts and metrics count it (docs/interface.md,
    /// "Reasons"). The list is closed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Reason {
        Dns = "dns",
        Refused = "refused",
        Unreachable = "unreachable",
        Reset = "reset",
        Timeout = "timeout",
        Tls = "tls",
        Certificate = "certificate",
        Proxy = "proxy",
        Protocol = "protocol",
        Status = "status",
        Redirects = "redirects",
        ContentType = "content_type",
        Assertion = "assertion",
        Payload = "payload",
        TooLarge = "too_large",
        Closed = "closed",
        Rejected = "rejected",
        NoReply = "no_reply",
        Missed = "missed",
        Latency = "latency",
        Reported = "reported",
        Skew = "skew",
    }
}
