//! The HTTP interface as `serve` and `watch` open it: where it listens, and what a reload changes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::args::{ErrorFormat, LookArgs};
use super::exit::{Ending, ExitMode, FailOn};
use super::load::config_error;
use super::{CommandError, fd_limit};
use crate::clock::Clock;
use crate::config::{self, Listen, default_refused};
use crate::engine::Engine;
use crate::model::Snapshot;
use crate::serve::{Access, Host, Interface, Limits, Outputs};

/// Where `serve` listens when its config does not say.
pub const DEFAULT_ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9747);

/// What a config says of the interface.
pub struct InterfaceConfig {
    pub listen: Option<Listen>,
    pub access: Access,
}

/// A listener that nobody is served at yet.
pub struct BoundListener {
    listener: TcpListener,
    door: AccessUpdater,
    scheme: &'static str,
}

/// Lets a reload change who may come in.
pub struct AccessUpdater {
    /// As the config wanted it, if it did.
    address: Option<SocketAddr>,
    access: watch::Sender<Access>,
}

/// Binds where the config says.
///
/// # Errors
/// An address that the system refuses, told with its place.
pub async fn bind(wanted: InterfaceConfig, look: &LookArgs) -> Result<BoundListener, CommandError> {
    let InterfaceConfig { listen, access } = wanted;
    let address = listen.as_ref().map(|listen| listen.address);
    let listener = TcpListener::bind(address.unwrap_or(DEFAULT_ADDRESS))
        .await
        .map_err(|error| {
            let why = reason(&error);
            let error = listen.map_or_else(
                || default_refused(DEFAULT_ADDRESS, &why),
                |listen| listen.refused(&why),
            );
            config_error(&error, ErrorFormat::Full, look)
        })?;
    let scheme = if access.tls.is_some() {
        "https"
    } else {
        "http"
    };
    Ok(BoundListener {
        listener,
        door: AccessUpdater {
            address,
            access: watch::Sender::new(access),
        },
        scheme,
    })
}

/// The system's word without its number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "address already in use".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine does not have that address".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

impl BoundListener {
    /// Serves what this engine knows.
    ///
    /// # Errors
    /// A listener that broke meanwhile.
    pub fn open(
        self,
        engine: &Engine,
        clock: &Clock,
        outputs: Arc<Outputs>,
    ) -> io::Result<(Interface, AccessUpdater, String)> {
        let BoundListener {
            listener,
            door,
            scheme,
        } = self;
        let limits = Limits::default();
        let limits = limits.with_connections(fd_limit::allowed_clients(limits.connections));
        let access = door.access.subscribe();
        let verdict = |snapshot: &Snapshot| {
            ExitMode::Table.verdict(
                &snapshot.counts_of_this_run(),
                Ending::Complete,
                FailOn::Error,
            )
        };
        let host = Host { verdict, outputs };
        let interface = Interface::open(listener, engine, clock.clone(), access, limits, host)?;
        let url = format!("{scheme}://{}", interface.address);
        Ok((interface, door, url))
    }
}

impl AccessUpdater {
    /// Takes over token and certificate of a new config. Not for another address: what was fit for
    /// that one may open this one to everybody.
    pub fn update(&self, loaded: &config::LoadedConfig) {
        if loaded.listen.as_ref().map(|listen| listen.address) == self.address {
            let (token, tls, hosts) = (
                loaded.token.clone(),
                loaded.tls.clone(),
                loaded.hosts.clone(),
            );
            self.access.send_replace(Access { token, tls, hosts });
        } else {
            tracing::warn!(
                "`listen` has changed: the address, token and certificate stay until a restart"
            );
        }
    }
}
