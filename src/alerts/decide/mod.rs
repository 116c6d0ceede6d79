//! Decides who is told of what, and when.
//!
//! The order of calls: `read` every snapshot, then `advance` to the time, and again at the latest at
//! `deadline`. Then `next_delivery` until there is none. Before anything is sent, what `take_rows`
//! returns is committed: it says that the delivery was tried. After each send, `delivered`, and
//! `take_rows` once more.

mod about;
mod alerter;
mod children;
mod closing;
mod compose;
mod exchange;
mod flapping;
mod fleet_view;
mod holds;
mod incident;
mod key_groups;
mod lasting;
mod limits;
mod listing;
mod monitor;
mod outbox;
mod own;
mod queue;
mod reading;
mod refreshing;
mod restore;
mod results;
mod retry;
mod review;
mod routing;
mod sending;
mod timers;

pub use about::{DeliveryId, OwnProblem};
pub use alerter::Alerter;
pub use exchange::{AlertsLeft, ChannelState, DroppedChannel, Held, RowChange};
pub use holds::why_held;
