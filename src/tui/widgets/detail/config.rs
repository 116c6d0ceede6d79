//! The resolved config of one monitor: with defaults, and without secrets.

use std::fmt::Display;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Kind, Levels, Rhythm, Row, ShownSetting};
use crate::tui::text::{put, row, wrap};
use crate::tui::view::View;
use crate::words;

/// Width of the keys, in columns.
const KEY_WIDTH: u16 = 24;

pub(super) fn draw(view: &View, monitor: &Row, scrolled: usize, area: Rect, buffer: &mut Buffer) {
    let details = view.ui.details_of(monitor.id);
    let settings = details.map_or(&[][..], |details| &details.settings);
    let lines: Vec<Line> = keys(monitor, settings)
        .into_iter()
        .flat_map(|(key, value)| line(view, key, &value, area.width))
        .collect();
    // Scrolling stops at the last line.
    let scrolled = scrolled.min(lines.len().saturating_sub(area.height.into()));
    for (n, line) in (0..area.height).zip(lines.into_iter().skip(scrolled)) {
        put(buffer, row(area, n), line, view.theme.glyphs);
    }
}

fn line(view: &View, key: &str, value: &str, width: u16) -> Vec<Line<'static>> {
    let parts = wrap(value, width.saturating_sub(KEY_WIDTH + 2))
        .into_iter()
        .enumerate();
    let line = |(n, part)| {
        let key = format!(
            "  {:<width$}",
            if n == 0 { key } else { "" },
            width = usize::from(KEY_WIDTH)
        );
        Line::from_iter([Span::styled(key, view.theme.dim()), Span::raw(part)])
    };
    parts.map(line).collect()
}

/// Returns the keys, as in a config, with their values.
fn keys<'a>(monitor: &Row, settings: &'a [ShownSetting]) -> Vec<(&'a str, String)> {
    let mut keys: Vec<(&str, String)> = identity(monitor);
    keys.extend(timing(monitor));
    let shown = |setting: &'a ShownSetting| (&*setting.key, words::setting(&setting.value));
    keys.extend(settings.iter().map(shown));
    keys.extend(thresholds(monitor));
    let policy = &monitor.policy;
    let online = words::span(policy.presence.online);
    let recent = words::span(policy.presence.recent);
    keys.push(("presence", format!("online {online}, recent {recent}")));
    let clock = if policy.timestamped {
        "from the sender's timestamp"
    } else {
        "measured by hbmon"
    };
    keys.push(("latency", clock.to_owned()));
    keys.extend(policy.max_age.map(|age| ("max_age", words::span(age))));
    keys
}

/// What the monitor is: name, kind, address, group.
fn identity(monitor: &Row) -> Vec<(&'static str, String)> {
    let meta = &monitor.meta;
    let address = if meta.kind == Kind::Push {
        "push.path"
    } else {
        "url"
    };
    let mut keys = vec![
        ("name", meta.name.to_string()),
        ("kind", meta.kind.as_str().to_owned()),
        (address, meta.address.to_string()),
    ];
    let description = meta.description.as_ref();
    keys.extend(description.map(|text| ("description", text.to_string())));
    let runbook = meta.runbook.as_ref();
    keys.extend(runbook.map(|url| ("runbook", url.to_string())));
    let labels = !meta.labels.is_empty();
    keys.extend(labels.then(|| ("labels", words::labels(meta))));
    let group = meta.group.as_ref();
    keys.extend(group.map(|group| ("group", group.to_string())));
    let tags: Vec<&str> = meta.tags.iter().map(|tag| tag.as_str()).collect();
    keys.extend((!tags.is_empty()).then(|| ("tags", tags.join(", "))));
    keys
}

/// When heartbeats are expected, and from how many instances.
fn timing(monitor: &Row) -> Vec<(&'static str, String)> {
    let policy = &monitor.policy;
    let interval = words::span(policy.interval);
    let mut keys = vec![match (&policy.schedule, policy.rhythm) {
        (Some(schedule), _) => ("push.schedule", words::schedule(schedule)),
        (None, Rhythm::Poll) => ("interval", format!("{interval}, polled by hbmon")),
        (None, Rhythm::Subscription) => (
            "interval",
            format!("{interval}, expected from the other side"),
        ),
    }];
    keys.push(("grace", words::span(policy.grace)));
    if let Some(instances) = policy.instances {
        let least = if instances.min_online == 0 {
            "none".to_owned()
        } else {
            instances.min_online.to_string()
        };
        keys.push(("push.min_online", least));
        keys.push(("push.forget", words::span(instances.forget_after)));
    }
    keys
}

fn thresholds(monitor: &Row) -> Vec<(&'static str, String)> {
    let policy = &monitor.policy;
    let failures = levels(policy.failures, |number| number);
    let mut keys = vec![("thresholds.failures", failures)];
    keys.push(("thresholds.failures.for", words::span(policy.confirm)));
    if policy.rhythm == Rhythm::Subscription {
        keys.push(("thresholds.missed", levels(policy.missed, |number| number)));
    }
    keys.push(("thresholds.latency", levels(policy.latency, words::span)));
    if policy.timestamped {
        keys.push(("thresholds.skew", levels(policy.skew, words::span)));
    }
    keys.push(("thresholds.recover", policy.recover.to_string()));
    if monitor.meta.kind != Kind::Push {
        keys.push(("certificate", levels(policy.certificate, words::span)));
    }
    keys
}

/// `warning 500ms, error 2s`, or `none`.
fn levels<T: Copy, W: Display>(levels: Levels<T>, word: impl Fn(T) -> W) -> String {
    let named = [("warning", levels.warning), ("error", levels.error)];
    let set: Vec<String> = named
        .into_iter()
        .filter_map(|(name, level)| Some(format!("{name} {}", word(level?))))
        .collect();
    if set.is_empty() {
        "none".to_owned()
    } else {
        set.join(", ")
    }
}
