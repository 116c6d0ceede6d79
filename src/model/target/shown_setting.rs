//! A setting of a monitor as it is shown to people.

use std::borrow::Cow;
use std::time::Duration;

use crate::model::text::Text;

/// A key as in the config with its value. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownSetting {
    pub key: Cow<'static, str>,
    pub value: ShownValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownValue {
    Text(Text),
    Time(Duration),
    /// A size in bytes.
    Size(u64),
    /// The first and the longest time between attempts after failures, and whether the polls of a
    /// target in error slow down.
    Backoff(Duration, Duration, bool),
}
