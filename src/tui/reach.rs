//! What the screen can reach: the process that watches, in this one or elsewhere.

use crate::model::Moment;

/// Which process watches what the screen shows, and what the screen can do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Another process watches: its config cannot be reloaded from here.
    pub attached: bool,
    /// Monitors can be probed, paused and reconnected.
    pub act: bool,
    /// When the watching began; `None` for several agents, and before one has answered.
    pub began: Option<Moment>,
}

impl Reach {
    /// This process watches, from its start.
    pub const OWN: Reach = Reach {
        attached: false,
        act: true,
        began: Some(Moment::START),
    };
}
