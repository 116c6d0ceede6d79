//! Runs that began and have not ended: how long a pushed job took.

use crate::model::outcome::signal::Push;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// So many runs of one monitor are followed at once; the oldest is forgotten for a new one.
const MOST: usize = 64;

/// Oldest first. Small, and empty for whoever never says that it starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct ActiveRuns(Vec<ActiveRun>);

#[derive(Clone, Debug, PartialEq)]
struct ActiveRun {
    instance: Option<Text>,
    id: Option<Text>,
    started: Moment,
}

impl ActiveRun {
    /// By its id where it has one, else by who runs.
    fn is_of(&self, push: &Push) -> bool {
        self.id == push.run && (self.id.is_some() || self.instance == push.instance)
    }
}

impl ActiveRuns {
    /// A run begins; one of the same name that still goes on is taken for dead.
    pub fn start(&mut self, push: &Push, at: Moment) {
        self.end(push);
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push(ActiveRun {
            instance: push.instance.clone(),
            id: push.run.clone(),
            started: at,
        });
    }

    /// The run that this belongs to is over: when it began, if that was said.
    pub fn end(&mut self, push: &Push) -> Option<Moment> {
        let at = self.0.iter().position(|run| run.is_of(push))?;
        Some(self.0.remove(at).started)
    }

    /// When the oldest run that goes on began.
    pub fn oldest(&self) -> Option<Moment> {
        self.0.first().map(|run| run.started)
    }
}
