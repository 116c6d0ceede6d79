//! Builds the URLs of the steps of a run below the receiver's URL, as in healthchecks.

use std::fmt;

use url::Url;

/// The meaning of a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStep {
    /// A plain heartbeat.
    Beat,
    /// A run starts.
    Start,
    /// A run has ended with this exit code; 0 is success.
    Exit(u8),
}

/// Identifies a run in its start and end: a random UUID (RFC 9562, version 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunId(u128);

impl RunId {
    pub const fn new(random: u128) -> RunId {
        let versioned = random & !(0xf << 76) | 0x4 << 76;
        RunId(versioned & !(0b11 << 62) | 0b10 << 62)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [high, mid, version, variant, node] = [
            self.0 >> 96,
            self.0 >> 80 & 0xffff,
            self.0 >> 64 & 0xffff,
            self.0 >> 48 & 0xffff,
            self.0 & 0xffff_ffff_ffff,
        ];
        write!(
            f,
            "{high:08x}-{mid:04x}-{version:04x}-{variant:04x}-{node:012x}"
        )
    }
}

/// Returns the URL for a step. Appends the step to the path and the id of the run to the query.
pub fn step_url(receiver: &Url, step: RunStep, run: Option<RunId>) -> Url {
    let mut url = receiver.clone();
    let below = match step {
        RunStep::Beat => None,
        RunStep::Start => Some("start".to_owned()),
        RunStep::Exit(code) => Some(code.to_string()),
    };
    // A URL with a host has a path that can be extended.
    if let (Some(below), Ok(mut path)) = (below, url.path_segments_mut()) {
        path.pop_if_empty().push(&below);
    }
    if let Some(run) = run {
        url.query_pairs_mut().append_pair("rid", &run.to_string());
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_below_the_path() {
        let run = Some(RunId::new(0));
        let rid = "rid=00000000-0000-4000-8000-000000000000";
        for (receiver, step, run, wanted) in [
            (
                "https://hc-ping.com/uuid",
                RunStep::Beat,
                None,
                "https://hc-ping.com/uuid".to_owned(),
            ),
            (
                "https://hc-ping.com/uuid/",
                RunStep::Beat,
                None,
                "https://hc-ping.com/uuid/".to_owned(),
            ),
            (
                "https://hc-ping.com/uuid",
                RunStep::Start,
                run,
                format!("https://hc-ping.com/uuid/start?{rid}"),
            ),
            (
                "https://hc-ping.com/uuid/",
                RunStep::Exit(0),
                run,
                format!("https://hc-ping.com/uuid/0?{rid}"),
            ),
            (
                "http://h:9/a%2Fb?create=1",
                RunStep::Exit(137),
                run,
                format!("http://h:9/a%2Fb/137?create=1&{rid}"),
            ),
            (
                "http://h",
                RunStep::Start,
                None,
                "http://h/start".to_owned(),
            ),
        ] {
            let url = Url::parse(receiver).unwrap();
            assert_eq!(step_url(&url, step, run).as_str(), wanted);
        }
    }

    #[test]
    fn ids_are_random_uuids() {
        assert_eq!(
            RunId::new(u128::MAX).to_string(),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }
}
