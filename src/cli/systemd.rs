//! Notifies systemd of the state of the service (sd_notify(3)) if `$NOTIFY_SOCKET` is set.
//!
//! The crate sd-notify knows no abstract socket names and blocks on a manager that does not read.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::consumer::{Consumer, Feed};
use crate::clock::Clock;
use crate::engine::Stopped;
use crate::model::{Snapshot, Status};
use crate::serve::is_first_round_over;

/// Minimum interval of status texts, and interval of the check whether the first round is over.
const STATUS_INTERVAL: Duration = Duration::from_secs(1);

/// A connection to the service manager. Clones share it.
#[derive(Clone)]
pub(super) struct Systemd(Arc<UnixDatagram>);

impl Systemd {
    /// Connects to `$NOTIFY_SOCKET`; `None` if it is not set.
    pub(super) fn from_environment() -> Option<Systemd> {
        let address = std::env::var_os("NOTIFY_SOCKET")?;
        let socket = UnixDatagram::unbound().ok()?;
        connect(&socket, Path::new(&address)).ok()?;
        // Never blocks on a manager that does not read.
        socket.set_nonblocking(true).ok()?;
        Some(Systemd(Arc::new(socket)))
    }

    pub(super) fn reloading(&self) {
        self.notify(&format!(
            "RELOADING=1\nMONOTONIC_USEC={}",
            Clock::monotonic().as_micros()
        ));
    }

    pub(super) fn ready(&self) {
        self.notify("READY=1");
    }

    pub(super) fn stopping(&self) {
        self.notify("STOPPING=1");
    }

    fn notify(&self, state: &str) {
        // Best effort, as sd_notify(3) recommends.
        let _ = self.0.send(state.as_bytes());
    }
}

/// Notifies systemd of readiness after the first round, and of the fleet's status.
pub(super) struct StatusNotifier(pub Systemd);

impl Consumer for StatusNotifier {
    async fn run(self, mut feed: Feed) {
        let mut is_ready = false;
        let mut sent = String::new();
        loop {
            let snapshot = feed.snapshot();
            if !is_ready && is_first_round_over(&snapshot, &feed.clock) {
                is_ready = true;
                self.0.ready();
            }
            let status = status(&snapshot);
            if status != sent {
                self.0.notify(&format!("STATUS={status}"));
                sent = status;
            }
            drop(snapshot);
            tokio::select! {
                () = tokio::time::sleep(STATUS_INTERVAL) => {}
                () = feed.stopped() => return,
            }
            if is_ready && feed.next().await.is_none() {
                return;
            }
        }
    }
}

/// Feeds systemd's watchdog twice in its period, as long as the engine's loop answers: the watchdog
/// is for a loop that hangs.
pub(super) struct WatchdogNotifier(pub Systemd);

impl Consumer for WatchdogNotifier {
    async fn run(self, mut feed: Feed) {
        let Some(period) = watchdog_period() else {
            return;
        };
        loop {
            match timeout(period, feed.engine.ping()).await {
                Ok(Ok(())) => self.0.notify("WATCHDOG=1"),
                Ok(Err(Stopped)) => return,
                Err(_) => tracing::error!("the engine does not answer"),
            }
            tokio::select! {
                () = tokio::time::sleep(period / 2) => {}
                () = feed.stopped() => return,
            }
        }
    }
}

/// Returns a status text such as `12/14 healthy, api-eu in error and 1 more`.
fn status(snapshot: &Snapshot) -> String {
    let counts = snapshot.counts;
    let mut text = format!(
        "{}/{} healthy",
        counts.healthy,
        counts.total() - counts.paused
    );
    let worst = counts.worst();
    if matches!(worst, Status::Error | Status::Warning) {
        let mut bad = snapshot.rows.iter().filter(|row| row.status == worst);
        let first = bad.next().map_or("", |row| row.meta.name.as_str());
        text.push_str(&format!(", {first} in {}", worst.as_str()));
        match bad.count() {
            0 => {}
            more => text.push_str(&format!(" and {more} more")),
        }
    }
    text
}

/// Returns the watchdog's period, if it is enabled (sd_watchdog_enabled(3)).
fn watchdog_period() -> Option<Duration> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    if std::env::var_os("WATCHDOG_PID").is_some()
        && number("WATCHDOG_PID") != Some(std::process::id().into())
    {
        return None;
    }
    number("WATCHDOG_USEC")
        .filter(|micros| *micros > 0)
        .map(Duration::from_micros)
}

/// Connects to a path or, with a leading `@`, to a name in Linux' abstract namespace.
fn connect(socket: &UnixDatagram, address: &Path) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::net::SocketAddr;
        if let Some(name) = address.as_os_str().as_bytes().strip_prefix(b"@") {
            return socket.connect_addr(&SocketAddr::from_abstract_name(name)?);
        }
    }
    socket.connect(address)
}
