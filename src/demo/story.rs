//! Captions of the scenario, for the line below the header of the screen.

use super::heartbeats::DemoContext;
use super::scenario::{self, CHAPTERS};
use crate::words;

/// The scenario of a running demo. Clones share it.
#[derive(Clone, Debug)]
pub struct Story(pub(super) DemoContext);

impl Story {
    /// Returns the present chapter: `2/5 checkout slows down`. The last one says when the story
    /// starts again.
    pub fn caption(&self) -> String {
        let (number, text, left) = scenario::chapter(self.0.now());
        let of = CHAPTERS.len();
        if number == of {
            // Up to a full second, so that it does not say 0s.
            let seconds = self.0.real(left).as_secs() + 1;
            let left = words::age(std::time::Duration::from_secs(seconds));
            return format!("{number}/{of} {text}; the story starts again in {left}");
        }
        format!("{number}/{of} {text}")
    }
}
