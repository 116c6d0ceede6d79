//! One dialer's request on its way: what the hooks in reqwest and rustls tell, put into the trace.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use url::{Origin, Url};

use super::super::trace::Trace;
use super::ConnectOptions;
use super::http_connection::HttpConnection;
use super::socket::Socket;
use crate::model::{Stage, Text};

tokio::task_local! {
    /// Whose request this task sends: one client serves many dialers, and its hooks run in the task
    /// that sends.
    static CURRENT: Arc<InFlight>;
}

/// The flight that a hook was called for; none if the HTTP library does something beside a request.
pub(super) fn current() -> Option<Arc<InFlight>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Connections that a lasting flight keeps at most: the target's, and those of its redirects.
const MAX_IDLE: usize = 4;

/// What the hooks share. A dialer has one at a time.
pub(super) struct InFlight {
    pub(super) trace: Trace,
    options: Arc<ConnectOptions>,
    state: Mutex<InFlightState>,
    /// Connections that the next attempt may use; none where each attempt has its own.
    idle: Option<Mutex<Vec<(Origin, HttpConnection)>>>,
}

impl std::fmt::Debug for InFlight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flight")
    }
}

#[derive(Debug, Default)]
struct InFlightState {
    leg: Hop,
    /// A connection was begun for this leg; if not, the answer came over a kept one.
    connecting: bool,
    /// TLS handshakes begun on this connection.
    handshakes: u32,
    /// Where the connection goes; with several addresses the first of them.
    peer: Option<SocketAddr>,
    /// It is the only one, so it is the one as soon as TCP stands.
    is_only: bool,
    /// Addresses to try beside that of the running connection, if it does not come about.
    alternatives: VecDeque<SocketAddr>,
    /// The address that won the race: the connection goes there.
    pinned: Option<SocketAddr>,
    /// Of the last handshake, for requests over a kept connection.
    certificate: Option<(Text, Timestamp)>,
    /// Connected, and not yet used.
    socket: Option<Socket>,
}

/// One request on its way: the first, or one after a redirect.
#[derive(Debug, Default)]
pub(super) struct Hop {
    /// What follows the connection.
    pub(super) next_stage: Stage,
    pub(super) port: u16,
    /// The URL's address, if it names one.
    pub(super) address: Option<IpAddr>,
    pub(super) alias: Option<SniAlias>,
}

/// A name that stands in the request's URL for the host that is meant: `tls.server_name`.
#[derive(Clone, Debug)]
pub(super) struct SniAlias {
    pub(super) name: Arc<str>,
    pub(super) host: url::Host<String>,
}

impl InFlight {
    /// `lasts`: keeps connections for the next attempt.
    pub(super) fn new(trace: &Trace, terms: &Arc<ConnectOptions>, lasts: bool) -> InFlight {
        let idle = lasts.then(Mutex::default);
        InFlight {
            trace: trace.clone(),
            options: Arc::clone(terms),
            state: Mutex::default(),
            idle,
        }
    }

    /// A kept connection to this origin.
    pub(super) fn take_idle(&self, origin: &Origin) -> Option<HttpConnection> {
        let mut kept = lock(self.idle.as_ref()?);
        let place = kept.iter().position(|(kept, _)| kept == origin)?;
        Some(kept.swap_remove(place).1)
    }

    /// Keeps a connection whose answer was read to its end, if this flight keeps any.
    pub(super) fn store_idle(&self, origin: Origin, carrier: HttpConnection) {
        if let Some(kept) = &self.idle
            && carrier.is_reusable()
        {
            let mut kept = lock(kept);
            kept.retain(|(kept, _)| *kept != origin);
            kept.truncate(MAX_IDLE - 1);
            kept.push((origin, carrier));
        }
    }

    /// The connection that was made, once.
    pub(super) fn take_socket(&self) -> Option<Socket> {
        self.state().socket.take()
    }

    /// Sends a request whose hooks are told here.
    pub(super) async fn send<F: Future>(self: &Arc<InFlight>, request: F) -> F::Output {
        // Boxed, or the attempt keeps the size of a connection in the making for as long as it
        // lives.
        Box::pin(CURRENT.scope(Arc::clone(self), request)).await
    }

    pub(super) fn has_proxy(&self) -> bool {
        self.options.proxy.is_some()
    }

    pub(super) fn is_proxy(&self, host: &str) -> bool {
        let proxy = self.options.proxy.as_ref().and_then(Url::host_str);
        proxy.is_some_and(|proxy| proxy.eq_ignore_ascii_case(host))
    }

    /// How many TLS handshakes of a connection are not with the target: the first is that with an
    /// https proxy.
    fn proxy_handshakes(&self) -> u32 {
        self.options
            .proxy
            .as_ref()
            .map_or(0, |proxy| u32::from(proxy.scheme() == "https"))
    }

    pub(super) fn begin(&self, leg: Hop) {
        let then = leg.next_stage;
        {
            let mut state = self.state();
            state.peer = leg.address.map(|ip| SocketAddr::new(ip, leg.port));
            state.is_only = true;
            state.connecting = false;
            state.alternatives = VecDeque::new();
            state.pinned = None;
            state.socket = None;
            state.leg = leg;
            self.tries(state.peer);
        }
        // A fresh attempt stands at `Resolve` and has spent nothing there.
        if self.trace.stage() == Stage::Resolve {
            self.trace.skip_to(then);
        } else {
            self.enter(then);
        }
    }

    pub(super) fn enter(&self, stage: Stage) {
        if !self.is_established() {
            self.trace.enter(stage);
        }
    }

    fn skip_to(&self, stage: Stage) {
        if !self.is_established() {
            self.trace.skip_to(stage);
        }
    }

    /// Requests inside a standing conversation (Engine.IO's polling) are part of it: its stage and
    /// phases stay.
    fn is_established(&self) -> bool {
        matches!(self.trace.stage(), Stage::Listening | Stage::Reply(_))
    }

    /// The host that is meant by a name in the request's URL.
    pub(super) fn intended_host(&self, name: &str) -> url::Host<String> {
        match &self.state().leg.alias {
            Some(alias) if alias.name.eq_ignore_ascii_case(name) => alias.host.clone(),
            _ => url::Host::Domain(name.to_owned()),
        }
    }

    pub(super) fn resolving(&self) {
        self.skip_to(Stage::Resolve);
    }

    /// The addresses that the HTTP library shall try. Without a proxy it is one: `race` tries the
    /// others beside it.
    pub(super) fn resolved(&self, addresses: &[IpAddr]) -> Vec<IpAddr> {
        let to_try = {
            let mut state = self.state();
            let port = state.leg.port;
            let mut all = addresses.iter().map(|ip| SocketAddr::new(*ip, port));
            state.peer = all.next();
            state.is_only = addresses.len() == 1 || !self.has_proxy();
            self.tries(state.peer);
            if self.has_proxy() {
                addresses.to_vec()
            } else {
                state.alternatives = all.collect();
                addresses.iter().copied().take(1).collect()
            }
        };
        // Without an address the attempt ends where it stands.
        self.enter(if addresses.is_empty() {
            Stage::Resolve
        } else {
            Stage::Connect
        });
        to_try
    }

    pub(super) fn has_alternatives(&self) -> bool {
        !self.state().alternatives.is_empty()
    }

    /// The next address to try beside the running connection.
    pub(super) fn next_alternative(&self) -> Option<SocketAddr> {
        let rival = self.state().alternatives.pop_front()?;
        if !self.is_established() {
            self.trace.try_another_address(rival);
        }
        Some(rival)
    }

    /// Whether TCP of the running connection stands: what follows is this peer's matter.
    pub(super) fn is_handshaking(&self) -> bool {
        self.state().handshakes > 0
    }

    /// The next connection of this leg goes to this address and no other.
    pub(super) fn pin(&self, address: SocketAddr) {
        let mut state = self.state();
        state.alternatives = VecDeque::new();
        state.pinned = Some(address);
        state.peer = Some(address);
        state.is_only = true;
    }

    pub(super) fn pinned(&self) -> Option<SocketAddr> {
        self.state().pinned
    }

    /// The addresses that were tried for this leg; none with a proxy, which alone knows them.
    pub(super) fn tried(&self) -> Vec<SocketAddr> {
        let tried = self.trace.addresses();
        if tried.is_empty() {
            self.peer().into_iter().collect()
        } else {
            tried
        }
    }

    /// Through a proxy it is not known which address of the target is tried.
    fn tries(&self, first: Option<SocketAddr>) {
        if !self.is_established() {
            self.trace
                .try_first_address(first.filter(|_| !self.has_proxy()));
        }
    }

    /// The answer's head is here, from `peer`.
    pub(super) fn answered(&self, peer: Option<SocketAddr>) {
        let state = self.state();
        if let Some(peer) = peer {
            self.trace.peer(peer);
        }
        if !state.connecting
            && let Some((subject, not_after)) = &state.certificate
        {
            self.trace.certificate(subject.clone(), *not_after);
        }
    }

    pub(super) fn certificate(&self, subject: Text, not_after: Timestamp) {
        let mut state = self.state();
        if state.handshakes <= self.proxy_handshakes() {
            return;
        }
        self.trace.certificate(subject.clone(), not_after);
        state.certificate = Some((subject, not_after));
    }

    /// Whether the answer came, or failed to come, over a connection that was kept from before.
    pub(super) fn reused(&self) -> bool {
        !self.state().connecting
    }

    /// Where the connection goes, if no proxy stands between.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        if self.has_proxy() {
            None
        } else {
            self.state().peer
        }
    }

    pub(super) fn connecting(&self) {
        let is_pinned = {
            let mut state = self.state();
            state.connecting = true;
            state.handshakes = 0;
            state.certificate = None;
            state.pinned.is_some()
        };
        // The race for the address is part of connecting.
        if !is_pinned {
            self.skip_to(Stage::Connect);
        }
    }

    pub(super) fn handshaking(&self) {
        let mut state = self.state();
        state.handshakes += 1;
        if state.handshakes > self.proxy_handshakes() {
            self.reached(&state);
            self.enter(Stage::Tls);
        }
    }

    pub(super) fn connected(&self, socket: Socket) {
        let mut state = self.state();
        state.socket = Some(socket);
        self.reached(&state);
        self.enter(state.leg.next_stage);
    }

    /// TCP stands: an attempt that hangs from here on hangs at a known peer.
    fn reached(&self, state: &InFlightState) {
        if let Some(peer) = state.peer.filter(|_| state.is_only && !self.has_proxy()) {
            self.trace.peer(peer);
        }
    }

    fn state(&self) -> MutexGuard<'_, InFlightState> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds the lock; a poisoned one is as good as any.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
