//! Writes the config of the demo in the style of a hand-written config.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

use super::scenario::{DemoServer, SERVERS};
use crate::monitors;

/// Returns the config for servers at these addresses, which are in the order of `SERVERS`.
pub(super) fn text(addresses: &[SocketAddr], speed: f64) -> String {
    let scaled = |seconds: u64| duration(Duration::from_secs(seconds), speed);
    let mut text = format!(
        "\
# What `hbmon demo` watches: a shop whose servers run inside of hbmon. Now you own one:
# put your own URLs, and intervals that your servers can bear.
defaults:
  timeout: {timeout}
  min_interval: {floor}    # the floor under `interval` where hbmon asks; these servers are our own
  backoff: {{ initial: {initial}, max: {max} }}
monitors:
",
        timeout = scaled(3),
        floor = scaled(1),
        initial = scaled(1),
        max = scaled(3),
    );
    for (part, address) in SERVERS.iter().zip(addresses) {
        monitor(&mut text, part, *address, speed);
    }
    text
}

fn monitor(text: &mut String, part: &DemoServer, address: SocketAddr, speed: f64) {
    let key = part.kind.as_str();
    let scheme = monitors::info(part.kind).schemes.first().unwrap_or(&"http");
    let interval = duration(part.interval, speed);
    // The loader rejects ping intervals below 1 s.
    let ping = duration(
        part.interval.max(Duration::from_secs(1).mul_f64(speed)),
        speed,
    );
    let mut line = |indent: usize, line: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:indent$}{line}", "");
    };
    line(2, &format!("# {}", part.remark));
    line(2, &format!("- name: {}", part.name));
    line(4, &format!("group: {}", part.group));
    if !part.tags.is_empty() {
        line(4, &format!("tags: [{}]", part.tags.join(", ")));
    }
    line(4, &format!("interval: {interval}"));
    if let Some((warning, error)) = part.limits {
        let (warning, error) = (duration(warning, speed), duration(error, speed));
        line(
            4,
            &format!("thresholds: {{ latency: {{ warning: {warning}, error: {error} }} }}"),
        );
    }
    line(4, &format!("{key}:"));
    line(6, &format!("url: {scheme}://{address}{}", part.path));
    for more in part.keys {
        line(6, &more.replace("INTERVAL", &ping));
    }
}

/// Returns a duration of the scenario, divided by `speed`, in the syntax of the config.
fn duration(time: Duration, speed: f64) -> String {
    let millis = time.div_f64(speed).as_millis().max(1);
    if millis.is_multiple_of(1_000) {
        format!("{}s", millis / 1_000)
    } else {
        format!("{millis}ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn addresses() -> Vec<SocketAddr> {
        (1..)
            .take(SERVERS.len())
            .map(|port| SocketAddr::from(([127, 0, 0, 1], 9_000 + port)))
            .collect()
    }

    #[test]
    fn the_config_is_yaml_with_every_kind_that_needs_a_server() {
        let parsed: serde_json::Value =
            serde_yaml::from_str(&text(&addresses(), 1.0)).expect("YAML");
        let monitors = parsed["monitors"].as_array().expect("a list");
        assert_eq!(monitors.len(), SERVERS.len());
        for kind in Kind::ALL {
            if monitors::info(kind).schemes.is_empty() {
                continue;
            }
            assert!(
                monitors
                    .iter()
                    .any(|monitor| monitor.get(kind.as_str()).is_some()),
                "{}",
                kind.as_str()
            );
        }
        assert_eq!(monitors[1]["http"]["url"], "http://127.0.0.1:9002/health");
        assert_eq!(monitors[1]["thresholds"]["latency"]["warning"], "400ms");
        assert_eq!(monitors[3]["websocket"]["timestamp"], "$.ts");
    }

    #[test]
    fn pings_keep_their_distance_at_every_speed() {
        assert!(text(&addresses(), 20.0).contains("ping: 1s\n"));
    }

    #[test]
    fn speed_divides_every_time() {
        let text = text(&addresses(), 4.0);
        for wanted in [
            "timeout: 750ms",
            "interval: 1250ms",
            "interval: 500ms",
            "warning: 100ms",
            "ping: 1500ms",
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    }
}
