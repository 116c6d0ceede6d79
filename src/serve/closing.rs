//! The signal that the interface is closing, for all of its tasks.

use tokio::sync::watch;

#[derive(Clone)]
pub struct Closing(watch::Receiver<bool>);

impl Closing {
    pub fn new() -> (watch::Sender<bool>, Closing) {
        let (sender, receiver) = watch::channel(false);
        (sender, Closing(receiver))
    }

    pub fn is_said(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for the signal. Dropping the interface sends it too.
    pub async fn said(&mut self) {
        let _ = self.0.wait_for(|closing| *closing).await;
    }
}
