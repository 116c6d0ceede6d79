//! Why an attempt failed, as data: typed, countable, without English.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::model::text::Text;

/// Everything that can go wrong with a target. `words` makes the sentence, `reason` the machine's
/// word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Dns {
        host: Text,
        cause: DnsCause,
    },
    Refused {
        peer: Option<SocketAddr>,
    },
    /// No route, network down, address family missing: `why` is the system's word.
    Unreachable {
        peer: Option<SocketAddr>,
        why: Text,
    },
    /// This machine had not what an attempt takes: no target's fault.
    Local {
        limit: LocalLimit,
    },
    Reset {
        stage: Stage,
    },
    /// `after`: the limit that was used up; `connected`: how long TCP and TLS took; `received`:
    /// bytes of the body so far.
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
    /// An event stream was answered with 204: the server asks not to be asked again (WHATWG HTML,
    /// section 9.2.3).
    StopAsked,
    /// `to`: where the one too many leads.
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
    /// The other side ended the connection: `code` and `why` from a close frame or a disconnect
    /// packet.
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
    /// The target said itself that it failed. `code`: the exit code of its command, 1 to 255.
    Reported {
        code: Option<u8>,
        why: Option<Text>,
    },
    /// Several addresses of one name were tried, and none did better.
    AtAddresses {
        tried: Box<[SocketAddr]>,
        failure: Box<Failure>,
    },
    /// The sender's clock is farther from ours than it may be. `skew`: how far ours is ahead.
    Skewed {
        skew: SignedDuration,
        limit: Duration,
    },
    /// What one instance of a monitor did.
    OfInstance {
        id: Text,
        failure: Box<Failure>,
    },
}

/// What there is to say about a status beside its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusNote {
    /// The server's own words.
    ServerMessage(Text),
    /// The URL that a redirect names which is not followed.
    RedirectsTo(Text),
    /// The statuses that were needed, where this one alone looks like good news.
    Expected(Text),
    /// The same of a WebSocket, which needs 101.
    NotUpgraded,
}

/// What this machine lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalLimit {
    /// Open files: this process's limit, or the system's.
    Files,
    /// Local ports.
    Ports,
    /// Memory for sockets.
    Buffers,
    /// A name server that answers anything.
    NameServer,
    /// A network: no route, or only interfaces that are down.
    Network,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsCause {
    NoSuchHost,
    /// The name exists, but not with an address of the wanted family.
    NoAddress,
    Timeout,
    /// The name server answered with an error, or none could be reached.
    Server,
}

/// Where an attempt stood when it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    #[default]
    Resolve,
    Connect,
    Tls,
    /// Request sent, no complete response head yet.
    Headers,
    /// The same for an event stream: some servers send its head together with the first event.
    StreamHead,
    Body,
    /// WebSocket upgrade, Engine.IO or namespace handshake.
    Handshake,
    /// The conversation stands.
    Listening,
    /// Waiting for the answer to something that hbmon sent.
    Reply(SentMessage),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentMessage {
    Ping,
    Emit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireProtocol {
    Http,
    WebSocket,
    Sse,
    EngineIo,
    SocketIo,
}

/// What outgrew its cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessagePart {
    Headers,
    Body,
    Message,
    Line,
    Packet,
    Inflated,
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
    /// It has no subjectAltName at all.
    NoNames,
    /// The address that is wanted stands in it as a name.
    AddressAsName {
        wanted: Text,
    },
    /// Signed in a way that is no longer safe, or unknown.
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
    /// It would carry the request's body to another origin.
    BodyAway,
    /// It would carry the request's body from https to http.
    BodyUnencrypted,
    /// It leads to the interface of this very process.
    ToHbmon,
}

/// An expectation that the answer did not meet; the pattern is the config's own text.
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
    /// `got`: the values that the filter compares, where it names such.
    Json {
        filter: Text,
        got: Option<Text>,
    },
    /// Too few instances are heard.
    Online {
        least: u32,
        online: u32,
    },
    /// The sender's timestamp is older than `max_age`.
    Stale {
        age: Duration,
        limit: Duration,
    },
    /// The sender's timestamp has been the same for so long.
    Still {
        stood: Duration,
    },
}

/// The closed list of the contract, section 5: what scripts and metrics count by.
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

impl Failure {
    /// How long was waited in vain, if that is all that is wrong.
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
            Failure::OfInstance { failure, .. } | Failure::AtAddresses { failure, .. } => {
                failure.reason()
            }
        }
    }

    /// What this machine lacked, if that is all that is wrong.
    pub const fn local_limit(&self) -> Option<LocalLimit> {
        match self {
            Failure::Local { limit: lack } => Some(*lack),
            _ => None,
        }
    }

    /// The same with all the addresses that were tried, if they were several.
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

    /// The actual value beside an expectation.
    pub const fn value(&self) -> Option<&Text> {
        match self {
            Failure::Assertion(Assertion::Header { got, .. } | Assertion::Json { got, .. })
            | Failure::ContentType { got, .. } => got.as_ref(),
            Failure::OfInstance { failure, .. } => failure.value(),
            _ => None,
        }
    }

    /// Where an answer leads that was not followed.
    pub const fn redirect_target(&self) -> Option<&Text> {
        match self {
            Failure::Status {
                note: Some(StatusNote::RedirectsTo(to)),
                ..
            } => Some(to),
            _ => None,
        }
    }

    /// The same as that of an instance, where there is one.
    pub fn of(self, instance: Option<&Text>) -> Failure {
        match instance {
            Some(id) => Failure::OfInstance {
                id: id.clone(),
                failure: Box::new(self),
            },
            None => self,
        }
    }

    /// Whether one is enough: to try again would not help, or the target says it itself.
    pub const fn is_final(&self) -> bool {
        match self {
            Failure::StopAsked | Failure::Reported { .. } => true,
            Failure::OfInstance { failure, .. } => failure.is_final(),
            _ => false,
        }
    }

    /// The same failure with every outside text passed through `change`: how secrets are struck
    /// out. An address that it would change is left out.
    pub fn map_text(self, change: impl Fn(Text) -> Text) -> Failure {
        use Failure::{
            Assertion as A, AtAddresses, Certificate, Closed, ContentType, Dns, OfInstance,
            Payload, Protocol, Proxy, Redirects, Refused, Rejected, Reported, Status, Tls,
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

impl StatusNote {
    fn map_text(self, change: impl Fn(Text) -> Text) -> StatusNote {
        match self {
            StatusNote::ServerMessage(text) => StatusNote::ServerMessage(change(text)),
            StatusNote::RedirectsTo(text) => StatusNote::RedirectsTo(change(text)),
            StatusNote::Expected(text) => StatusNote::Expected(change(text)),
            StatusNote::NotUpgraded => StatusNote::NotUpgraded,
        }
    }
}

/// An address, unless its text holds something that `change` would change.
pub(in crate::model) fn unchanged(
    peer: Option<SocketAddr>,
    change: impl Fn(Text) -> Text,
) -> Option<SocketAddr> {
    peer.filter(|peer| {
        let text = Text::clean(&peer.to_string());
        change(text.clone()) == text
    })
}
