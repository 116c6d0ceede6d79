//! Runs a program for each message, without a shell.

pub mod keys;

use std::fmt;

use serde_json::{Map, Value, json};

use crate::alerts::delivery::{Delivery, DeliveryResult, Notice};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::incident::incident;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingCommand};
use crate::model::Text;

/// The exit code of a program that wants to be run again later (EX_TEMPFAIL of sysexits.h).
pub(super) const TEMPORARY_FAILURE: i32 = 75;

/// A channel of the kind `exec`.
#[derive(Clone)]
pub struct Exec {
    /// Program and arguments; never empty. They may hold secrets.
    pub argv: Vec<String>,
}

/// Shows no argument.
impl fmt::Debug for Exec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exec")
    }
}

impl Channel for Exec {
    fn kind(&self) -> &'static str {
        "exec"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let message = Message::of(delivery, &MessageStyle::default());
        vec![Outgoing::Command(OutgoingCommand {
            argv: self.argv.clone(),
            environment: environment(delivery, &message),
            stdin: stdin(delivery, &message).to_string().into(),
        })]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        judge_exit(answer)
    }
}

/// Judges how a program ended: 0 accepts, 75 is tried again, everything else is final.
pub(super) fn judge_exit(answer: &Answer) -> DeliveryResult {
    let failed = |why: &str| DeliveryResult::Failed {
        why: Text::clean(why),
        wait: None,
    };
    let (code, output) = match answer {
        Answer::Exit { code, output } => (*code, output),
        Answer::Nothing { why } => return failed(why),
        Answer::Http { .. } | Answer::Smtp { .. } => return failed("no program ran"),
    };
    let said = Text::clean_bytes(output);
    let said = match said.as_str() {
        "" => String::new(),
        said => format!(": {said}"),
    };
    match code {
        Some(0) => DeliveryResult::Accepted {
            answer: Text::clean(&format!("exit code 0{said}")),
            note: None,
        },
        Some(TEMPORARY_FAILURE) => failed(&format!("exit code {TEMPORARY_FAILURE}{said}")),
        Some(code) => DeliveryResult::Refused {
            why: Text::clean(&format!("exit code {code}{said}")),
        },
        None => failed(&format!("ended by a signal{said}")),
    }
}

/// Returns the variables about the first, worst notice.
fn environment(delivery: &Delivery, message: &Message) -> Vec<(String, String)> {
    let count = delivery.notices.len() + delivery.more;
    let mut variables = vec![
        ("HBMON_CHANNEL", delivery.channel.to_string()),
        ("HBMON_COUNT", count.to_string()),
        ("HBMON_TITLE", message.title.clone()),
    ];
    if let Some(notice) = delivery.notices.first() {
        variables.extend(about(notice));
    }
    let variables = variables.into_iter();
    variables
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn about(notice: &Notice) -> Vec<(&'static str, String)> {
    let subject = &notice.subject;
    let text = |text: Option<&Text>| text.map_or(String::new(), Text::to_string);
    let monitor = notice.monitor.as_ref();
    let group = monitor.and_then(|monitor| monitor.group.as_ref());
    let runbook = monitor.and_then(|monitor| monitor.runbook.as_ref());
    let incident = subject.incident.map(|id| id.to_string());
    vec![
        ("HBMON_WHAT", notice.what.as_str().to_owned()),
        ("HBMON_MONITOR", subject.monitor.to_string()),
        ("HBMON_STATUS", notice.status().as_str().to_owned()),
        ("HBMON_INCIDENT", incident.unwrap_or_default()),
        ("HBMON_MESSAGE", text(subject.message.as_ref())),
        ("HBMON_SINCE", format!("{:.3}", subject.opened)),
        ("HBMON_GROUP", text(group)),
        ("HBMON_RUNBOOK", text(runbook)),
    ]
}

/// Returns the first notice as JSON, with the message and all notices beside it.
fn stdin(delivery: &Delivery, message: &Message) -> Value {
    let all = delivery.notices.iter();
    let all: Vec<Value> = all.map(|notice| incident(notice, delivery)).collect();
    let mut object = match all.first() {
        Some(Value::Object(first)) => first.clone(),
        _ => Map::new(),
    };
    object.insert("title".to_owned(), json!(message.title));
    object.insert("text".to_owned(), json!(message.body()));
    object.insert("incidents".to_owned(), Value::Array(all));
    object.insert("more".to_owned(), json!(delivery.more));
    Value::Object(object)
}
