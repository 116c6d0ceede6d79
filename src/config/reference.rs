//! The reference of the config (docs/config.md and hbmon.5), from the same types as the schema.

mod page;

use std::fmt::Write;

use super::file::{
    AlertsKeys, BackoffKeys, CommonKeys, ConfigFile, Failures, HistoryKeys, IdentityKeys, KeepKeys,
    MaintenanceKeys, PresenceKeys, QualityKeys, RouteKeys, ScreenKeys, SloKeys, SteadyKeys,
    Thresholds,
};
use crate::channels::http_keys::SendKeys;
use crate::channels::kinds::{self as channel_kinds, ChannelKeys};
use crate::conf::levels::LevelsKeys;
use crate::conf::reference::section;
pub use crate::conf::reference::{ReferenceKey, ReferenceSection};
use crate::conf::setting::Setting;
use crate::conf::units::ConfigDuration;
use crate::monitors;
use crate::monitors::MonitorKeys;
use crate::monitors::dial::config::keys::{Auth, Basic, EndpointKeys, TlsKeys};
use crate::monitors::payload::keys::ExpectKeys;
pub use page::{PAGE, read_sections};

/// Stands for the default of a key without one.
const REQUIRED: &str = "required";

/// Facts about the whole file.
pub const RULES: &[&str] = &[
    "Durations need a unit: `500ms`, `30s`, `1m 30s`, `2h`, `14d`, `3y`. Sizes need one too: `512B`, \
     `64KiB`, `1MiB`. A number without a unit is an error.",
    "`${NAME}`, `${NAME:-default}`, `${secret:NAME}` and `${file:PATH}` are expanded in every \
     value, quoted or not; `$$` is a dollar. Their values count as secrets and are shown as `***`, \
     with one exception: `${NAME}` in scheme, host, port and path of a monitor's URL and of its \
     `runbook` is shown, unless NAME contains `token`, `key`, `secret`, `passw`, `auth`, `sig`, \
     `session`, `cookie` or `bearer`. `${secret:NAME}` is never shown.",
    "`http: URL` is short for `http: {url: URL}`, and likewise for every kind with a URL, of monitors \
     and of channels; `pagerduty: KEY` is short for `pagerduty: {routing_key: KEY}`.",
    "Of the URLs in `alerts` only scheme and host are ever shown.",
    "Anchors, aliases and `<<` merge keys work; hbmon ignores top-level keys that begin with \
     `x-`; use them for anchors.",
    "Unknown and duplicate keys are errors. `hbmon validate` reports the errors of \
     all files together, at most 20; `hbmon explain CODE` explains one.",
    "`for_each: [eu, us]` makes a monitor for each word. `${each}` is replaced by the word in all \
     values of the monitor, and its `name` must contain it.",
    "`include` adds the monitors of other files, which may have only `monitors` and `x-` keys. Names \
     must be unique over all files. The `defaults` of the config apply to all of them. hbmon \
     reloads when a file is added, removed or changed.",
    "Relative paths of files start at the config's folder, in included files too.",
];

/// Returns every map of a config, outermost first, from the types. `read_sections` is smaller.
pub fn sections() -> Vec<ReferenceSection> {
    let mut sections = vec![
        section::<ConfigFile>("The file"),
        section::<MonitorKeys>("A monitor"),
        section::<CommonKeys>("A monitor of any kind, and `defaults`"),
        section::<Thresholds>("`thresholds`"),
        section::<Failures>("`thresholds.failures`"),
        section::<LevelsKeys<Setting<ConfigDuration>>>("Two limits"),
        section::<BackoffKeys>("`backoff`"),
        section::<PresenceKeys>("`presence`"),
        section::<QualityKeys>("`quality`"),
        section::<SteadyKeys>("`quality.excellent` and `quality.good`"),
        section::<SloKeys>("`slo`"),
        section::<EndpointKeys>("Every kind with a URL"),
        section::<Auth>("`auth`"),
        section::<Basic>("`auth.basic`"),
        section::<TlsKeys>("`tls` of a kind"),
    ];
    sections.extend(monitors::sections());
    sections.extend([
        section::<ExpectKeys>("`expect` of subscriptions and `push`"),
        section::<IdentityKeys>("`tls` of the file"),
        section::<HistoryKeys>("`history`"),
        section::<KeepKeys>("`history.keep`"),
        section::<MaintenanceKeys>("`maintenance`"),
        section::<ScreenKeys>("`screen`"),
        section::<AlertsKeys>("`alerts`"),
        section::<ChannelKeys>("A channel of `alerts`"),
        section::<RouteKeys>("A route of `alerts`"),
        section::<SendKeys>("Every kind of channel that speaks HTTP"),
    ]);
    sections.extend(channel_kinds::sections());
    sections
}

/// Returns the reference as Markdown, from the types. `PAGE` is the same.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Config reference\n\nWritten by `hbmon schema --format markdown`. The same as JSON \
         Schema for editors: `hbmon schema`, or\n\
         [hbmon.schema.json](../configs/hbmon.schema.json); as a manual page: `man 5 hbmon`. \
         Examples: [configs/](../configs).\n\n",
    );
    for rule in RULES {
        let _ = writeln!(page, "- {rule}");
    }
    for ReferenceSection { title, about, keys } in sections() {
        let _ = write!(
            page,
            "\n## {title}\n\n{about}\n\n| key | takes | default | meaning |\n|---|---|---|---|\n"
        );
        for ReferenceKey {
            name,
            takes,
            default,
            about,
        } in keys
        {
            let default = default.unwrap_or_else(|| REQUIRED.to_owned());
            let _ = writeln!(page, "| `{name}` | {takes} | {default} | {about} |");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema;

    #[test]
    fn every_map_of_the_schema_has_its_section() {
        let page = markdown();
        let schema = schema();
        let sections: Vec<String> = page.split("\n## ").map(str::to_owned).collect();
        for (name, def) in schema["$defs"].as_object().unwrap() {
            let keys = def
                .get("properties")
                .or_else(|| def.get("anyOf")?.get(1)?.get("properties"));
            let own: Vec<&String> = keys.unwrap().as_object().unwrap().keys().collect();
            // A kind's section leaves out what all kinds share.
            let row = |key: &&&String| {
                !sections
                    .iter()
                    .any(|section| section.contains(&format!("\n| `{key}` |")))
            };
            let missing: Vec<_> = own.iter().filter(row).collect();
            assert!(missing.is_empty(), "{name}: {missing:?} are nowhere");
        }
    }
}
