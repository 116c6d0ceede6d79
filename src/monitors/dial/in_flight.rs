//! State of a dialer's running request. Hooks in reqwest and rustls report to it, and it records
//! their reports in the trace.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;
use url::{Origin, Url};

use super::super::trace::Trace;
use super::ConnectOptions;
use super::http_connection::HttpConnection;
use super::socket::Socket;
use crate::lock::LockExt;
use crate::model::{Stage, Text, TlsSuite};

tokio::task_local! {
    /// The request that this task sends. One client serves many dialers, and its hooks run in the
    /// task that sends.
    static CURRENT: Arc<InFlight>;
}

/// Returns the request that a hook was called for, or `None` if the HTTP library acts outside a
/// request.
pub(super) fn current() -> Option<Arc<InFlight>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Maximum number of idle connections: one to the target and others to its redirects.
const MAX_IDLE: usize = 4;

/// State of a running request, shared by the hooks. A dialer has one at a time.
pub(super) struct InFlight {
    pub(super) trace: Trace,
    options: Arc<ConnectOptions>,
    state: Mutex<InFlightState>,
    /// Idle connections for the next attempt; `None` if connections are not reused.
    idle: Option<Mutex<Vec<(Origin, HttpConnection)>>>,
}

impl std::fmt::Debug for InFlight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flight")
    }
}

#[derive(Debug, Default)]
struct InFlightState {
    hop: Hop,
    /// A connection was started for this hop. Otherwise the response comes over an idle one.
    connecting: bool,
    /// Number of TLS handshakes started on this connection.
    handshakes: u32,
    /// Address of the connection, or the first of several addresses.
    peer: Option<SocketAddr>,
    /// `peer` is the only candidate, so it is the peer as soon as TCP is connected.
    is_only_candidate: bool,
    /// Addresses to try in parallel if the running connection does not complete.
    alternatives: VecDeque<SocketAddr>,
    /// The address that answered first, which the next connection must use.
    pinned: Option<SocketAddr>,
    /// Certificate of the last handshake, for requests over an idle connection.
    certificate: Option<(Text, Timestamp)>,
    /// What the last handshake negotiated.
    suite: Option<TlsSuite>,
    /// A connection that is established and not yet used.
    socket: Option<Socket>,
}

/// One hop of a request: the first request or one after a redirect.
#[derive(Debug, Default)]
pub(super) struct Hop {
    /// Stage that begins once the connection is established.
    pub(super) next_stage: Stage,
    /// Port in the URL, or the scheme's default.
    pub(super) port: u16,
    /// IP address in the URL, if its host is one.
    pub(super) address: Option<IpAddr>,
    pub(super) alias: Option<SniAlias>,
}

/// A name (`tls.server_name`) that replaces the real host in the request's URL.
#[derive(Clone, Debug)]
pub(super) struct SniAlias {
    pub(super) name: Arc<str>,
    pub(super) host: url::Host<String>,
}

impl InFlight {
    /// Creates the state. With `reuse` it keeps connections for the next attempt.
    pub(super) fn new(trace: &Trace, options: &Arc<ConnectOptions>, reuse: bool) -> InFlight {
        let idle = reuse.then(Mutex::default);
        InFlight {
            trace: trace.clone(),
            options: Arc::clone(options),
            state: Mutex::default(),
            idle,
        }
    }

    /// Takes an idle connection to this origin.
    pub(super) fn take_idle(&self, origin: &Origin) -> Option<HttpConnection> {
        let mut idle = lock(self.idle.as_ref()?);
        let index = idle.iter().position(|(known, _)| known == origin)?;
        Some(idle.swap_remove(index).1)
    }

    /// Stores a connection whose response was read to its end, if connections are reused.
    pub(super) fn store_idle(&self, origin: Origin, connection: HttpConnection) {
        if let Some(idle) = &self.idle
            && connection.is_reusable()
        {
            let mut idle = lock(idle);
            idle.retain(|(known, _)| *known != origin);
            idle.truncate(MAX_IDLE - 1);
            idle.push((origin, connection));
        }
    }

    /// Takes the connection that was established.
    pub(super) fn take_socket(&self) -> Option<Socket> {
        self.state().socket.take()
    }

    /// Runs a request whose hooks report to this state.
    pub(super) async fn send<F: Future>(self: &Arc<InFlight>, request: F) -> F::Output {
        // Boxed, because otherwise the attempt's future keeps the size of a connection setup.
        Box::pin(CURRENT.scope(Arc::clone(self), request)).await
    }

    pub(super) fn has_proxy(&self) -> bool {
        self.options.proxy.is_some()
    }

    /// Returns whether `host` is the host of the proxy.
    pub(super) fn is_proxy(&self, host: &str) -> bool {
        let proxy = self.options.proxy.as_ref().and_then(Url::host_str);
        proxy.is_some_and(|proxy| proxy.eq_ignore_ascii_case(host))
    }

    /// Returns how many TLS handshakes of a connection are with an https proxy, not with the
    /// target.
    fn proxy_handshakes(&self) -> u32 {
        self.options
            .proxy
            .as_ref()
            .map_or(0, |proxy| u32::from(proxy.scheme() == "https"))
    }

    /// Starts a hop of the request.
    pub(super) fn begin(&self, hop: Hop) {
        let next_stage = hop.next_stage;
        {
            let mut state = self.state();
            state.peer = hop.address.map(|ip| SocketAddr::new(ip, hop.port));
            state.is_only_candidate = true;
            state.connecting = false;
            state.alternatives = VecDeque::new();
            state.pinned = None;
            state.socket = None;
            state.hop = hop;
            self.tries(state.peer);
        }
        // A new attempt is at `Resolve` and has spent no time there.
        if self.trace.stage() == Stage::Resolve {
            self.trace.skip_to(next_stage);
        } else {
            self.enter(next_stage);
        }
    }

    /// Enters a stage of the attempt.
    pub(super) fn enter(&self, stage: Stage) {
        if !self.is_established() {
            self.trace.enter(stage);
        }
    }

    /// Enters a stage and discards the time of the previous one.
    fn skip_to(&self, stage: Stage) {
        if !self.is_established() {
            self.trace.skip_to(stage);
        }
    }

    /// Returns whether the request belongs to an established conversation (Engine.IO polling). Such
    /// a request does not change the conversation's stage and phases.
    fn is_established(&self) -> bool {
        matches!(self.trace.stage(), Stage::Listening | Stage::Reply(_))
    }

    /// Returns the real host behind a name in the request's URL.
    pub(super) fn intended_host(&self, name: &str) -> url::Host<String> {
        match &self.state().hop.alias {
            Some(alias) if alias.name.eq_ignore_ascii_case(name) => alias.host.clone(),
            _ => url::Host::Domain(name.to_owned()),
        }
    }

    /// Records the start of a name lookup.
    pub(super) fn resolving(&self) {
        self.skip_to(Stage::Resolve);
    }

    /// Records the resolved addresses and returns those that the HTTP library tries. Without a
    /// proxy it tries one address, and `race` tries the others in parallel.
    pub(super) fn resolved(&self, addresses: &[IpAddr]) -> Vec<IpAddr> {
        let to_try = {
            let mut state = self.state();
            let port = state.hop.port;
            let mut all = addresses.iter().map(|ip| SocketAddr::new(*ip, port));
            state.peer = all.next();
            state.is_only_candidate = addresses.len() == 1 || !self.has_proxy();
            self.tries(state.peer);
            self.note_try(state.peer);
            if self.has_proxy() {
                addresses.to_vec()
            } else {
                state.alternatives = all.collect();
                addresses.iter().copied().take(1).collect()
            }
        };
        // Without an address the attempt ends at this stage.
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

    /// Takes the next address to try in parallel with the running connection.
    pub(super) fn next_alternative(&self) -> Option<SocketAddr> {
        let alternative = self.state().alternatives.pop_front()?;
        self.note_try(Some(alternative));
        if !self.is_established() {
            self.trace.try_another_address(alternative);
        }
        Some(alternative)
    }

    /// Returns whether TCP is connected. From then on delays are caused by this peer.
    pub(super) fn is_handshaking(&self) -> bool {
        self.state().handshakes > 0
    }

    /// Restricts the next connection of this hop to this address.
    pub(super) fn pin(&self, address: SocketAddr) {
        let mut state = self.state();
        state.alternatives = VecDeque::new();
        state.pinned = Some(address);
        state.peer = Some(address);
        state.is_only_candidate = true;
    }

    /// Returns the address to which the next connection is restricted.
    pub(super) fn pinned(&self) -> Option<SocketAddr> {
        self.state().pinned
    }

    /// Returns the addresses that were tried for this hop. It is empty with a proxy, because only
    /// the proxy knows them.
    pub(super) fn tried(&self) -> Vec<SocketAddr> {
        let tried = self.trace.addresses();
        if tried.is_empty() {
            self.peer().into_iter().collect()
        } else {
            tried
        }
    }

    /// Records the first address that is tried. With a proxy it is unknown.
    fn tries(&self, first: Option<SocketAddr>) {
        if !self.is_established() {
            self.trace
                .try_first_address(first.filter(|_| !self.has_proxy()));
        }
    }

    fn note_try(&self, address: Option<SocketAddr>) {
        if let Some(address) = address.filter(|_| !self.has_proxy()) {
            self.trace.note(|| format!("trying {address}"));
        }
    }

    /// Records that the response head arrived from `peer`.
    pub(super) fn answered(&self, peer: Option<SocketAddr>) {
        let state = self.state();
        if let Some(peer) = peer {
            self.trace.peer(peer);
        }
        if state.connecting {
            return;
        }
        if let Some((subject, not_after)) = &state.certificate {
            self.trace.certificate(subject.clone(), *not_after);
        }
        if let Some(suite) = state.suite {
            self.trace.tls(suite);
        }
    }

    /// Records the leaf certificate of the target. An https proxy's certificate is ignored.
    pub(super) fn certificate(&self, subject: Text, not_after: Timestamp) {
        let mut state = self.state();
        if state.handshakes <= self.proxy_handshakes() {
            return;
        }
        self.trace
            .note(|| format!("certificate {subject}, expires {not_after:.0}"));
        self.trace.certificate(subject.clone(), not_after);
        state.certificate = Some((subject, not_after));
    }

    /// Records the cipher suite of the target. An https proxy's suite is ignored.
    pub(super) fn negotiated(&self, suite: TlsSuite) {
        let mut state = self.state();
        if state.handshakes > self.proxy_handshakes() {
            self.trace.tls(suite);
            state.suite = Some(suite);
        }
    }

    /// Returns whether the request uses a connection of an earlier request.
    pub(super) fn reused(&self) -> bool {
        !self.state().connecting
    }

    /// Returns the address of the connection, or `None` with a proxy.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        if self.has_proxy() {
            None
        } else {
            self.state().peer
        }
    }

    /// Records the start of a connection.
    pub(super) fn connecting(&self) {
        let is_pinned = {
            let mut state = self.state();
            state.connecting = true;
            state.handshakes = 0;
            state.certificate = None;
            state.suite = None;
            if self.has_proxy() {
                self.trace.note(|| "connecting to the proxy".to_owned());
            } else if state.hop.address.is_some() || state.pinned.is_some() {
                self.note_try(state.peer);
            }
            state.pinned.is_some()
        };
        // The connect phase includes the choice of the address by `race`.
        if !is_pinned {
            self.skip_to(Stage::Connect);
        }
    }

    /// Records the start of a TLS handshake.
    pub(super) fn handshaking(&self) {
        let mut state = self.state();
        state.handshakes += 1;
        if state.handshakes > self.proxy_handshakes() {
            let peer = state.peer.filter(|_| !self.has_proxy());
            self.trace.note(|| match peer {
                Some(peer) => format!("connected to {peer}, TLS handshake"),
                None => "connected through the proxy, TLS handshake".to_owned(),
            });
            self.reached(&state);
            self.enter(Stage::Tls);
        }
    }

    /// Records that the connection is established.
    pub(super) fn connected(&self, socket: Socket) {
        let mut state = self.state();
        self.trace.note(|| match (state.suite, socket.addresses) {
            (Some(suite), _) => {
                let protocol = if socket.is_http2 { "h2" } else { "http/1.1" };
                let (version, name) = (suite.version(), suite.name());
                format!("TLS {version}, {name}, {protocol}")
            }
            (None, Some(ends)) => format!("connected to {} from {}", ends.peer, ends.local),
            (None, None) => "connected".to_owned(),
        });
        state.socket = Some(socket);
        self.reached(&state);
        self.enter(state.hop.next_stage);
    }

    /// Records the peer once TCP is connected, so that a later time-out can name it.
    fn reached(&self, state: &InFlightState) {
        if let Some(peer) = state
            .peer
            .filter(|_| state.is_only_candidate && !self.has_proxy())
        {
            self.trace.peer(peer);
        }
    }

    fn state(&self) -> MutexGuard<'_, InFlightState> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No code panics while it holds the lock, so a poisoned lock is still consistent.
    mutex.lock().ignore_poison()
}
