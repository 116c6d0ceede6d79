//! Receivers that do not accept for a while.

use std::net::TcpListener;

use crate::site::*;
use crate::stub::{Knob, Shape, Stub};
use crate::support::*;

#[test]
fn what_opened_and_closed_meanwhile_is_one_message() {
    let site = Site::start();
    // A port at which nothing listens yet.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let hook = format!("{{name: hook, webhook: \"http://{address}/hook\"}}");
    let agent = Agent::start(
        &alerts(&[hook], "100ms"),
        &[&site.monitor("shop"), &site.monitor("other")],
    );
    site.set_down("shop");
    agent.logs("hook is not told opened shop");
    site.set_up("shop");
    agent.becomes("shop", "healthy");
    // The ledger knows that it is over.
    until(|| {
        let rows = ledger(&agent);
        rows.iter()
            .any(|row| row.starts_with("hook recovered shop waiting"))
            .then_some(())
    });
    let stub = Stub::start_at(address);
    assert_eq!(told(&stub.wait(1)), ["recovered shop"]);
    site.set_down("other");
    assert_eq!(told(&stub.wait(2)), ["recovered shop", "opened other"]);
}

#[test]
fn what_waits_goes_out_as_one_message() {
    let (site, stub) = (Site::start(), Stub::start());
    stub.always(Some(Knob::answer(503, "")));
    let agent = Agent::start(
        &alerts(&[hook(&stub)], "100ms"),
        &[&site.monitor("a"), &site.monitor("b"), &site.monitor("c")],
    );
    for name in ["a", "b", "c"] {
        site.set_down(name);
        agent.becomes(name, "error");
    }
    until(|| (ledger(&agent).len() == 3).then_some(()));
    stub.always(None);
    let received = stub.wait_until("an accepted request", |received| {
        received.iter().any(|request| request.accepted)
    });
    let accepted: Vec<_> = (received.iter().filter(|one| one.accepted).cloned()).collect();
    let mut names = told(&accepted);
    names.sort();
    assert_eq!(names, ["opened a", "opened b", "opened c"]);
    assert_eq!(accepted.len(), 1);
}

#[test]
fn a_fallback_is_told_of_what_a_channel_refuses() {
    let (site, stub, other) = (Site::start(), Stub::start(), Stub::start());
    stub.always(Some(Knob::answer(404, "")));
    let head = format!(
        "alerts:\n  channels:\n    - {{name: page, webhook: {{url: \"{}\"}}, fallback: ops}}\n    \
         - {}\n  routes: [{{match: \"*\", to: page}}]\n  digest: 100ms\n",
        stub.url(Shape::Webhook),
        channel("ops", &other, Shape::Webhook),
    );
    let agent = Agent::start(&head, &[&site.monitor("shop")]);
    site.set_down("shop");
    assert_eq!(told(&other.wait(1)), ["opened shop"]);
    agent.logs("page is broken: ");
    site.set_up("shop");
    assert_eq!(told(&other.wait(2)), ["opened shop", "recovered shop"]);
}
