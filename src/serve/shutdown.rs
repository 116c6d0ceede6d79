//! The signal that the interface is closing, for all of its tasks.

use tokio::sync::watch;

#[derive(Clone)]
pub(super) struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    pub(super) fn new() -> (watch::Sender<bool>, Shutdown) {
        let (sender, receiver) = watch::channel(false);
        (sender, Shutdown(receiver))
    }

    pub(super) fn has_started(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for the signal. Dropping the interface sends it too.
    pub(super) async fn said(&mut self) {
        let _ = self.0.wait_for(|closing| *closing).await;
    }
}
