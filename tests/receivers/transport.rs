//! Deliveries to a stub that misbehaves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hbmon::alerts::delivery::{Delivery, DeliveryResult};
use hbmon::channels::alertmanager::Alertmanager;
use hbmon::channels::plan::{ConfiguredChannel, SEND_TIMEOUT};
use hbmon::channels::secret_url::SecretUrl;
use hbmon::channels::transport::deliver;
use hbmon::clock::Clock;
use hbmon::monitors::dial::Dialers;
use hbmon::monitors::secrets::Secrets;
use http::HeaderMap;
use serde_json::json;

use crate::examples::{channel, deliveries, of, opened, recovered, text};
use crate::stub::{Knob, Shape, Stub};

const SECRETS: [&str; 3] = ["s3cretpath", "123:t0ken", "tk_t0ken"];

fn configured(shape: Shape, url: &str) -> ConfiguredChannel {
    ConfiguredChannel {
        name: text("ops"),
        channel: channel(shape, url),
        place: text("http://h.test"),
        timeout: SEND_TIMEOUT,
        options: None,
        secrets: Arc::new(Secrets::new(SECRETS.map(str::to_owned).to_vec())),
    }
}

async fn send_to(configured: &ConfiguredChannel, delivery: &Delivery) -> DeliveryResult {
    deliver(configured, delivery, &Dialers::new(), &Clock::start()).await
}

async fn send(stub: &Stub, shape: Shape) -> DeliveryResult {
    send_to(&configured(shape, &stub.url(shape)), &of(vec![opened()], 0)).await
}

fn failure(result: DeliveryResult) -> (String, Option<Duration>) {
    match result {
        DeliveryResult::Failed { why, wait } => (why.to_string(), wait),
        other => panic!("{other:?}"),
    }
}

fn accepted(result: DeliveryResult) -> String {
    match result {
        DeliveryResult::Accepted { answer, note } => match note {
            Some(note) => format!("{answer}; {note}"),
            None => answer.to_string(),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_receiver_accepts_everything() {
    let stub = Stub::start();
    for shape in Shape::ALL {
        let configured = configured(shape, &stub.url(shape));
        for (name, delivery) in deliveries() {
            let before = stub.received().len();
            let said = accepted(send_to(&configured, &delivery).await);
            assert!(said.starts_with("20"), "{shape:?}, {name}: {said}");
            let received = stub.wait(before + 1);
            assert!(
                received
                    .iter()
                    .all(|one| one.accepted && one.shape.is_some())
            );
        }
    }
}

#[tokio::test]
async fn credentials_are_sent_where_they_belong() {
    let stub = Stub::start();
    for shape in [Shape::Webhook, Shape::Telegram, Shape::Ntfy, Shape::Discord] {
        accepted(send(&stub, shape).await);
    }
    let received = stub.wait(4);
    let signature = received[0].header("x-hbmon-signature").unwrap();
    assert!(signature.starts_with("t=1795317121,v1="), "{signature}");
    assert_eq!(received[1].path, "/bot123:t0ken/sendMessage");
    assert_eq!(received[2].header("authorization"), Some("Bearer tk_t0ken"));
    assert_eq!(received[3].path, "/api/webhooks/1/s3cretpath?wait=true");
}

#[tokio::test]
async fn a_busy_receiver_says_when_to_come_back() {
    let stub = Stub::start();
    for shape in Shape::ALL {
        stub.next(Knob::busy(7));
        let failed = failure(send(&stub, shape).await);
        let wanted = (
            "429 Too Many Requests".to_owned(),
            Some(Duration::from_secs(7)),
        );
        assert_eq!(failed, wanted, "{shape:?}");
    }
    stub.next(Knob::Answer {
        status: 503,
        headers: vec![
            ("Date", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
            ("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT".to_owned()),
        ],
        body: String::new(),
    });
    let (_, wait) = failure(send(&stub, Shape::Slack).await);
    assert_eq!(wait, Some(Duration::from_secs(60)));
    stub.next(Knob::Answer {
        status: 429,
        headers: vec![("Retry-After", u64::MAX.to_string())],
        body: String::new(),
    });
    let (_, wait) = failure(send(&stub, Shape::Slack).await);
    assert_eq!(wait, Some(Duration::from_secs(24 * 3600)));
}

#[tokio::test]
async fn a_final_refusal_says_why_without_secrets() {
    let stub = Stub::start();
    let said = "no hook s3cretpath here\u{1b}[31m, and 123:t0ken";
    for shape in [Shape::Webhook, Shape::Slack, Shape::Discord, Shape::Teams] {
        stub.next(Knob::answer(404, said));
        let result = send(&stub, shape).await;
        let DeliveryResult::Refused { why } = result else {
            panic!("{shape:?}: {result:?}");
        };
        assert_eq!(why.as_str(), "404 Not Found: no hook *** here[31m, and ***");
    }
}

#[tokio::test]
async fn a_success_that_is_none_is_a_failure() {
    let stub = Stub::start();
    for shape in [Shape::Slack, Shape::Telegram] {
        stub.next(Knob::answer(200, "<html>please log in"));
        assert_eq!(failure(send(&stub, shape).await).0, "200 OK", "{shape:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let stub = Stub::start();
    for shape in Shape::ALL {
        stub.next(Knob::redirect(&stub.url(Shape::Webhook)));
        let (why, _) = failure(send(&stub, shape).await);
        assert_eq!(why, "302 Found: redirects are not followed");
    }
    assert_eq!(stub.received().len(), Shape::ALL.len());
}

#[tokio::test]
async fn a_receiver_that_hangs_takes_the_timeout_only() {
    let stub = Stub::start();
    let mut configured = configured(Shape::Slack, &stub.url(Shape::Slack));
    configured.timeout = Duration::from_millis(300);
    stub.next(Knob::Hang);
    let began = Instant::now();
    let (why, wait) = failure(send_to(&configured, &of(vec![opened()], 0)).await);
    assert!(why.starts_with("timed out after 300ms"), "{why}");
    assert_eq!(wait, None);
    assert!(began.elapsed() < SEND_TIMEOUT);
}

#[tokio::test]
async fn a_receiver_that_closes_without_an_answer_has_not_accepted() {
    let stub = Stub::start();
    for shape in [Shape::Webhook, Shape::PagerDuty] {
        stub.next(Knob::HalfClose);
        let (why, _) = failure(send(&stub, shape).await);
        assert!(why.contains("closed"), "{why}");
    }
    // A POST is never repeated within one delivery: the receiver may have processed it.
    assert_eq!(stub.received().len(), 2);
}

#[tokio::test]
async fn the_head_of_an_answer_is_enough_where_the_body_says_nothing() {
    let stub = Stub::start();
    stub.next(Knob::SlowBody);
    let mut slow = configured(Shape::PagerDuty, &stub.url(Shape::PagerDuty));
    slow.timeout = Duration::from_millis(300);
    let said = accepted(send_to(&slow, &of(vec![opened()], 0)).await);
    assert_eq!(said, "202 Accepted");
    stub.next(Knob::SlowBody);
    let mut slow = configured(Shape::Slack, &stub.url(Shape::Slack));
    slow.timeout = Duration::from_millis(300);
    assert_eq!(
        failure(send_to(&slow, &of(vec![opened()], 0)).await).0,
        "200 OK"
    );
}

#[tokio::test]
async fn an_answer_of_a_gibibyte_is_not_read() {
    let stub = Stub::start();
    stub.next(Knob::Huge);
    assert_eq!(accepted(send(&stub, Shape::Webhook).await), "200 OK");
    stub.next(Knob::Huge);
    let (why, _) = failure(send(&stub, Shape::Slack).await);
    assert!(why.len() < 300 && why.starts_with("200 OK: xxx"), "{why}");
}

#[tokio::test]
async fn what_is_no_http_or_no_tls_is_a_sentence_without_secrets() {
    let stub = Stub::start();
    stub.next(Knob::Garbage);
    let (why, _) = failure(send(&stub, Shape::Telegram).await);
    assert!(why.contains("protocol") && !why.contains("t0ken"), "{why}");
    let url = stub.url(Shape::Slack).replace("http:", "https:");
    stub.next(Knob::Garbage);
    let configured = configured(Shape::Slack, &url);
    let (why, _) = failure(send_to(&configured, &of(vec![opened()], 0)).await);
    assert!(why.contains("TLS") && !why.contains("s3cret"), "{why}");
}

#[tokio::test]
async fn telegram_follows_a_chat_that_has_moved() {
    let stub = Stub::start();
    let moved = json!({
        "ok": false,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": { "migrate_to_chat_id": -1_001_234 },
    });
    stub.next(Knob::answer(400, &moved.to_string()));
    let said = accepted(send(&stub, Shape::Telegram).await);
    assert_eq!(
        said,
        "200 OK; the chat is now -1001234, which the config should say"
    );
    let received = stub.wait(2);
    assert_eq!(received[0].json()["chat_id"], -100_200);
    assert_eq!(received[1].json()["chat_id"], -1_001_234);
    // A chat that moves again and again is not followed.
    stub.always(Some(Knob::answer(400, &moved.to_string())));
    let result = send(&stub, Shape::Telegram).await;
    assert!(
        matches!(result, DeliveryResult::Refused { .. }),
        "{result:?}"
    );
    assert_eq!(stub.received().len(), 4);
}

#[tokio::test]
async fn a_cluster_is_told_as_a_whole_and_one_instance_is_enough() {
    let (one, other) = (Stub::start(), Stub::start());
    let urls =
        [&one, &other].map(|stub| SecretUrl::new(stub.url(Shape::Alertmanager).parse().unwrap()));
    let mut configured = configured(Shape::Alertmanager, "http://127.0.0.1:9/");
    configured.channel = Arc::new(Alertmanager {
        urls: urls.to_vec(),
        headers: HeaderMap::new(),
        generator: None,
    });
    let delivery = of(vec![recovered(opened())], 0);
    assert_eq!(accepted(send_to(&configured, &delivery).await), "200 OK");
    assert_eq!(one.wait(1)[0].raw, other.wait(1)[0].raw);
    other.next(Knob::answer(503, ""));
    assert_eq!(
        accepted(send_to(&configured, &delivery).await),
        "200 OK; 1 of 2 failed: 503 Service Unavailable"
    );
    one.next(Knob::answer(400, "no"));
    other.next(Knob::answer(503, ""));
    assert_eq!(
        failure(send_to(&configured, &delivery).await).0,
        "503 Service Unavailable"
    );
}

#[tokio::test]
async fn several_keys_of_pagerduty_are_all_needed() {
    let stub = Stub::start();
    let mut over = recovered(opened());
    over.key = hbmon::history::notification::NotificationId(3);
    let delivery = of(vec![opened(), over], 0);
    let configured = configured(Shape::PagerDuty, &stub.url(Shape::PagerDuty));
    stub.next(Knob::busy(3));
    let (_, wait) = failure(send_to(&configured, &delivery).await);
    assert_eq!(wait, Some(Duration::from_secs(3)));
    assert_eq!(
        accepted(send_to(&configured, &delivery).await),
        "202 Accepted"
    );
    assert_eq!(stub.received().len(), 4);
}

#[tokio::test]
async fn dropping_a_delivery_closes_its_connection() {
    let stub = Stub::start();
    stub.next(Knob::Hang);
    let configured = configured(Shape::Ntfy, &stub.url(Shape::Ntfy));
    let delivery = of(vec![opened()], 0);
    let sending = send_to(&configured, &delivery);
    assert!(
        tokio::time::timeout(Duration::from_millis(200), sending)
            .await
            .is_err()
    );
    // The stub serves the next one.
    accepted(send(&stub, Shape::Ntfy).await);
}
