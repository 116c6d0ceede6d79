//! Webhooks with a template.

use hbmon::alerts::delivery::Delivery;
use hbmon::alerts::message::MessageStyle;
use hbmon::channels::Channel;
use hbmon::channels::outgoing::Outgoing;
use hbmon::channels::secret_url::SecretUrl;
use hbmon::channels::template::{NAMES, Template, TemplateText};
use hbmon::channels::webhook::Webhook;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::examples::{HOSTILE, deliveries, of, opened, recovered, text};

fn leaf(text: &str) -> Template {
    Template::Text(TemplateText::parse(text, &NAMES).unwrap())
}

fn rendered(template: Template, delivery: &Delivery) -> Value {
    let webhook = Webhook {
        url: SecretUrl::new("https://h.test/".parse().unwrap()),
        headers: HeaderMap::new(),
        secret: None,
        template: Some(template),
        style: MessageStyle::default(),
    };
    match webhook.outgoing(delivery).pop() {
        Some(Outgoing::Http(request)) => serde_json::from_slice(&request.body).unwrap(),
        _ => panic!("not one HTTP request"),
    }
}

#[test]
fn every_name_stands_for_something() {
    let delivery = of(vec![recovered(opened())], 0);
    let parts = NAMES.iter();
    let parts = parts.map(|name| ((*name).to_owned(), leaf(&format!("{{{{{name}}}}}"))));
    assert_eq!(
        rendered(Template::Map(parts.collect()), &delivery),
        json!({
            "monitor": "api-eu",
            "status": "healthy",
            "before": "healthy",
            "message": "healthy again after 12 min",
            "reason": "status",
            "since": "2026-11-22 03:12:00 UTC",
            "duration": "12 min",
            "group": "shop",
            "tags": "prod, eu",
            "target": "https://shop.example.com/health",
            "kind": "http",
            "description": "The checkout of the shop",
            "runbook": "https://wiki.example.com/hbmon/api-eu",
            "incident": "i-0042",
            "what": "recovered",
        })
    );
}

#[test]
fn what_a_target_says_cannot_change_the_shape() {
    let mut notice = opened();
    notice.subject.message = Some(text(&format!("{HOSTILE}\", \"x\": {{{{monitor}}}}")));
    notice.monitor = None;
    let got = rendered(
        Template::Map(vec![
            (
                "text".to_owned(),
                leaf("{{monitor}} is {{status}}: {{message}}"),
            ),
            ("group".to_owned(), leaf("{{group}}")),
        ]),
        &of(vec![notice], 0),
    );
    assert_eq!(got.as_object().unwrap().len(), 2);
    assert_eq!(got["group"], "");
    let said = got["text"].as_str().unwrap();
    assert!(said.starts_with("api-eu is error: @everyone"), "{said}");
    assert!(said.ends_with("\"x\": {{monitor}}"), "{said}");
}

#[test]
fn a_digest_names_its_monitors() {
    let digests = deliveries();
    let (_, digest) = digests.iter().find(|(name, _)| *name == "digest").unwrap();
    let got = rendered(leaf("{{monitor}}\n{{message}}"), digest);
    let said = got.as_str().unwrap();
    assert!(said.starts_with("host-00, host-01, "), "{said}");
    assert!(said.contains("host-19 and 212 more\n"), "{said}");
    assert!(said.ends_with("\nand 212 more"), "{said}");
}
