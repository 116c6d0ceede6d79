//! A key press: as the terminal reports it, as a config writes it, as the screen shows it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with at most one modifier. Shift is part of the character: `R` is shift and `r`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyChord {
    Plain(KeyCode),
    Control(char),
    Alt(char),
}

/// How the arrow keys are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNames {
    /// `↑`
    Arrows,
    /// `up`
    Words,
}

/// Words for keys in a config.
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

impl KeyChord {
    pub const fn char(c: char) -> KeyChord {
        KeyChord::Plain(KeyCode::Char(c))
    }

    /// Converts a key event. Returns `None` for combinations that cannot be bound.
    pub fn of(event: KeyEvent) -> Option<KeyChord> {
        let modifiers = event.modifiers.difference(KeyModifiers::SHIFT);
        match event.code {
            KeyCode::Char(c) if modifiers == KeyModifiers::CONTROL => {
                Some(KeyChord::Control(c.to_ascii_lowercase()))
            }
            KeyCode::Char(c) if modifiers == KeyModifiers::ALT => Some(KeyChord::Alt(c)),
            // kitty and others send this for shift and tab.
            KeyCode::Tab if event.modifiers == KeyModifiers::SHIFT => {
                Some(KeyChord::Plain(KeyCode::BackTab))
            }
            code if modifiers.is_empty() => Some(KeyChord::Plain(code)),
            _ => None,
        }
    }

    /// Parses `r`, `R`, `^r`, `ctrl+r`, `alt+r`, `f5`, `space`, `pgup`, `shift+tab`. Words may be
    /// in upper or lower case.
    pub fn parse(text: &str) -> Option<KeyChord> {
        if let Some(c) = only(text) {
            return Some(KeyChord::char(c));
        }
        let lower = text.to_lowercase();
        if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == lower) {
            return Some(KeyChord::Plain(*code));
        }
        if let Some(number) = lower
            .strip_prefix('f')
            .and_then(|number| number.parse().ok())
        {
            return (1..=12)
                .contains(&number)
                .then_some(KeyChord::Plain(KeyCode::F(number)));
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
            .map(|c| KeyChord::Control(c.to_ascii_lowercase()))
            .or_else(|| after("alt+").map(KeyChord::Alt))
    }

    /// Returns the label of the key, for footer and help.
    pub fn name(self, names: KeyNames) -> String {
        let arrow = |arrow: &str, word: &str| {
            if names == KeyNames::Arrows {
                arrow.into()
            } else {
                word.into()
            }
        };
        match self {
            KeyChord::Control(c) => format!("^{}", c.to_ascii_uppercase()),
            KeyChord::Alt(c) => format!("alt+{c}"),
            KeyChord::Plain(KeyCode::Char(' ')) => "space".into(),
            KeyChord::Plain(KeyCode::Char(c)) => c.into(),
            KeyChord::Plain(KeyCode::F(n)) => format!("F{n}"),
            KeyChord::Plain(KeyCode::Up) => arrow("↑", "up"),
            KeyChord::Plain(KeyCode::Down) => arrow("↓", "down"),
            KeyChord::Plain(KeyCode::Left) => arrow("←", "left"),
            KeyChord::Plain(KeyCode::Right) => arrow("→", "right"),
            KeyChord::Plain(KeyCode::PageUp) => "PgUp".into(),
            KeyChord::Plain(KeyCode::PageDown) => "PgDn".into(),
            KeyChord::Plain(KeyCode::Home) => "Home".into(),
            KeyChord::Plain(KeyCode::End) => "End".into(),
            KeyChord::Plain(KeyCode::Tab) => "Tab".into(),
            KeyChord::Plain(KeyCode::BackTab) => "S-Tab".into(),
            KeyChord::Plain(code) => code.to_string().to_lowercase(),
        }
    }

    /// Returns whether terminals use this key for flow control. Many terminals stop and start their
    /// output on `^S` and `^Q` and do not pass them on.
    pub const fn is_flow_control(self) -> bool {
        matches!(self, KeyChord::Control('s' | 'q'))
    }
}

/// Returns the character of a text that consists of one printable character.
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
            ("r", Some(KeyChord::char('r'))),
            ("R", Some(KeyChord::char('R'))),
            ("^", Some(KeyChord::char('^'))),
            ("é", Some(KeyChord::char('é'))),
            ("^R", Some(KeyChord::Control('r'))),
            ("Ctrl+r", Some(KeyChord::Control('r'))),
            ("alt+X", Some(KeyChord::Alt('X'))),
            ("F5", Some(KeyChord::Plain(KeyCode::F(5)))),
            ("f", Some(KeyChord::char('f'))),
            ("f13", None),
            ("Space", Some(KeyChord::char(' '))),
            ("shift+tab", Some(KeyChord::Plain(KeyCode::BackTab))),
            ("PgDn", Some(KeyChord::Plain(KeyCode::PageDown))),
            ("ctrl+", None),
            ("ctrl+é", None),
            ("^ab", None),
            ("hyper", None),
            ("", None),
            (" ", None),
            ("\u{7}", None),
        ] {
            assert_eq!(KeyChord::parse(text), key, "{text}");
        }
    }

    #[test]
    fn what_is_shown_can_be_written() {
        for key in [
            KeyChord::char('r'),
            KeyChord::char(' '),
            KeyChord::Control('u'),
            KeyChord::Alt('x'),
            KeyChord::Plain(KeyCode::F(5)),
        ] {
            assert_eq!(KeyChord::parse(&key.name(KeyNames::Words)), Some(key));
        }
        for (_, code) in NAMED
            .into_iter()
            .filter(|(_, code)| *code != KeyCode::BackTab)
        {
            let name = KeyChord::Plain(code).name(KeyNames::Words);
            assert_eq!(
                KeyChord::parse(&name),
                Some(KeyChord::Plain(code)),
                "{name}"
            );
        }
    }

    #[test]
    fn shift_is_in_the_character() {
        let press = |code, modifiers| KeyChord::of(KeyEvent::new(code, modifiers));
        assert_eq!(
            press(KeyCode::Char('G'), KeyModifiers::SHIFT),
            Some(KeyChord::char('G'))
        );
        assert_eq!(
            press(KeyCode::Char('R'), KeyModifiers::CONTROL),
            Some(KeyChord::Control('r'))
        );
        assert_eq!(
            press(KeyCode::Char('q'), KeyModifiers::ALT),
            Some(KeyChord::Alt('q'))
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
            Some(KeyChord::Plain(KeyCode::BackTab))
        );
    }
}
