//! The address of the HTTP interface, with its place in the config.

use std::net::SocketAddr;

use crate::conf::codes::Code;
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::span::Span;

/// A socket address from the config. Its place is kept for an error of the system.
#[derive(Clone, Debug)]
pub struct Listen {
    pub address: SocketAddr,
    name: String,
    /// The source, up to the end of the address's line.
    source: String,
    span: Span,
    masks: Vec<Span>,
}

impl Listen {
    pub(super) fn new(
        address: SocketAddr,
        name: &str,
        source: &str,
        span: Span,
        masks: &[Span],
    ) -> Listen {
        let end = source
            .get(span.range().end..)
            .and_then(|rest| rest.find('\n'));
        let end = end.map_or(source.len(), |at| span.range().end + at);
        let source = source.get(..end).unwrap_or(source).to_owned();
        Listen {
            address,
            name: name.to_owned(),
            source,
            span,
            masks: masks.to_vec(),
        }
    }

    /// Returns the error for an address that cannot be bound. `why`: the system's message.
    pub fn refused(&self, why: &str) -> ConfigError {
        let problem = refused(self.address, why)
            .at(
                self.span,
                "pushed heartbeats and the HTTP interface would arrive here",
            )
            .help("choose another port; 0 takes a free one");
        ConfigError::new(&self.name, &self.source, vec![problem], self.masks.clone())
    }
}

/// Returns the error for an address without a config.
pub fn default_refused(address: SocketAddr, why: &str) -> ConfigError {
    ConfigError::without_source(
        refused(address, why).help("set `listen` in the config, as in `listen: 127.0.0.1:9750`"),
    )
}

fn refused(address: SocketAddr, why: &str) -> Diagnostic {
    Diagnostic::new(Code::Listen, format!("cannot listen on {address}: {why}"))
}
