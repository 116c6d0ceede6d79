//! Taking care of a problem: acknowledging its incident, and silencing its monitor.

use std::sync::Arc;

use crate::model::{Moment, Row, Selector};
use crate::prefs::Action;

use super::act::{Effect, ScreenCommand};
use super::order::is_problem;
use super::state::overlay::Overlay;
use super::state::silence_choice::{SilenceChoice, SilenceSpan};
use super::ui::Ui;
use super::when::until;

impl Ui {
    /// Acknowledges the open incident of the monitor under the cursor, or takes that back.
    pub(super) fn acknowledge(&mut self, now: Moment) -> Effect {
        let Some(row) = self.latest_row() else {
            return Effect::None;
        };
        let name = &row.meta.name;
        let Some(incident) = &row.incident else {
            let notice = if is_problem(row.status) {
                format!("no incident of {name} is known")
            } else {
                format!("{name} has no problem to acknowledge")
            };
            self.notify(notice, now);
            return Effect::None;
        };
        let on = !incident
            .acknowledged
            .as_ref()
            .is_some_and(|known| known.is_active(now));
        let notice = if on {
            format!("acknowledging {} of {name}", incident.id)
        } else {
            format!("{} of {name} is no longer acknowledged", incident.id)
        };
        self.ask_with_notice(ScreenCommand::Acknowledge { id: row.id, on }, notice, now)
    }

    /// Asks how long to silence the monitor under the cursor, or ends its silence.
    pub(super) fn silence(&mut self, now: Moment) -> Effect {
        let Some(row) = self.latest_row() else {
            return Effect::None;
        };
        let name = row.meta.name.clone();
        let silence = row
            .silence
            .as_ref()
            .filter(|silence| silence.is_active(now));
        let Some(silence) = silence else {
            let cursor = 0;
            let id = row.id;
            self.overlay = Some(Overlay::Silence(SilenceChoice { id, name, cursor }));
            return Effect::None;
        };
        let is_own = silence.matches.as_str() == Selector::of_name(name.as_str());
        let notice = if is_own {
            format!("ending the silence of {name}")
        } else {
            format!("ending {}, the silence of {}", silence.id, silence.matches)
        };
        let (id, until) = (row.id, None);
        self.ask_with_notice(ScreenCommand::Silence { id, until }, notice, now)
    }

    /// Handles a key while the choice is open.
    pub(super) fn choose_silence(
        &mut self,
        choice: SilenceChoice,
        action: Action,
        now: Moment,
    ) -> Effect {
        let last = SilenceSpan::ALL.len() - 1;
        let place = match action {
            Action::Up | Action::Down => {
                let cursor = if action == Action::Up {
                    choice.cursor.saturating_sub(1)
                } else {
                    (choice.cursor + 1).min(last)
                };
                self.overlay = Some(Overlay::Silence(SilenceChoice { cursor, ..choice }));
                return Effect::None;
            }
            Action::Detail => choice.cursor,
            Action::Tab(number) => usize::from(number).saturating_sub(1),
            _ => return Effect::None,
        };
        let Some(span) = SilenceSpan::ALL.get(place) else {
            return Effect::None;
        };
        let wall = self.latest.wall(now);
        let end = span.end(now, wall, &self.zone);
        let shown = until(self.latest.wall(end), wall, &self.zone);
        let notice = format!("silencing {} until {shown}", choice.name);
        let (id, until) = (choice.id, Some(end));
        self.ask_with_notice(ScreenCommand::Silence { id, until }, notice, now)
    }

    /// Returns the monitor under the cursor as it is now, even if the view is frozen.
    fn latest_row(&self) -> Option<Arc<Row>> {
        let id = self.target()?;
        self.latest.rows.iter().find(|row| row.id == id).cloned()
    }
}
