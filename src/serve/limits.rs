//! What one client may take of the HTTP interface, in time, bytes and number.

use std::time::Duration;

/// Of the whole interface and of each of its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; one more is told so and closed.
    pub connections: usize,
    /// For a TLS handshake, for the head of a request, and for the silence between two requests.
    pub head: Duration,
    pub head_bytes: usize,
    /// For the body of a request.
    pub body: Duration,
    pub body_bytes: usize,
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
    /// A reader that vanished is found within 20 s: by the next comment, and the time that it stays untaken.
    fn default() -> Limits {
        Limits {
            connections: 4096,
            head: Duration::from_secs(10),
            head_bytes: 16 * 1024,
            body: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            stall: Duration::from_millis(9_500),
            answer: Duration::from_secs(30),
            comment: Duration::from_secs(10),
            beat: Duration::from_secs(5),
            farewell: Duration::from_secs(2),
        }
    }
}
