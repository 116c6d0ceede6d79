//! A connection from reqwest's connector: its byte stream and its properties.

use std::fmt;
use std::net::SocketAddr;

use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::{Connection, HttpInfo};

/// A byte stream that hyper can read and write.
pub(super) trait ByteStream: Read + Write + Send + Unpin + 'static {}

impl<T: Read + Write + Send + Unpin + 'static> ByteStream for T {}

/// An established connection before HTTP.
pub(super) struct Socket {
    pub(super) io: Box<dyn ByteStream>,
    /// TLS negotiated HTTP/2.
    pub(super) is_http2: bool,
    /// The other end is an HTTP proxy that reads the requests itself, without a tunnel.
    pub(super) is_proxied: bool,
    /// Addresses of both ends. With a proxy the peer is the proxy.
    pub(super) addresses: Option<ConnectionAddrs>,
}

/// The addresses of both ends of a TCP connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConnectionAddrs {
    pub(super) local: SocketAddr,
    pub(super) peer: SocketAddr,
}

impl Socket {
    pub(super) fn new(connection: impl ByteStream + Connection) -> Socket {
        let connected = connection.connected();
        let mut extras = http::Extensions::new();
        connected.get_extras(&mut extras);
        let addresses = extras.get().map(|info: &HttpInfo| ConnectionAddrs {
            local: info.local_addr(),
            peer: info.remote_addr(),
        });
        Socket {
            io: Box::new(connection),
            is_http2: connected.is_negotiated_h2(),
            is_proxied: connected.is_proxied(),
            addresses,
        }
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Socket").field(&self.addresses).finish()
    }
}
