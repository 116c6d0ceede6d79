//! Durations on the command line.

use std::time::Duration;

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "takes a duration with a unit: 500ms, 30s, 1m30s".to_owned();
    let signed: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(signed).map_err(|_| wrong())
}

pub(super) fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        short if short < Duration::from_millis(10) => Err("takes 10ms or more".to_owned()),
        interval => Ok(interval),
    }
}
