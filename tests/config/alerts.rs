//! The block `alerts`: what its keys come to.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hbmon::alerts::delivery::{Delivery, Notice};
use hbmon::alerts::rules::AlertRoute;
use hbmon::channels::outgoing::{Outgoing, OutgoingRequest};
use hbmon::channels::plan::{AlertPlan, ConfiguredChannel};
use hbmon::config::{DiagnosticStyle, LoadedConfig, load_text};
use hbmon::history::notification::{NotificationId, Subject, What};
use hbmon::model::{Status, Text};
use jiff::Timestamp;

use crate::schema::valid;

const MONITORS: &str = "monitors: [{name: api, tags: [prod], http: 'http://h'}]\n";

fn loaded(text: &str) -> LoadedConfig {
    let environment = |name: &str| match name {
        "URL" => Some("https://hooks.test/services/T0/s3cret-part".to_owned()),
        "KEY" => Some("s3cret-key".to_owned()),
        "PATH" => Some("/redir".to_owned()),
        _ => None,
    };
    let text = format!("{text}\n{MONITORS}");
    match load_text("hbmon.yaml", &text, Path::new("tests/config"), &environment) {
        Ok(loaded) => {
            valid(&text);
            loaded
        }
        Err(error) => panic!("{}", error.render(&DiagnosticStyle::default())),
    }
}

fn plan(text: &str) -> Arc<AlertPlan> {
    loaded(text).alerts.unwrap()
}

/// A channel of this kind and value.
fn channel(kind: &str) -> ConfiguredChannel {
    let plan = plan(&format!(
        "alerts: {{channels: [{{name: x, {kind}}}], routes: [{{match: '*', to: x}}]}}"
    ));
    plan.channels[0].clone()
}

fn delivery() -> Delivery {
    let subject = Subject {
        incident: None,
        monitor: Text::clean("api"),
        status: Status::Error,
        before: None,
        reason: None,
        message: None,
        opened: Timestamp::UNIX_EPOCH,
        closed: None,
        end: None,
        acknowledged_by: None,
    };
    Delivery {
        channel: Text::clean("x"),
        notices: vec![Notice {
            what: What::Opened,
            subject,
            key: NotificationId(1),
            was_told: false,
            monitor: None,
        }],
        more: 0,
        at: Timestamp::UNIX_EPOCH,
        due: Timestamp::UNIX_EPOCH,
        is_refresh: false,
    }
}

fn requests(channel: &ConfiguredChannel) -> Vec<OutgoingRequest> {
    let outgoing = channel.channel.outgoing(&delivery());
    outgoing
        .into_iter()
        .map(|outgoing| match outgoing {
            Outgoing::Http(request) => request,
            _ => panic!("no HTTP"),
        })
        .collect()
}

#[test]
fn each_kind_posts_where_its_keys_say() {
    for (keys, place, urls) in [
        (
            "slack: '${URL}'",
            "https://hooks.test",
            vec!["https://hooks.test/services/T0/s3cret-part"],
        ),
        (
            "webhook: {url: 'http://u:p@h:1/x?y=1#z'}",
            "http://h:1",
            vec!["http://h:1/x?y=1"],
        ),
        (
            "discord: '${URL}'",
            "https://hooks.test",
            vec!["https://hooks.test/services/T0/s3cret-part?wait=true"],
        ),
        (
            "teams: {url: '${URL}', timeout: 60s}",
            "https://hooks.test",
            vec!["https://hooks.test/services/T0/s3cret-part"],
        ),
        (
            "alertmanager: 'http://am:9093'",
            "http://am:9093",
            vec!["http://am:9093/api/v2/alerts"],
        ),
        (
            "alertmanager: {urls: ['http://a', 'http://b/am/']}",
            "http://a",
            vec!["http://a/api/v2/alerts", "http://b/am/api/v2/alerts"],
        ),
        (
            "pagerduty: '${KEY}'",
            "https://events.pagerduty.com",
            vec!["https://events.pagerduty.com/v2/enqueue"],
        ),
        (
            "pagerduty: {routing_key: '${KEY}', region: eu}",
            "https://events.eu.pagerduty.com",
            vec!["https://events.eu.pagerduty.com/v2/enqueue"],
        ),
        (
            "telegram: {token: '${KEY}', chat: -100200, thread: 7}",
            "https://api.telegram.org",
            vec!["https://api.telegram.org/bots3cret-key/sendMessage"],
        ),
        (
            "ntfy: 'https://n.test/alerts'",
            "https://n.test",
            vec!["https://n.test/"],
        ),
        (
            "ntfy: {topic: alerts}",
            "https://ntfy.sh",
            vec!["https://ntfy.sh/"],
        ),
    ] {
        let channel = channel(keys);
        assert_eq!(channel.place.as_str(), place, "{keys}");
        let requests = requests(&channel);
        let got: Vec<&str> = requests
            .iter()
            .map(|request| request.url.as_str())
            .collect();
        assert_eq!(got, urls, "{keys}");
    }
}

#[test]
fn proxies_credentials_and_limits_are_those_of_the_keys() {
    let long = channel(
        "webhook: {url: 'http://h/', proxy: 'http://p:1', timeout: 5s, auth: {bearer: '${KEY}'}}",
    );
    let options = long.options.unwrap();
    assert_eq!(options.proxy.as_ref().unwrap().as_str(), "http://p:1/");
    assert_eq!(options.auth.as_ref().unwrap(), "Bearer s3cret-key");
    assert_eq!(long.timeout, Duration::from_secs(5));
    let userinfo = channel("webhook: 'http://u:p@h/'").options.unwrap();
    assert_eq!(userinfo.auth.as_ref().unwrap(), "Basic dTpw");
    assert_eq!(channel("slack: '${URL}'").timeout, Duration::from_secs(10));
    let exec = channel("exec: [/usr/bin/notify, '${KEY}']");
    assert_eq!(
        (exec.place.as_str(), exec.options.is_none()),
        ("notify", true)
    );
    let mail = "from: a@h.test, to: ['B <b@h.test>', c@h.test]";
    let smtp = channel(&format!(
        "email: {{smtp: 'smtp://u:${{KEY}}@mail.test:25', {mail}}}"
    ));
    assert_eq!(smtp.place.as_str(), "smtp://mail.test");
    let sendmail = channel(&format!("email: {{sendmail: true, {mail}}}"));
    assert_eq!(sendmail.place.as_str(), "sendmail");
}

#[test]
fn routes_are_in_the_order_of_the_config() {
    let plan = plan(
        "alerts:
  channels:
    - {name: page, pagerduty: '${KEY}', fallback: ops}
    - {name: ops, slack: '${URL}'}
  routes:
    - {match: 'tag:prod', to: [page, ops, page], remind: 4h}
    - {match: '*', from: warning, after: 30m, to: ops}
  digest: 1m
  self: ops",
    );
    let rules = &plan.rules;
    let names: Vec<&str> = rules
        .channels
        .iter()
        .map(|rules| rules.name.as_str())
        .collect();
    assert_eq!(names, ["page", "ops"]);
    assert_eq!(rules.channels[0].fallback, Some(Text::clean("ops")));
    assert!(rules.channels[0].traits.one_key && !rules.channels[1].traits.one_key);
    assert_eq!(rules.digest, Duration::from_secs(60));
    assert_eq!(rules.own, Some(Text::clean("ops")));
    let [first, second] = rules.routes.as_slice() else {
        panic!("two routes");
    };
    let AlertRoute {
        from,
        after,
        remind,
        to,
        ..
    } = first;
    assert_eq!((*from, *after), (Status::Error, Duration::ZERO));
    assert_eq!(*remind, Some(Duration::from_secs(4 * 3600)));
    assert_eq!(to, &["page", "ops"].map(Text::clean));
    assert_eq!(
        (second.from, second.after),
        (Status::Warning, Duration::from_secs(1800))
    );
    assert_eq!(second.remind, None);
    let without = loaded("alerts: {}");
    assert_eq!(
        without.alerts.unwrap().rules.digest,
        Duration::from_secs(30)
    );
    assert!(loaded("").alerts.is_none());
}

#[test]
fn nothing_shows_a_secret_of_a_channel() {
    let loaded = loaded(
        "alerts:
  channels:
    - {name: a, slack: '${URL}'}
    - {name: b, webhook: {url: '${URL}', secret: '${KEY}', headers: {x-a: '${KEY}'}, template: {a: '${KEY}'}}}
    - {name: c, telegram: {token: '${KEY}', chat: '@c', url: '${URL}'}}
    - {name: d, exec: [notify, '${KEY}']}
    - {name: e, email: {smtp: 'smtps://u:${KEY}@h', from: a@h.test, to: b@h.test}}
    - {name: f, ntfy: {url: 'http://h/', topic: '${KEY}', token: '${KEY}'}}
    - {name: g, pagerduty: '${KEY}'}
    - {name: h, alertmanager: {urls: ['${URL}'], proxy: 'http://u:${KEY}@p'}}
  routes:
    - {match: '*', to: [a, b, c, d, e, f, g, h]}",
    );
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    for channel in &loaded.alerts.unwrap().channels {
        let said = "no s3cret-key at /services/T0/s3cret-part, s3cret-part";
        let shown = channel.secrets.redact(Text::clean(said));
        let name = &channel.name;
        let (key, url) = (name.as_str() != "a", !"defg".contains(name.as_str()));
        assert_eq!(
            shown.as_str().contains("s3cret-key"),
            !key && url,
            "{name}: {shown}"
        );
        assert_eq!(
            shown.as_str().contains("s3cret-part"),
            !url,
            "{name}: {shown}"
        );
    }
}

#[test]
fn a_short_word_in_a_path_is_no_secret_unless_it_comes_from_outside() {
    for (url, shown) in [
        ("http://h/redir", "redirects of /redir, a/b/c and T0-s3cret"),
        ("http://h/a/b/c", "redirects of /redir, *** and T0-s3cret"),
        ("http://h/T0-s3cret", "redirects of /redir, a/b/c and ***"),
        ("http://h${PATH}", "***ects of ***, a/b/c and T0-s3cret"),
    ] {
        let channel = channel(&format!("webhook: \"{url}\""));
        let said = Text::clean("redirects of /redir, a/b/c and T0-s3cret");
        assert_eq!(channel.secrets.redact(said).as_str(), shown, "{url}");
    }
}

#[test]
fn a_runbook_names_its_monitor() {
    let text = "defaults: {runbook: 'https://w.test/{{kind}}/{{monitor}}?g={{group}}'}\nmonitors:\n  \
                - {name: api, group: 'a/b ü', http: 'http://h'}\n  \
                - {name: db, http: 'http://h/db', runbook: 'https://w.test/{{group}}'}\n";
    let loaded = crate::load(text).unwrap();
    let runbooks: Vec<String> = loaded
        .plan
        .targets
        .iter()
        .map(|target| target.meta.runbook.clone().unwrap().to_string())
        .collect();
    assert_eq!(
        runbooks,
        [
            "https://w.test/http/api?g=a%2Fb%20%C3%BC",
            "https://w.test/"
        ]
    );
}
