//! The address of the HTTP interface, with its place in the config.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::setting::Setting;
use crate::conf::sources::Sources;
use crate::conf::span::Span;
use crate::engine::DEFAULT_ADDRESS;

/// What an address looks like, for messages.
const EXPECTED: &str = "expected such as `127.0.0.1:9747` or `[::1]:9747`";

/// A socket address of the config or of `--listen`.
#[derive(Clone, Debug)]
pub struct Listen {
    pub address: SocketAddr,
    /// Kept for when the system refuses the address; none for an argument.
    place: Option<ListenPlace>,
}

/// Where the config has the address.
#[derive(Clone, Debug)]
struct ListenPlace {
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
        sources: &Sources,
        span: Span,
        masks: &[Span],
    ) -> Listen {
        // The address is in the config itself, whose text is the first.
        let source = sources.text();
        let end = source
            .get(span.range().end..)
            .and_then(|rest| rest.find('\n'));
        let end = end.map_or(source.len(), |at| span.range().end + at);
        let source = source.get(..end).unwrap_or(source).to_owned();
        Listen {
            address,
            place: Some(ListenPlace {
                name: name.to_owned(),
                source,
                span,
                masks: masks.to_vec(),
            }),
        }
    }

    /// The address of `--listen`.
    pub(super) const fn argument(address: SocketAddr) -> Listen {
        Listen {
            address,
            place: None,
        }
    }

    /// Returns the error for an address that cannot be bound. `why`: the system's message.
    pub fn refused(&self, why: &str) -> ConfigError {
        let problem = refused(self.address, why).help("choose another port; 0 takes a free one");
        let Some(place) = &self.place else {
            return ConfigError::without_source(problem);
        };
        let problem = problem.at(
            place.span,
            "pushed heartbeats and the HTTP interface would arrive here",
        );
        let source = Sources::new(place.name.as_str(), place.source.as_str());
        ConfigError::new(source, vec![problem], place.masks.clone())
    }
}

/// Reads the address of `listen`, and reports one that is none.
pub(super) fn address_of(context: &Context<'_>, field: &Setting<String>) -> Option<SocketAddr> {
    address(field.value.as_deref()?)
        .map_err(|help| {
            let problem = Diagnostic::new(Code::Value, "`listen` is not an address with a port");
            context.report(problem.at(field.span, EXPECTED).help(help));
        })
        .ok()
}

/// Reads an address with a port. Of all names only `localhost` has one.
///
/// # Errors
/// Not such an address; the text says what to write.
fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let local = || {
        let port = text.strip_prefix("localhost:")?.parse().ok()?;
        Some((Ipv4Addr::LOCALHOST, port).into())
    };
    text.parse().ok().or_else(local).ok_or_else(|| {
        let port = text.trim_start_matches(':').parse::<u16>();
        match (port, text.parse::<IpAddr>()) {
            (Ok(port), _) => format!("write `127.0.0.1:{port}`"),
            (_, Ok(ip)) => format!("write `{}`", SocketAddr::new(ip, DEFAULT_ADDRESS.port())),
            _ => "names other than localhost are not looked up".to_owned(),
        }
    })
}

/// The same for an argument.
///
/// # Errors
/// Not an address with a port.
pub fn address_argument(text: &str) -> Result<SocketAddr, String> {
    address(text).map_err(|help| format!("{EXPECTED}; {help}"))
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
