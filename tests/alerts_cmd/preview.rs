//! `hbmon alerts preview`.

use std::fs;
use std::process::Output;

use serde_json::{Value, json};

use crate::support::*;

const CONFIG: &str = r#"
alerts:
  channels:
    - name: hook
      webhook:
        url: http://127.0.0.1:9/s3cretpath?key=s3cretkey
        headers: {authorization: "Bearer s3crettoken", x-team: s3cretteam}
        secret: s3cretsign
    - {name: page, pagerduty: {url: "http://127.0.0.1:9/v2", routing_key: s3cretrouting}}
    - name: mail
      email: {smtp: "smtp://u:s3cretpass@127.0.0.1:9", from: a@example.com, to: [b@example.com]}
    - {name: local, exec: [touch, told, "--key=${KEY}", "${file:token}"]}
  routes:
    - {match: "tag:eu", from: warning, to: [hook, local]}
    - {match: "*", to: [page, hook], after: 30m}
    - {match: "tag:eu", after: 5m, to: mail}
monitors:
  - {name: site, tags: [eu], http: "http://127.0.0.1:9/"}
  - {name: job, interval: 1h, push: {}}
"#;

fn preview(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hbmon.yaml"), CONFIG).unwrap();
    fs::write(folder.path().join("token"), "s3cretfile\n").unwrap();
    let mut command = hbmon(&[&["alerts", "preview"], arguments].concat());
    command.current_dir(folder.path()).env("KEY", "s3cret key");
    let output = command.output().unwrap();
    // The program of the channel did not run.
    assert!(!folder.path().join("told").exists());
    let whole = [&output.stdout[..], &output.stderr].concat();
    assert!(!String::from_utf8(whole).unwrap().contains("s3cret"));
    output
}

fn object(arguments: &[&str]) -> Value {
    let output = preview(&[arguments, &["-o", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn requests_are_shown_without_secrets() {
    let preview = object(&["site"]);
    assert_eq!(preview["schema"], "hbmon.alerts.preview/1");
    assert_eq!(preview["monitor"], "site");
    assert_eq!(preview["status"], "error");
    let notifications = preview["notifications"].as_array().unwrap();
    let when: Vec<Value> = notifications
        .iter()
        .map(|one| json!([one["channel"], one["when_s"]]))
        .collect();
    let wanted = json!([
        ["hook", 0.0],
        ["local", 0.0],
        ["mail", 300.0],
        ["page", 1800.0]
    ]);
    assert_eq!(Value::from(when), wanted);
    let hook = &notifications[0]["request"];
    assert_eq!(hook["method"], "POST");
    assert_eq!(hook["url"], "http://127.0.0.1:9");
    let headers = json!({
        "authorization": "***",
        "content-type": "application/json",
        "x-hbmon-signature": "***",
        "x-team": "***",
    });
    assert_eq!(hook["headers"], headers);
    assert_eq!(hook["body"]["alerts"][0]["labels"]["monitor"], "site");
    let local = &notifications[1]["request"];
    assert_eq!(local["argv"], json!(["touch", "told", "--key=***", "***"]));
    assert_eq!(local["env"]["HBMON_MONITOR"], "site");
    assert!(local["stdin"].as_str().unwrap().starts_with('{'));
    let mail = notifications[2]["request"]["mail"].as_str().unwrap();
    assert!(mail.contains("To: b@example.com"), "{mail}");
    let page = &notifications[3]["request"]["body"];
    assert_eq!(page["routing_key"], "***");
    assert_eq!(page["event_action"], "trigger");
}

#[test]
fn only_what_routes_say_is_told() {
    let warning = object(&["site", "--status=warning"]);
    let channels = warning["notifications"].as_array().unwrap().iter();
    let channels: Vec<&str> = channels
        .map(|one| one["channel"].as_str().unwrap())
        .collect();
    assert_eq!(channels, ["hook", "local"]);
    let output = preview(&["job", "--status", "warning"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "no channel is told of job in warning: no route says so\n"
    );
    let output = preview(&["site"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("site in error is told to:\n\nhook (webhook) at once, by routes 1, 2\n")
    );
    assert!(text.contains("\n  POST http://127.0.0.1:9\n"), "{text}");
    assert!(
        text.contains("\nmail (email) after 5m, by route 3\n"),
        "{text}"
    );
    let output = preview(&["sit"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "error: the config has no monitor `sit`, did you mean `site`?\n"
    );
    assert_eq!(
        preview(&["site", "--status=healthy"]).status.code(),
        Some(2)
    );
}
