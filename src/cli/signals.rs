//! The signals of the process as streams.

use std::io;

use nix::sys::signal::Signal as Number;
use tokio::signal::unix::{self, SignalKind};

use super::exit::ProcessSignal;

/// The signals that end or reload a run. Their default action is off once this exists.
pub(super) struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    hangup: Option<unix::Signal>,
}

impl Signals {
    /// `hangup`: also handle SIGHUP, which otherwise keeps its default action.
    pub(super) fn listen(hangup: bool) -> io::Result<Signals> {
        Ok(Signals {
            interrupt: unix::signal(SignalKind::interrupt())?,
            terminate: unix::signal(SignalKind::terminate())?,
            hangup: hangup
                .then(|| unix::signal(SignalKind::hangup()))
                .transpose()?,
        })
    }

    pub(super) async fn next(&mut self) -> ProcessSignal {
        let hangup = async {
            match &mut self.hangup {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => ProcessSignal::Interrupt,
            _ = self.terminate.recv() => ProcessSignal::Terminate,
            _ = hangup => ProcessSignal::Hangup,
        }
    }
}

/// The signals of a session. Once this exists, none of them kills the process.
pub(super) struct SignalHandlers {
    /// Ends a run whose outputs are stalled.
    pub stop: Signals,
    pub signals: Signals,
    pub status_requests: StatusRequests,
}

impl SignalHandlers {
    /// `hangup`: also handle SIGHUP, which otherwise kills the process.
    pub(super) fn listen(hangup: bool) -> io::Result<SignalHandlers> {
        survive_full_files()?;
        Ok(SignalHandlers {
            stop: Signals::listen(false)?,
            signals: Signals::listen(hangup)?,
            status_requests: StatusRequests::listen()?,
        })
    }
}

/// Handles SIGXFSZ: writing beyond the file size limit fails then instead of killing the process.
fn survive_full_files() -> io::Result<()> {
    // The handler stays when the stream is dropped.
    unix::signal(SignalKind::from_raw(Number::SIGXFSZ as i32)).map(drop)
}

/// SIGUSR1: asks for the progress of the run, as with dd(1).
pub(super) struct StatusRequests(unix::Signal);

impl StatusRequests {
    pub(super) fn listen() -> io::Result<StatusRequests> {
        Ok(StatusRequests(unix::signal(SignalKind::user_defined1())?))
    }

    pub(super) async fn next(&mut self) {
        self.0.recv().await;
    }
}
