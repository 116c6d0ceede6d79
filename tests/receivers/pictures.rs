//! The pictures of docs/alerts.md are what arrives. `UPDATE=1 cargo test --test receivers` writes
//! them.

use std::fs;
use std::path::Path;

use hbmon::alerts::delivery::{Delivery, MonitorFacts, Notice};
use hbmon::alerts::message::{Message, MessageStyle};
use hbmon::channels::Channel;
use hbmon::channels::email::{Email, MailTransport};
use hbmon::channels::exec::Exec;
use hbmon::channels::outgoing::Outgoing;
use hbmon::model::{IncidentId, Text};
use serde_json::Value;

use crate::examples::{at, channel, facts, of, opened, recovered, text};
use crate::stub::Shape;

#[test]
fn the_pictures_of_the_page_are_what_arrives() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/alerts.md");
    let found = fs::read_to_string(&page).unwrap();
    let mut wanted = found.clone();
    let pictures = pictures();
    assert_eq!(found.matches("<!-- begin picture ").count(), pictures.len());
    for (name, picture) in pictures {
        let (begin, end) = (
            format!("<!-- begin picture {name} -->\n"),
            format!("<!-- end picture {name} -->"),
        );
        let from = wanted.find(&begin).expect(name) + begin.len();
        let to = wanted.find(&end).expect(name);
        wanted.replace_range(from..to, &format!("```text\n{}\n```\n", picture.trim_end()));
    }
    if std::env::var_os("UPDATE").is_some() && found != wanted {
        fs::write(&page, &wanted).unwrap();
        return;
    }
    let differs = found
        .lines()
        .zip(wanted.lines())
        .find(|(old, new)| old != new);
    assert!(
        found == wanted,
        "docs/alerts.md: UPDATE=1 rewrites it: {differs:#?}"
    );
}

fn pictures() -> Vec<(&'static str, String)> {
    let posted = |shape: Shape, notice: Notice| body(shape, &of(vec![notice], 0));
    let shop = |shape: Shape| posted(shape, shop());
    vec![
        ("opening", plain(&of(vec![shop_in_full()], 0))),
        ("recovery", plain(&of(vec![recovered(shop_in_full())], 0))),
        ("digest", plain(&digest())),
        ("ntfy", ntfy(&shop(Shape::Ntfy))),
        ("slack", slack(&shop(Shape::Slack))),
        ("discord", discord(&shop(Shape::Discord))),
        ("teams", teams(&shop(Shape::Teams))),
        ("telegram", said(&shop(Shape::Telegram), "/text")),
        (
            "pagerduty",
            [self::shop(), recovered(self::shop())]
                .map(|notice| pagerduty(&posted(Shape::PagerDuty, notice)))
                .join("\n"),
        ),
        ("alertmanager", alertmanager(&shop(Shape::Alertmanager))),
        ("email", email()),
        ("webhook", webhook(shop(Shape::Webhook))),
        ("exec", exec()),
    ]
}

/// A monitor of which all facts are known.
fn shop_in_full() -> Notice {
    let mut notice = opened();
    notice.subject.monitor = text("shop");
    notice.monitor = Some(MonitorFacts {
        target: text("https://example.com/"),
        group: Some(text("web")),
        tags: vec![text("eu"), text("prod")],
        labels: Vec::new(),
        description: Some(text("The checkout of the shop")),
        runbook: Some(text("https://wiki.example.com/hbmon/shop")),
        outcomes: vec![
            (at("2026-11-22T03:12:00Z"), text("503 Service Unavailable")),
            (at("2026-11-22T03:11:30Z"), text("heartbeat in 42ms")),
        ],
        ..facts()
    });
    notice
}

/// A monitor without anything optional but a runbook.
fn shop() -> Notice {
    let mut notice = shop_in_full();
    notice.monitor = Some(MonitorFacts {
        group: None,
        tags: Vec::new(),
        description: None,
        last_beat: None,
        outcomes: Vec::new(),
        ..notice.monitor.unwrap()
    });
    notice
}

fn digest() -> Delivery {
    let notices = [
        ("api-eu", "web", "503 Service Unavailable"),
        ("api-us", "web", "503 Service Unavailable"),
        ("db-1", "db", "connection refused"),
    ];
    let notices = (42..).zip(notices).map(|(id, (monitor, group, message))| {
        let mut notice = opened();
        notice.subject.incident = Some(IncidentId(id));
        notice.subject.monitor = text(monitor);
        notice.subject.message = Some(text(message));
        notice.monitor.as_mut().unwrap().group = Some(text(group));
        notice
    });
    let mut digest = of(notices.collect(), 20);
    digest.at = at("2026-11-22T03:12:32Z");
    digest
}

fn plain(delivery: &Delivery) -> String {
    let message = Message::of(delivery, &MessageStyle::default());
    format!("{}\n{}", message.title, message.body())
}

fn body(shape: Shape, delivery: &Delivery) -> Value {
    let channel = channel(shape, &format!("https://h.test{}", shape.path()));
    let Some(Outgoing::Http(request)) = channel.outgoing(delivery).into_iter().next() else {
        panic!("{shape:?}: no request");
    };
    serde_json::from_slice(&request.body).unwrap()
}

/// Returns the text at a place of a payload.
fn said(body: &Value, pointer: &str) -> String {
    let text = body.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no {pointer} in {body:#}"))
        .to_owned()
}

/// Returns a text as a receiver shows it that reads Markdown.
fn unescaped(markdown: &str) -> String {
    let mut shown = String::new();
    let mut characters = markdown.chars().peekable();
    while let Some(character) = characters.next() {
        let is_escape =
            character == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
        shown.extend(if is_escape {
            characters.next()
        } else {
            Some(character)
        });
    }
    shown
}

/// Returns labels and texts in two columns.
fn table(facts: &Value, label: &str, value: &str, border: &str) -> String {
    let facts = facts.as_array().unwrap().iter();
    let facts = facts.map(|fact| (said(fact, label), unescaped(&said(fact, value))));
    let lines = facts.map(|(label, value)| format!("{border}{label:<9} {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn ntfy(body: &Value) -> String {
    format!(
        "{}\n{}\n[{}]",
        said(body, "/title"),
        said(body, "/message"),
        said(body, "/actions/0/label")
    )
}

fn slack(body: &Value) -> String {
    let attachment = &body["attachments"][0];
    format!(
        "{}\n▌ {}\n{}\n▌ {}",
        said(body, "/text"),
        said(attachment, "/title"),
        table(&attachment["fields"], "/title", "/value", "▌ "),
        said(attachment, "/footer")
    )
}

fn discord(body: &Value) -> String {
    let embed = &body["embeds"][0];
    format!(
        "{}\n{}\n┃ {}\n{}",
        said(body, "/username"),
        unescaped(&said(body, "/content")),
        said(embed, "/title"),
        table(&embed["fields"], "/name", "/value", "┃ ")
    )
}

fn teams(body: &Value) -> String {
    let card = &body["attachments"][0]["content"];
    format!(
        "{}\n{}\n[{}]",
        unescaped(&said(card, "/body/0/text")),
        table(&card["body"][1]["facts"], "/title", "/value", ""),
        said(card, "/actions/0/title")
    )
}

fn pagerduty(event: &Value) -> String {
    let mut lines = format!(
        "{}  {}",
        said(event, "/event_action"),
        said(event, "/dedup_key")
    );
    if let Some(payload) = event.get("payload") {
        let (severity, summary) = (said(payload, "/severity"), said(payload, "/summary"));
        lines.push_str(&format!("  {severity}  {summary}"));
        for (label, value) in payload["custom_details"].as_object().unwrap() {
            lines.push_str(&format!("\n  {label:<9} {}", value.as_str().unwrap()));
        }
    }
    lines
}

fn alertmanager(body: &Value) -> String {
    let alert = &body[0];
    let labels = alert["labels"].as_object().unwrap().iter();
    let labels: Vec<String> = labels
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!(
        "{}\nstartsAt {}  endsAt {}\nsummary: {}\nrunbook_url: {}\ndescription:\n  {}",
        labels.join(" "),
        said(alert, "/startsAt"),
        said(alert, "/endsAt"),
        said(alert, "/annotations/summary"),
        said(alert, "/annotations/runbook_url"),
        said(alert, "/annotations/description").replace('\n', "\n  ")
    )
}

fn email() -> String {
    let channel = Email {
        transport: MailTransport::Sendmail,
        from: "hbmon@example.com".parse().unwrap(),
        to: vec!["ops@example.com".parse().unwrap()],
        style: MessageStyle::default(),
    };
    let Some(Outgoing::Command(command)) = channel.outgoing(&of(vec![shop()], 0)).pop() else {
        panic!("no mail");
    };
    let mail = String::from_utf8(command.stdin.to_vec())
        .unwrap()
        .replace("\r\n", "\n");
    let (headers, text) = mail.split_once("\n\n").unwrap();
    let shown = [
        "Subject: ",
        "From: ",
        "To: ",
        "Date: ",
        "Message-ID: ",
        "Auto-Submitted: ",
    ];
    let headers = shown.map(|name| {
        let line = headers.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("no {name} in {headers}"))
    });
    format!("{}\n\n{text}", headers.join("\n"))
}

/// Leaves out what is there twice.
fn webhook(mut body: Value) -> String {
    let map = body.as_object_mut().unwrap();
    for name in [
        "commonAnnotations",
        "commonLabels",
        "groupLabels",
        "externalURL",
    ] {
        map.remove(name).unwrap();
    }
    let alert = map["alerts"][0].as_object_mut().unwrap();
    for name in ["annotations", "hbmon", "generatorURL"] {
        alert.remove(name).unwrap();
    }
    format!("{body:#}")
}

fn exec() -> String {
    let channel = Exec {
        argv: vec!["/usr/local/bin/tell".to_owned()],
    };
    let Some(Outgoing::Command(command)) = channel.outgoing(&of(vec![shop()], 0)).pop() else {
        panic!("no command");
    };
    let variables = command.environment.iter();
    let variables = variables.map(|(name, value)| format!("{name}={}", Text::clean(value)));
    variables.collect::<Vec<_>>().join("\n")
}
