//! What a good file comes to.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use hbmon::config::{DiagnosticStyle, load_text, target as bare_target};
use hbmon::engine::Target;
use hbmon::model::{Levels, QualityLimits, Rhythm, ShownSetting, StabilityLimits, Text};
use hbmon::monitors::Spec;
use hbmon::monitors::socketio::{Reply, SocketioMode};
use hbmon::prefs::{Action, Column, TabSet, ThemeName};
use hbmon::store::Keep;

use crate::load;
use crate::schema::valid;

fn targets(text: &str) -> Vec<Target> {
    match load(text) {
        Ok(loaded) => {
            valid(text);
            loaded.plan.targets
        }
        Err(error) => panic!("{}", error.render(&DiagnosticStyle::default())),
    }
}

fn one(keys: &str) -> Target {
    targets(&format!("monitors: [{{name: a, {keys}}}]")).remove(0)
}

fn with_environment(text: &str) -> Target {
    let environment = |name: &str| match name {
        "TOKEN" => Some("t0ken/from outside".to_owned()),
        "EMPTY" => Some(String::new()),
        "SECONDS" => Some("42s".to_owned()),
        _ => None,
    };
    let loaded = load_text(
        "hbmon.yaml",
        text,
        std::path::Path::new("tests/config"),
        &environment,
    );
    loaded
        .unwrap_or_else(|error| panic!("{}", error.render(&DiagnosticStyle::default())))
        .plan
        .targets
        .remove(0)
}

#[test]
fn labels_add_to_those_of_defaults_and_a_runbook_replaces_it() {
    let text = "defaults: {runbook: 'https://wiki/all?token=s3cret', labels: {team: web, tier: 2}}\n\
                monitors: [{name: a, labels: {tier: 1, _x9: ''}, http: 'http://h'}, \
                {name: b, runbook: 'https://u:p@wiki/b', http: 'http://h/b'}]";
    let targets = targets(text);
    let labels = |at: usize| {
        let pairs = targets[at].meta.labels.iter();
        pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(labels(0), ["_x9=", "team=web", "tier=1"]);
    assert_eq!(labels(1), ["team=web", "tier=2"]);
    let runbooks: Vec<_> = targets
        .iter()
        .map(|target| target.meta.runbook.as_ref().map(Text::as_str))
        .collect();
    assert_eq!(
        runbooks,
        [Some("https://wiki/all?token=***"), Some("https://wiki/b")]
    );
}

#[test]
fn an_objective_adds_to_that_of_defaults_and_the_history_is_kept_as_told() {
    const DAY: Duration = Duration::from_secs(86_400);
    let text = "history: {keep: {changes: 5y, minutes: 1d}}\n\
                defaults: {slo: {objective: 99.9%}}\n\
                monitors: [{name: a, slo: {window: 7d}, http: 'http://h'}, \
                {name: b, slo: {objective: 0.95}, http: 'http://h/b'}]";
    let slo = |at: usize| targets(text)[at].meta.slo.unwrap();
    assert_eq!((slo(0).millionths, slo(0).window), (999_000, 7 * DAY));
    assert_eq!((slo(1).millionths, slo(1).window), (950_000, 30 * DAY));
    assert_eq!(one("http: 'http://h'").meta.slo, None);
    let keep = load(text).unwrap().keep;
    let wanted = Keep {
        changes: 5 * 365 * DAY,
        minutes: DAY,
        ..Keep::default()
    };
    assert_eq!(keep, wanted);
}

#[test]
fn defaults_are_the_contracts() {
    for (keys, interval, rhythm) in [
        ("http: 'http://h'", 15, Rhythm::Poll),
        ("websocket: 'ws://h'", 30, Rhythm::Subscription),
        ("sse: 'http://h'", 30, Rhythm::Subscription),
        ("socketio: 'http://h'", 60, Rhythm::Poll),
        (
            "socketio: {url: 'http://h', listen: x}",
            60,
            Rhythm::Subscription,
        ),
    ] {
        let target = one(keys);
        assert_eq!(
            target.policy.interval,
            Duration::from_secs(interval),
            "{keys}"
        );
        assert_eq!(target.policy.grace, Duration::from_secs(interval) / 10);
        assert_eq!(target.policy.rhythm, rhythm);
        assert_eq!(target.policy.failures, Levels::new(1, 2));
        assert_eq!(target.pace.timeout, Duration::from_secs(10));
        assert!(target.enabled);
    }
    // A floor above the default raises it, where hbmon sends traffic.
    assert_eq!(
        one("min_interval: 5m, http: 'http://h'").policy.interval,
        Duration::from_secs(300)
    );
    assert_eq!(
        one("min_interval: 5m, sse: 'http://h'").policy.interval,
        Duration::from_secs(30)
    );
}

#[test]
fn push_monitors_promise_by_interval_or_by_the_calendar() {
    let target = one("interval: 60s, push: {}");
    assert_eq!(
        (target.policy.interval, target.policy.rhythm),
        (Duration::from_secs(60), Rhythm::Subscription)
    );
    assert_eq!(target.meta.address.as_str(), "/v1/heartbeats/a");
    assert_eq!(target.policy.instances, None);
    let target = one(
        "push: {path: /hooks/a, token: s3cr3t, schedule: {cron: '0 2 * * *', timezone: Asia/Tokyo}}",
    );
    assert_eq!(target.policy.interval, Duration::from_secs(86_400));
    assert_eq!(target.policy.grace, Duration::from_secs(8_640));
    assert_eq!(
        target.policy.schedule.as_ref().unwrap().expression(),
        "0 2 * * *"
    );
    assert_eq!(target.meta.address.as_str(), "/hooks/a");
    assert!(!format!("{target:?}").contains("s3cr3t"));
    // The interval of `defaults` is no contradiction.
    let targets = targets(
        "defaults: {interval: 5s}\nmonitors: [{name: a, push: {schedule: {cron: '@hourly'}}}]",
    );
    assert_eq!(targets[0].policy.interval, Duration::from_secs(3_600));
    for (keys, forget, min_online) in [
        ("id: $.id", 3_600, 0),
        ("id: $.id, min_online: 2, forget: 5m", 300, 2),
    ] {
        let instances = one(&format!("interval: 60s, push: {{{keys}}}"))
            .policy
            .instances
            .unwrap();
        assert_eq!(
            (instances.forget_after, instances.min_online),
            (Duration::from_secs(forget), min_online),
            "{keys}"
        );
    }
    let slow = one("interval: 1h, push: {id: $.id}")
        .policy
        .instances
        .unwrap();
    assert_eq!(slow.forget_after, Duration::from_secs(2 * 3_960));
}

#[test]
fn the_interface_listens_where_it_is_told() {
    let listening = |keys: &str| {
        load(&format!(
            "{keys}\nmonitors: [{{name: a, interval: 1m, push: {{}}}}]"
        ))
        .unwrap()
    };
    let loaded = listening("listen: localhost:9747");
    let listen = loaded.listen.unwrap();
    assert_eq!(listen.address.to_string(), "127.0.0.1:9747");
    assert!(loaded.token.is_none() && loaded.tls.is_none());
    let refusal = listen
        .refused("address already in use")
        .render(&DiagnosticStyle {
            ascii: true,
            ..DiagnosticStyle::default()
        });
    assert!(
        refusal
            .starts_with("error[HB060]: cannot listen on 127.0.0.1:9747: address already in use"),
        "{refusal}"
    );
    assert!(
        refusal.contains("1 | listen: localhost:9747\n  |         ^^^"),
        "{refusal}"
    );
    let loaded = listening("listen: '[::]:0'\ntoken: s3cr3t");
    assert_eq!(loaded.listen.unwrap().address.to_string(), "[::]:0");
    assert!(loaded.token.unwrap().matches(b"s3cr3t"));
    // One line with everything in it shows no token.
    let flow =
        load("{listen: '127.0.0.1:1', token: hunter2, monitors: [{name: a, http: 'http://h'}]}")
            .unwrap();
    let refusal = flow
        .listen
        .unwrap()
        .refused("it is taken")
        .render(&DiagnosticStyle::default());
    assert!(!refusal.contains("hunter2"), "{refusal}");
}

#[test]
fn an_interface_loads_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(
        folder.path().join("key.pem"),
        made.signing_key.serialize_pem(),
    )
    .unwrap();
    let text =
        "tls: {cert_file: cert.pem, key_file: key.pem}\nmonitors: [{name: a, http: 'http://h'}]";
    let loaded = load_text("hbmon.yaml", text, folder.path(), &|_| None).unwrap();
    assert_eq!(loaded.tls.unwrap().alpn_protocols, [b"http/1.1"]);
}

#[test]
fn defaults_of_the_file_merge_key_by_key() {
    let targets = targets(
        "defaults: {interval: 20s, tags: [x], thresholds: {recover: 3, failures: {warning: 2, error: 4}}, backoff: {max: 5m}}\n\
         monitors:\n\
         - {name: a, http: 'http://h', thresholds: {failures: {error: 9}}, backoff: {initial: 2s}}\n\
         - {name: b, sse: 'http://h', interval: 1s, tags: []}\n",
    );
    assert_eq!(targets[0].policy.interval, Duration::from_secs(20));
    assert_eq!(targets[0].policy.failures, Levels::new(2, 9));
    assert_eq!(targets[0].policy.recover, 3);
    assert_eq!(targets[0].pace.backoff.initial, Duration::from_secs(2));
    assert_eq!(targets[0].pace.backoff.max, Duration::from_secs(300));
    assert_eq!(targets[0].meta.tags, [Text::clean("x")]);
    assert_eq!(targets[1].policy.interval, Duration::from_secs(1));
    assert!(targets[1].meta.tags.is_empty());
}

#[test]
fn what_is_expected_of_timestamps_and_latencies() {
    let kinds = [
        "http: {url: 'http://h', K}",
        "websocket: {url: 'ws://h', K}",
        "sse: {url: 'http://h', K}",
    ];
    for kind in kinds
        .into_iter()
        .chain(["socketio: {url: 'http://h', K}", "interval: 1m, push: {K}"])
    {
        let policy = one(&kind.replace('K', "timestamp: $.ts, max_age: 2m")).policy;
        assert_eq!(
            (policy.timestamped, policy.max_age),
            (true, Some(Duration::from_secs(120))),
            "{kind}"
        );
        let policy = one(&kind.replace('K', "timestamp: $.ts")).policy;
        assert_eq!(
            (policy.timestamped, policy.max_age, policy.skew),
            (true, None, Levels::NONE),
            "{kind}"
        );
    }
    let targets = targets(
        "defaults: {quality: {excellent: {mean: 80ms}, fair: 1s}, thresholds: {skew: {warning: 5s, error: 1m}}}\n\
         monitors:\n\
         - {name: a, http: 'http://h', quality: {excellent: {variance: 30}}}\n\
         - {name: b, http: 'http://h', thresholds: {skew: {error: 1h}}}\n",
    );
    let quality = targets[0].policy.quality;
    assert_eq!(
        quality.excellent,
        StabilityLimits {
            mean: Duration::from_millis(80),
            variance: 30
        }
    );
    assert_eq!(
        (quality.good, quality.fair),
        (QualityLimits::default().good, Duration::from_secs(1))
    );
    assert_eq!(
        targets[1].policy.skew,
        Levels::new(Duration::from_secs(5), Duration::from_secs(3_600))
    );
}

#[test]
fn addresses_keep_their_scheme_and_lose_their_secrets() {
    let target = one("websocket: 'wss://bob:hun%2Fter2@h:444/x?api_key=abcdef&y=1'");
    assert_eq!(
        target.meta.address.as_str(),
        "wss://h:444/x?api_key=***&y=1"
    );
    let Spec::Websocket(spec) = &target.spec else {
        panic!()
    };
    assert_eq!(
        spec.endpoint.url.as_str(),
        "https://h:444/x?api_key=abcdef&y=1"
    );
    assert_eq!(
        spec.endpoint
            .options
            .auth
            .as_ref()
            .unwrap()
            .to_str()
            .unwrap(),
        "Basic Ym9iOmh1bi90ZXIy"
    );
    assert!(!format!("{target:?}").contains("hun/ter2"));
    for secret in ["hun/ter2", "abcdef", "Ym9iOmh1bi90ZXIy"] {
        assert_eq!(
            target
                .secrets
                .redact(Text::clean(&format!("it said {secret}.")))
                .as_str(),
            "it said ***."
        );
    }
}

/// The path that is asked, the namespace that is joined, and the URL's query.
fn socketio_place(target: &Target) -> (String, String, String) {
    let Spec::Socketio(spec) = &target.spec else {
        panic!()
    };
    (
        spec.path.clone(),
        spec.namespace.clone(),
        spec.endpoint.url.query().unwrap_or_default().to_owned(),
    )
}

#[test]
fn the_path_of_a_socketio_url_is_its_namespace() {
    for (keys, path, namespace, query) in [
        ("'https://h'", "/socket.io/", "/", ""),
        ("'https://h/'", "/socket.io/", "/", ""),
        ("'https://h/admin'", "/socket.io/", "/admin", ""),
        (
            "'https://h/admin?room=1'",
            "/socket.io/",
            "/admin",
            "room=1",
        ),
        ("'https://h/Ünï/a%20b'", "/socket.io/", "/Ünï/a%20b", ""),
        (
            "{url: 'wss://h/admin', namespace: /admin}",
            "/socket.io/",
            "/admin",
            "",
        ),
        (
            "{url: 'https://h', namespace: admin}",
            "/socket.io/",
            "/admin",
            "",
        ),
        ("'https://h/socket.io'", "/socket.io/", "/", ""),
        (
            "'https://h/socket.io/?EIO=4&transport=polling&t=x&a=b&sid=1'",
            "/socket.io/",
            "/",
            "a=b",
        ),
        (
            "{url: 'https://h/socket.io/', namespace: /a}",
            "/socket.io/",
            "/a",
            "",
        ),
        (
            "'https://h/app/socket.io/?EIO=4'",
            "/app/socket.io/",
            "/",
            "",
        ),
        ("{url: 'https://h/app', path: /app/}", "/app/", "/", ""),
        (
            "{url: 'https://h/admin', path: /app/socket.io/}",
            "/app/socket.io/",
            "/admin",
            "",
        ),
    ] {
        let found = socketio_place(&one(&format!("socketio: {keys}")));
        assert_eq!(
            found,
            (path.to_owned(), namespace.to_owned(), query.to_owned()),
            "{keys}"
        );
    }
    let target = bare_target("SIO+https://h/admin?x=$1").unwrap();
    assert_eq!(socketio_place(&target).1, "/admin");
}

#[test]
fn the_path_of_socketio_is_asked_as_it_is_written() {
    for path in [
        "/api/socketio",
        "/api/socketio/",
        "/",
        "//rt//",
        "/a.b/..c/",
    ] {
        assert_eq!(
            socketio_place(&one(&format!(
                "socketio: {{url: 'https://h', path: {path}}}"
            )))
            .0,
            path
        );
    }
    assert_eq!(
        socketio_place(&one("socketio: {url: 'https://h', path: rt}")).0,
        "/rt"
    );
}

#[test]
fn what_a_probe_would_not_send_is_refused() {
    for url in [
        "https://h/#/shop",
        "wss://h/ws#room",
        "sse+http://h/#x",
        "sio+http://h/#x",
    ] {
        let message = bare_target(url)
            .unwrap_err()
            .render(&DiagnosticStyle::default());
        assert!(
            message.contains("it is never sent to a server"),
            "{message}"
        );
    }
    assert!(bare_target("https://h/#").is_ok(), "nothing is lost");
}

#[test]
fn what_comes_from_outside_is_used_and_not_shown() {
    let target = with_environment(
        "monitors:\n- name: a\n  description: \"by ${TOKEN}\"\n  timeout: ${SECONDS}\n  http:\n    \
         url: https://h/${TOKEN}?x=${TOKEN}&d=${UNSET:-visible}${EMPTY:-also}$$\n    auth: {bearer: '${file:secret.txt}'}\n",
    );
    assert_eq!(
        target.meta.address.as_str(),
        "https://h/***?x=***&d=visiblealso$"
    );
    assert_eq!(target.meta.description.as_ref().unwrap().as_str(), "by ***");
    assert_eq!(target.pace.timeout, Duration::from_secs(42));
    let Spec::Http(spec) = &target.spec else {
        panic!()
    };
    assert_eq!(spec.endpoint.url.path(), "/t0ken/from%20outside");
    assert_eq!(
        spec.endpoint
            .options
            .auth
            .as_ref()
            .unwrap()
            .to_str()
            .unwrap(),
        "Bearer in-a-file"
    );
    let struck = target.secrets.redact(Text::clean(
        "t0ken/from outside, t0ken/from%20outside, in-a-file",
    ));
    assert_eq!(struck.as_str(), "***, ***, ***");
}

/// One config for several environments: what is asked is shown, and nothing that could be a secret.
#[test]
fn a_url_shows_which_environment_it_is_of() {
    let environment = |name: &str| {
        let value = match name {
            "STAGE" => "staging",
            "SCHEME" => "https",
            "PORT" => "8443",
            "PATH_PART" => "orders/v2",
            "API_KEY" => "k3y-in-path",
            "USER" => "b0b",
            "BASE" => "https://b0b:hunter2@base.example.com/x?q=pl4in&token=t0ken",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let target = |keys: &str| {
        let text = format!("monitors:\n- name: a\n  {keys}\n");
        let loaded = load_text(
            "hbmon.yaml",
            &text,
            std::path::Path::new("tests/config"),
            &environment,
        );
        loaded
            .unwrap_or_else(|error| panic!("{}", error.render(&DiagnosticStyle::default())))
            .plan
            .targets
            .remove(0)
    };
    for (url, shown) in [
        (
            "${SCHEME}://${STAGE}.example.com:${PORT}/${PATH_PART}",
            "https://staging.example.com:8443/orders/v2",
        ),
        ("https://h/${API_KEY}/x", "https://h/***/x"),
        ("https://h/${secret:STAGE}", "https://h/***"),
        ("https://h/${secret:NONE:-dflt}", "https://h/***"),
        ("https://h/${file:secret.txt}", "https://h/***"),
        ("https://h/a?stage=${STAGE}", "https://h/a?stage=***"),
        ("https://${USER}:${STAGE}@h/${STAGE}", "https://h/staging"),
        ("${BASE}", "https://base.example.com/x?***"),
    ] {
        for keys in [format!("http: '{url}'"), format!("http: {{url: '{url}'}}")] {
            assert_eq!(target(&keys).meta.address.as_str(), shown, "{keys}");
        }
        let runbook = target(&format!("http: 'http://h'\n  runbook: '{url}'")).meta;
        assert_eq!(runbook.runbook.as_ref().unwrap().as_str(), shown, "{url}");
    }
    // What is shown is no secret in the messages of this monitor; all else is one.
    let said = |keys: &str, text: &str| {
        let secrets = target(keys).secrets;
        secrets.redact(Text::clean(text)).to_string()
    };
    let both = "description: 'in ${STAGE}'\n  http: {url: 'https://${STAGE}.h/', headers: {x: '${PATH_PART}'}}";
    assert_eq!(
        said(both, "no such host (staging.h), orders/v2"),
        "no such host (staging.h), ***"
    );
    assert_eq!(
        target(both).meta.description.as_ref().unwrap().as_str(),
        "in ***"
    );
    assert_eq!(said("http: 'https://h/${secret:STAGE}'", "staging"), "***");
    assert_eq!(
        said(
            "http: '${BASE}'",
            "b0b, hunter2, t0ken, pl4in, base.example.com"
        ),
        "***, ***, ***, ***, base.example.com"
    );
}

#[test]
fn what_neighbours_have_in_common_is_there_once() {
    let targets = targets(
        "monitors:\n- {name: a, http: 'http://h/a'}\n- {name: b, sse: 'http://h/b'}\n\
         - {name: c, http: {url: 'http://h/c', auth: {bearer: x}}}\n- {name: d, http: {url: 'http://h/d', json: [1]}}\n\
         - {name: e, http: {url: 'http://h/e', tls: {insecure: true}}}\n\
         - {name: f, http: {url: 'http://h/f', tls: {insecure: true}}}\n",
    );
    let endpoints: Vec<_> = targets
        .iter()
        .map(|target| match &target.spec {
            Spec::Http(spec) => &spec.endpoint,
            Spec::Sse(spec) => &spec.endpoint,
            _ => panic!(),
        })
        .collect();
    let same: Vec<_> = endpoints
        .windows(2)
        .map(|pair| Arc::ptr_eq(&pair[0].options, &pair[1].options))
        .collect();
    assert_eq!(same, [true, false, false, false, true]);
    assert_eq!(endpoints[1].url.path(), "/b");
    assert!(endpoints[3].options.auth.is_none() && endpoints[4].options.headers.is_empty());
}

#[test]
fn what_is_asked_alike_is_there_once() {
    let expectations = [
        "",
        "expect: {status: 2xx}",
        "expect: {headers: {x-up: yes}, body: up, json: '@.ok == true'}",
        "expect: {headers: {x-up: yes}, body: up, json: '@.ok == true'}",
        "expect: {headers: {x-up: no}, body: up, json: '@.ok == true'}",
        "expect: {headers: {x-up: no}, body: down, json: '@.ok == true'}",
        "expect: {headers: {x-up: no}, body: down, json: '@.ok == false'}",
        "method: HEAD",
        "method: HEAD, timestamp: $.at",
        "method: HEAD, timestamp: $.at",
    ];
    let monitors = expectations.iter().enumerate();
    let monitors: Vec<_> = monitors
        .map(|(at, keys)| format!("- {{name: m{at}, http: {{url: 'http://h/{at}', {keys}}}}}\n"))
        .collect();
    let targets = targets(&format!("monitors:\n{}", monitors.concat()));
    let exchanges = targets.iter().map(|target| match &target.spec {
        Spec::Http(spec) => Arc::as_ptr(&spec.exchange),
        _ => panic!(),
    });
    let exchanges: Vec<_> = exchanges.collect();
    let same: Vec<_> = exchanges
        .windows(2)
        .map(|pair| pair[0] == pair[1])
        .collect();
    assert_eq!(
        same,
        [true, false, true, false, false, false, false, false, true]
    );
}

#[test]
fn kinds_take_their_keys() {
    let Spec::Http(spec) =
        one("http: {url: 'http://h', json: {a: [1, true, null, x]}, expect: {status: [200, 3xx]}}")
            .spec
    else {
        panic!()
    };
    assert_eq!(
        spec.exchange.body.as_deref(),
        Some(&br#"{"a":[1,true,null,"x"]}"#[..])
    );
    assert_eq!(
        spec.endpoint.options.headers["content-type"],
        "application/json"
    );
    assert_eq!(spec.exchange.status, [200..=200, 300..=399]);
    let Spec::Websocket(spec) =
        one("websocket: {url: 'ws://h', send: hello, subprotocols: [a, b]}").spec
    else {
        panic!()
    };
    assert_eq!(spec.send, ["hello"]);
    assert_eq!(spec.subprotocols, ["a", "b"]);
    let Spec::Sse(spec) = one("sse: {url: 'http://h', event: heartbeat}").spec else {
        panic!()
    };
    assert_eq!(spec.events, ["heartbeat"]);
    let Spec::Socketio(spec) =
        one("socketio: {url: 'wss://h', path: sio, namespace: status, reply: ack, protocol: 3}")
            .spec
    else {
        panic!()
    };
    assert_eq!(
        (spec.path.as_str(), spec.namespace.as_str()),
        ("/sio", "/status")
    );
    assert_eq!(spec.endpoint.url.as_str(), "https://h/");
    assert!(
        matches!(&spec.mode, SocketioMode::Emit { reply: Reply::Ack, event, .. } if event == "heartbeat")
    );
}

#[test]
fn websockets_reply_and_repeat() {
    let upkeep = |keys: &str| {
        let Spec::Websocket(spec) = one(&format!("websocket: {{url: 'ws://h', {keys}}}")).spec
        else {
            panic!()
        };
        Arc::into_inner(spec).unwrap().keepalive.unwrap()
    };
    let sends = upkeep("reply: {match: \"@.event == 'ping'\", send: pong}");
    assert_eq!(
        (sends.replies.len(), sends.replies[0].send.as_str()),
        (1, "pong")
    );
    assert!(sends.repeat.is_none());
    let several = upkeep(
        "reply: [{text: ping, send: pong}, {match: '@.ping', value: $.ping, send: '{\"pong\": {value}}'}]",
    );
    assert_eq!(several.replies.len(), 2);
    for (keys, seconds, texts) in [
        ("send: [a, b], send_every: 20s", 20, "a b"),
        ("send: a, send_every: {interval: 1m}", 60, "a"),
        ("send: a, send_every: {interval: 30s, text: c}", 30, "c"),
        ("send_every: {interval: 30s, text: [c, d]}", 30, "c d"),
    ] {
        let repeat = upkeep(keys).repeat.unwrap();
        assert_eq!(
            (repeat.interval.as_secs(), repeat.texts.join(" ")),
            (seconds, texts.to_owned()),
            "{keys}"
        );
    }
    let target = with_environment(
        "monitors: [{name: a, websocket: {url: 'ws://h', reply: {text: ping, send: '${TOKEN}'}}}]",
    );
    assert!(!format!("{target:?}").contains("t0ken"), "{target:?}");
    assert_eq!(
        target
            .secrets
            .redact(Text::clean("said t0ken/from outside"))
            .as_str(),
        "said ***"
    );
}

#[test]
fn fingerprints_follow_what_the_room_is_made_from() {
    let print = |keys: &str| one(keys).fingerprint;
    let base = print("http: 'http://h'");
    for same in [
        "http: {url: 'http://h'}",
        "http: {url: 'http://h', certificate: {error: 1d}}",
        "tags: [x], group: y, description: z, thresholds: {recover: 2}, http: 'http://h'",
        "interval: 15000ms, http: 'http://h'",
    ] {
        assert_eq!(print(same), base, "{same}");
    }
    for other in [
        "http: 'http://i'",
        "sse: 'http://h'",
        "interval: 16s, http: 'http://h'",
        "timeout: 9s, http: 'http://h'",
        "backoff: {max: 61s}, http: 'http://h'",
        "http: {url: 'http://h', auth: {bearer: a}}",
        "http: {url: 'http://h', auth: {bearer: b}}",
        "http: {url: 'http://h', headers: {a: b}}",
        "http: {url: 'http://h', expect: {json: '@.a'}}",
    ] {
        assert_ne!(print(other), base, "{other}");
    }
    assert_ne!(
        print("http: {url: 'http://h', auth: {bearer: a}}"),
        print("http: {url: 'http://h', auth: {bearer: b}}")
    );
    // What was pushed is kept, unless other instances are meant.
    let base = print("interval: 1m, push: {id: $.a}");
    assert_eq!(
        print(
            "interval: 2m, push: {id: $.a, path: /x, token: t, min_online: 3, expect: {body: x}}"
        ),
        base
    );
    assert_ne!(print("interval: 1m, push: {id: $.b}"), base);
}

#[test]
fn monitors_know_their_line_and_are_left_alone_when_it_moves() {
    let text = "# one\nmonitors:\n  - name: a\n    http: 'http://h'\n\n  - &b\n    http: 'http://h'\n    name: b\n  - {<<: *b, name: c}\n";
    let before = targets(text);
    assert_eq!(
        before
            .iter()
            .map(|target| target.meta.line)
            .collect::<Vec<_>>(),
        [Some(3), Some(8), Some(9)]
    );
    let after = targets(&format!("\n\r\n{text}"));
    assert_eq!(
        after
            .iter()
            .map(|target| target.meta.line)
            .collect::<Vec<_>>(),
        [Some(5), Some(10), Some(11)]
    );
    let prints = |targets: &[Target]| {
        targets
            .iter()
            .map(|target| target.fingerprint)
            .collect::<Vec<_>>()
    };
    assert_eq!(prints(&before), prints(&after));
}

#[test]
fn bare_urls_can_be_probed() {
    for (url, kind, name) in [
        ("https://h/x", "http", "https://h/x"),
        ("ws://h", "websocket", "ws://h"),
        ("sse+http://h/s", "sse", "sse+http://h/s"),
        (
            "SIO+https://u:hunter2@h/?token=1",
            "socketio",
            "SIO+https://h/?token=***",
        ),
        ("http://h/$x${y}", "http", "http://h/$x${y}"),
    ] {
        let target = bare_target(url)
            .unwrap_or_else(|error| panic!("{}", error.render(&DiagnosticStyle::default())));
        assert_eq!(target.meta.kind.as_str(), kind);
        assert_eq!(target.meta.name.as_str(), name);
    }
    for bad in [
        "",
        "h",
        "ftp://h",
        "http://",
        "https://bob:hunter2@h:99999/",
        "bob:hunter2@h",
        "http://bob:hunter2@/",
    ] {
        let message = bare_target(bad)
            .unwrap_err()
            .render(&DiagnosticStyle::default());
        assert!(!message.contains("hunter2"), "{message}");
    }
}

/// The systems that hbmon was asked to watch.
#[test]
fn known_systems_can_be_expressed() {
    let targets = targets(
        r#"
monitors:
  - name: alive-status
    interval: 15s
    http: {url: "https://example.com/api/alive/status", expect: {json: "@.ok == true"}, timestamp: $.timestamp}
  - name: chat
    interval: 30s
    websocket: {url: "wss://example.com/ws/chat/", match: '@.type == "heartbeat"', timestamp: $.timestamp, compressed: gzip}
  - name: queen
    interval: 5s
    sse: {url: "http://127.0.0.1:8500/v1/heartbeats/stream", event: heartbeat, expect: {json: "@.workers_online >= 1"}}
  - name: therapists
    interval: 60s
    socketio: {url: "http://localhost:3000", emit: heartbeat, reply: heartbeat-ack, handshake: {token: x}}
"#,
    );
    assert_eq!(targets.len(), 4);
}

/// Names of headers and the kind of authentication, but never a value or a login.
#[test]
fn settings_are_shown_without_secrets() {
    let targets = targets(
        r#"
monitors:
  - name: api
    http:
      url: "https://api.example.com/?key=abc"
      method: POST
      body: "pin 4711"
      headers: {X-Api-Key: hunter22}
      auth: {basic: {username: ada, password: swordfish}}
      proxy: "socks5://user:letmein@proxy.example.com:3128"
      tls: {insecure: true, server_name: other.example.com}
      capture: x-request-id
      expect: {status: [2xx, 304], body: ok, json: "@.n > 1", headers: {Server: "^nginx"}}
  - name: chat
    websocket: {url: "wss://example.com/", send: [login-secret], ping: 20s, match: "@.beat"}
  - name: jobs
    interval: 1m
    push: {token: open-sesame-123456, id: "$.worker"}
"#,
    );
    let shown: Vec<String> = targets
        .iter()
        .map(|target| {
            let settings = target.spec.settings().redacted(&target.secrets);
            let line = |setting: &ShownSetting| {
                format!("{}={}", setting.key, hbmon::words::setting(&setting.value))
            };
            settings.iter().map(line).collect::<Vec<_>>().join("; ")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "method=POST; body=8 bytes; expect.status=2xx, 304; expect.headers=server: /^nginx/; \
             expect.body=/ok/; expect.json=@.n > 1; redirects=5; headers=x-api-key; auth=basic; \
             tls=not verified (insecure), server_name other.example.com; \
             proxy=socks5://proxy.example.com:3128; max_bytes=1 MiB; capture=x-request-id",
            "match=@.beat; send=1 text; ping=20s; \
             tls=verified by the system's roots; max_bytes=1 MiB",
            "push.token=required; push.id=$.worker",
        ]
    );
}

#[test]
fn the_screen_is_as_the_config_says() {
    let screen = "screen: { theme: cb-deutan, reduce_motion: true, columns: [last, p95, uptime, reason], tabs: group, keys: { quit: x F10 } }";
    let text = format!("{screen}\nmonitors: [{{ name: api, http: 'https://example.com' }}]");
    let prefs = load(&text).unwrap().prefs;
    assert_eq!(
        (prefs.theme, prefs.reduce_motion),
        (Some(ThemeName::CbDeutan), true)
    );
    assert_eq!(
        prefs.columns,
        Some(vec![
            Column::Last,
            Column::P95,
            Column::Uptime,
            Column::Reason
        ])
    );
    assert_eq!(prefs.tabs, TabSet::Group);
    let press = |code| prefs.keymap.action(KeyEvent::from(code));
    let quit = Some(Action::Quit);
    assert_eq!(
        [KeyCode::Char('x'), KeyCode::F(10), KeyCode::Char('q')].map(press),
        [quit, quit, None]
    );
}
