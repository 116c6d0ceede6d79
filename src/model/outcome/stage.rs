//! Where an attempt failed: its stage, the protocol, the part of a message.

/// The stage that an attempt had reached when it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    #[default]
    Resolve,
    Connect,
    Tls,
    /// The request is sent; the response head is not complete.
    Headers,
    /// As `Headers`, for an event stream: some servers send the head together with the first event.
    StreamHead,
    Body,
    /// WebSocket upgrade, or the handshake of Engine.IO or of a namespace.
    Handshake,
    /// The connection is established.
    Listening,
    /// Waiting for the reply to a message that hbmon sent.
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

/// The part of a message that exceeded its size limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessagePart {
    Headers,
    Body,
    Message,
    Line,
    Packet,
    Inflated,
}
