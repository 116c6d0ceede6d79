//! Active runs of a push monitor, for the duration of pushed jobs.

use crate::model::outcome::signal::Push;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// Maximum number of active runs of one monitor; a new one replaces the oldest.
const MAX_RUNS: usize = 64;

/// The active runs, oldest first. Empty for senders that never report a start.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct ActiveRuns(Vec<ActiveRun>);

#[derive(Clone, Debug, PartialEq)]
struct ActiveRun {
    instance: Option<Text>,
    id: Option<Text>,
    started: Moment,
}

impl ActiveRun {
    /// Returns whether the push belongs to this run: by id if it has one, else by instance.
    fn is_of(&self, push: &Push) -> bool {
        self.id == push.run && (self.id.is_some() || self.instance == push.instance)
    }
}

impl ActiveRuns {
    /// Starts a run. An active run of the same name is taken for dead.
    pub(crate) fn start(&mut self, push: &Push, at: Moment) {
        self.end(push);
        if self.0.len() == MAX_RUNS {
            self.0.remove(0);
        }
        self.0.push(ActiveRun {
            instance: push.instance.clone(),
            id: push.run.clone(),
            started: at,
        });
    }

    /// Ends the run of a push. Returns when it started, if that was reported.
    pub(crate) fn end(&mut self, push: &Push) -> Option<Moment> {
        let at = self.0.iter().position(|run| run.is_of(push))?;
        Some(self.0.remove(at).started)
    }

    /// Returns when the oldest active run started.
    pub(crate) fn oldest(&self) -> Option<Moment> {
        self.0.first().map(|run| run.started)
    }
}
