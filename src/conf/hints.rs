//! Help for mistakes that people make from habit. Who knows the keys knows the words.

/// A misplaced key or value.
#[derive(Clone, Copy, Debug)]
pub struct Misfit<'a> {
    /// The keys down to the place, within the monitor if it is in one: `http.expect`.
    pub path: &'a str,
    pub is_in_monitor: bool,
    /// The unknown key; none if the value at the place has the wrong shape.
    pub key: Option<&'a str>,
    /// The value, if it is one short word of the config.
    pub text: Option<&'a str>,
}

/// Returns what to write instead, in a sentence without a period.
pub type Hints = fn(&Misfit<'_>) -> Option<String>;
