//! `hbmon alerts test`.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::stub::{Knob, Shape, Stub};
use crate::support::*;

fn test(config: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hbmon.yaml"), config).unwrap();
    let mut command = hbmon(&[&["alerts", "test"], arguments].concat());
    command
        .current_dir(folder.path())
        .env("XDG_STATE_HOME", folder.path().join("state"));
    let output = command.output().unwrap();
    // Nothing is written.
    assert!(!folder.path().join("state").exists());
    output
}

fn config(stub: &Stub) -> String {
    let (hook, slack) = (stub.url(Shape::Webhook), stub.url(Shape::Slack));
    let pager = stub.url(Shape::PagerDuty);
    format!(
        "alerts:\n  channels:\n    - {{name: hook, webhook: {{url: '{hook}'}}}}\n    \
         - {{name: ops, slack: '{slack}'}}\n    \
         - {{name: page, pagerduty: {{url: '{pager}', routing_key: r0ut1ngkey}}}}\n  \
         routes: [{{match: '*', to: [hook, ops, page]}}]\n\
         monitors: [{{name: job, interval: 1h, push: {{}}}}]\n"
    )
}

#[test]
fn each_channel_gets_an_opening_and_its_recovery() {
    let stub = Stub::start();
    let output = test(&config(&stub), &["-o", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["schema"], "hbmon.alerts.test/1");
    let channels = said["channels"].as_array().unwrap();
    let names: Vec<&str> = channels
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["hook", "ops", "page"]);
    for channel in channels {
        assert_eq!(channel["ok"], true);
        for part in ["opened", "recovered"] {
            let answer = channel[part].as_str().unwrap();
            assert!(answer.starts_with("20"), "{answer}");
        }
    }
    let received = stub.received();
    assert_eq!(received.len(), 6);
    let of = |shape: Shape| {
        let of_shape = received.iter().filter(move |one| one.shape == Some(shape));
        let bodies: Vec<Value> = of_shape.map(|one| one.json()).collect();
        bodies.try_into().unwrap()
    };
    let [opening, recovery]: [Value; 2] = of(Shape::Slack);
    let title = |body: &Value| body["text"].as_str().unwrap().to_owned();
    assert!(
        title(&opening).starts_with("[TEST] [ERROR] hbmon"),
        "{opening}"
    );
    assert!(
        title(&recovery).starts_with("[TEST] [OK] hbmon"),
        "{recovery}"
    );
    let [opening, recovery]: [Value; 2] = of(Shape::PagerDuty);
    assert_eq!(opening["event_action"], "trigger");
    assert_eq!(recovery["event_action"], "resolve");
    assert_eq!(opening["dedup_key"], recovery["dedup_key"]);
}

#[test]
fn a_channel_that_refuses_is_named() {
    let stub = Stub::start();
    stub.next(Knob::answer(404, "no_service"));
    let output = test(&config(&stub), &["ops"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[1].starts_with("ops      failed  404"), "{text}");
    assert!(lines[1].ends_with("not sent"), "{text}");
    assert!(!text.contains("s3cretpath"), "{text}");
    assert_eq!(stub.received().len(), 1);
}

#[test]
fn a_channel_that_is_not_there_is_refused() {
    let stub = Stub::start();
    let output = test(&config(&stub), &["opz"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "error: the config has no channel `opz`, did you mean `ops`?\n"
    );
    let output = test("monitors: [{name: job, interval: 1h, push: {}}]\n", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the config has no channels"));
    assert_eq!(stub.received().len(), 0);
}
