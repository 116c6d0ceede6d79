//! One key of the keyboard: as the terminal reports it, as a config writes it, as the screen shows
//! it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Shift is in the character: `R` is shift and `r`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Plain(KeyCode),
    Control(char),
    Alt(char),
}

/// How keys that have no character are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNames {
    /// `↑`
    Arrows,
    /// `up`
    Words,
}

/// Keys that a config names by a word.
const NAMED: [(&str, KeyCode); 23] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("return", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("escape", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift+tab", KeyCode::BackTab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("del", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("ins", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pageup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("pagedown", KeyCode::PageDown),
];

impl Key {
    pub const fn char(c: char) -> Key {
        Key::Plain(KeyCode::Char(c))
    }

    /// None for chords that nobody can bind.
    pub fn of(event: KeyEvent) -> Option<Key> {
        let modifiers = event.modifiers.difference(KeyModifiers::SHIFT);
        match event.code {
            KeyCode::Char(c) if modifiers == KeyModifiers::CONTROL => {
                Some(Key::Control(c.to_ascii_lowercase()))
            }
            KeyCode::Char(c) if modifiers == KeyModifiers::ALT => Some(Key::Alt(c)),
            // What kitty and others send for shift and tab.
            KeyCode::Tab if event.modifiers == KeyModifiers::SHIFT => {
                Some(Key::Plain(KeyCode::BackTab))
            }
            code if modifiers.is_empty() => Some(Key::Plain(code)),
            _ => None,
        }
    }

    /// `r`, `R`, `^r`, `ctrl+r`, `alt+r`, `f5`, `space`, `pgup`, `shift+tab`; words in any case.
    pub fn parse(text: &str) -> Option<Key> {
        if let Some(c) = only(text) {
            return Some(Key::char(c));
        }
        let lower = text.to_lowercase();
        if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == lower) {
            return Some(Key::Plain(*code));
        }
        if let Some(number) = lower
            .strip_prefix('f')
            .and_then(|number| number.parse().ok())
        {
            return (1..=12)
                .contains(&number)
                .then_some(Key::Plain(KeyCode::F(number)));
        }
        let after = |prefix: &str| {
            lower
                .starts_with(prefix)
                .then(|| only(text.get(prefix.len()..)?))
                .flatten()
        };
        let control = after("^")
            .or_else(|| after("ctrl+"))
            .filter(char::is_ascii_alphabetic);
        control
            .map(|c| Key::Control(c.to_ascii_lowercase()))
            .or_else(|| after("alt+").map(Key::Alt))
    }

    /// What stands on the key.
    pub fn name(self, names: KeyNames) -> String {
        let arrow = |arrow: &str, word: &str| {
            if names == KeyNames::Arrows {
                arrow.into()
            } else {
                word.into()
            }
        };
        match self {
            Key::Control(c) => format!("^{}", c.to_ascii_uppercase()),
            Key::Alt(c) => format!("alt+{c}"),
            Key::Plain(KeyCode::Char(' ')) => "space".into(),
            Key::Plain(KeyCode::Char(c)) => c.into(),
            Key::Plain(KeyCode::F(n)) => format!("F{n}"),
            Key::Plain(KeyCode::Up) => arrow("↑", "up"),
            Key::Plain(KeyCode::Down) => arrow("↓", "down"),
            Key::Plain(KeyCode::Left) => arrow("←", "left"),
            Key::Plain(KeyCode::Right) => arrow("→", "right"),
            Key::Plain(KeyCode::PageUp) => "PgUp".into(),
            Key::Plain(KeyCode::PageDown) => "PgDn".into(),
            Key::Plain(KeyCode::Home) => "Home".into(),
            Key::Plain(KeyCode::End) => "End".into(),
            Key::Plain(KeyCode::Tab) => "Tab".into(),
            Key::Plain(KeyCode::BackTab) => "S-Tab".into(),
            Key::Plain(code) => code.to_string().to_lowercase(),
        }
    }

    /// `^S` and `^Q` stop and start the output of many terminals and never arrive.
    pub const fn is_flow_control(self) -> bool {
        matches!(self, Key::Control('s' | 'q'))
    }
}

/// The only character of a text, if it can be typed.
fn only(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars
        .next()
        .filter(|c| chars.next().is_none() && !c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for (text, key) in [
            ("r", Some(Key::char('r'))),
            ("R", Some(Key::char('R'))),
            ("^", Some(Key::char('^'))),
            ("é", Some(Key::char('é'))),
            ("^R", Some(Key::Control('r'))),
            ("Ctrl+r", Some(Key::Control('r'))),
            ("alt+X", Some(Key::Alt('X'))),
            ("F5", Some(Key::Plain(KeyCode::F(5)))),
            ("f", Some(Key::char('f'))),
            ("f13", None),
            ("Space", Some(Key::char(' '))),
            ("shift+tab", Some(Key::Plain(KeyCode::BackTab))),
            ("PgDn", Some(Key::Plain(KeyCode::PageDown))),
            ("ctrl+", None),
            ("ctrl+é", None),
            ("^ab", None),
            ("hyper", None),
            ("", None),
            (" ", None),
            ("\u{7}", None),
        ] {
            assert_eq!(Key::parse(text), key, "{text}");
        }
    }

    #[test]
    fn what_is_shown_can_be_written() {
        for key in [
            Key::char('r'),
            Key::char(' '),
            Key::Control('u'),
            Key::Alt('x'),
            Key::Plain(KeyCode::F(5)),
        ] {
            assert_eq!(Key::parse(&key.name(KeyNames::Words)), Some(key));
        }
        for (_, code) in NAMED
            .into_iter()
            .filter(|(_, code)| *code != KeyCode::BackTab)
        {
            let name = Key::Plain(code).name(KeyNames::Words);
            assert_eq!(Key::parse(&name), Some(Key::Plain(code)), "{name}");
        }
    }

    #[test]
    fn shift_is_in_the_character() {
        let press = |code, modifiers| Key::of(KeyEvent::new(code, modifiers));
        assert_eq!(
            press(KeyCode::Char('G'), KeyModifiers::SHIFT),
            Some(Key::char('G'))
        );
        assert_eq!(
            press(KeyCode::Char('R'), KeyModifiers::CONTROL),
            Some(Key::Control('r'))
        );
        assert_eq!(
            press(KeyCode::Char('q'), KeyModifiers::ALT),
            Some(Key::Alt('q'))
        );
        assert_eq!(
            press(
                KeyCode::Char('q'),
                KeyModifiers::ALT | KeyModifiers::CONTROL
            ),
            None
        );
        assert_eq!(
            press(KeyCode::BackTab, KeyModifiers::SHIFT),
            Some(Key::Plain(KeyCode::BackTab))
        );
    }
}
