//! `hbmon alerts test`: tells channels of a problem that is none, and that it is over.

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::json;

use super::plan;
use crate::alerts::delivery::{Delivery, DeliveryResult, Notice};
use crate::channels::plan::{AlertPlan, ConfiguredChannel};
use crate::channels::transport;
use crate::cli::args::{AlertsTestArgs, ShortFormat};
use crate::cli::place::{now, print, print_json};
use crate::cli::{CommandError, columns, exit, log, single_threaded_runtime};
use crate::clock::Clock;
use crate::history::notification::{NotificationId, Subject, What};
use crate::model::{IncidentEnd, Status, Text};
use crate::monitors::dial::Dialers;

/// What the receiver of one channel answered.
struct Tested {
    name: Text,
    ok: bool,
    opened: Text,
    recovered: Text,
}

/// Returns 0, or 1 if a message was not accepted. The ledger knows nothing of tests.
pub(super) fn run(args: &AlertsTestArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Default::default())?;
    let (_, plan) = plan::load(&args.option, &args.look)?;
    let chosen = choose(&plan, &args.channels)?;
    let clock = Clock::start();
    let dialers = Dialers::new();
    let tests = chosen.iter().map(|channel| test(channel, &dialers, &clock));
    let runtime = single_threaded_runtime()?;
    let tested = runtime.block_on(join_all(tests));
    runtime.shutdown_background();
    match args.output {
        ShortFormat::Human => print(&human(&tested))?,
        ShortFormat::Json => {
            let channels: Vec<_> = tested.iter().map(object).collect();
            let schema = "hbmon.alerts.test/1";
            print_json(&json!({"schema": schema, "channels": channels}))?;
        }
    }
    let is_good = tested.iter().all(|tested| tested.ok);
    Ok(if is_good { exit::OK } else { exit::BAD })
}

/// Returns the channels of these names, all without names.
fn choose<'p>(
    plan: &'p AlertPlan,
    names: &[String],
) -> Result<Vec<&'p ConfiguredChannel>, CommandError> {
    let known = || plan.channels.iter().map(|channel| channel.name.as_str());
    for name in names {
        if !known().any(|known| known == name) {
            return Err(plan::unknown("channel", name, known()));
        }
    }
    let is_named = |channel: &&ConfiguredChannel| {
        names.is_empty() || names.iter().any(|name| name == channel.name.as_str())
    };
    Ok(plan.channels.iter().filter(is_named).collect())
}

async fn test(channel: &ConfiguredChannel, dialers: &Dialers, clock: &Clock) -> Tested {
    let opened = now();
    let opening = delivery(channel, opened, None);
    let (is_opened, said) = said(transport::deliver(channel, &opening, dialers, clock).await);
    let name = channel.name.clone();
    if !is_opened {
        return Tested {
            name,
            ok: false,
            opened: said,
            recovered: Text::clean("not sent"),
        };
    }
    let recovery = delivery(channel, opened, Some(now()));
    let end = transport::deliver(channel, &recovery, dialers, clock).await;
    let (ok, recovered) = self::said(end);
    Tested {
        name,
        ok,
        opened: said,
        recovered,
    }
}

/// Returns a message of a test: the opening, or the recovery at `closed`.
fn delivery(channel: &ConfiguredChannel, opened: Timestamp, closed: Option<Timestamp>) -> Delivery {
    let subject = Subject {
        incident: None,
        monitor: Text::clean("hbmon"),
        status: Status::Error,
        before: Some(Status::Healthy),
        reason: None,
        message: Some(Text::clean("a test of `hbmon alerts test`")),
        opened,
        closed,
        end: closed.map(|_| IncidentEnd::Recovered),
        acknowledged_by: None,
    };
    let notice = Notice {
        what: What::Test,
        subject,
        // Far beyond the numbers of the ledger, and another one for each test.
        key: NotificationId(u64::try_from(opened.as_millisecond()).unwrap_or_default()),
        was_told: true,
        monitor: None,
    };
    Delivery {
        channel: channel.name.clone(),
        notices: vec![notice],
        more: 0,
        at: closed.unwrap_or(opened),
        due: closed.unwrap_or(opened),
        is_refresh: false,
    }
}

fn said(result: DeliveryResult) -> (bool, Text) {
    match result {
        DeliveryResult::Accepted {
            answer,
            note: Some(note),
        } => (true, Text::clean(&format!("{answer}; {note}"))),
        DeliveryResult::Accepted { answer, note: None } => (true, answer),
        DeliveryResult::Failed { why, .. } | DeliveryResult::Refused { why } => (false, why),
    }
}

fn human(tested: &[Tested]) -> String {
    let head = ["CHANNEL", "TEST", "OPENING", "RECOVERY"].map(str::to_owned);
    let rows = tested.iter().map(|tested| {
        let word = if tested.ok { "ok" } else { "failed" };
        [
            tested.name.to_string(),
            word.to_owned(),
            tested.opened.to_string(),
            tested.recovered.to_string(),
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    columns::table(&rows)
}

fn object(tested: &Tested) -> serde_json::Value {
    json!({
        "name": tested.name.as_str(),
        "ok": tested.ok,
        "opened": tested.opened.as_str(),
        "recovered": tested.recovered.as_str(),
    })
}
