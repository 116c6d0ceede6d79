//! Why an attempt failed, as data: typed, countable, without English.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;

use super::fault::{Assertion, CertificateFault, DnsCause, LocalLimit, RedirectFault, StatusNote};
use super::reason::Reason;
use super::stage::{MessagePart, SentMessage, Stage, WireProtocol};
use crate::model::text::Text;

/// Everything that can go wrong with a target. `words` writes the sentence, `reason` the
/// machine-readable word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Dns {
        host: Text,
        cause: DnsCause,
    },
    Refused {
        peer: Option<SocketAddr>,
    },
    /// No route, network down, or address family missing. `why` is the system's message.
    Unreachable {
        peer: Option<SocketAddr>,
        why: Text,
    },
    /// This machine lacked a resource that the attempt needs. Not a fault of the target.
    Local {
        limit: LocalLimit,
    },
    Reset {
        stage: Stage,
    },
    /// `after`: the time limit. `connected`: time that TCP and TLS took. `received`: bytes of the
    /// body so far.
    Timeout {
        after: Duration,
        stage: Stage,
        connected: Option<Duration>,
        received: u64,
    },
    Tls {
        why: Text,
    },
    Certificate {
        fault: CertificateFault,
        subject: Option<Text>,
    },
    Proxy {
        why: Text,
    },
    Protocol {
        protocol: WireProtocol,
        why: Text,
    },
    Status {
        code: u16,
        note: Option<StatusNote>,
    },
    /// An event stream was answered with 204: the server asks clients not to reconnect (WHATWG
    /// HTML, section 9.2.3).
    StopAsked,
    /// `to`: the target of the first redirect over the limit.
    Redirects {
        limit: u32,
        to: Option<Text>,
    },
    /// A redirect that must not be followed.
    RedirectRefused {
        why: RedirectFault,
    },
    ContentType {
        wanted: &'static str,
        got: Option<Text>,
    },
    Assertion(Assertion),
    Payload {
        why: Text,
    },
    TooLarge {
        what: MessagePart,
        limit: u64,
    },
    /// The other side ended the connection. `code` and `why` come from a close frame or a
    /// disconnect packet.
    Closed {
        stage: Stage,
        code: Option<u16>,
        why: Option<Text>,
    },
    Rejected {
        why: Text,
    },
    NoReply {
        to: SentMessage,
        after: Duration,
    },
    /// The target reported its own failure. `code`: the exit code of its command, 1 to 255.
    Reported {
        code: Option<u8>,
        why: Option<Text>,
    },
    /// All addresses of a name were tried, and all failed. `failure` is the one that says most.
    AtAddresses {
        tried: Box<[SocketAddr]>,
        failure: Box<Failure>,
    },
    /// The sender's clock differs too much from ours. `skew`: how far ours is ahead.
    Skewed {
        skew: SignedDuration,
        limit: Duration,
    },
    /// A failure that another hbmon has seen, in its words.
    Relayed {
        reason: Reason,
        message: Text,
    },
    /// A failure of one instance of a monitor.
    OfInstance {
        id: Text,
        failure: Box<Failure>,
    },
}

impl Failure {
    /// Returns how long the attempt waited, if it failed by a time limit.
    pub const fn expired_wait(&self) -> Option<Duration> {
        match self {
            Failure::Timeout { after, .. } | Failure::NoReply { after, .. } => Some(*after),
            Failure::AtAddresses { failure, .. } => failure.expired_wait(),
            _ => None,
        }
    }

    pub const fn reason(&self) -> Reason {
        match self {
            Failure::Dns { .. } => Reason::Dns,
            Failure::Refused { .. } => Reason::Refused,
            Failure::Local {
                limit: LocalLimit::NameServer,
            } => Reason::Dns,
            Failure::Unreachable { .. } | Failure::Local { .. } => Reason::Unreachable,
            Failure::Reset { .. } => Reason::Reset,
            Failure::Timeout { .. } => Reason::Timeout,
            Failure::Tls { .. } => Reason::Tls,
            Failure::Certificate { .. } => Reason::Certificate,
            Failure::Proxy { .. } => Reason::Proxy,
            Failure::Protocol { .. } => Reason::Protocol,
            Failure::Status { .. } | Failure::StopAsked => Reason::Status,
            Failure::Redirects { .. } | Failure::RedirectRefused { .. } => Reason::Redirects,
            Failure::ContentType { .. } => Reason::ContentType,
            Failure::Assertion(_) => Reason::Assertion,
            Failure::Payload { .. } => Reason::Payload,
            Failure::TooLarge { .. } => Reason::TooLarge,
            Failure::Closed { .. } => Reason::Closed,
            Failure::Rejected { .. } => Reason::Rejected,
            Failure::NoReply { .. } => Reason::NoReply,
            Failure::Reported { .. } => Reason::Reported,
            Failure::Skewed { .. } => Reason::Skew,
            Failure::Relayed { reason, .. } => *reason,
            Failure::OfInstance { failure, .. } | Failure::AtAddresses { failure, .. } => {
                failure.reason()
            }
        }
    }

    /// Returns the resource that this machine lacked, if that is the failure.
    pub const fn local_limit(&self) -> Option<LocalLimit> {
        match self {
            Failure::Local { limit } => Some(*limit),
            _ => None,
        }
    }

    /// Adds the addresses that were tried, if there were several.
    #[must_use]
    pub fn at(self, tried: &[SocketAddr]) -> Failure {
        match self {
            Failure::Refused { .. } | Failure::Unreachable { .. } | Failure::Timeout { .. }
                if tried.len() > 1 =>
            {
                Failure::AtAddresses {
                    tried: tried.into(),
                    failure: Box::new(self),
                }
            }
            other => other,
        }
    }

    /// Returns the actual value where an expectation failed.
    pub const fn value(&self) -> Option<&Text> {
        match self {
            Failure::Assertion(Assertion::Header { got, .. } | Assertion::Json { got, .. })
            | Failure::ContentType { got, .. } => got.as_ref(),
            Failure::OfInstance { failure, .. } => failure.value(),
            _ => None,
        }
    }

    /// Returns the target of a redirect that was not followed.
    pub const fn redirect_target(&self) -> Option<&Text> {
        match self {
            Failure::Status {
                note: Some(StatusNote::RedirectsTo(to)),
                ..
            } => Some(to),
            _ => None,
        }
    }

    /// Attributes the failure to an instance, if one is given.
    pub fn of(self, instance: Option<&Text>) -> Failure {
        match instance {
            Some(id) => Failure::OfInstance {
                id: id.clone(),
                failure: Box::new(self),
            },
            None => self,
        }
    }

    /// Returns whether one such failure is an error without confirmation: a retry would not help,
    /// or the target reported it.
    pub const fn is_final(&self) -> bool {
        match self {
            Failure::StopAsked | Failure::Reported { .. } => true,
            Failure::OfInstance { failure, .. } => failure.is_final(),
            _ => false,
        }
    }

    /// Applies `change` to every outside text, to redact secrets. Omits addresses that it would
    /// alter.
    pub fn map_text(self, change: impl Fn(Text) -> Text) -> Failure {
        use Failure::{
            Assertion as A, AtAddresses, Certificate, Closed, ContentType, Dns, OfInstance,
            Payload, Protocol, Proxy, Redirects, Refused, Rejected, Relayed, Reported, Status, Tls,
            Unreachable,
        };
        match self {
            Dns { host, cause } => Dns {
                host: change(host),
                cause,
            },
            Refused { peer } => Refused {
                peer: unchanged(peer, &change),
            },
            Unreachable { peer, why } => Unreachable {
                peer: unchanged(peer, &change),
                why: change(why),
            },
            Tls { why } => Tls { why: change(why) },
            Certificate { fault, subject } => {
                let fault = match fault {
                    CertificateFault::WrongName { wanted } => CertificateFault::WrongName {
                        wanted: change(wanted),
                    },
                    CertificateFault::AddressAsName { wanted } => CertificateFault::AddressAsName {
                        wanted: change(wanted),
                    },
                    CertificateFault::Signature { algorithm } => CertificateFault::Signature {
                        algorithm: change(algorithm),
                    },
                    CertificateFault::Other(why) => CertificateFault::Other(change(why)),
                    plain => plain,
                };
                Certificate {
                    fault,
                    subject: subject.map(&change),
                }
            }
            Proxy { why } => Proxy { why: change(why) },
            Protocol {
                protocol: wire,
                why,
            } => Protocol {
                protocol: wire,
                why: change(why),
            },
            Status { code, note } => Status {
                code,
                note: note.map(|note| note.map_text(&change)),
            },
            Redirects { limit, to } => Redirects {
                limit,
                to: to.map(change),
            },
            ContentType { wanted, got } => ContentType {
                wanted,
                got: got.map(change),
            },
            A(assertion) => A(match assertion {
                Assertion::Header { name, pattern, got } => Assertion::Header {
                    name: change(name),
                    pattern: change(pattern),
                    got: got.map(&change),
                },
                Assertion::Body { pattern } => Assertion::Body {
                    pattern: change(pattern),
                },
                Assertion::Json { filter, got } => Assertion::Json {
                    filter: change(filter),
                    got: got.map(&change),
                },
                plain @ (Assertion::Online { .. }
                | Assertion::Stale { .. }
                | Assertion::Still { .. }) => plain,
            }),
            Payload { why } => Payload { why: change(why) },
            Closed { stage, code, why } => Closed {
                stage,
                code,
                why: why.map(change),
            },
            Rejected { why } => Rejected { why: change(why) },
            Reported { code, why } => Reported {
                code,
                why: why.map(change),
            },
            Relayed { reason, message } => Relayed {
                reason,
                message: change(message),
            },
            AtAddresses { tried, failure } => {
                let tried = tried
                    .into_iter()
                    .filter(|peer| unchanged(Some(*peer), &change).is_some())
                    .collect();
                AtAddresses {
                    tried,
                    failure: Box::new(failure.map_text(change)),
                }
            }
            OfInstance { id, failure } => OfInstance {
                id: change(id),
                failure: Box::new(failure.map_text(change)),
            },
            plain @ (Failure::Local { .. }
            | Failure::Reset { .. }
            | Failure::Timeout { .. }
            | Failure::StopAsked
            | Failure::RedirectRefused { .. }
            | Failure::TooLarge { .. }
            | Failure::Skewed { .. }
            | Failure::NoReply { .. }) => plain,
        }
    }
}

/// Returns the address, unless `change` would alter its text.
pub(in crate::model) fn unchanged(
    peer: Option<SocketAddr>,
    change: impl Fn(Text) -> Text,
) -> Option<SocketAddr> {
    peer.filter(|peer| {
        let text = Text::clean(&peer.to_string());
        change(text.clone()) == text
    })
}
