//! The connection to one agent, as the screen describes it.

use crate::model::{Moment, Text};

/// The connection to one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentLink {
    /// Host and port.
    pub name: Text,
    pub state: LinkState,
    /// The agent lets this client act on monitors.
    pub may_act: bool,
    /// When the agent was started.
    pub started: Option<Moment>,
    /// The last action that the agent refused, and when.
    pub refusal: Option<(Moment, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Nothing was received yet.
    Connecting,
    Connected,
    /// The agent cannot be reached; `why` is the last reason.
    Lost {
        since: Moment,
        why: String,
    },
}
