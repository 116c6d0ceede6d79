//! What the user typed after `/`, and which monitors it lets through.

use crate::model::Meta;

/// Live: every key press counts at once.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: String,
}

impl Filter {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn set(&mut self, text: &str) {
        self.text = text.to_owned();
    }

    pub fn matches(&self, meta: &Meta) -> bool {
        meta.name.as_str().contains(&self.text)
    }
}
