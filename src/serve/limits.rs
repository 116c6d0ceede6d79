//! Limits of the HTTP interface in time, bytes and number of connections.

use std::time::Duration;

/// The limits of the whole interface and of each connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of connections. A further connection gets 503 and is closed.
    pub connections: usize,
    /// Maximum number of connections from one IPv4 address or one IPv6 /64 network; loopback
    /// addresses have no such limit.
    pub connections_per_address: usize,
    /// Maximum number of connections without an authorized request so far. A further connection
    /// closes the oldest of them.
    pub pending: usize,
    /// Time for which such a connection cannot be closed; further connections wait in the accept
    /// queue of the system.
    pub pending_time: Duration,
    /// Time limit for a TLS handshake, for the head of a request, and for idling between requests.
    pub head: Duration,
    pub head_bytes: usize,
    /// Time limit for the body of a request.
    pub body: Duration,
    pub body_bytes: usize,
    /// Bytes that all request bodies in transfer may use together.
    pub bodies_bytes: usize,
    /// Bytes that all unread answers may use together.
    pub answers_bytes: usize,
    /// Size in bytes of the system's socket buffers.
    pub receive_buffer: usize,
    pub send_buffer: usize,
    /// Maximum time for which a client may read no data that is written to it.
    pub stall: Duration,
    /// Time limit for reading one answer; streams have no such limit.
    pub answer: Duration,
    /// Maximum number of questions about the history that run at a time. Each may use a core.
    pub queries: usize,
    /// Time for which such a question waits for others.
    pub query_wait: Duration,
    /// Time limit for such a question.
    pub query: Duration,
    /// Minimum time between two computations of how monitors stand to their objectives, and of how
    /// available they were in the last 30 days.
    pub standings: Duration,
    pub past: Duration,
    /// Interval of the comments on the event stream, which reveal dead connections.
    pub comment: Duration,
    /// Interval of the heartbeat stream.
    pub beat: Duration,
    /// Time that clients have to finish when the interface closes.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    /// A reader that vanished is found within 20 s: `comment` plus `stall`.
    fn default() -> Limits {
        Limits {
            connections: 2048,
            connections_per_address: 1024,
            pending: 256,
            pending_time: Duration::from_millis(100),
            head: Duration::from_secs(10),
            head_bytes: 8 * 1024,
            body: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            bodies_bytes: 8 * 1024 * 1024,
            answers_bytes: 32 * 1024 * 1024,
            receive_buffer: 32 * 1024,
            send_buffer: 128 * 1024,
            stall: Duration::from_millis(9_500),
            answer: Duration::from_secs(30),
            queries: 2,
            query_wait: Duration::from_secs(5),
            query: Duration::from_secs(10),
            standings: Duration::from_secs(30),
            past: Duration::from_secs(300),
            comment: Duration::from_secs(10),
            beat: Duration::from_secs(5),
            drain_timeout: Duration::from_secs(2),
        }
    }
}

impl Limits {
    /// Returns limits for a number of connections. One address may use at most half of them, and so
    /// may connections without an authorized request.
    #[must_use]
    pub fn with_connections(self, connections: usize) -> Limits {
        let half = connections.div_ceil(2);
        let (each, newcomers) = (
            self.connections_per_address.min(half),
            self.pending.min(half),
        );
        Limits {
            connections,
            connections_per_address: each,
            pending: newcomers,
            ..self
        }
    }
}
