//! A real Alertmanager understands what the channel posts, inhibits by its own rules, and posts to
//! webhooks what hbmon's own webhook posts.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use hbmon::alerts::delivery::{Delivery, DeliveryResult, Notice};
use hbmon::channels::outgoing::Outgoing;
use hbmon::channels::plan::{ConfiguredChannel, SEND_TIMEOUT};
use hbmon::channels::transport::deliver;
use hbmon::clock::Clock;
use hbmon::history::notification::What;
use hbmon::model::Status;
use hbmon::monitors::dial::Dialers;
use hbmon::monitors::secrets::Secrets;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::examples::{channel, of, opened, text};
use crate::prometheus::exchange;
use crate::stub::{Received, Shape, Stub, UNCHECKED};
use crate::support::{Server, free_port, wanted};

/// An Alertmanager that posts to a stub, and a channel that posts to it.
struct Peer {
    server: Server,
    stub: Stub,
    channel: ConfiguredChannel,
    clock: Clock,
}

impl Peer {
    fn start(folder: &Path) -> Peer {
        let stub = Stub::start();
        let config = format!(
            "route: {{receiver: hook, group_by: [monitor], group_wait: 100ms, group_interval: 1s, \
             repeat_interval: 1h}}\n\
             receivers:\n- name: hook\n  webhook_configs: [{{url: 'http://{}{UNCHECKED}'}}]\n\
             inhibit_rules:\n- source_matchers: ['monitor=\"router\"']\n  \
             target_matchers: ['monitor!=\"router\"']\n  equal: [group]\n",
            stub.address()
        );
        let file = folder.join("alertmanager.yml");
        std::fs::write(&file, config).unwrap();
        let port = free_port();
        let server = Server::on_port(
            Command::new("prometheus-alertmanager")
                .arg(format!("--config.file={}", file.display()))
                .arg(format!("--storage.path={}", folder.join("data").display()))
                .arg(format!("--web.listen-address=127.0.0.1:{port}"))
                .args(["--cluster.listen-address=", "--log.level=error"]),
            port,
        );
        let url = format!("http://127.0.0.1:{port}/");
        let channel = ConfiguredChannel {
            name: text("am"),
            channel: channel(Shape::Alertmanager, &url),
            place: text(&url),
            timeout: SEND_TIMEOUT,
            options: None,
            secrets: Arc::new(Secrets::default()),
        };
        Peer {
            server,
            stub,
            channel,
            clock: Clock::start(),
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.wall(self.clock.now())
    }

    /// Returns the opening of an incident of this monitor that began a minute ago.
    fn opened(&self, monitor: &str) -> Notice {
        let mut notice = opened();
        notice.subject.monitor = text(monitor);
        notice.subject.opened = self.now() - SignedDuration::from_secs(60);
        notice
    }

    fn recovered(&self, mut notice: Notice) -> Notice {
        notice.what = What::Recovered;
        notice.subject.closed = Some(self.now());
        notice
    }

    fn delivery(&self, notices: Vec<Notice>) -> Delivery {
        Delivery {
            at: self.now(),
            ..of(notices, 0)
        }
    }

    async fn post(&self, delivery: &Delivery) {
        let result = deliver(&self.channel, delivery, &Dialers::new(), &self.clock).await;
        assert!(
            matches!(result, DeliveryResult::Accepted { .. }),
            "{result:?}"
        );
    }

    /// Returns the alerts that Alertmanager knows.
    fn alerts(&self) -> Vec<Value> {
        let address = format!("127.0.0.1:{}", self.server.port);
        let answer = exchange(&address, "GET /api/v2/alerts", "");
        serde_json::from_str(&answer).unwrap()
    }

    /// Waits until Alertmanager has posted an alert of this monitor with this status and severity.
    fn posted(&self, monitor: &str, status: &str, severity: &str) -> Value {
        let is_it = |alert: &&Value| {
            let labels = &alert["labels"];
            labels["monitor"] == monitor
                && labels["severity"] == severity
                && alert["status"] == status
        };
        let bodies =
            |received: &[Received]| -> Vec<Value> { received.iter().map(Received::json).collect() };
        let has = |body: &Value| body["alerts"].as_array().unwrap().iter().any(|a| is_it(&a));
        let received = self
            .stub
            .wait_until(&format!("{status} {monitor}"), |received| {
                bodies(received).iter().any(has)
            });
        bodies(&received).into_iter().find(has).unwrap()
    }
}

/// Returns the body that hbmon's own webhook posts for this delivery.
fn own_webhook(delivery: &Delivery) -> Value {
    let webhook = channel(Shape::Webhook, "http://h.test/hook");
    match webhook.outgoing(delivery).pop() {
        Some(Outgoing::Http(request)) => serde_json::from_slice(&request.body).unwrap(),
        _ => panic!("not one HTTP request"),
    }
}

fn names(value: &Value) -> BTreeSet<&str> {
    let map = value.as_object().unwrap();
    map.keys().map(String::as_str).collect()
}

/// Asserts that a body of Alertmanager and one of hbmon say the same in the same shape.
fn assert_same(theirs: &Value, ours: &Value) {
    let mut own_names = names(ours);
    assert!(own_names.remove("hbmon"));
    assert_eq!(names(theirs), own_names);
    for name in [
        "version",
        "status",
        "commonLabels",
        "commonAnnotations",
        "truncatedAlerts",
    ] {
        assert_eq!(theirs[name], ours[name], "{name}");
    }
    for name in ["receiver", "groupKey", "externalURL"] {
        assert!(theirs[name].is_string() && ours[name].is_string(), "{name}");
    }
    assert!(theirs["groupLabels"].is_object() && ours["groupLabels"].is_object());
    let (theirs, ours) = (&theirs["alerts"][0], &ours["alerts"][0]);
    let mut own_names = names(ours);
    assert!(own_names.remove("hbmon"));
    assert_eq!(names(theirs), own_names);
    for name in ["status", "labels", "annotations", "fingerprint"] {
        assert_eq!(theirs[name], ours[name], "{name}");
    }
    assert!(theirs["generatorURL"].is_string() && ours["generatorURL"].is_string());
    for name in ["startsAt", "endsAt"] {
        let at = |alert: &Value| -> Timestamp { alert[name].as_str().unwrap().parse().unwrap() };
        assert_eq!(at(theirs), at(ours), "{name}");
    }
}

#[tokio::test]
async fn alerts_arrive_get_worse_and_resolve() {
    if !wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::start(folder.path());
    let notice = peer.opened("api-eu");
    let begun = peer.delivery(vec![notice.clone()]);
    peer.post(&begun).await;
    assert_same(
        &peer.posted("api-eu", "firing", "critical"),
        &own_webhook(&begun),
    );

    // What is repeated is the same alert.
    let mut again = peer.delivery(vec![notice.clone()]);
    again.is_refresh = true;
    peer.post(&again).await;
    assert_eq!(peer.alerts().len(), 1);

    let over = peer.delivery(vec![peer.recovered(notice)]);
    peer.post(&over).await;
    assert_same(
        &peer.posted("api-eu", "resolved", "critical"),
        &own_webhook(&over),
    );
    assert_eq!(peer.alerts(), Vec::<Value>::new());

    let mut milder = peer.opened("disk");
    milder.subject.status = Status::Warning;
    peer.post(&peer.delivery(vec![milder.clone()])).await;
    peer.posted("disk", "firing", "warning");
    let mut worse = milder;
    worse.what = What::Worse;
    worse.subject.status = Status::Error;
    peer.post(&peer.delivery(vec![worse.clone()])).await;
    peer.posted("disk", "firing", "critical");
    let alerts = peer.alerts();
    assert_eq!(alerts.len(), 1, "{alerts:#?}");
    assert_eq!(alerts[0]["labels"]["severity"], "critical");
    peer.post(&peer.delivery(vec![peer.recovered(worse)])).await;
    peer.posted("disk", "resolved", "critical");
}

#[tokio::test]
async fn its_own_rules_inhibit() {
    if !wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::start(folder.path());
    let router = peer.opened("router");
    peer.post(&peer.delivery(vec![router.clone()])).await;
    peer.posted("router", "firing", "critical");
    let shop = peer.opened("shop");
    peer.post(&peer.delivery(vec![router.clone(), shop.clone()]))
        .await;
    let suppressed = (0..100).find_map(|_| {
        let alerts = peer.alerts();
        let shop = alerts
            .iter()
            .find(|alert| alert["labels"]["monitor"] == "shop")?;
        if shop["status"]["state"] == "suppressed" {
            return Some(shop["status"]["inhibitedBy"].clone());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        None
    });
    let fingerprint = own_webhook(&peer.delivery(vec![router.clone()]));
    assert_eq!(
        suppressed.expect("suppressed within ten seconds"),
        serde_json::json!([fingerprint["alerts"][0]["fingerprint"]])
    );
    let of_shop = |received: &Received| {
        let alerts = received.json()["alerts"].clone();
        let mut alerts = alerts.as_array().unwrap().iter();
        alerts.any(|alert| alert["labels"]["monitor"] == "shop")
    };
    assert!(!peer.stub.received().iter().any(of_shop));
    peer.post(&peer.delivery(vec![peer.recovered(router), shop]))
        .await;
    peer.posted("shop", "firing", "critical");
}
