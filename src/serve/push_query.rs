//! The query of a pushed heartbeat: `rid`, and `status`, `msg` and `ping` as the senders of
//! uptime-kuma write them.

use std::time::Duration;

use url::form_urlencoded;

use crate::monitors::push::PushAction;

/// Largest `ping` that is taken for a latency.
const MAX_PING: Duration = Duration::from_secs(24 * 3600);

const BAD_PING: &str =
    "`ping` in the query is a number of milliseconds from 0 to 86400000, or empty";

/// What the query says. Of a key that occurs twice the first value counts.
#[derive(Debug, Default, PartialEq)]
pub(super) struct PushQuery {
    /// `rid`: which of several runs this is about.
    pub run: Option<String>,
    /// `status=down`: the heartbeat is a failure.
    is_down: bool,
    /// `msg`: replaces a missing body.
    message: Option<String>,
    /// `ping`: the latency that the sender measured.
    pub latency: Option<Duration>,
}

impl PushQuery {
    /// Reads a query.
    ///
    /// # Errors
    /// A `status` that is neither `up` nor `down`: to take it for a heartbeat could hide a failure. A
    /// `ping` that is no latency: its sender would never learn that no latency arrives.
    pub(super) fn parse(query: &str) -> Result<PushQuery, &'static str> {
        let all = form_urlencoded::parse(query.as_bytes());
        let first = |name: &str| {
            let mut named = all.filter(|(key, _)| key == name);
            named.next().map(|(_, value)| value.into_owned())
        };
        let is_down = match first("status").as_deref() {
            None | Some("" | "up") => false,
            Some("down") => true,
            Some(_) => return Err("`status` in the query is `up` or `down`"),
        };
        Ok(PushQuery {
            run: first("rid"),
            is_down,
            message: first("msg").filter(|message| !message.is_empty()),
            latency: match first("ping").as_deref().map(str::trim) {
                None | Some("") => None,
                Some(ping) => Some(latency(ping).ok_or(BAD_PING)?),
            },
        })
    }

    /// Returns the action of a request. `status` is about heartbeats; the other paths say
    /// themselves what they mean.
    pub(super) const fn action(&self, named: PushAction) -> PushAction {
        match named {
            PushAction::Beat if self.is_down => PushAction::Fail,
            named => named,
        }
    }

    pub(super) fn payload(&self, body: Vec<u8>) -> Vec<u8> {
        match &self.message {
            Some(message) if body.is_empty() => message.clone().into_bytes(),
            _ => body,
        }
    }
}

/// Reads milliseconds.
fn latency(ping: &str) -> Option<Duration> {
    let seconds = ping.parse::<f64>().ok()? / 1000.0;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|latency| *latency <= MAX_PING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_uptime_kuma() {
        let up = PushQuery::parse("status=up&msg=OK&ping=12.5").unwrap();
        assert_eq!(up.action(PushAction::Beat), PushAction::Beat);
        assert_eq!(up.latency, Some(Duration::from_micros(12_500)));
        assert_eq!(up.payload(Vec::new()), b"OK");
        assert_eq!(up.payload(b"own".to_vec()), b"own");

        let down = PushQuery::parse("status=down&msg=disk+full%21&ping=").unwrap();
        assert_eq!(down.action(PushAction::Beat), PushAction::Fail);
        assert_eq!(down.action(PushAction::Start), PushAction::Start);
        assert_eq!(down.payload(Vec::new()), b"disk full!");
        assert_eq!(down.latency, None);

        // A second value cannot turn a failure into a heartbeat.
        let twice = PushQuery::parse("status=down&status=up&rid=7&rid=8").unwrap();
        assert_eq!(twice.action(PushAction::Beat), PushAction::Fail);
        assert_eq!(twice.run.as_deref(), Some("7"));
        assert_eq!(
            PushQuery::parse("status=&ping=+&other=1"),
            Ok(PushQuery::default())
        );
        assert!(PushQuery::parse("status=DOWN").is_err());
    }

    #[test]
    fn a_ping_is_a_time_that_can_be() {
        for (ping, wanted) in [
            ("0", Some(Duration::ZERO)),
            ("41.7", Some(Duration::from_micros(41_700))),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("1e300", None),
            ("86400001", None),
            ("junk", None),
        ] {
            assert_eq!(latency(ping), wanted, "{ping}");
            let query = PushQuery::parse(&format!("ping=+{ping}+"));
            assert_eq!(
                query.map(|query| query.latency).ok(),
                wanted.map(Some),
                "{ping}"
            );
        }
    }
}
