//! The receiver of `hbmon beat` if the argument is the name of a push monitor.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::bare::{ReceiverEndpoint, SendOptions, cannot_send, endpoint};
use super::loaded::LoadedConfig;
use crate::conf::codes::Code;
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::nearest::{by_distance, nearest};
use crate::engine::DEFAULT_ADDRESS;
use crate::model::Kind;
use crate::monitors::Spec;
use crate::monitors::push::HEARTBEATS_PATH;

/// At most this many names are listed.
const MOST_NAMES: usize = 12;

/// The push monitor of this name, where the hbmon that runs with this config listens. The token of
/// the options is used instead of the config's.
///
/// # Errors
/// No such monitor, or port 0 in the config.
pub fn push_receiver(
    loaded: &LoadedConfig,
    name: &str,
    options: SendOptions<'_>,
) -> Result<ReceiverEndpoint, ConfigError> {
    let mut targets = loaded.plan.targets.iter();
    let spec = match targets.find(|target| target.meta.name.as_str() == name) {
        Some(target) => match &target.spec {
            Spec::Push(spec) => Ok(spec),
            _ => Err(Some(target.meta.kind)),
        },
        None => Err(None),
    };
    let spec = spec.map_err(|kind| not_a_push_monitor(loaded, name, kind))?;
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
        SendOptions {
            token: options.token.or(own),
            ..options
        },
    )
}

/// The error about a name that no push monitor has. `kind`: of the monitor that has it.
fn not_a_push_monitor(loaded: &LoadedConfig, name: &str, kind: Option<Kind>) -> ConfigError {
    let targets = loaded.plan.targets.iter();
    let push: Vec<&str> = targets
        .filter(|target| target.meta.kind == Kind::Push)
        .map(|target| target.meta.name.as_str())
        .collect();
    let title = match kind {
        Some(kind) => format!(
            "monitor `{name}` is of kind {}, which receives no heartbeats",
            kind.as_str()
        ),
        None => format!("no push monitor is named `{name}`"),
    };
    let mut problem = Diagnostic::new(Code::Receiver, title);
    if push.is_empty() {
        problem = problem.note("the config has no push monitor");
    } else {
        problem = problem.note(format!("push monitors: {}", listed(name, &push)));
    }
    if kind.is_none() {
        problem = match nearest(name, push) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("a URL begins with http:// or https://"),
        };
    }
    ConfigError::without_source(problem)
}

/// The names that are nearest to this one.
fn listed(name: &str, known: &[&str]) -> String {
    let near = by_distance(name, known);
    let mut shown: Vec<String> = near
        .iter()
        .take(MOST_NAMES)
        .map(|known| format!("`{known}`"))
        .collect();
    let rest = near.len() - shown.len();
    if rest > 0 {
        shown.push(format!("and {rest} more"));
    }
    shown.join(", ")
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
