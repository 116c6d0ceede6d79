//! Problems of hbmon itself, for which no target is blamed.

use std::collections::HashMap;

use crate::alerts::decide::{Alerter, OwnProblem};
use crate::model::{Moment, Overload, Snapshot, Status, Text};
use crate::words;

/// The problems that were last given to the `Alerter`, with their words.
#[derive(Debug, Default)]
pub(super) struct Troubles(HashMap<OwnProblem, Text>);

impl Troubles {
    /// Gives the `Alerter` what has changed. `fault`: why the history cannot be written.
    pub(super) fn tell(
        &mut self,
        alerter: &mut Alerter,
        now: Moment,
        snapshot: &Snapshot,
        fault: Option<&str>,
    ) {
        let overload = snapshot.self_stats.overload;
        let is_blind = matches!(overload, Some(Overload::LocalLimit(_))) && is_blind(snapshot);
        let (late, blind) = match overload {
            Some(overload) if is_blind => (None, Some(overload)),
            other => (other, None),
        };
        let words = |overload: Option<Overload>| {
            overload.map(|overload| Text::clean(words::overload(Some(overload))))
        };
        let problems = [
            (OwnProblem::Overloaded, words(late)),
            (OwnProblem::Network, words(blind)),
            (OwnProblem::History, fault.map(Text::clean)),
        ];
        for (problem, trouble) in problems {
            if self.0.get(&problem) != trouble.as_ref() {
                match &trouble {
                    Some(trouble) => self.0.insert(problem.clone(), trouble.clone()),
                    None => self.0.remove(&problem),
                };
                alerter.own_problem(now, problem, trouble);
            }
        }
    }
}

/// Whether this machine lacks something, so that no monitor can be judged.
fn is_blind(snapshot: &Snapshot) -> bool {
    let mut watched = (snapshot.rows.iter())
        .filter(|row| row.status != Status::Paused)
        .peekable();
    watched.peek().is_some() && watched.all(|row| row.local_limit.is_some())
}
