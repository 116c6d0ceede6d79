//! The receiver of `hbmon beat` if the argument is the name of a push monitor.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::bare::{ReceiverEndpoint, cannot_send, endpoint};
use super::loaded::LoadedConfig;
use crate::conf::codes::Code;
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::nearest::nearest;
use crate::engine::DEFAULT_ADDRESS;
use crate::monitors::Spec;
use crate::monitors::push::HEARTBEATS_PATH;

/// Returns the receiver of the push monitor with this name, at the config's address. `token`:
/// replaces that of the config.
///
/// # Errors
/// No such monitor, or port 0 in the config.
pub fn push_receiver(
    loaded: &LoadedConfig,
    name: &str,
    headers: &[(String, String)],
    token: Option<&str>,
) -> Result<ReceiverEndpoint, ConfigError> {
    let push = loaded
        .plan
        .targets
        .iter()
        .filter_map(|target| match &target.spec {
            Spec::Push(spec) => Some((target.meta.name.as_str(), spec)),
            _ => None,
        });
    let Some((_, spec)) = push.clone().find(|(known, _)| *known == name) else {
        let problem = Diagnostic::new(
            Code::Reference,
            format!("no push monitor is named `{name}`"),
        );
        return Err(ConfigError::without_source(
            match nearest(name, push.map(|(known, _)| known)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("a URL begins with http:// or https://"),
            },
        ));
    };
    let scheme = if loaded.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let address = reachable(
        loaded
            .listen
            .as_ref()
            .map_or(DEFAULT_ADDRESS, |listen| listen.address),
    );
    if address.port() == 0 {
        return Err(cannot_send(
            "`listen` takes any free port; give the URL that `hbmon serve` announces",
        ));
    }
    let own = spec
        .token
        .as_ref()
        .or(loaded.token.as_ref())
        .map(|token| token.reveal());
    endpoint(
        &format!("{scheme}://{address}{HEARTBEATS_PATH}{name}"),
        headers,
        token.or(own),
    )
}

/// Replaces the unspecified address by loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
