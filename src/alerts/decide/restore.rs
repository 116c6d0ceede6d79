//! Continues with the rows that an earlier run left.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::about::{AlertTopic, OwnProblem};
use super::alerter::Alerter;
use super::exchange::{AlertsLeft, DroppedChannel};
use super::incident::{AlertedIncident, Telling};
use super::limits::{CONFIRM_OWN, MAX_ASKED};
use super::outbox::{OutboxRow, RowPlace};
use super::queue::ChannelQueue;
use crate::history::incident::RecentIncident;
use crate::history::notification::{
    HeldBecause, Notification, NotificationId, NotificationState, What,
};
use crate::model::{IncidentEnd, Moment};

impl Alerter {
    /// Takes over the rows. The incidents count as open until the first snapshot is read. What
    /// happened later than now was noted by a clock that was ahead: it counts as now.
    pub(super) fn restore(&mut self, left: AlertsLeft, now: Moment) {
        let anchor = self.outbox.anchor;
        for rules in &self.rules.channels {
            let mut known = left.channels.iter();
            let since = known.find(|(name, _)| *name == rules.name);
            let since = since.map_or(now, |(_, since)| moment(anchor, *since).min(now));
            let queue = ChannelQueue::new(rules, since);
            self.outbox.channels.insert(rules.name.clone(), queue);
        }
        for incident in &left.recent {
            self.replay(incident);
        }
        let mut rows = left.rows;
        rows.sort_by_key(|row| row.id);
        let calm = calm_openings(&rows);
        for row in rows {
            if self.outbox.channels.contains_key(&row.channel) {
                let is_calm = calm.contains(&row.id);
                self.restore_row(row, now, is_calm);
            } else {
                self.outbox.discard(row.id);
                let open = usize::from(row.what.is_opening());
                let mut dropped = self.dropped.iter_mut();
                match dropped.find(|known| known.name == row.channel) {
                    Some(known) => known.open += open,
                    None => self.dropped.push(DroppedChannel {
                        name: row.channel,
                        open,
                    }),
                }
            }
        }
        for row in left.recovered {
            self.restore_recovered(row, now);
        }
        // What was held because a monitor flaps may be older than these.
        for incident in &left.recent {
            let Some(monitor) = self.monitors.get_mut(&incident.monitor) else {
                continue;
            };
            let times = [Some(incident.opened), incident.closed];
            for at in times.into_iter().flatten() {
                monitor.flap.changed(moment(anchor, at));
            }
        }
    }

    /// A receiver that forgets may have lost its data together with what it was told.
    fn restore_recovered(&mut self, row: Notification, now: Moment) {
        let wall = self.outbox.wall(now);
        let queue = self.outbox.channels.get_mut(&row.channel);
        let Some((queue, done)) = queue.zip(row.done) else {
            return;
        };
        let Some(refresh) = queue.traits.refresh else {
            return;
        };
        // One that was told in the future was told by a clock that was wrong.
        let passed = Duration::try_from(done.duration_until(wall)).unwrap_or_default();
        let left = refresh.recovered_for.saturating_sub(passed);
        if !left.is_zero() {
            let until = now.plus(left);
            queue.refreshing.resume_recovered(row, until, now);
        }
    }

    /// `is_calm`: its monitor does not flap any more.
    fn restore_row(&mut self, row: Notification, now: Moment, is_calm: bool) {
        let Some(about) = self.about(&row) else {
            return self.outbox.discard(row.id);
        };
        let is_pending = matches!(
            row.state,
            NotificationState::Held | NotificationState::Waiting
        );
        if !is_pending && !row.what.is_opening() {
            return;
        }
        let anchor = self.outbox.anchor;
        let incident = self.incidents.entry(about.clone()).or_insert_with(|| {
            let mut subject = Arc::clone(&row.subject);
            if subject.closed.is_some() {
                let subject = Arc::make_mut(&mut subject);
                (subject.closed, subject.end) = (None, None);
            }
            let opened = moment(anchor, subject.opened).min(now);
            let mut incident = AlertedIncident::new(about.clone(), subject, opened);
            incident.is_restored = true;
            if let AlertTopic::Own(problem) = &about
                && !self.own.contains_key(problem)
            {
                incident.confirm_by = Some(now.plus(CONFIRM_OWN));
            }
            Box::new(incident)
        });
        if row.what == What::Recovered {
            incident.is_open = false;
            incident.subject = Arc::clone(&row.subject);
        }
        if incident.telling(&row.channel).is_none() {
            incident.tellings.push(Telling::new(row.channel.clone()));
        }
        let Some(telling) = incident.telling(&row.channel) else {
            return;
        };
        let slot = match row.what {
            What::Opened | What::Flapping => &mut telling.opening,
            What::Worse | What::Reminder => &mut telling.update,
            What::Acknowledged => &mut telling.acknowledgement,
            What::Recovered => &mut telling.recovery,
            What::Test => return self.outbox.discard(row.id),
        };
        *slot = Some(row.id);
        if row.state == NotificationState::Told {
            telling.level = row.subject.status;
            telling.last_told = Some(row.done.map_or(now, |done| moment(anchor, done).min(now)));
            telling.planned = row.next.map(|next| moment(anchor, next));
        }
        let is_over = row.what == What::Recovered && telling.opening.is_none();
        self.restore_channel(&row, now);
        self.restore_flapping(&row, &about, is_calm);
        let due = if row.attempts > 0 {
            moment(anchor, row.created).min(now)
        } else {
            now
        };
        let row = OutboxRow {
            about,
            due,
            place: RowPlace::Aside,
            is_over,
            row: Arc::new(row),
        };
        self.outbox.rows.insert(row.row.id, row);
    }

    /// Returns what a row is about. A channel that was broken is broken until it accepts something.
    fn about(&mut self, row: &Notification) -> Option<AlertTopic> {
        if let Some(incident) = row.subject.incident {
            return Some(AlertTopic::Incident(incident));
        }
        let message = row.subject.message.as_ref()?;
        let (problem, trouble) = OwnProblem::of_message(message.as_str())?;
        self.last_own = self.last_own.max(Some(row.subject.opened));
        if let OwnProblem::Channel(name) = &problem
            && row.what.is_opening()
            && let Some(queue) = self.outbox.channels.get_mut(name)
        {
            queue.retry.resume_broken(&trouble);
            self.own.insert(problem.clone(), trouble);
        }
        Some(AlertTopic::Own(problem))
    }

    fn restore_channel(&mut self, row: &Notification, now: Moment) {
        let anchor = self.outbox.anchor;
        let Some(queue) = self.outbox.channels.get_mut(&row.channel) else {
            return;
        };
        if row.what.is_opening()
            && queue.traits.one_key
            && row.state != NotificationState::Failed
            && let Some(key) = row.sent_with
        {
            queue.keys.add(key, row.id);
        }
        match row.state {
            NotificationState::Told => {
                if queue.traits.refresh.is_some() {
                    let monitor = row.subject.monitor.clone();
                    queue.refreshing.resume(row.id, monitor, now);
                }
            }
            NotificationState::Waiting => {
                queue.flush();
                if let (Some(HeldBecause::Retry), Some(next)) = (row.why, row.next) {
                    let since = moment(anchor, row.created).min(now);
                    let next = Some(moment(anchor, next)).filter(|at| *at <= now.plus(MAX_ASKED));
                    queue.retry.resume(row.attempts, since, next.unwrap_or(now));
                }
            }
            NotificationState::Held | NotificationState::Failed => {}
        }
    }

    /// Lets an incident of an earlier run count for flapping.
    fn replay(&mut self, incident: &RecentIncident) {
        let anchor = self.outbox.anchor;
        let monitor = self.monitors.entry(incident.monitor.clone()).or_default();
        let flap = &mut monitor.flap;
        let opened = moment(anchor, incident.opened);
        flap.calm(opened);
        flap.opened(opened);
        if let Some(closed) = incident.closed.map(|at| moment(anchor, at)) {
            flap.calm(closed);
            flap.changed(closed);
        }
        if incident
            .end
            .is_some_and(|end| end != IncidentEnd::Recovered)
        {
            flap.end();
        }
    }

    fn restore_flapping(&mut self, row: &Notification, about: &AlertTopic, is_calm: bool) {
        if matches!(about, AlertTopic::Own(_)) {
            return;
        }
        let name = row.subject.monitor.clone();
        let monitor = self.monitors.entry(name).or_default();
        monitor.add_incident(about);
        let is_flapping = row.what == What::Flapping;
        if is_calm || (!is_flapping && row.why != Some(HeldBecause::Flapping)) {
            return;
        }
        let last = row.subject.closed.unwrap_or(row.subject.opened);
        let last = moment(self.outbox.anchor, last);
        monitor.flap.resume(last);
        monitor.flap.changed(last);
        if is_flapping {
            let level = Some(row.subject.status);
            let before = monitor.flap.set_told(&row.channel, level);
            if let Some(incident) = self.incidents.get_mut(about)
                && let Some(telling) = incident.telling(&row.channel)
            {
                telling.flap_pass = Some(before);
            }
        }
    }
}

/// Returns the openings of which a recovery is to be sent: their monitors were steady.
fn calm_openings(rows: &[Notification]) -> HashSet<NotificationId> {
    let is_sent = |row: &&Notification| {
        row.what == What::Recovered && row.state == NotificationState::Waiting
    };
    let over: HashSet<_> = (rows.iter().filter(is_sent))
        .map(Notification::opening)
        .collect();
    let is_over = |row: &&Notification| over.contains(&row.opening());
    rows.iter().filter(is_over).map(|row| row.id).collect()
}

/// Returns the moment of a wall time; one before the anchor counts as the start.
pub(super) fn moment(anchor: Timestamp, at: Timestamp) -> Moment {
    let passed = Duration::try_from(anchor.duration_until(at)).unwrap_or_default();
    Moment::after_start(passed)
}
