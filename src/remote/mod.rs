//! The fleet of running agents, from their HTTP interfaces, as the snapshots that the screen draws.
//!
//! `wire` reads the JSON of an agent, `row` and `change` turn it into rows and changes, and `fleet`
//! keeps what is known of every agent; these are pure. `client` sends requests, `routes` says which,
//! `event_stream` reads events, `follow` follows one agent, and `hub` publishes the snapshots of
//! all. `past` asks for what agents remember, `alerts` for what their channels are told.
//!
//! An agent that cannot be reached keeps its rows, marked as stale. None of them is healthy then.

mod agent;
mod agent_error;
mod alerts;
mod change;
mod client;
mod details;
mod event_stream;
mod fleet;
mod follow;
mod hub;
mod link;
mod loss_log;
mod past;
mod request;
mod routes;
mod row;
mod times;
mod wire;
mod wire_past;

pub use agent_error::AgentError;
pub use client::AgentClient;
pub use details::AgentDetails;
pub use hub::{AgentCommand, AgentCommands, Agents};
pub use link::{AgentLink, LinkState};
pub use past::{AgentPast, AgentRecord, HistoryKept};
