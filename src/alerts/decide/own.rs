//! Problems of hbmon itself.

use std::sync::Arc;

use jiff::SignedDuration;

use super::about::{AlertTopic, OwnProblem};
use super::alerter::Alerter;
use super::incident::AlertedIncident;
use crate::history::notification::Subject;
use crate::model::{IncidentEnd, Moment, Status, Text};

impl Alerter {
    /// A problem of hbmon itself begins, or changes its words; `None`: it is over.
    pub fn own_problem(&mut self, now: Moment, what: OwnProblem, trouble: Option<Text>) {
        self.now = self.now.max(now);
        let about = AlertTopic::Own(what.clone());
        match trouble {
            Some(trouble) => {
                self.own.insert(what.clone(), trouble);
                self.review_own(&what);
            }
            None => {
                self.own.remove(&what);
                self.close(&about, self.now, IncidentEnd::Recovered);
            }
        }
    }

    /// Opens the incident of a problem of hbmon itself that lasts, or updates its words. If the last
    /// one is not over on all channels, its recovery has to be told first.
    pub(super) fn review_own(&mut self, what: &OwnProblem) {
        let about = AlertTopic::Own(what.clone());
        let is_over = self.incidents.get(&about).is_some_and(|one| !one.is_open);
        let Some(trouble) = self.own.get(what).filter(|_| !is_over) else {
            return;
        };
        // No two have the same time: it tells them apart in the ledger.
        let now = self.outbox.wall(self.now);
        let after_last = self
            .last_own
            .map(|last| last + SignedDuration::from_millis(1));
        let opened = after_last.map_or(now, |after| after.max(now));
        let message = Some(Text::clean(&format!("{what}: {trouble}")));
        let known = self.incidents.entry(about.clone()).or_insert_with(|| {
            self.last_own = Some(opened);
            let subject = Arc::new(Subject {
                incident: None,
                monitor: Text::clean("hbmon"),
                status: Status::Error,
                before: None,
                reason: None,
                message: None,
                opened,
                closed: None,
                end: None,
                acknowledged_by: None,
            });
            Box::new(AlertedIncident::new(about.clone(), subject, self.now))
        });
        Arc::make_mut(&mut known.subject).message = message;
        known.confirm_by = None;
        self.review(&about);
    }

    /// Lets hbmon's own problem with a channel begin or end, as the channel is broken or not.
    pub(super) fn follow_broken(&mut self, channel: &Text) {
        let queue = self.outbox.channels.get(channel);
        let broken = queue.and_then(|queue| queue.retry.broken()).cloned();
        let is_own = self.rules.own.as_ref() == Some(channel);
        let what = OwnProblem::Channel(channel.clone());
        let is_known = self.own.contains_key(&what);
        match broken {
            Some(why) if !is_own && !is_known => self.own_problem(self.now, what, Some(why)),
            None if is_known => self.own_problem(self.now, what, None),
            _ => {}
        }
    }
}
