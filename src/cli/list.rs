//! `hbmon list`: lists the monitors of a config, for people and for shell completions.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::args::{ListArgs, ListFormat};
use super::load::{LoadedPlan, load, load_metas};
use super::{CommandError, columns, exit, log, output};
use crate::channels::plan::AlertPlan;
use crate::engine::Target;
use crate::model::{Meta, Text};
use crate::report::monitor_json::labels;

pub(super) fn run(args: &ListArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Arc::default())?;
    let text = if args.names || args.tags {
        words(args)?
    } else {
        monitors(args)?
    };
    output::write(None, text.as_bytes()).map_err(CommandError::internal)?;
    Ok(exit::OK)
}

/// Returns names or tags, also if a variable of the config is not set.
fn words(args: &ListArgs) -> Result<String, CommandError> {
    let metas = load_metas(&args.source, &args.select, &args.look)?;
    Ok(if args.names {
        lines(metas.iter().map(|meta| &meta.name))
    } else {
        let tags = metas.iter().flat_map(|meta| &meta.tags);
        lines(tags.collect::<BTreeSet<_>>())
    })
}

fn monitors(args: &ListArgs) -> Result<String, CommandError> {
    let LoadedPlan { plan, config, .. } = load(&args.source, &args.select, &args.look)?;
    let targets = plan.targets.as_slice();
    Ok(match args.output {
        ListFormat::Human => table(targets),
        ListFormat::Plain => targets
            .iter()
            .map(|target| cells(&target.meta).join("\t") + "\n")
            .collect(),
        ListFormat::Json => object(targets, config.alerts.as_deref()),
    })
}

fn lines<'t>(texts: impl IntoIterator<Item = &'t Text>) -> String {
    texts.into_iter().map(|text| format!("{text}\n")).collect()
}

/// Returns the five fields of a line; a missing value is `-`.
fn cells(meta: &Meta) -> [String; 5] {
    let tags = meta
        .tags
        .iter()
        .map(Text::as_str)
        .collect::<Vec<_>>()
        .join(",");
    let group = meta.group.as_ref().map_or("-", Text::as_str).to_owned();
    let tags = if tags.is_empty() {
        "-".to_owned()
    } else {
        tags
    };
    [
        meta.name.to_string(),
        meta.kind.as_str().to_owned(),
        group,
        tags,
        meta.address.to_string(),
    ]
}

fn table(targets: &[Target]) -> String {
    let head = ["NAME", "KIND", "GROUP", "TAGS", "TARGET"].map(str::to_owned);
    let rows = targets.iter().map(|target| {
        let mut cells = cells(&target.meta);
        if !target.enabled {
            cells[4].push_str(" (paused)");
        }
        cells
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    columns::table(&rows)
}

fn object(targets: &[Target], alerts: Option<&AlertPlan>) -> String {
    let monitors: Vec<_> = targets
        .iter()
        .map(
            |Target {
                 meta,
                 policy,
                 enabled,
                 ..
             }| {
                json!({
                    "name": meta.name.as_str(),
                    "kind": meta.kind.as_str(),
                    "target": meta.address.as_str(),
                    "group": meta.group.as_ref().map(Text::as_str),
                    "tags": meta.tags.iter().map(Text::as_str).collect::<Vec<_>>(),
                    "description": meta.description.as_ref().map(Text::as_str),
                    "runbook": meta.runbook.as_ref().map(Text::as_str),
                    "labels": labels(meta),
                    "enabled": enabled,
                    "interval_ms": policy.interval.as_secs_f64() * 1e3,
                })
            },
        )
        .collect();
    let channels: Vec<_> = alerts
        .iter()
        .flat_map(|plan| &plan.channels)
        .map(|configured| {
            json!({
                "name": configured.name.as_str(),
                "kind": configured.channel.kind(),
                "target": configured.place.as_str(),
            })
        })
        .collect();
    let object = json!({"schema": "hbmon.list/1", "monitors": monitors, "channels": channels});
    object.to_string() + "\n"
}
