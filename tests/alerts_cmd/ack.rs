//! `hbmon ack`.

use std::process::Command;

use serde_json::Value;

use crate::place::*;
use crate::support::*;

#[test]
fn an_acknowledgement_in_the_history_reaches_the_agent() {
    let agent = agent("");
    let said = text(&agent, &["ack", "site", "--for=4h", "--reason=on it"]);
    assert!(
        said.starts_with("acknowledged: i-0001 site until 20"),
        "{said}"
    );
    let acknowledged = || agent.monitor("site")["incident"]["acknowledged"].clone();
    let by_agent = until(|| acknowledged().is_object().then(&acknowledged));
    assert_eq!(by_agent["by"], "ana");
    assert!(by_agent["until"].is_string());
    let shown = json(&agent, &["incidents", "show", "1"]);
    assert_eq!(shown["notes"][0]["text"], "on it");
    let undone = text(&agent, &["ack", "i-0001", "--undo"]);
    assert_eq!(undone, "no longer acknowledged: i-0001 site\n");
    until(|| acknowledged().is_null().then_some(()));
    let again = json(&agent, &["ack", "1", "--by=bob"]);
    assert_eq!(again["acknowledged"]["by"], "bob");
    assert_eq!(again["acknowledged"]["until"], Value::Null);
}

#[test]
fn without_a_variable_the_user_is_the_account() {
    let agent = agent("");
    let mut command = command(&agent, &["ack", "site", "-o", "json"]);
    for name in ["SUDO_USER", "USER", "LOGNAME"] {
        command.env_remove(name);
    }
    let said: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let id = Command::new("id").arg("-un").output().unwrap().stdout;
    let account = String::from_utf8(id).unwrap();
    assert_eq!(said["acknowledged"]["by"], account.trim_end());
}

#[test]
fn an_agent_is_asked_by_its_url() {
    let agent = agent("");
    let url = url(&agent);
    let said = text(&agent, &["ack", "site", &url, "--reason=on it"]);
    assert_eq!(said, "acknowledged: i-0001 site\n");
    let incident = &agent.monitor("site")["incident"];
    assert_eq!(incident["acknowledged"]["by"], "ana");
    let shown = json(&agent, &["incidents", "show", "1"]);
    assert_eq!(shown["notes"][0]["text"], "on it");
    let said = text(&agent, &["ack", "i-0001", "--undo", &url]);
    assert_eq!(said, "no longer acknowledged: i-0001 site\n");
    assert!(agent.monitor("site")["incident"]["acknowledged"].is_null());
    for (what, wanted) in [
        ("job", "no open incident of a monitor `job`"),
        ("i-0099", "no incident has this id"),
    ] {
        let why = refused(&agent, &["ack", what, &url]);
        assert!(why.contains(wanted), "{why}");
    }
    let nobody = refused(&agent, &["ack", "site", "--url=http://127.0.0.1:9"]);
    assert!(nobody.contains("connection refused"), "{nobody}");
}

#[test]
fn what_cannot_be_acknowledged_is_refused_with_a_sentence() {
    let agent = agent("");
    for (arguments, wanted) in [
        (&["job"][..], "`job` has no open incident"),
        (
            &["siet"],
            "the history has no monitor `siet`, did you mean `site`?",
        ),
        (&["i-0099"], "the history has no incident `i-0099`"),
        (
            &["site", "--for=31d"],
            "`--for` is longer than 0 s and at most 30 days",
        ),
        (&["site", "--undo", "--for=1h"], "cannot be used with"),
    ] {
        let why = refused(&agent, &[&["ack"], arguments].concat());
        assert!(why.contains(wanted), "{arguments:?}: {why}");
    }
}
