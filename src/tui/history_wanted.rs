//! What the screen asks the history: whatever it shows now, the most important first.

use ratatui::layout::{Position, Rect};

use crate::history::change::StatusChange;
use crate::model::{Moment, Row};
use crate::prefs::Column;

use super::past::{HistoryAnswer, HistoryQuestion};
use super::ui::Ui;
use super::widgets::columns;

impl Ui {
    /// Returns the question that the host must be asked now. A frozen view asks nothing.
    pub fn history_question(&mut self, now: Moment) -> Option<HistoryQuestion> {
        if self.frozen.is_some() {
            return None;
        }
        let row = self.row().cloned();
        let wanted = self.wanted_history(row.as_deref());
        self.past.next(wanted, row.as_deref(), now)
    }

    /// Takes over whether the host has a history.
    pub const fn set_history_kept(&mut self, is_kept: bool) {
        self.past.set_kept(is_kept);
    }

    pub fn receive_history(&mut self, answer: HistoryAnswer, now: Moment) {
        self.past.receive(answer, now);
    }

    /// Iterates over the changes of status before this process began to watch, newest first. Those
    /// of silenced monitors are left out.
    pub fn past_events(&self, now: Moment) -> impl Iterator<Item = &StatusChange> {
        let totals = self.totals();
        let changes = self.past.changes().iter();
        changes.filter(move |change| !totals.is_silenced(&change.monitor, now))
    }

    fn wanted_history(&self, row: Option<&Row>) -> Vec<HistoryQuestion> {
        if self.is_on_events() {
            return vec![HistoryQuestion::Changes];
        }
        let mut wanted = Vec::new();
        if let Some(row) = row.filter(|_| self.shows_monitor()) {
            let monitor = row.meta.name.clone();
            let opened = self.detail.as_ref().and_then(|detail| detail.opened);
            wanted.extend(opened.map(|opened| HistoryQuestion::Course {
                monitor: monitor.clone(),
                id: opened.id,
            }));
            wanted.push(HistoryQuestion::Monitor(monitor.clone()));
            let span = self.display.span.of_history();
            wanted.extend(span.map(|span| HistoryQuestion::Numbers { monitor, span }));
        }
        let columns = columns::visible(self.size.width, self.display.columns.as_deref());
        if self.detail.is_none() && columns.contains(&Column::Month) {
            let visible = self.scroll()..self.scroll() + self.page();
            let rows = visible.filter_map(|place| self.row_at(place));
            let names = rows.map(|row| row.meta.name.clone()).collect();
            wanted.push(HistoryQuestion::Availability(names));
        }
        wanted
    }

    /// Returns whether the detail view or the pane shows one monitor.
    fn shows_monitor(&self) -> bool {
        let area = Rect::from((Position::ORIGIN, self.size));
        self.detail.is_some() || !self.layout(area).pane.is_empty()
    }
}
