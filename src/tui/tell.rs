//! What the user is told beside the table: notices in the footer, the line below the header, and
//! alarms.

use std::sync::Arc;
use std::time::Duration;

use crate::history::alert_board::AlertBoard;
use crate::model::Moment;

use super::alerts::ShownAlerts;
use super::caption::{Caption, CaptionTone};
use super::reach::Reach;
use super::ui::Ui;

/// How long a notice stays in the footer.
const NOTICE_DURATION: Duration = Duration::from_secs(3);

/// How long a monitor is in error before it calls: by then it is known whether channels are told.
const ALARM_DELAY: Duration = Duration::from_secs(1);

impl Ui {
    /// Shows a notice in the footer for a few seconds.
    pub fn notify(&mut self, notice: impl Into<String>, now: Moment) {
        self.notice = Some((now, notice.into()));
    }

    /// Takes over what the host says. Returns whether the line below the header comes or goes.
    pub fn tell(
        &mut self,
        told: Option<Caption>,
        history_note: Option<String>,
        reach: Reach,
    ) -> bool {
        self.reach = reach;
        self.retell(|ui| {
            ui.told = told;
            ui.history_note = history_note;
        })
    }

    /// Takes over what channels are told. Returns whether the line below the header comes or goes.
    pub fn receive_alerts(&mut self, board: Option<Arc<AlertBoard>>) -> bool {
        let Some(board) = board.filter(|board| !self.alerts.is_of(board)) else {
            return false;
        };
        self.retell(|ui| ui.alerts = Arc::new(ShownAlerts::new(board)))
    }

    /// Changes what may be said below the header.
    fn retell(&mut self, change: impl FnOnce(&mut Ui)) -> bool {
        let said = self.is_told();
        change(self);
        let is_same = said == self.is_told();
        if !is_same {
            self.list.follow_cursor(self.page());
        }
        !is_same
    }

    /// Returns whether there is something to say below the header, besides a refused config.
    pub(super) fn is_told(&self) -> bool {
        self.told.is_some() || self.history_note.is_some() || self.alerts.broken().is_some()
    }

    /// Returns what the line below the header says: trouble before stories, that of channels before
    /// that of the config and of the history.
    pub fn caption(&self, now: Moment) -> Option<Caption> {
        let told = self.told.clone();
        let is_trouble = |caption: &Caption| caption.tone == CaptionTone::Trouble;
        told.clone()
            .filter(is_trouble)
            .or_else(|| {
                let text = self.alerts.broken()?;
                let tone = CaptionTone::Failure;
                Some(Caption { text, tone })
            })
            .or_else(|| self.refused.caption(&self.latest, now))
            .or_else(|| {
                let text = self.history_note.clone()?;
                let tone = CaptionTone::Trouble;
                Some(Caption { text, tone })
            })
            .or(told)
    }

    /// Returns a text about the monitors that came into error since the last call, and that are
    /// not quiet.
    pub fn take_alarm(&mut self, now: Moment) -> Option<String> {
        let delay = self.alarm_delay();
        let (totals, alerts) = (&self.totals, &self.alerts);
        self.alarms.take(now, delay, |name| {
            totals.is_quiet(name, now) || alerts.is_quiet(name)
        })
    }

    /// Returns when the next alarm is due.
    pub fn alarm_at(&self) -> Option<Moment> {
        self.alarms.next(self.alarm_delay())
    }

    /// Without channels, nothing is held.
    fn alarm_delay(&self) -> Duration {
        if self.alerts.has_channels() {
            ALARM_DELAY
        } else {
            Duration::ZERO
        }
    }

    /// Returns when the notice in the footer expires.
    pub fn notice_expires_at(&self) -> Option<Moment> {
        self.notice
            .as_ref()
            .map(|(since, _)| since.plus(NOTICE_DURATION))
    }

    pub fn notice(&self) -> Option<&str> {
        self.notice.as_ref().map(|(_, text)| text.as_str())
    }

    /// Removes the notice when its time is over.
    pub(super) fn expire_notice(&mut self, now: Moment) {
        let is_over = |(since, _): &(Moment, String)| now.since(*since) >= NOTICE_DURATION;
        if self.notice.as_ref().is_some_and(is_over) {
            self.notice = None;
        }
    }
}
