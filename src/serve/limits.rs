//! What clients may take of the HTTP interface, in time, bytes and number.

use std::time::Duration;

/// Of the whole interface and of each of its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; one more is told so and closed.
    pub connections: usize,
    /// The same from one address, or from one IPv6 network of 64 bits; loopback has no such limit.
    pub connections_each: usize,
    /// Connections that have not yet sent a request with a right to an answer. One more ends the
    /// oldest of them.
    pub newcomers: usize,
    /// A newcomer stays at least so long; others wait in the system's queue meanwhile.
    pub newcomer: Duration,
    /// For a TLS handshake, for the head of a request, and for the silence between two requests.
    pub head: Duration,
    pub head_bytes: usize,
    /// For the body of a request.
    pub body: Duration,
    pub body_bytes: usize,
    /// What all bodies together may take on their way in.
    pub bodies_bytes: usize,
    /// What all answers together may take that wait to be read.
    pub answers_bytes: usize,
    /// What the system keeps of a connection, each way.
    pub receive_buffer: usize,
    pub send_buffer: usize,
    /// How long a client may take nothing of what is written to it.
    pub stall: Duration,
    /// How long a client may take over one answer, however steadily; streams have no such limit.
    pub answer: Duration,
    /// How often a comment goes to every reader of the event stream, so that the dead are found.
    pub comment: Duration,
    /// How often the heartbeat stream beats.
    pub beat: Duration,
    /// What clients have to finish once the interface closes.
    pub farewell: Duration,
}

impl Default for Limits {
    /// A reader that vanished is found within 20 s: by the next comment, and the time that it stays
    /// untaken.
    fn default() -> Limits {
        Limits {
            connections: 2048,
            connections_each: 1024,
            newcomers: 256,
            newcomer: Duration::from_millis(100),
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
            comment: Duration::from_secs(10),
            beat: Duration::from_secs(5),
            farewell: Duration::from_secs(2),
        }
    }
}

impl Limits {
    /// For so many connections: one address has half of them, and so have newcomers.
    #[must_use]
    pub fn with_connections(self, connections: usize) -> Limits {
        let half = connections.div_ceil(2);
        let (each, newcomers) = (self.connections_each.min(half), self.newcomers.min(half));
        Limits {
            connections,
            connections_each: each,
            newcomers,
            ..self
        }
    }
}
