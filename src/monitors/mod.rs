//! The kinds of monitors, one folder each. A monitor holds one conversation. It does not retry, set
//! its own pace, or judge.

mod attempt;
pub mod caches;
pub mod dial;
mod escapes;
pub mod http;
pub mod kind;
mod kinds;
mod limiter;
pub mod payload;
mod ping_limit;
pub mod push;
pub mod reporter;
pub mod secrets;
mod sent_secrets;
pub mod settings;
pub mod slot;
pub mod socketio;
pub mod sse;
pub mod stall;
pub mod token;
pub mod trace;
pub mod transcript;
pub mod unpack;
mod url_kind;
pub mod websocket;

pub use attempt::{Attempt, End, Monitor};
pub use kinds::{MonitorKeys, Spec, info, sections};
