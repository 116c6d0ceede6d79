//! The signals that are requests to the screen and do not end it.

use std::ffi::c_int;
use std::io;

use nix::sys::signal::Signal;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::mpsc;

use crate::tui::ScreenRequest;

/// Handles these signals as requests until the receiver is dropped.
///
/// # Errors
/// A signal cannot be handled.
pub(super) fn requests() -> io::Result<mpsc::Receiver<ScreenRequest>> {
    let (sender, requests) = mpsc::channel(4);
    for (signal, request) in [
        (Signal::SIGUSR1, ScreenRequest::Save),
        (Signal::SIGTSTP, ScreenRequest::Suspend),
        (Signal::SIGCONT, ScreenRequest::Resume),
    ] {
        let mut signals = unix::signal(SignalKind::from_raw(signal as c_int))?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() && sender.send(request).await.is_ok() {}
        });
    }
    Ok(requests)
}
