//! `hbmon alerts preview`: who would be told of a monitor, when, and what exactly.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::{plan, struck};
use crate::alerts::delivery::{Delivery, MonitorFacts, Notice};
use crate::alerts::rules::AlertRules;
use crate::channels::plan::{AlertPlan, ConfiguredChannel};
use crate::cli::args::{AlertsPreviewArgs, ShortFormat};
use crate::cli::place::{now, print, print_json};
use crate::cli::{CommandError, exit, log};
use crate::history::notification::{NotificationId, Subject, What};
use crate::model::{IncidentId, Meta, Status, Text};
use crate::words;

/// One message that a channel would be sent.
struct Planned<'p> {
    channel: &'p ConfiguredChannel,
    /// After the beginning of the incident.
    after: Duration,
    /// The routes that say so, counted from 1.
    routes: Vec<usize>,
    requests: Vec<Value>,
}

pub(super) fn run(args: &AlertsPreviewArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Default::default())?;
    let (loaded, plan) = plan::load(&args.option, &args.look)?;
    let metas = || loaded.plan.targets.iter().map(|target| &target.meta);
    let meta = metas().find(|meta| meta.name.as_str() == args.monitor);
    let meta = meta.ok_or_else(|| {
        plan::unknown(
            "monitor",
            &args.monitor,
            metas().map(|meta| meta.name.as_str()),
        )
    })?;
    let status = args.status.status();
    let planned = planned(&plan, meta, status);
    match args.output {
        ShortFormat::Human => print(&human(&planned, meta, status))?,
        ShortFormat::Json => print_json(&object(&planned, meta, status))?,
    }
    Ok(exit::OK)
}

/// Returns the messages, the earliest first.
fn planned<'p>(plan: &'p AlertPlan, meta: &Meta, status: Status) -> Vec<Planned<'p>> {
    let mut planned: Vec<Planned<'p>> = plan
        .channels
        .iter()
        .filter_map(|channel| {
            let (after, routes) = due(&plan.rules, &channel.name, meta, status)?;
            let delivery = delivery(channel, meta, status, after);
            let requests = channel.channel.outgoing(&delivery).into_iter();
            Some(Planned {
                channel,
                after,
                routes,
                requests: requests
                    .map(|outgoing| struck::request(outgoing, channel))
                    .collect(),
            })
        })
        .collect();
    planned.sort_by_key(|planned| planned.after);
    planned
}

/// Returns when a channel is told, and by which routes; `None` if it is not told.
fn due(
    rules: &AlertRules,
    channel: &Text,
    meta: &Meta,
    status: Status,
) -> Option<(Duration, Vec<usize>)> {
    let routes = rules.routes.iter().zip(1..).filter(|(route, _)| {
        status >= route.from && route.to.contains(channel) && route.matches.matches(meta)
    });
    let after = routes.clone().map(|(route, _)| route.after).min()?;
    Some((after, routes.map(|(_, number)| number).collect()))
}

/// Returns the message as it would be now. The incident, its key and its sentence are examples.
fn delivery(channel: &ConfiguredChannel, meta: &Meta, status: Status, after: Duration) -> Delivery {
    let at = now();
    let subject = Subject {
        incident: Some(IncidentId(0)),
        monitor: meta.name.clone(),
        status,
        before: Some(Status::Healthy),
        reason: None,
        message: Some(Text::clean("an example: what is wrong stands here")),
        opened: at.checked_sub(after).unwrap_or(at),
        closed: None,
        end: None,
        acknowledged_by: None,
    };
    let notice = Notice {
        what: What::Opened,
        subject,
        key: NotificationId(0),
        was_told: false,
        monitor: Some(MonitorFacts::of(meta)),
    };
    Delivery {
        channel: channel.name.clone(),
        notices: vec![notice],
        more: 0,
        at,
        due: at,
        is_refresh: false,
    }
}

fn human(planned: &[Planned<'_>], meta: &Meta, status: Status) -> String {
    let (name, status) = (&meta.name, status.as_str());
    if planned.is_empty() {
        return format!("no channel is told of {name} in {status}: no route says so\n");
    }
    let mut text = format!("{name} in {status} is told to:\n");
    for planned in planned {
        let when = match planned.after {
            Duration::ZERO => "at once".to_owned(),
            after => format!("after {}", words::span(after)),
        };
        let routes: Vec<String> = planned.routes.iter().map(usize::to_string).collect();
        let word = if routes.len() == 1 { "route" } else { "routes" };
        let channel = planned.channel;
        let kind = channel.channel.kind();
        let routes = routes.join(", ");
        let _ = writeln!(
            text,
            "\n{} ({kind}) {when}, by {word} {routes}",
            channel.name
        );
        for request in &planned.requests {
            text.push_str(&struck::human(request));
        }
    }
    text
}

fn object(planned: &[Planned<'_>], meta: &Meta, status: Status) -> Value {
    let notifications: Vec<Value> = planned
        .iter()
        .flat_map(|planned| {
            planned.requests.iter().map(|request| {
                json!({
                    "channel": planned.channel.name.as_str(),
                    "when_s": planned.after.as_secs_f64(),
                    "request": request,
                })
            })
        })
        .collect();
    json!({
        "schema": "hbmon.alerts.preview/1",
        "monitor": meta.name.as_str(),
        "status": status.as_str(),
        "notifications": notifications,
    })
}
