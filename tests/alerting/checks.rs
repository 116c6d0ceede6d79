//! `check --alert` under cron.

use crate::job::Job;
use crate::site::*;
use crate::stub::{Knob, Shape, Stub};
use crate::support::*;

#[test]
fn the_story_of_ten_runs() {
    let (site, stub) = (Site::start(), Stub::start());
    let job = Job::new(&site, &alerts(&[hook(&stub)], "1h"), &["shop", "api"]);
    let said = |count: usize| told(&stub.received()[count..]);

    // 1: all is well.
    assert_eq!(job.run(), (0, String::new()));
    assert_eq!(said(0), Vec::<String>::new());
    // 2: one goes down. 3: it still is.
    site.set_down("shop");
    assert_eq!(job.run().0, 1);
    assert_eq!(said(0), ["opened shop"]);
    assert_eq!(job.run().0, 1);
    assert_eq!(said(1), Vec::<String>::new());
    // 4: another one, and the receiver does not accept it. The exit code is that of the check.
    site.set_down("api");
    stub.always(Some(Knob::answer(503, "")));
    let (code, warning) = job.run();
    assert_eq!(code, 1);
    assert!(
        warning.starts_with("warning: hook is not told opened api: ")
            && warning.ends_with("; the next run tries again\n"),
        "{warning}"
    );
    assert_eq!(said(1), ["opened api"]);
    // 5: it is tried again, and accepted.
    stub.always(None);
    job.pass_retries();
    assert_eq!(job.run(), (1, String::new()));
    assert_eq!(said(2), ["opened api"]);
    // 6: both are well again: one message.
    site.set_up("shop");
    site.set_up("api");
    assert_eq!(job.run(), (0, String::new()));
    assert_eq!(stub.received().len(), 4);
    let mut over = said(3);
    over.sort();
    assert_eq!(over, ["recovered api", "recovered shop"]);
    // 7: nothing new.
    assert_eq!(job.run(), (0, String::new()));
    assert_eq!(said(4), Vec::<String>::new());
    // 8: down while nothing listens; 9: well again before it could be told; 10: one message.
    site.set_down("api");
    stub.always(Some(Knob::answer(503, "")));
    assert_eq!(job.run().0, 1);
    site.set_up("api");
    job.pass_retries();
    let (code, warning) = job.run();
    assert_eq!(code, 0);
    assert!(
        warning.contains("hook is not told recovered api"),
        "{warning}"
    );
    stub.always(None);
    job.pass_retries();
    assert_eq!(job.run(), (0, String::new()));
    assert_eq!(said(6), ["recovered api"]);
}

#[test]
fn a_monitor_that_flaps_from_run_to_run() {
    let (site, stub) = (Site::start(), Stub::start());
    let job = Job::new(&site, &alerts(&[hook(&stub)], "1h"), &["shop"]);
    for _ in 0..3 {
        site.set_down("shop");
        assert_eq!(job.run(), (1, String::new()));
        site.set_up("shop");
        assert_eq!(job.run(), (0, String::new()));
    }
    let mut wanted = vec![
        "opened shop",
        "recovered shop",
        "opened shop",
        "recovered shop",
        "flapping shop",
    ];
    assert_eq!(told(&stub.received()), wanted);
    job.pass(10);
    assert_eq!(job.run(), (0, String::new()));
    assert_eq!(told(&stub.received()), wanted);
    // Now it is steady.
    job.pass(5);
    assert_eq!(job.run(), (0, String::new()));
    wanted.push("recovered shop");
    assert_eq!(told(&stub.received()), wanted);
}

#[test]
fn without_alert_nobody_is_told() {
    let (site, stub) = (Site::start(), Stub::start());
    let job = Job::new(&site, &alerts(&[hook(&stub)], "1h"), &["shop"]);
    site.set_down("shop");
    for flags in [&[][..], &["--no-alerts"], &["--alert", "--no-alerts"]] {
        assert_eq!(job.output(flags).status.code(), Some(1));
    }
    assert!(stub.received().is_empty());
}

#[test]
fn all_channels_are_told_at_once() {
    let (site, stub, stuck) = (Site::start(), Stub::start(), Stub::start());
    stuck.always(Some(Knob::Hang));
    let stuck_hook = format!(
        "{{name: stuck, webhook: {{url: \"{}\", timeout: 1s}}}}",
        stuck.url(Shape::Webhook)
    );
    let head = alerts(&[stuck_hook, hook(&stub)], "1h");
    let job = Job::new(&site, &head, &["shop"]);
    site.set_down("shop");
    let (code, warning) = job.run();
    assert_eq!(code, 1);
    assert!(
        warning.contains("stuck is not told opened shop"),
        "{warning}"
    );
    assert_eq!(told(&stub.received()), ["opened shop"]);
}

#[test]
fn a_check_and_an_agent_never_tell_twice() {
    let (site, stub) = (Site::start(), Stub::start());
    let head = alerts(&[hook(&stub)], "100ms");
    let job = Job::new(&site, &head, &["shop"]);
    site.set_down("shop");
    assert_eq!(job.run().0, 1);
    stub.wait(1);
    let config = job.config();
    let state = job.state.to_str().unwrap();
    let mut command = hbmon(&["serve", "--state", state, config.to_str().unwrap()]);
    let mut agent = Agent::of(tempfile::tempdir().unwrap(), &mut command);
    agent.listens();
    agent.becomes("shop", "error");
    site.set_up("shop");
    assert_eq!(told(&stub.wait(2)), ["opened shop", "recovered shop"]);
    agent.logs("told hook: recovered shop");
    agent.stop();
    assert_eq!(job.run(), (0, String::new()));
    assert_eq!(stub.received().len(), 2);
}

#[test]
fn who_is_told_must_be_known() {
    let site = Site::start();
    let job = Job::new(&site, "", &["shop"]);
    let (code, error) = job.run();
    assert_eq!(code, 2);
    assert!(
        error.contains("`--alert` needs a config with `alerts`"),
        "{error}"
    );
}
