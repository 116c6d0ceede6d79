//! The keymap: the default bindings with the user's changes.

use crossterm::event::{KeyCode, KeyEvent};

use super::actions::Action;
use super::bindings::{BINDINGS, Binding};
use super::key::KeyChord;

/// The keys of each action, in the order of [`BINDINGS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    keys: Vec<Vec<KeyChord>>,
}

/// Two actions that are bound to the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    pub key: KeyChord,
    /// Name of an action in a config.
    pub first: &'static str,
    pub second: &'static str,
}

impl Default for Keymap {
    fn default() -> Keymap {
        Keymap {
            keys: BINDINGS
                .iter()
                .map(|binding| binding.keys.to_vec())
                .collect(),
        }
    }
}

impl Keymap {
    /// Replaces the keys of an action. Returns false if there is no action with this name.
    pub fn bind(&mut self, name: &str, keys: Vec<KeyChord>) -> bool {
        let place = BINDINGS.iter().position(|binding| binding.name == name);
        match place.and_then(|place| self.keys.get_mut(place)) {
            Some(bound) => {
                *bound = keys;
                true
            }
            None => false,
        }
    }

    /// Returns the action that a key press triggers. Unbound digits choose tabs.
    pub fn action(&self, event: KeyEvent) -> Option<Action> {
        let pressed = KeyChord::of(event)?;
        let bound = self
            .entries()
            .find(|(_, keys)| keys.contains(&pressed))
            .map(|(binding, _)| binding.action);
        bound.or_else(|| digit(pressed).map(Action::Tab))
    }

    /// Iterates over all bindings with their current keys, in the order of the help.
    pub fn entries(&self) -> impl Iterator<Item = (&'static Binding, &[KeyChord])> {
        BINDINGS.iter().zip(self.keys.iter().map(Vec::as_slice))
    }

    /// Returns every key that is bound to two actions. The digits 1 to 9 count as bound, because
    /// they choose tabs.
    pub fn clashes(&self) -> Vec<Clash> {
        let mut owners: Vec<(KeyChord, &'static str)> =
            ('1'..='9').map(|c| (KeyChord::char(c), "tab")).collect();
        let mut clashes = Vec::new();
        for (binding, keys) in self.entries() {
            for &key in keys {
                match owners.iter().find(|(owned, _)| *owned == key) {
                    Some((_, first)) => clashes.push(Clash {
                        key,
                        first,
                        second: binding.name,
                    }),
                    None => owners.push((key, binding.name)),
                }
            }
        }
        clashes
    }
}

/// Returns the number of a key from `1` to `9`.
fn digit(key: KeyChord) -> Option<u8> {
    match key {
        KeyChord::Plain(KeyCode::Char(c @ '1'..='9')) => u8::try_from(c.to_digit(10)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_has_no_clash_and_leaves_flow_control_to_the_terminal() {
        let keymap = Keymap::default();
        assert_eq!(keymap.clashes(), []);
        assert!(
            !keymap
                .entries()
                .any(|(_, keys)| keys.iter().any(|key| key.is_flow_control()))
        );
        let names: HashSet<_> = BINDINGS.iter().map(|binding| binding.name).collect();
        assert_eq!(names.len(), BINDINGS.len());
    }

    #[test]
    fn another_key_takes_the_place_of_the_usual_ones() {
        let mut keymap = Keymap::default();
        assert!(keymap.bind("quit", vec![KeyChord::char('x'), KeyChord::char('r')]));
        assert!(!keymap.bind("quiet", Vec::new()));
        let action = |c| keymap.action(KeyEvent::from(KeyCode::Char(c)));
        assert_eq!(
            (action('x'), action('q'), action('3')),
            (Some(Action::Quit), None, Some(Action::Tab(3)))
        );
        let clash = Clash {
            key: KeyChord::char('r'),
            first: "beat_now",
            second: "quit",
        };
        assert_eq!(keymap.clashes(), [clash]);
    }
}
