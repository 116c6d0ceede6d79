//! Crashes at every step of a delivery: nothing is lost, and a receiver with a key sees it once.

use tempfile::TempDir;

use crate::site::*;
use crate::stub::{Knob, Shape, Stub};
use crate::support::*;

/// Kills an agent without a chance to finish anything.
fn kill(agent: Agent) -> TempDir {
    agent.signal("KILL");
    agent.wait().1
}

#[test]
fn between_the_commit_and_the_send() {
    let (site, stub) = (Site::start(), Stub::start());
    // The receiver reads nothing: for it, the request was never sent.
    stub.next(Knob::Hang);
    let config = config(&alerts(&[hook(&stub)], "100ms"), &[&site.monitor("shop")]);
    let agent = Agent::with(&config, |command| command);
    site.set_down("shop");
    ledger_becomes(&agent, &["hook opened shop waiting 1"]);
    let folder = kill(agent);
    assert!(stub.received().is_empty());
    let agent = Agent::again(folder, &config, |command| command);
    assert_eq!(told(&stub.wait(1)), ["opened shop"]);
    site.set_up("shop");
    assert_eq!(told(&stub.wait(2)), ["opened shop", "recovered shop"]);
    ledger_becomes(
        &agent,
        &["hook opened shop told 2", "hook recovered shop told 1"],
    );
}

#[test]
fn between_the_send_and_the_mark() {
    let (site, hook, pager) = (Site::start(), Stub::start(), Stub::start());
    let channels = [
        channel("hook", &hook, Shape::Webhook),
        channel("pager", &pager, Shape::PagerDuty),
    ];
    let config = config(&alerts(&channels, "100ms"), &[&site.monitor("shop")]);
    for stub in [&hook, &pager] {
        stub.next(Knob::Hold);
    }
    let agent = Agent::with(&config, |command| command);
    site.set_down("shop");
    hook.wait(1);
    pager.wait(1);
    let folder = kill(agent);
    let agent = Agent::again(folder, &config, |command| command);
    let keys = |received: &[crate::stub::Received], name: &str| {
        let keys = received.iter().map(|request| request.json()[name].clone());
        keys.collect::<Vec<_>>()
    };
    // At least once, and to a receiver that knows the key exactly once.
    let again = hook.wait(2);
    assert_eq!(told(&again), ["opened shop", "opened shop"]);
    let groups = keys(&again, "groupKey");
    assert_eq!(groups[0], groups[1]);
    let dedup = keys(&pager.wait(2), "dedup_key");
    assert_eq!(dedup[0], dedup[1]);
    site.set_up("shop");
    hook.wait(3);
    let all = pager.wait(3);
    let dedup = keys(&all, "dedup_key");
    assert_eq!(dedup[0], dedup[2]);
    assert_eq!(
        keys(&all, "event_action"),
        ["trigger", "trigger", "resolve"]
    );
    drop(agent);
}

#[test]
fn inside_a_digest() {
    let (site, stub) = (Site::start(), Stub::start());
    let config = config(
        &alerts(&[hook(&stub)], "1h"),
        &[&site.monitor("a"), &site.monitor("b"), &site.monitor("c")],
    );
    let agent = Agent::with(&config, |command| command);
    site.set_down("a");
    stub.wait(1);
    site.set_down("b");
    site.set_down("c");
    until(|| {
        let rows = ledger(&agent);
        let waiting = rows.iter().filter(|row| row.ends_with("waiting 0"));
        (waiting.count() == 2 && rows.iter().any(|row| row == "hook opened a told 1")).then_some(())
    });
    let folder = kill(agent);
    let _agent = Agent::again(folder, &config, |command| command);
    let received = stub.wait(2);
    let mut names = told(&received[1..]);
    names.sort();
    assert_eq!(names, ["opened b", "opened c"]);
}

#[test]
fn at_any_moment() {
    let (site, stub) = (Site::start(), Stub::start());
    let names = ["a", "b", "c"];
    let monitors = names.map(|name| site.monitor(name));
    let config = config(
        &alerts(&[hook(&stub)], "100ms"),
        &monitors.each_ref().map(String::as_str),
    );
    let mut folder = tempfile::tempdir().unwrap();
    let mut crashes = 0;
    // Each round ends at another moment of a delivery.
    for name in names {
        for what in ["opened", "recovered"] {
            let agent = Agent::again(folder, &config, |command| command);
            if what == "opened" {
                site.set_down(name);
            } else {
                site.set_up(name);
            }
            let wanted = format!("{what} {name}");
            stub.wait_until(&wanted, |received| told(received).contains(&wanted));
            folder = kill(agent);
            crashes += 1;
        }
    }
    let agent = Agent::again(folder, &config, |command| command);
    until(|| {
        let rows = ledger(&agent);
        (rows.iter().all(|row| row.contains(" told "))).then_some(())
    });
    let all = told(&stub.received());
    for name in names {
        let of_it: Vec<_> = all.iter().filter(|told| told.ends_with(name)).collect();
        assert!(of_it.first().unwrap().starts_with("opened"), "{all:?}");
        assert!(of_it.last().unwrap().starts_with("recovered"), "{all:?}");
    }
    // A crash repeats at most what was not marked.
    assert!(all.len() <= 2 * names.len() + crashes, "{all:?}");
}
