//! Keys while something is typed into the footer: the filter, the search in the log.

use crossterm::event::KeyCode;

use crate::model::Moment;
use crate::prefs::Key;

use super::ui::{Typing, TypingField, Ui};

/// Nobody reads more, in bytes.
const LONGEST: usize = 200;

impl Ui {
    pub(super) fn type_into(&mut self) {
        let field = if self.detail.is_some() {
            TypingField::LogSearch
        } else {
            TypingField::Filter
        };
        self.typing = Some(Typing {
            field,
            before: self.typed(field).to_owned(),
        });
    }

    /// A key while the footer is typed into; false if it is not part of it.
    pub(super) fn on_typed(&mut self, key: Key, now: Moment) -> bool {
        let Some(Typing { field, before }) = self.typing.clone() else {
            return false;
        };
        let mut text = self.typed(field).to_owned();
        match key {
            Key::Plain(KeyCode::Enter) => self.typing = None,
            Key::Plain(KeyCode::Esc) => {
                text = before;
                self.typing = None;
            }
            key if edit(&mut text, key) => {}
            _ => return false,
        }
        if text != self.typed(field) {
            match (field, &mut self.detail) {
                (TypingField::Filter, _) => {
                    self.choice.filter.set(&text);
                    self.arrange(now);
                    self.follow_history();
                }
                (TypingField::LogSearch, Some(detail)) => detail.search = text,
                (TypingField::LogSearch, None) => {}
            }
        }
        true
    }

    /// The text of what is typed into.
    pub fn typed(&self, field: TypingField) -> &str {
        match field {
            TypingField::Filter => self.choice.filter.text(),
            TypingField::LogSearch => self.detail.as_ref().map_or("", |detail| &detail.search),
        }
    }
}

/// Writes a key into a text; false if it is none for writing.
pub fn edit(text: &mut String, key: Key) -> bool {
    match key {
        Key::Plain(KeyCode::Char(c)) if text.len() < LONGEST => text.push(c),
        Key::Plain(KeyCode::Char(_)) => {}
        Key::Plain(KeyCode::Backspace) => drop(text.pop()),
        Key::Control('u') => text.clear(),
        _ => return false,
    }
    true
}
