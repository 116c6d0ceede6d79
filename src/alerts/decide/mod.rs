//! Decides who is told of what, and when.
//!
//! The order of calls: `read` every snapshot, then `advance` to the time, and again at the latest at
//! `deadline`. Then `next_delivery` until there is none. Before anything is sent, what `take_rows`
//! returns is committed: it says that the delivery was tried. After each send, `delivered`, and
//! `take_rows` once more.

mod about;
mod alerter;
mod exchange;

pub use about::{DeliveryId, OwnProblem};
pub use alerter::Alerter;
pub use exchange::{AlertsLeft, ChannelState, DroppedChannel, Held, RowChange};
