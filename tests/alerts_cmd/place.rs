//! An agent, and commands that find its history as a user's shell does.

use std::process::{Command, Output};

use serde_json::Value;

use crate::support::*;

/// It is down: nothing listens there.
pub(crate) const SITE: &str =
    "{name: site, tags: [eu], interval: 200ms, http: 'http://127.0.0.1:9/'}";
pub(crate) const JOB: &str = "{name: job, interval: 1h, push: {}}";

/// Starts an agent of which `site` has an open incident.
pub(crate) fn agent(head: &str) -> Agent {
    let agent = Agent::start(head, &[SITE, JOB]);
    agent.becomes("site", "error");
    until(|| {
        output(&agent, &["incidents", "show", "1"])
            .status
            .success()
            .then_some(())
    });
    agent
}

/// Returns a command in the folder of an agent, by the user `ana`.
pub(crate) fn command(agent: &Agent, arguments: &[&str]) -> Command {
    let mut command = hbmon(arguments);
    command
        .current_dir(agent.folder.path())
        .env("XDG_STATE_HOME", agent.folder.path().join("state"))
        .env("USER", "ana");
    command
}

pub(crate) fn output(agent: &Agent, arguments: &[&str]) -> Output {
    command(agent, arguments).output().unwrap()
}

/// Returns what a command that must succeed prints.
pub(crate) fn text(agent: &Agent, arguments: &[&str]) -> String {
    let output = output(agent, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        stderr(&output)
    );
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn json(agent: &Agent, arguments: &[&str]) -> Value {
    serde_json::from_str(&text(agent, &[arguments, &["-o", "json"]].concat())).unwrap()
}

/// Returns the error of a command that must fail as a usage error.
pub(crate) fn refused(agent: &Agent, arguments: &[&str]) -> String {
    let output = output(agent, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    stderr(&output)
}

pub(crate) fn url(agent: &Agent) -> String {
    format!("--url=http://{}", agent.address)
}
