//! The config that `hbmon init` writes.

use std::collections::HashSet;
use std::fmt::Write;

use super::discover::{UrlFinding, UrlOutcome};
use super::name::name;
use super::propose::Proposal;
use crate::model::Rhythm;
use crate::monitors;
use crate::words;

const HEAD: &str = "\
# yaml-language-server: $schema=./hbmon.schema.json
# (`hbmon schema > hbmon.schema.json` writes that file; editors then complete keys and mark \
errors.)
#
# Durations carry a unit (500ms, 30s, 1m 30s). ${NAME}, ${NAME:-default} and \
${file:/run/secrets/x} are expanded.
# Every key: `hbmon schema --format markdown`.

# defaults:                         # for every monitor that does not set them itself
#   timeout: 10s                    # for one attempt: connect, handshake, answer
#   thresholds:
#     failures: {warning: 1, error: 2}
#     latency: {warning: 500ms, error: 2s}

monitors:
";

const EXAMPLES: &str = "
  # - name: chat
  #   interval: 30s                 # expected time between heartbeats
  #   websocket:
  #     url: wss://example.com/ws
  #     match: '@.type == \"heartbeat\"'

  # - name: events
  #   interval: 5s
  #   sse:
  #     url: https://example.com/events
  #     event: heartbeat

  # - name: sessions
  #   socketio:
  #     url: https://example.com
  #     emit: heartbeat
  #     reply: heartbeat-ack
";

/// Returns a config without the URLs of the user.
pub(super) fn template() -> String {
    format!(
        "{HEAD}  - name: site
    interval: 15s                   # time between polls
    http:
      url: https://example.com/
      # expect: {{status: [200], json: '@.ok == true'}}
{EXAMPLES}"
    )
}

/// Returns a config for the URLs that were probed.
pub(super) fn config(findings: &[UrlFinding]) -> String {
    let mut text = HEAD.to_owned();
    let mut names = HashSet::new();
    for (number, finding) in findings.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        monitor(&mut text, finding, &name(&finding.url, &mut names));
    }
    text
}

fn monitor(text: &mut String, finding: &UrlFinding, name: &str) {
    let UrlFinding {
        url,
        kind,
        what,
        proposal,
        ..
    } = finding;
    let info = monitors::info(*kind);
    let subscribes = info.rhythm == Rhythm::Subscription;
    let interval = match proposal.interval {
        Some(interval) => format!("interval: {}", words::span(interval)),
        None if subscribes => "# interval: 30s".to_owned(),
        None => format!("interval: {}s", info.interval.as_secs()),
    };
    let about = if subscribes {
        "expected time between heartbeats"
    } else {
        "time between polls"
    };
    let _ = writeln!(text, "  - name: {name}{}", comment(what, proposal));
    let _ = writeln!(text, "    {interval:<31} # {about}");
    let _ = writeln!(text, "    {}:\n      url: {}", kind.as_str(), scalar(url));
    if proposal.lines.is_empty() {
        let _ = writeln!(text, "      {}", info.example);
    }
    for line in &proposal.lines {
        let _ = writeln!(text, "      {line}");
    }
}

fn comment(what: &UrlOutcome, proposal: &Proposal) -> String {
    match what {
        UrlOutcome::Answered(Some(latency)) => {
            format!("    # answered in {}", words::latency(*latency))
        }
        UrlOutcome::Heartbeats if proposal.irregular => {
            "    # irregular: are all of these heartbeats?".to_owned()
        }
        UrlOutcome::Answered(None) | UrlOutcome::Heartbeats => String::new(),
        UrlOutcome::Silent => "    # opened, but the interval is not known".to_owned(),
        UrlOutcome::Failed(why) => format!("    # at the first try: {why}"),
    }
}

/// Returns a URL as YAML: quoted if it has unusual characters, each dollar doubled.
fn scalar(url: &str) -> String {
    let url = url.replace('$', "$$");
    let plain = |c: char| c.is_ascii_alphanumeric() || ":/._~?&=%+@,;-".contains(c);
    if url.chars().all(plain) {
        url
    } else {
        serde_json::Value::String(url).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_survive_yaml() {
        assert_eq!(scalar("http://h/?a=b&c=1"), "http://h/?a=b&c=1");
        assert_eq!(scalar("http://h/#x: 'y' $z"), "\"http://h/#x: 'y' $$z\"");
    }
}
