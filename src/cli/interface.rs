//! Opens the HTTP interface of `serve` and `watch`, and updates its access on a reload.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::args::{ErrorFormat, LookArgs};
use super::consumer::{Consumer, Feed};
use super::exit::{Ending, ExitPolicy};
use super::load::config_error;
use super::{CommandError, fd_limit};
use crate::clock::Clock;
use crate::config::{self, default_refused};
use crate::engine::{DEFAULT_ADDRESS, Engine};
use crate::history::alert_board::AlertBoard;
use crate::model::Snapshot;
use crate::serve::{Access, Host, Interface, Limits, Outputs, ServedHistory};

/// A bound address; nothing is served on it yet.
pub(super) struct BoundListener {
    listener: TcpListener,
    access: AccessUpdater,
    scheme: &'static str,
}

/// Takes over the token and the certificate of a reloaded config.
pub(super) struct AccessUpdater {
    /// The address in the config; `None` for the default one.
    address: Option<SocketAddr>,
    access: watch::Sender<Access>,
}

/// An address that cannot be bound.
pub(super) struct Unbound {
    pub is_in_use: bool,
    /// Names the place in the config.
    pub error: CommandError,
}

/// Binds the address of a config.
///
/// # Errors
/// An address that the system refuses.
pub(super) async fn bind(
    config: &config::LoadedConfig,
    look: &LookArgs,
) -> Result<BoundListener, Unbound> {
    let address = address(config);
    let listener = TcpListener::bind(address.unwrap_or(DEFAULT_ADDRESS))
        .await
        .map_err(|cause| {
            let why = reason(&cause);
            let error = config.listen.as_ref().map_or_else(
                || default_refused(DEFAULT_ADDRESS, &why),
                |listen| listen.refused(&why),
            );
            Unbound {
                is_in_use: cause.kind() == io::ErrorKind::AddrInUse,
                error: config_error(&error, ErrorFormat::Full, look),
            }
        })?;
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    Ok(BoundListener {
        listener,
        access: AccessUpdater {
            address,
            access: watch::Sender::new(access(config)),
        },
        scheme,
    })
}

fn address(config: &config::LoadedConfig) -> Option<SocketAddr> {
    config.listen.as_ref().map(|listen| listen.address)
}

fn access(config: &config::LoadedConfig) -> Access {
    Access {
        token: config.token.clone(),
        read_token: config.read_token.clone(),
        tls: config.tls.clone(),
        hosts: config.hosts.clone(),
    }
}

/// Returns the system's message without the error number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "address already in use".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine does not have that address".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

impl BoundListener {
    /// Serves what this engine knows. Returns the interface, what updates its access, and its URL.
    ///
    /// # Errors
    /// A listener that broke since it was bound.
    pub(super) fn open(
        self,
        engine: &Engine,
        clock: &Clock,
        outputs: Arc<Outputs>,
        history: Option<ServedHistory>,
        alerts: Option<watch::Receiver<Arc<AlertBoard>>>,
    ) -> io::Result<(Interface, AccessUpdater, String)> {
        let BoundListener {
            listener,
            access,
            scheme,
        } = self;
        let limits = Limits::default();
        let limits = limits.with_connections(fd_limit::allowed_clients(limits.connections));
        let verdict = |snapshot: &Snapshot| {
            ExitPolicy::CHECK.code(&snapshot.counts_of_this_run(), Ending::Complete)
        };
        let host = Host {
            verdict,
            outputs,
            history,
            alerts,
        };
        let subscriber = access.subscribe();
        let interface = Interface::open(listener, engine, clock.clone(), subscriber, limits, host)?;
        let url = format!("{scheme}://{}", interface.address);
        Ok((interface, access, url))
    }
}

impl Consumer for AccessUpdater {
    async fn run(self, mut feed: Feed) {
        let Some(mut config) = feed.config.take() else {
            return;
        };
        loop {
            tokio::select! {
                changed = config.changed() => if changed.is_err() {
                    return;
                },
                () = feed.stopped() => return,
            }
            let config = Arc::clone(&config.borrow_and_update());
            self.update(&config);
        }
    }
}

impl AccessUpdater {
    /// Returns the access, which changes after each accepted reload even if it stays equal.
    pub(super) fn subscribe(&self) -> watch::Receiver<Access> {
        self.access.subscribe()
    }

    /// Takes over the access of a config. Refuses another address: access that was safe on the old
    /// address may open the new one to everybody.
    fn update(&self, config: &config::LoadedConfig) {
        if address(config) == self.address {
            self.access.send_replace(access(config));
        } else {
            tracing::warn!(
                "`listen` has changed: the address, token and certificate stay until a restart"
            );
            self.access.send_modify(|_| ());
        }
    }
}
