//! The exact requests of every kind, as files. `UPDATE=1 cargo test --test receivers` writes them.

use std::fs;
use std::path::Path;

use hbmon::alerts::delivery::{Delivery, Notice};
use hbmon::channels::Channel;
use hbmon::channels::outgoing::{Outgoing, OutgoingRequest};
use hbmon::history::notification::{NotificationId, What};
use serde_json::{Map, Value, json};

use crate::examples::{HOSTILE, at, channel, deliveries, of, opened, recovered, text};
use crate::stub::Shape;

fn requests(channel: &dyn Channel, delivery: &Delivery) -> Vec<OutgoingRequest> {
    let outgoing = channel.outgoing(delivery).into_iter();
    outgoing
        .map(|outgoing| match outgoing {
            Outgoing::Http(request) => request,
            _ => panic!("not HTTP"),
        })
        .collect()
}

/// Returns the one body of a delivery, and checks it by the schema.
fn body(shape: Shape, delivery: &Delivery) -> Value {
    let channel = channel(shape, &format!("https://h.test{}", shape.path()));
    let requests = requests(&*channel, delivery);
    let [request] = &requests[..] else {
        panic!("{} requests", requests.len());
    };
    let mistakes = shape.mistakes(&request.body);
    assert!(mistakes.is_empty(), "{shape:?}: {mistakes:#?}");
    serde_json::from_slice(&request.body).unwrap()
}

fn shown(request: &OutgoingRequest) -> Value {
    let headers = request.headers.iter().map(|(name, value)| {
        let value = Value::from(value.to_str().unwrap());
        (name.to_string(), value)
    });
    json!({
        "method": request.method.as_str(),
        "url": request.url.as_str(),
        "headers": headers.collect::<Map<String, Value>>(),
        "body": serde_json::from_slice::<Value>(&request.body).unwrap(),
    })
}

#[test]
fn payloads_are_as_they_should_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/receivers/golden");
    for shape in Shape::ALL {
        let url = format!("https://h.test{}", shape.path());
        let channel = channel(shape, &url);
        assert_eq!(channel.kind(), shape.kind());
        let mut examples = Map::new();
        for (name, delivery) in deliveries() {
            let requests = requests(&*channel, &delivery);
            for request in &requests {
                let mistakes = shape.mistakes(&request.body);
                assert!(mistakes.is_empty(), "{shape:?}, {name}: {mistakes:#?}");
            }
            let shown: Vec<Value> = requests.iter().map(shown).collect();
            examples.insert(name.to_owned(), shown.into());
        }
        let got = format!("{:#}\n", Value::from(examples));
        let file = folder.join(format!("{}.json", shape.kind()));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &got).unwrap();
        }
        let wanted = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            got == wanted,
            "{}: UPDATE=1 rewrites it\n{got}",
            file.display()
        );
    }
}

/// Returns all texts of a payload.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(map) => map.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

#[test]
fn what_a_target_says_stays_text() {
    let mut notice = opened();
    notice.subject.message = Some(text(HOSTILE));
    notice.subject.monitor = text(HOSTILE);
    notice.monitor.as_mut().unwrap().description = Some(text(HOSTILE));
    let alone = of(vec![notice.clone()], 0);
    let digest = of(vec![notice.clone(), notice], 3);
    for (shape, forbidden) in [
        (
            Shape::Slack,
            &["<!", "<@", "@channel", "@everyone", "](", "`", "*", "<b>"][..],
        ),
        (
            Shape::Discord,
            &[
                "@everyone",
                " <@",
                " *b",
                " _i",
                " `c",
                "[l](",
                "[p](",
                " <b>",
                "p://",
                "{{",
            ],
        ),
        (
            Shape::Teams,
            &[
                "@everyone",
                " <at",
                " *b",
                " _i",
                " `c",
                "[l](",
                "[p](",
                " <b>",
                "{{",
                "${",
            ],
        ),
        (Shape::Telegram, &["@everyone", "@channel"]),
    ] {
        for delivery in [&alone, &digest] {
            let body = body(shape, delivery);
            let mut found = Vec::new();
            texts(&body, &mut found);
            let ours = |text: &str| {
                ["http://adaptivecards.io", "https://wiki.", "https://shop."]
                    .iter()
                    .any(|begin| text.starts_with(begin))
            };
            // The text that is shown where cards are not is no Markdown.
            let fallback = body.pointer("/attachments/0/content/fallbackText");
            for text in found.iter().filter(|text| {
                !ours(text) && fallback.is_none_or(|fallback| fallback != text.as_str())
            }) {
                for bad in forbidden {
                    assert!(!text.contains(bad), "{shape:?}: {bad:?} in {text:?}");
                }
                assert!(
                    !text.chars().any(|c| c.is_control() && c != '\n'),
                    "{text:?}"
                );
            }
        }
    }
}

#[test]
fn the_longest_deliveries_are_within_the_limits() {
    let longest = "😀<&*_".repeat(400);
    let mut notice = opened();
    notice.subject.monitor = text(&longest);
    notice.subject.message = Some(text(&longest));
    let facts = notice.monitor.as_mut().unwrap();
    facts.description = Some(text(&longest));
    facts.group = Some(text(&longest));
    facts.tags = vec![text(&longest); 50];
    facts.outcomes = vec![(at("2026-11-22T03:12:00Z"), text(&longest)); 5];
    for shape in Shape::ALL {
        body(shape, &of(vec![notice.clone()], 0));
        body(shape, &of(vec![notice.clone(); 20], 1_000_000));
    }
}

#[test]
fn a_digest_names_twenty_and_counts_the_rest() {
    let digests = deliveries();
    let (_, digest) = digests.iter().find(|(name, _)| *name == "digest").unwrap();
    for shape in Shape::ALL {
        let body = body(shape, digest);
        let all = body.to_string();
        for number in 0..20 {
            assert!(
                all.contains(&format!("host-{number:02}")),
                "{shape:?}: {all}"
            );
        }
        // Alertmanager gets all notices, and a webhook a number.
        if !matches!(shape, Shape::Alertmanager | Shape::Webhook) {
            assert!(all.contains("and 212 more"), "{shape:?}: {all}");
        }
    }
    assert_eq!(body(Shape::Webhook, digest)["truncatedAlerts"], 212);
}

#[test]
fn alertmanager_knows_an_alert_by_labels_that_do_not_change() {
    let labels = |notice: Notice| body(Shape::Alertmanager, &of(vec![notice], 0))[0].clone();
    let begun = labels(opened());
    let mut later = opened();
    later.what = What::Reminder;
    later.subject.message = Some(text("connection refused"));
    later.subject.acknowledged_by = Some(text("ana"));
    for notice in [later, recovered(opened())] {
        assert_eq!(labels(notice)["labels"], begun["labels"]);
    }
    assert_eq!(
        begun["labels"],
        json!({
            "alertname": "MonitorDown", "monitor": "api-eu", "severity": "critical", "kind": "http",
            "group": "shop", "tags": "prod,eu", "team": "payments",
        })
    );
    assert_eq!(begun["startsAt"], "2026-11-22T03:12:00.000Z");
    assert_eq!(begun["endsAt"], "2026-11-22T03:16:01.250Z");
    assert_eq!(
        labels(recovered(opened()))["endsAt"],
        "2026-11-22T03:24:00.000Z"
    );
    // The wall clock was set back while the incident lasted.
    let mut back = recovered(opened());
    back.subject.closed = Some(at("2026-11-22T03:00:00Z"));
    assert_eq!(labels(back)["startsAt"], "2026-11-22T03:00:00.000Z");
}

#[test]
fn an_alert_that_gets_worse_replaces_the_milder_one() {
    let mut worse = opened();
    worse.what = What::Worse;
    let mut delivery = of(vec![worse], 0);
    let alerts = body(Shape::Alertmanager, &delivery);
    assert_eq!(alerts.as_array().unwrap().len(), 2);
    assert_eq!(alerts[0]["labels"]["severity"], "critical");
    assert_eq!(alerts[1]["labels"]["severity"], "warning");
    assert_eq!(alerts[1]["endsAt"], "2026-11-22T03:12:01.250Z");
    delivery.is_refresh = true;
    let again = body(Shape::Alertmanager, &delivery);
    assert_eq!(again.as_array().unwrap().len(), 1);
}

#[test]
fn labels_of_a_monitor_do_not_replace_its_identity() {
    let mut notice = opened();
    let facts = notice.monitor.as_mut().unwrap();
    facts.labels = vec![
        (text("monitor"), text("other")),
        (text("severity"), text("none")),
        (text("empty"), text("")),
    ];
    facts.group = None;
    let labels = body(Shape::Alertmanager, &of(vec![notice], 0))[0]["labels"].clone();
    assert_eq!(labels["monitor"], "api-eu");
    assert_eq!(labels["severity"], "critical");
    assert_eq!(
        (&labels["empty"], &labels["group"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn pagerduty_gets_an_event_for_each_key() {
    let channel = channel(Shape::PagerDuty, "https://h.test/v2/enqueue");
    let mut other = recovered(opened());
    other.key = NotificationId(3);
    let mut same = opened();
    same.subject.monitor = text("api-us");
    let delivery = of(vec![opened(), other, same], 0);
    let events: Vec<Value> = requests(&*channel, &delivery)
        .iter()
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    let facts: Vec<_> = events
        .iter()
        .map(|event| (event["dedup_key"].as_str().unwrap(), &event["event_action"]))
        .collect();
    assert_eq!(
        facts,
        [
            ("hbmon/3", &json!("resolve")),
            ("hbmon/17", &json!("trigger"))
        ]
    );
}

#[test]
fn a_recovery_has_the_key_of_its_opening() {
    for (shape, pointer) in [
        (Shape::PagerDuty, "/dedup_key"),
        (Shape::Webhook, "/groupKey"),
        (Shape::Webhook, "/alerts/0/fingerprint"),
    ] {
        let begun = body(shape, &of(vec![opened()], 0));
        let over = body(shape, &of(vec![recovered(opened())], 0));
        assert!(begun.pointer(pointer).is_some_and(|key| key != ""));
        assert_eq!(begun.pointer(pointer), over.pointer(pointer), "{shape:?}");
    }
}
