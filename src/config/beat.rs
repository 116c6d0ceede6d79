//! Where `hbmon beat` sends to: a bare URL, or a push monitor of the user's own config.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use super::{Code, LoadedConfig, load_text};
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::nearest::nearest;
use crate::monitors::Spec;
use crate::monitors::dial::Endpoint;
use crate::monitors::push::HEARTBEATS_PATH;
use crate::monitors::reporter::Secrets;

/// Where `serve` listens if nothing is said (contract, section 7).
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9747);

/// An endpoint, and what must not be shown of it.
pub type ReceiverEndpoint = (Endpoint, Arc<Secrets>);

/// An http(s) URL, with headers and a bearer token as a config would have them.
///
/// # Errors
/// Not such a URL; a header or token that HTTP does not allow. Nothing of them is echoed.
pub fn receiver(
    url: &str,
    headers: &[(String, String)],
    token: Option<&str>,
) -> Result<ReceiverEndpoint, ConfigError> {
    // JSON is YAML; a dollar in a word of the command line is only a dollar.
    let literal = |text: &str| text.replace('$', "$$");
    let headers: serde_json::Map<_, _> = headers
        .iter()
        .map(|(name, value)| (literal(name), literal(value).into()))
        .collect();
    let mut http = serde_json::json!({"url": literal(url), "headers": headers});
    if let (Some(token), Some(http)) = (token, http.as_object_mut()) {
        http.insert(
            "auth".to_owned(),
            serde_json::json!({"bearer": literal(token)}),
        );
    }
    let text = serde_json::json!({"monitors": [{"name": "receiver", "http": http}]}).to_string();
    let loaded = load_text("receiver", &text, Path::new(""), &|_| None).map_err(|error| {
        let why = error
            .problems
            .first()
            .map_or("", |problem| problem.title.as_str());
        refused(&why.replace("monitor `receiver`", "the receiver"))
    })?;
    match loaded
        .plan
        .targets
        .into_iter()
        .next()
        .map(|target| (target.spec, target.secrets))
    {
        Some((Spec::Http(spec), secrets)) => Ok((Endpoint::clone(&spec.endpoint), secrets)),
        _ => Err(refused("it names nothing")),
    }
}

/// The push monitor of this name, where the hbmon that runs with this config listens. `token`:
/// instead of the config's.
///
/// # Errors
/// No such monitor, or no port to find it at.
pub fn local(
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
            .map_or(USUAL, |listen| listen.address),
    );
    if address.port() == 0 {
        return Err(refused(
            "`listen` takes any free port; give the URL that `hbmon serve` announces",
        ));
    }
    let own = spec
        .token
        .as_ref()
        .or(loaded.token.as_ref())
        .map(|token| token.reveal());
    receiver(
        &format!("{scheme}://{address}{HEARTBEATS_PATH}{name}"),
        headers,
        token.or(own),
    )
}

/// Who listens everywhere is reached on loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

fn refused(why: &str) -> ConfigError {
    ConfigError::without_source(Diagnostic::new(
        Code::NotAUrl,
        format!("cannot send there: {why}"),
    ))
}
