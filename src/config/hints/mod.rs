//! Suggestions for misplaced keys and values: keys of another
//! place, values of another shape, words of other tools.

mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::reference;
use crate::conf::hints::Misfit;
use crate::model::Kind;

/// Returns what to write instead, if that can be known.
pub(super) fn hint(misfit: &Misfit<'_>) -> Option<String> {
    match misfit.key {
        Some(key) if misfit.path == "alerts.channels" => below_channel(key),
        Some(key) => misplaced(misfit, key).or_else(|| {
            let is_at_top = KeyPlace::of(misfit) == KeyPlace::File;
            words::instead_of(key, is_at_top).map(str::to_owned)
        }),
        None => reshaped(misfit),
    }
}

/// The place of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyPlace {
    File,
    Defaults,
    Monitor,
    Kind,
    Deeper,
}

impl KeyPlace {
    fn of(misfit: &Misfit<'_>) -> KeyPlace {
        let is_kind = || Kind::ALL.iter().any(|kind| kind.as_str() == misfit.path);
        match (misfit.is_in_monitor, misfit.path) {
            (false, "") => KeyPlace::File,
            (false, "defaults") => KeyPlace::Defaults,
            (true, "") => KeyPlace::Monitor,
            (true, _) if is_kind() => KeyPlace::Kind,
            _ => KeyPlace::Deeper,
        }
    }
}

/// A map of the config that has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    File,
    Monitor,
    /// A monitor and `defaults`.
    Common,
    /// Every kind with a URL.
    Endpoint,
    Kind(Kind),
    /// A map below another key of the kind.
    BelowKind(&'static str),
    BelowThresholds,
    Screen,
    /// `keep` of `history`.
    Keep,
    Slo,
}

impl Home {
    /// By the titles of the reference. Maps whose keys are words that could be meant for anything
    /// (`warning`, `max`) are left out.
    fn of(title: &str) -> Option<Home> {
        Some(match title {
            "The file" => Home::File,
            "A monitor" => Home::Monitor,
            "A monitor of any kind, and `defaults`" => Home::Common,
            "`thresholds`" => Home::BelowThresholds,
            "Every kind with a URL" => Home::Endpoint,
            "`auth`" => Home::BelowKind("auth"),
            "`tls` of a kind" => Home::BelowKind("tls"),
            "`expect` of `http`" => Home::BelowKind("expect"),
            "`history.keep`" => Home::Keep,
            "`slo`" => Home::Slo,
            "`screen`" => Home::Screen,
            title => {
                let name = title.trim_matches('`');
                let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == name)?;
                Home::Kind(kind)
            }
        })
    }
}

/// The maps that have a key of this name.
static HOMES: LazyLock<HashMap<String, Vec<Home>>> = LazyLock::new(|| {
    let mut homes: HashMap<String, Vec<Home>> = HashMap::new();
    for section in reference::read_sections() {
        let Some(home) = Home::of(section.title) else {
            continue;
        };
        for key in section.keys {
            homes.entry(key.name).or_default().push(home);
        }
    }
    homes
});

/// A key that belongs to another map.
fn misplaced(misfit: &Misfit<'_>, key: &str) -> Option<String> {
    let homes = HOMES.get(key)?;
    let place = KeyPlace::of(misfit);
    let is_common = homes.contains(&Home::Common);
    if is_common || homes.contains(&Home::Monitor) {
        return match place {
            KeyPlace::File if is_common => Some(format!(
                "write `{key}` in a monitor, or below `defaults` for all"
            )),
            KeyPlace::File => Some(format!(
                "`{key}` belongs into a monitor: `monitors: [{{name: api, http: URL}}]`"
            )),
            KeyPlace::Kind => Some(format!(
                "`{key}` belongs one level up, next to `{}:`",
                misfit.path
            )),
            KeyPlace::Defaults => Some(format!("each monitor has its own `{key}`")),
            KeyPlace::Monitor | KeyPlace::Deeper => None,
        };
    }
    match place {
        KeyPlace::Deeper => None,
        KeyPlace::Kind => below_kind(misfit, key, homes),
        KeyPlace::File | KeyPlace::Defaults | KeyPlace::Monitor => {
            above_kind(misfit, key, homes, place)
        }
    }
}

/// A key of most receivers that was written beside the kind of a channel.
fn below_channel(key: &str) -> Option<String> {
    const OF_RECEIVERS: [&str; 5] = ["auth", "headers", "proxy", "timeout", "tls"];
    match key {
        "url" => Some("the URL follows the kind: `slack: URL`".to_owned()),
        _ => OF_RECEIVERS
            .contains(&key)
            .then(|| format!("`{key}` belongs under the kind: `webhook: {{url: URL, {key}: …}}`")),
    }
}

/// A key that was written in a kind and is none of its keys.
fn below_kind(misfit: &Misfit<'_>, key: &str, homes: &[Home]) -> Option<String> {
    for home in homes {
        match home {
            Home::BelowThresholds => return Some(below_thresholds(misfit, key)),
            Home::BelowKind(map) => return Some(format!("write `{map}: {{{key}: …}}`")),
            _ => {}
        }
    }
    let kinds: Vec<String> = homes
        .iter()
        .filter_map(|home| match home {
            Home::Kind(kind) => Some(format!("`{}`", kind.as_str())),
            _ => None,
        })
        .collect();
    (!kinds.is_empty()).then(|| format!("`{key}` is a key of {}", kinds.join(", ")))
}

/// A key that was written in a monitor or at the top, and belongs below.
fn above_kind(misfit: &Misfit<'_>, key: &str, homes: &[Home], place: KeyPlace) -> Option<String> {
    if key == "url" {
        return Some("the URL follows the kind: `http: URL`".to_owned());
    }
    let help = |home: &Home| match home {
        Home::Endpoint => Some(format!(
            "`{key}` belongs under the kind: `http: {{url: URL, {key}: …}}`"
        )),
        Home::Kind(Kind::Push) => Some(format!(
            "`{key}` belongs under the kind: `push: {{{key}: …}}`"
        )),
        Home::Kind(kind) => Some(format!(
            "`{key}` belongs under the kind: `{}: {{url: URL, {key}: …}}`",
            kind.as_str()
        )),
        Home::BelowThresholds => Some(below_thresholds(misfit, key)),
        Home::BelowKind(map) => Some(format!(
            "write it below the kind: `http: {{url: URL, {map}: {{{key}: …}}}}`"
        )),
        Home::Screen if place == KeyPlace::File => Some(format!("write `screen: {{{key}: …}}`")),
        Home::Keep if place == KeyPlace::File => {
            Some(format!("write `history: {{keep: {{{key}: …}}}}`"))
        }
        Home::Slo => Some(format!("write `slo: {{{key}: …}}` beside the kind")),
        Home::File if place != KeyPlace::File => {
            Some(format!("`{key}` belongs at the top of the file"))
        }
        Home::Screen | Home::Keep | Home::File | Home::Monitor | Home::Common => None,
    };
    // The top of the file is meant least often.
    let (top, others): (Vec<_>, Vec<_>) = homes.iter().partition(|home| **home == Home::File);
    others.into_iter().chain(top).find_map(help)
}

fn below_thresholds(misfit: &Misfit<'_>, key: &str) -> String {
    let value = threshold(key, misfit.text);
    format!("write `thresholds: {{{key}: {value}}}` beside the kind")
}

/// An example of a threshold, with the value that was written.
fn threshold(key: &str, text: Option<&str>) -> String {
    let is_number = |text: &&str| text.chars().all(|c| c.is_ascii_digit());
    match key {
        "recover" => text.filter(is_number).unwrap_or("3").to_owned(),
        "latency" | "skew" => match text {
            Some(text) if is_number(&text) => format!("{{error: {text}ms}}"),
            text => format!("{{error: {}}}", text.unwrap_or("2s")),
        },
        _ => format!("{{error: {}}}", text.filter(is_number).unwrap_or("3")),
    }
}

/// A value of another shape than its key takes.
fn reshaped(misfit: &Misfit<'_>) -> Option<String> {
    let path = misfit.path;
    let (above, key) = path.rsplit_once('.').unwrap_or(("", path));
    if !misfit.is_in_monitor && path == "monitors" {
        let help = "write a list, each monitor behind a `-`: `monitors: [{name: api, http: URL}]`";
        return Some(help.to_owned());
    }
    if misfit.is_in_monitor && path.is_empty() {
        return Some("a monitor is a map: `- {name: api, http: URL}`".to_owned());
    }
    let is_threshold = above == "thresholds" || above == "defaults.thresholds";
    if is_threshold && key != "recover" {
        return Some(format!("write `{key}: {}`", threshold(key, misfit.text)));
    }
    let example = match key {
        "thresholds" => "`thresholds: {failures: {error: 3}}`",
        "expect" => match misfit.text {
            Some(status) if status.len() == 3 && status.parse::<u16>().is_ok() => {
                return Some(format!("write `expect: {{status: {status}}}`"));
            }
            _ => "`expect: {status: 200}`, `{body: REGEX}` or `{json: '@.ok == true'}`",
        },
        "tls" => "`tls: {insecure: true}` to accept any certificate, or `tls: {ca_file: ca.pem}`",
        "auth" => {
            "`auth: {bearer: \"${TOKEN}\"}` or \
             `auth: {basic: {username: bob, password: \"${PASSWORD}\"}}`"
        }
        "basic" => "`basic: {username: bob, password: \"${PASSWORD}\"}`",
        "certificate" => "`certificate: {warning: 14d, error: 3d}`",
        "backoff" => "`backoff: {initial: 1s, max: 60s}`",
        "presence" => "`presence: {online: 2m, recent: 1h}`",
        "quality" => "`quality: {fair: 200ms}`",
        "labels" => "`labels: {team: shop}`",
        "headers" => "`headers: {x-api: abc}`",
        "defaults" => "`defaults: {interval: 30s}`",
        "schedule" => "`schedule: {cron: '0 3 * * *'}`",
        "screen" => "`screen: {theme: mono}`",
        "history" => "`history: {keep: {changes: 3y}}`",
        "keep" => "`keep: {changes: 3y, days: 3y}`",
        "slo" => "`slo: {objective: 99.9%}`",
        "alerts" => "`alerts: {channels: [{name: ops, slack: \"${SLACK_URL}\"}], routes: …}`",
        "channels" => "a list: `channels: [{name: ops, slack: \"${SLACK_URL}\"}]`",
        "routes" => "a list: `routes: [{match: \"*\", to: ops}]`",
        "exec" => "`exec: [/usr/local/bin/notify, --from, hbmon]`",
        _ => return None,
    };
    Some(format!("write {example}"))
}
