//! Keys while an overlay is open: search and scroll the help, choose columns or a silence.

use crossterm::event::KeyCode;
use ratatui::layout::Size;

use crate::model::Moment;
use crate::prefs::{Action, Column, KeyChord};

use super::act::Effect;
use super::state::overlay::{Chooser, Help, Overlay};
use super::typing::edit;
use super::ui::Ui;
use super::widgets::{columns, help};

impl Ui {
    pub(super) fn act_on_overlay(
        &mut self,
        overlay: Overlay,
        action: Action,
        now: Moment,
    ) -> Effect {
        match (action, overlay) {
            (Action::Interrupt, _) => return Effect::Interrupt,
            (Action::Suspend, _) => return Effect::Suspend,
            (Action::Quit, _) => return Effect::Quit,
            (Action::Redraw, overlay) => {
                self.overlay = Some(overlay);
                return Effect::Redraw;
            }
            (_, Overlay::Help(help)) => {
                self.overlay = scrolled(help, action, self.size).map(Overlay::Help)
            }
            (_, Overlay::Silence(choice)) => return self.choose_silence(choice, action, now),
            (_, Overlay::Columns(chooser)) => {
                self.overlay = self.choose_columns(chooser, action).map(Overlay::Columns);
            }
        }
        Effect::None
    }

    /// Space shows or hides a column, left and right move it, and `=` restores the columns that the
    /// width decides.
    fn choose_columns(&mut self, Chooser { cursor }: Chooser, action: Action) -> Option<Chooser> {
        let last = Column::ALL.len() - 1;
        match action {
            Action::Up => {
                return Some(Chooser {
                    cursor: cursor.saturating_sub(1),
                });
            }
            Action::Down => {
                return Some(Chooser {
                    cursor: (cursor + 1).min(last),
                });
            }
            Action::Freeze => {
                let column = Column::ALL.get(cursor).copied()?;
                let columns = self.chosen_columns();
                match columns.iter().position(|shown| *shown == column) {
                    Some(place) => drop(columns.remove(place)),
                    None => columns.push(column),
                }
            }
            Action::Left | Action::Right => {
                let column = Column::ALL.get(cursor).copied()?;
                let columns = self.chosen_columns();
                if let Some(place) = columns.iter().position(|shown| *shown == column) {
                    let other = if action == Action::Left {
                        place.checked_sub(1)
                    } else {
                        Some(place + 1)
                    };
                    if let Some(other) = other.filter(|other| *other < columns.len()) {
                        columns.swap(place, other);
                    }
                }
            }
            Action::SpanReset => self.display.columns = None,
            _ => return None,
        }
        Some(Chooser { cursor })
    }

    /// Returns the user's columns; initially the columns that are shown.
    fn chosen_columns(&mut self) -> &mut Vec<Column> {
        let width = self.size.width;
        self.display
            .columns
            .get_or_insert_with(|| columns::visible(width, None))
    }

    /// Adds a key to the search of the open help. Returns false if the key is not part of a search.
    pub(super) fn on_help_search(&mut self, key: KeyChord) -> bool {
        let Some(Overlay::Help(help)) = &mut self.overlay else {
            return false;
        };
        // `?` closes the help and is never part of a search.
        let is_search = !matches!(key, KeyChord::Plain(KeyCode::Char('?')));
        let edited = is_search && edit(&mut help.search, key);
        if edited {
            help.scroll = 0;
        }
        edited
    }
}

/// Returns the help after a key, or `None` if the key closes it.
fn scrolled(help: Help, action: Action, size: Size) -> Option<Help> {
    let by = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -10,
        Action::PageDown => 10,
        _ => return None,
    };
    Some(Help {
        scroll: help
            .scroll
            .saturating_add_signed(by)
            .min(help::max_scroll(size)),
        ..help
    })
}
