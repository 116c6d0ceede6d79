//! Text input in the footer: the filter, and the search in the log.

use crossterm::event::KeyCode;

use crate::model::Moment;
use crate::prefs::KeyChord;

use super::ui::{Typing, TypingField, Ui};

/// Maximum length of a typed text, in bytes.
const MAX_BYTES: usize = 200;

impl Ui {
    /// Opens an empty input. The text that was in force comes back with esc.
    pub(super) fn start_typing(&mut self, now: Moment) {
        let field = match self.detail {
            Some(_) => TypingField::LogSearch,
            None if self.is_on_events() && self.own_log.shown => TypingField::OwnLogSearch,
            None => TypingField::Filter,
        };
        self.typing = Some(Typing {
            field,
            before: self.typed_text(field).to_owned(),
        });
        self.set_typed_text(field, "", now);
    }

    /// Handles a key of the text input. Returns false if there is no input or the key is not part
    /// of it.
    pub(super) fn on_typing_key(&mut self, key: KeyChord, now: Moment) -> bool {
        let Some(Typing { field, before }) = self.typing.clone() else {
            return false;
        };
        let mut text = self.typed_text(field).to_owned();
        match key {
            KeyChord::Plain(KeyCode::Enter) => self.typing = None,
            KeyChord::Plain(KeyCode::Esc) => {
                text = before;
                self.typing = None;
            }
            key if edit(&mut text, key) => {}
            _ => return false,
        }
        self.set_typed_text(field, &text, now);
        true
    }

    fn set_typed_text(&mut self, field: TypingField, text: &str, now: Moment) {
        if text == self.typed_text(field) {
            return;
        }
        match (field, &mut self.detail) {
            (TypingField::Filter, _) => {
                self.table_options.filter.set(text);
                self.arrange(now);
                self.follow_history();
            }
            (TypingField::LogSearch, Some(detail)) => text.clone_into(&mut detail.search),
            (TypingField::LogSearch, None) => {}
            (TypingField::OwnLogSearch, _) => text.clone_into(&mut self.own_log.search),
        }
    }

    /// Returns the text of an input field.
    pub fn typed_text(&self, field: TypingField) -> &str {
        match field {
            TypingField::Filter => self.table_options.filter.text(),
            TypingField::OwnLogSearch => &self.own_log.search,
            TypingField::LogSearch => self.detail.as_ref().map_or("", |detail| &detail.search),
        }
    }
}

/// Applies a key to a text. Returns false if it is not an editing key.
pub(super) fn edit(text: &mut String, key: KeyChord) -> bool {
    match key {
        KeyChord::Plain(KeyCode::Char(c)) if text.len() < MAX_BYTES => text.push(c),
        KeyChord::Plain(KeyCode::Char(_)) => {}
        KeyChord::Plain(KeyCode::Backspace) => drop(text.pop()),
        KeyChord::Control('u') => text.clear(),
        _ => return false,
    }
    true
}
