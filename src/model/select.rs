//! The filter language of `-F` and of the screen: which targets are meant.

use super::snapshot::Meta;

#[derive(Clone, Debug)]
pub struct Selector(String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectError {
    pub at: usize,
    pub why: String,
}

impl Selector {
    pub fn parse(text: &str) -> Result<Selector, SelectError> {
        Ok(Selector(text.to_owned()))
    }

    pub fn matches(&self, meta: &Meta) -> bool {
        meta.name.as_str().contains(&self.0)
    }
}
