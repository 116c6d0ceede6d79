//! Problems of hbmon itself.

use rusqlite::Connection;

use crate::site::*;
use crate::stub::Stub;
use crate::support::*;

fn head(stub: &Stub) -> String {
    format!("{}  self: hook\n", alerts(&[hook(stub)], "100ms"))
}

#[test]
fn somebody_hears_that_no_history_is_kept() {
    let (site, stub) = (Site::start(), Stub::start());
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("h.db");
    // A lock that cannot be opened.
    std::fs::create_dir(folder.path().join("h.db.lock")).unwrap();
    let config = config(&head(&stub), &[&site.monitor("shop")]);
    let agent = Agent::again(folder, &config, |command| command.arg("--state").arg(state));
    let received = stub.wait(1);
    assert_eq!(told(&received), ["opened hbmon"]);
    let text = received[0].json()["alerts"][0]["annotations"]["summary"].clone();
    assert!(
        text.as_str().unwrap().contains("cannot be locked"),
        "{text}"
    );
    agent.logs("opened hbmon: history");
}

#[test]
fn a_fault_of_the_history_is_logged_and_told() {
    let (site, stub) = (Site::start(), Stub::start());
    let agent = Agent::start(&head(&stub), &[&site.monitor("shop")]);
    agent.becomes("shop", "healthy");
    let other = Connection::open(agent.store()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    site.set_down("shop");
    agent.logs("WARN the history ");
    stub.wait_until("own problem", |received| {
        told(received).contains(&"opened hbmon".to_owned())
    });
    other.execute_batch("ROLLBACK").unwrap();
    agent.logs("the history is written again");
    stub.wait_until("its end", |received| {
        told(received).contains(&"recovered hbmon".to_owned())
    });
}
