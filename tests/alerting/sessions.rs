//! Sessions without an end.

use serde_json::json;

use crate::site::*;
use crate::stub::{Knob, Shape, Stub};
use crate::support::*;

fn start(site: &Site, stub: &Stub, names: &[&str]) -> Agent {
    let monitors: Vec<String> = names.iter().map(|name| site.monitor(name)).collect();
    let monitors: Vec<&str> = monitors.iter().map(String::as_str).collect();
    Agent::start(&alerts(&[hook(stub)], "100ms"), &monitors)
}

#[test]
fn people_are_told_once_and_again_when_it_is_over() {
    let (site, stub) = (Site::start(), Stub::start());
    let agent = start(&site, &stub, &["shop", "other"]);
    agent.becomes("shop", "healthy");
    site.set_down("shop");
    stub.wait(1);
    agent.logs("told hook: opened shop");
    site.set_up("shop");
    assert_eq!(told(&stub.wait(2)), ["opened shop", "recovered shop"]);
    agent.logs("told hook: recovered shop");
    ledger_becomes(
        &agent,
        &["hook opened shop told 1", "hook recovered shop told 1"],
    );
    let incident = until(|| {
        let incident = agent.get("/v1/incidents/i-0001").json();
        (incident["told"].as_array()?.len() == 2).then_some(incident)
    });
    let what: Vec<_> = (incident["told"].as_array().unwrap().iter())
        .map(|told| (told["channel"].clone(), told["what"].clone()))
        .collect();
    assert_eq!(
        what,
        [
            (json!("hook"), json!("opened")),
            (json!("hook"), json!("recovered"))
        ]
    );
    assert_eq!(stub.received().len(), 2);
}

#[test]
fn a_recovery_comes_after_a_restart_too() {
    let (site, stub) = (Site::start(), Stub::start());
    let agent = start(&site, &stub, &["shop"]);
    site.set_down("shop");
    stub.wait(1);
    let config = std::fs::read_to_string(agent.path()).unwrap();
    let (status, folder) = agent.stop();
    assert!(status.success());
    let agent = Agent::again(folder, &config, |command| command);
    agent.becomes("shop", "error");
    site.set_up("shop");
    assert_eq!(told(&stub.wait(2)), ["opened shop", "recovered shop"]);
}

#[test]
fn a_recovery_comes_if_it_happened_between_two_runs() {
    let (site, stub) = (Site::start(), Stub::start());
    let agent = start(&site, &stub, &["shop"]);
    site.set_down("shop");
    stub.wait(1);
    let config = std::fs::read_to_string(agent.path()).unwrap();
    let (_, folder) = agent.stop();
    site.set_up("shop");
    let _agent = Agent::again(folder, &config, |command| command);
    assert_eq!(told(&stub.wait(2)), ["opened shop", "recovered shop"]);
}

#[test]
fn an_alertmanager_hears_of_a_recovery_after_a_restart_too() {
    let (site, stub) = (Site::start(), Stub::start());
    let am = channel("am", &stub, Shape::Alertmanager);
    let agent = Agent::start(&alerts(&[am], "100ms"), &[&site.monitor("shop")]);
    agent.becomes("shop", "healthy");
    site.set_down("shop");
    stub.wait(1);
    site.set_up("shop");
    stub.wait(2);
    agent.logs("told am: recovered shop");
    let config = std::fs::read_to_string(agent.path()).unwrap();
    let (_, folder) = agent.stop();
    let _agent = Agent::again(folder, &config, |command| command);
    let received = stub.wait(3);
    let alert = |place: usize| received[place].json()[0].clone();
    for key in ["labels", "startsAt", "endsAt"] {
        assert_eq!(alert(2)[key], alert(1)[key], "{key}");
    }
}

#[test]
fn what_was_refused_is_not_sent_again_by_the_next_run() {
    let (site, stub) = (Site::start(), Stub::start());
    let agent = start(&site, &stub, &["shop", "other"]);
    agent.becomes("shop", "healthy");
    stub.next(Knob::answer(404, ""));
    site.set_down("shop");
    stub.wait(1);
    agent.logs("hook is broken");
    let config = std::fs::read_to_string(agent.path()).unwrap();
    let (_, folder) = agent.stop();
    let agent = Agent::again(folder, &config, |command| command);
    agent.becomes("shop", "error");
    site.set_down("other");
    assert_eq!(told(&stub.wait(2)), ["opened shop", "opened other"]);
}

#[test]
fn a_silence_holds_no_recovery_back() {
    let (site, stub) = (Site::start(), Stub::start());
    let agent = start(&site, &stub, &["shop", "other"]);
    site.set_down("shop");
    stub.wait(1);
    let silence = json!({"match": "*", "for": "2h", "by": "ana", "reason": "new router"});
    assert!(agent.post("/v1/silences", &silence.to_string()) < 300);
    site.set_down("other");
    agent.becomes("other", "error");
    site.set_up("shop");
    assert_eq!(told(&stub.wait(2)), ["opened shop", "recovered shop"]);
    let held = until(|| {
        let rows = ledger(&agent);
        rows.iter().find(|row| row.contains("other")).cloned()
    });
    assert_eq!(held, "hook opened other held 0");
}

#[test]
fn two_hundred_at_once_are_two_messages() {
    let (site, stub) = (Site::start(), Stub::start());
    let names: Vec<String> = (0..200).map(|number| format!("m{number:03}")).collect();
    let monitors: Vec<String> = names.iter().map(|name| site.monitor(name)).collect();
    let monitors: Vec<&str> = monitors.iter().map(String::as_str).collect();
    // Longer than they take to go down one after the other.
    let agent = Agent::start(&alerts(&[hook(&stub)], "10s"), &monitors);
    until(|| {
        let health = agent.get("/v1/status").json();
        (health["counts"]["healthy"] == 200).then_some(())
    });
    site.set_all_down(&names);
    let received = stub.wait_until("200 notifications", |received| {
        received.iter().map(count).sum::<u64>() == 200
    });
    assert_eq!(received.len(), 2, "{:?}", told(&received));
    assert!(told(&received[1..]).len() <= 20);
    agent.logs("told hook: opened m");
}

#[test]
fn a_receiver_that_hangs_delays_no_other() {
    let (site, stub, other) = (Site::start(), Stub::start(), Stub::start());
    stub.always(Some(Knob::Hang));
    let channels = [
        channel("stuck", &stub, Shape::Webhook),
        channel("hook", &other, Shape::Webhook),
    ];
    let agent = Agent::start(
        &alerts(&channels, "100ms"),
        &[&site.monitor("a"), &site.monitor("b"), &site.monitor("c")],
    );
    for name in ["a", "b", "c"] {
        let before = other.received().len();
        site.set_down(name);
        other.wait(before + 1);
        site.set_up(name);
        other.wait(before + 2);
    }
    assert!(stub.received().is_empty());
    // The end waits for what is being sent, but not for its 10 s.
    let (status, _) = agent.stop();
    assert!(status.success());
}

#[test]
fn nobody_is_told_without_alerts() {
    let (site, stub) = (Site::start(), Stub::start());
    let config = config(
        &alerts(&[hook(&stub)], "100ms"),
        &[&site.monitor("shop"), &site.monitor("other")],
    );
    let agent = Agent::with(&config, |command| command.arg("--no-alerts"));
    site.set_down("shop");
    agent.becomes("shop", "error");
    let (_, folder) = agent.stop();
    // The end of an incident of which nobody was told is no news.
    let agent = Agent::again(folder, &config, |command| command);
    site.set_up("shop");
    agent.becomes("shop", "healthy");
    site.set_down("other");
    assert_eq!(told(&stub.wait(1)), ["opened other"]);
}

#[test]
fn without_a_history_people_are_told_as_well() {
    let (site, stub) = (Site::start(), Stub::start());
    let config = config(&alerts(&[hook(&stub)], "100ms"), &[&site.monitor("shop")]);
    let agent = Agent::of(tempfile::tempdir().unwrap(), &mut {
        let folder = tempfile::tempdir().unwrap().keep();
        let path = folder.join("hbmon.yaml");
        std::fs::write(&path, &config).unwrap();
        hbmon(&["serve", "--no-state", path.to_str().unwrap()])
    });
    agent.logs("alerts without a history");
    site.set_down("shop");
    stub.wait(1);
    site.set_up("shop");
    assert_eq!(told(&stub.wait(2)), ["opened shop", "recovered shop"]);
}

#[test]
fn a_channel_that_leaves_the_config_is_told_nothing_more() {
    let (site, stub, other) = (Site::start(), Stub::start(), Stub::start());
    let agent = start(&site, &stub, &["shop", "next"]);
    site.set_down("shop");
    stub.wait(1);
    ledger_becomes(&agent, &["hook opened shop told 1"]);
    let monitors = [site.monitor("shop"), site.monitor("next")];
    let monitors: Vec<&str> = monitors.iter().map(String::as_str).collect();
    let new = alerts(&[channel("new", &other, Shape::Webhook)], "100ms");
    agent.reconfigure(&config(&new, &monitors));
    agent.logs("hook has left the config: it is not told the end of 1 incident");
    site.set_up("shop");
    agent.becomes("shop", "healthy");
    site.set_down("next");
    // A channel that is new is not told of what stood.
    assert_eq!(told(&other.wait(1)), ["opened next"]);
    assert_eq!(stub.received().len(), 1);
}

#[test]
fn no_secret_is_in_the_log() {
    let (site, stub) = (Site::start(), Stub::start());
    stub.next(Knob::answer(404, "no_service s3cretpath"));
    let slack = channel("slack", &stub, Shape::Slack);
    let agent = Agent::start(&alerts(&[slack], "100ms"), &[&site.monitor("shop")]);
    site.set_down("shop");
    let refused = agent.logs("slack refused opened shop: ");
    let broken = agent.logs("slack is broken: ");
    assert!(!refused.contains("s3cret"), "{refused}");
    assert!(!broken.contains("s3cret"), "{broken}");
}

#[test]
fn no_reminder_is_announced_after_the_end() {
    let (site, stub) = (Site::start(), Stub::start());
    let head = alerts(&[hook(&stub)], "100ms").replace("to: [", "remind: 1h, to: [");
    let agent = Agent::start(&head, &[&site.monitor("shop")]);
    let next = |agent: &Agent| {
        let rows = agent.get("/v1/alerts").json()["notifications"].clone();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["next"].clone()).collect::<Vec<_>>()
    };
    site.set_down("shop");
    until(|| {
        next(&agent)
            .iter()
            .any(|next| next.is_string())
            .then_some(())
    });
    site.set_up("shop");
    stub.wait(2);
    until(|| next(&agent).iter().all(|next| next.is_null()).then_some(()));
}
