//! The one table of keys: what a key does, what the footer and the help say of it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::theme::Glyphs;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    NextProblem,
    PreviousProblem,
    Detail,
    Back,
    Filter,
    Problems,
    Sort,
    Reverse,
    Freeze,
    BeatNow,
    BeatAll,
    Reconnect,
    Reload,
    Redraw,
    Help,
    Quit,
    Interrupt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Plain(KeyCode),
    Control(char),
}

pub struct Binding {
    pub keys: &'static [Key],
    pub action: Action,
    /// What the footer calls it, and how soon it is left out for want of room (0 last).
    pub footer: Option<(&'static str, u8)>,
    pub help: &'static str,
}

const fn char(c: char) -> Key {
    Key::Plain(KeyCode::Char(c))
}

const fn bind(keys: &'static [Key], action: Action, footer: Option<(&'static str, u8)>, help: &'static str) -> Binding {
    Binding { keys, action, footer, help }
}

/// In the order of the help; neighbours with the same footer label share a place there.
pub const BINDINGS: &[Binding] = &[
    bind(&[Key::Plain(KeyCode::Up), char('k')], Action::Up, Some(("move", 2)), "up"),
    bind(&[Key::Plain(KeyCode::Down), char('j')], Action::Down, Some(("move", 2)), "down"),
    bind(&[Key::Plain(KeyCode::PageUp), Key::Control('u')], Action::PageUp, None, "a page up"),
    bind(&[Key::Plain(KeyCode::PageDown), Key::Control('d')], Action::PageDown, None, "a page down"),
    bind(&[char('g'), Key::Plain(KeyCode::Home)], Action::First, None, "first"),
    bind(&[char('G'), Key::Plain(KeyCode::End)], Action::Last, None, "last"),
    bind(&[char('n')], Action::NextProblem, Some(("problem", 9)), "next problem"),
    bind(&[char('N')], Action::PreviousProblem, Some(("problem", 9)), "previous problem"),
    bind(&[Key::Plain(KeyCode::Enter)], Action::Detail, Some(("detail", 3)), "detail, and back"),
    bind(&[Key::Plain(KeyCode::Esc)], Action::Back, Some(("back", 1)), "back, or clear the filter"),
    bind(&[char('/')], Action::Filter, Some(("filter", 4)), "filter: api tag:eu !kind:ws"),
    bind(&[char('!')], Action::Problems, Some(("problems", 8)), "problems only, or all"),
    bind(&[char('s')], Action::Sort, Some(("sort", 5)), "sort: worst, name, config"),
    bind(&[char('S')], Action::Reverse, None, "reverse the order"),
    bind(&[char(' ')], Action::Freeze, Some(("freeze", 7)), "freeze the view"),
    bind(&[char('r')], Action::BeatNow, Some(("beat now", 6)), "beat now"),
    bind(&[Key::Plain(KeyCode::F(5))], Action::BeatAll, None, "beat now, every monitor"),
    bind(&[char('R')], Action::Reconnect, Some(("reconnect", 10)), "reconnect the monitor"),
    bind(&[Key::Control('r')], Action::Reload, None, "reload the config"),
    bind(&[Key::Control('l')], Action::Redraw, None, "draw everything anew"),
    bind(&[char('?'), Key::Plain(KeyCode::F(1))], Action::Help, Some(("help", 0)), "this help"),
    bind(&[char('q')], Action::Quit, Some(("quit", 1)), "quit"),
    bind(&[Key::Control('c')], Action::Interrupt, None, "quit as interrupted"),
];

/// What a key press asks for.
pub fn action(event: KeyEvent) -> Option<Action> {
    let pressed = Key::of(event)?;
    BINDINGS.iter().find(|binding| binding.keys.contains(&pressed)).map(|binding| binding.action)
}

impl Key {
    /// Shift is already in the character; keys with Alt and the like are nobody's.
    pub fn of(event: KeyEvent) -> Option<Key> {
        let modifiers = event.modifiers.difference(KeyModifiers::SHIFT);
        match event.code {
            KeyCode::Char(c) if modifiers == KeyModifiers::CONTROL => Some(Key::Control(c.to_ascii_lowercase())),
            code if modifiers.is_empty() => Some(Key::Plain(code)),
            _ => None,
        }
    }

    /// What stands on the key.
    pub fn name(self, glyphs: Glyphs) -> String {
        match self {
            Key::Control(c) => format!("^{}", c.to_ascii_uppercase()),
            Key::Plain(KeyCode::Char(' ')) => "space".into(),
            Key::Plain(KeyCode::Char(c)) => c.into(),
            Key::Plain(KeyCode::F(n)) => format!("F{n}"),
            Key::Plain(KeyCode::Up) => glyphs.pick("↑", "up").into(),
            Key::Plain(KeyCode::Down) => glyphs.pick("↓", "down").into(),
            Key::Plain(KeyCode::PageUp) => "PgUp".into(),
            Key::Plain(KeyCode::PageDown) => "PgDn".into(),
            Key::Plain(code) => code.to_string().to_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings() {
        let keys: Vec<Key> = BINDINGS.iter().flat_map(|binding| binding.keys).copied().collect();
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{key:?} is bound twice");
        }
    }

    #[test]
    fn flow_control_keys_stay_with_the_terminal() {
        let all = || BINDINGS.iter().flat_map(|binding| binding.keys);
        assert!(!all().any(|key| matches!(key, Key::Control('s' | 'q'))));
    }

    #[test]
    fn shift_is_in_the_character_and_alt_is_nobodys() {
        let press = |code, modifiers| action(KeyEvent::new(code, modifiers));
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), Some(Action::Last));
        assert_eq!(press(KeyCode::Char('R'), KeyModifiers::CONTROL), Some(Action::Reload));
        assert_eq!(press(KeyCode::Char('q'), KeyModifiers::ALT), None);
        assert_eq!(press(KeyCode::Char('x'), KeyModifiers::NONE), None);
    }
}
