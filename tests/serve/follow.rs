//! Following an agent: what arrives, and agents that are none.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::config::{self, CertificateTrust};
use hbmon::model::{ChangeKind, Event, Rhythm, Snapshot, Status, Text};
use hbmon::remote::{AgentClient, AgentCommand, AgentError, Agents, LinkState};
use jiff::SignedDuration;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::support::*;

const SITE: &str = "{name: site, group: web, tags: [eu], interval: 1h, \
                    thresholds: {latency: {warning: 250ms}}, http: 'http://127.0.0.1:9/'}";
const JOB: &str = "{name: job, interval: 1h, push: {}}";

/// Returns a clock whose moments begin a day ago.
fn clock() -> Clock {
    Clock::resume(Clock::start().anchor() - SignedDuration::from_hours(24))
}

fn client(address: SocketAddr, token: Option<&str>, clock: &Clock) -> AgentClient {
    let (endpoint, secrets) = config::agent(
        &format!("http://{address}"),
        token,
        CertificateTrust::System,
    )
    .unwrap();
    AgentClient::new(endpoint, secrets, clock.clone())
}

#[test]
fn an_agent_arrives_whole_and_stays_current() {
    let agent = Agent::start("token: s3cr3t", &[SITE, JOB]);
    let clock = clock();
    Runtime::new().unwrap().block_on(async {
        let client = client(agent.address, Some("s3cr3t"), &clock);
        let mut agents = Agents::follow(vec![client], &clock, Box::new(|_| true), true);
        let wait = |limit| tokio::time::sleep(limit);
        let snapshots = &mut agents.snapshots;
        let has_failed = snapshots.wait_for(|snapshot| {
            let site = snapshot.rows.first();
            site.is_some_and(|row| row.failures > 0 && row.retry_at.is_some())
        });
        let snapshot = tokio::select! {
            snapshot = has_failed => snapshot.unwrap().clone(),
            () = wait(PATIENCE) => panic!("nothing came"),
        };
        let site = &snapshot.rows[0];
        assert_eq!(site.meta.name.as_str(), "site");
        assert_eq!(site.meta.group.as_ref().unwrap().as_str(), "web");
        assert_eq!(site.policy.rhythm, Rhythm::Poll);
        assert_eq!(site.policy.interval, Duration::from_secs(3_600));
        let warning = Some(Duration::from_millis(250));
        assert_eq!(site.policy.latency.warning, warning);
        assert!(!site.recent.is_empty() && site.last_failure.is_some());
        let link = agents.links.borrow()[0].clone();
        assert_eq!((link.state, link.may_act), (LinkState::Connected, true));

        let token = ["Authorization: Bearer s3cr3t"];
        let posted = agent.ask("POST /v1/heartbeats/job", &token, "");
        assert_eq!(posted.status, 202);
        let is_heard = snapshots.wait_for(|snapshot| {
            let job = &snapshot.rows[1];
            job.status == Status::Healthy && job.beats == 1
        });
        tokio::select! {
            heard = is_heard => drop(heard.unwrap()),
            () = wait(PATIENCE) => panic!("the heartbeat did not arrive"),
        }
    });
}

/// Waits for a snapshot of agents.
async fn shows(
    snapshots: &mut watch::Receiver<Arc<Snapshot>>,
    what: &str,
    wanted: impl FnMut(&Arc<Snapshot>) -> bool,
) -> Arc<Snapshot> {
    match tokio::time::timeout(PATIENCE, snapshots.wait_for(wanted)).await {
        Ok(snapshot) => Arc::clone(&snapshot.unwrap()),
        Err(_) => panic!("not shown: {what}"),
    }
}

#[test]
fn acknowledging_and_silencing_go_to_the_agent() {
    let agent = Agent::start("token: s3cr3t", &[SITE, JOB]);
    let token = ["Authorization: Bearer s3cr3t"];
    agent.ask("POST /v1/heartbeats/job/fail", &token, "no space left");
    let clock = clock();
    Runtime::new().unwrap().block_on(async {
        let client = client(agent.address, Some("s3cr3t"), &clock);
        let mut agents = Agents::follow(vec![client], &clock, Box::new(|_| true), true);
        let snapshots = &mut agents.snapshots;
        let job = |snapshot: &Arc<Snapshot>| snapshot.rows.get(1).cloned();
        let snapshot = shows(snapshots, "the incident", |snapshot| {
            job(snapshot).is_some_and(|job| job.incident.is_some())
        });
        let snapshot = snapshot.await;
        // What happened before the screen began is among the changes.
        let failures = snapshot.changes.iter().filter(|change| {
            matches!(&change.kind, ChangeKind::Target { event, meta, .. }
                if meta.name.as_str() == "job" && matches!(event, Event::Failure { .. }))
        });
        assert_eq!(failures.count(), 1);
        let id = snapshot.rows[1].id;
        let by = Text::clean("ana");
        let acknowledged = |snapshot: &Arc<Snapshot>| {
            let incident = job(snapshot)?.incident.clone()?;
            Some(incident.acknowledged.clone()?.by)
        };
        let ask = |command| agents.commands.send(command);
        ask(AgentCommand::Acknowledge {
            id,
            by: Some(by.clone()),
        });
        let is_so = |snapshot: &Arc<Snapshot>| acknowledged(snapshot) == Some(by.clone());
        shows(snapshots, "the acknowledgement", is_so).await;
        ask(AgentCommand::Acknowledge { id, by: None });
        let is_so = |snapshot: &Arc<Snapshot>| acknowledged(snapshot).is_none();
        shows(snapshots, "no acknowledgement", is_so).await;

        let until = Some(clock.now().plus(Duration::from_secs(7200)));
        ask(AgentCommand::Silence {
            id,
            until,
            by: by.clone(),
        });
        let snapshot = shows(snapshots, "the silence", |snapshot| {
            job(snapshot).is_some_and(|job| job.silence.is_some())
        });
        let snapshot = snapshot.await;
        let silence = snapshot.rows[1].silence.clone().unwrap();
        assert_eq!(silence.matches.as_str(), r#"name:"job""#);
        assert!(snapshot.rows[0].silence.is_none());
        ask(AgentCommand::Silence {
            id,
            until: None,
            by,
        });
        let is_so =
            |snapshot: &Arc<Snapshot>| job(snapshot).is_some_and(|job| job.silence.is_none());
        shows(snapshots, "no silence", is_so).await;

        ask(AgentCommand::Describe(snapshot.rows[0].id));
        let details = agents.details.wait_for(Option::is_some);
        let details = tokio::time::timeout(PATIENCE, details).await.unwrap();
        let details = details.unwrap().clone().unwrap();
        let keys: Vec<&str> = details
            .settings
            .iter()
            .map(|setting| &*setting.key)
            .collect();
        assert!(
            keys.contains(&"timeout") && keys.contains(&"method"),
            "{keys:?}"
        );
    });
}

#[test]
fn a_screen_with_a_token_that_may_only_read_does_not_act() {
    let agent = Agent::start("token: s3cr3t\nread_token: r3ad", &[SITE]);
    let clock = clock();
    Runtime::new().unwrap().block_on(async {
        let client = client(agent.address, Some("r3ad"), &clock);
        let agents = Agents::follow(vec![client], &clock, Box::new(|_| true), true);
        let mut links = agents.links.clone();
        let connected = links.wait_for(|links| links[0].state == LinkState::Connected);
        let link = tokio::time::timeout(PATIENCE, connected).await.unwrap();
        let link = link.unwrap()[0].clone();
        assert!(!link.may_act);
        let id = agents.snapshots.borrow().rows[0].id;
        agents.commands.send(AgentCommand::Pause(id, true));
        let refused = links.wait_for(|links| links[0].refusal.is_some());
        let link = tokio::time::timeout(PATIENCE, refused).await.unwrap();
        let (_, why) = link.unwrap()[0].refusal.clone().unwrap();
        assert!(why.contains("this token may only read"), "{why}");
    });
}

#[test]
fn without_a_screen_the_events_of_an_agent_are_lines() {
    let agent = Agent::start("", &[SITE, JOB]);
    let url = format!("http://{}", agent.address);
    agent.becomes("site", "warning");
    let output = run(&["watch", &url, "--for", "1s", "-o", "ndjson", "-F", "site"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(first["config"], url.as_str());
    assert_eq!(first["monitors"].as_array().unwrap().len(), 1);
    assert!(text.lines().last().unwrap().contains("\"end\""), "{text}");

    let output = run(&["watch", &url, "--for", "1s", "-F", "nobody"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("the filter selects no monitor"));
    let output = run(&["watch", &agent.path(), &url]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("beside a config"),
        "{}",
        stderr(&output)
    );
    let output = run(&["watch", "ftp://x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("cannot attach"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_agent_that_never_answers_is_no_success() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = run(&["watch", &url, "--for", "1s", "-o", "json"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["status"], "unknown");
    assert_eq!(report["monitors"].as_array().unwrap().len(), 1);
}

/// Answers every connection with these bytes, again and again if `endless`. Returns the requests.
fn impostor(answer: &'static str, endless: bool) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = sender.send(respond(stream, answer, endless));
        }
    });
    (address, requests)
}

fn respond(mut stream: TcpStream, answer: &str, endless: bool) -> String {
    let mut head = [0; 4096];
    let length = stream.read(&mut head).unwrap_or(0);
    let mut written = stream.write_all(answer.as_bytes());
    let more = [b' '; 64 * 1024];
    while endless && written.is_ok() {
        written = stream.write_all(&more);
    }
    String::from_utf8_lossy(&head[..length]).into_owned()
}

#[test]
fn who_is_no_agent_is_refused() {
    let clock = clock();
    let runtime = Runtime::new().unwrap();
    let (elsewhere, visits) = impostor("", false);
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n"
    );
    for (answer, wanted) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "not that of an hbmon",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "not that of an hbmon",
        ),
        (
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 27\r\n\r\n{\"error\": \"token \\u001b[2J\"}",
            "401 Unauthorized",
        ),
        (&*redirect.leak(), "307"),
    ] {
        let (address, _requests) = impostor(answer, false);
        let client = client(address, Some("s3cr3t"), &clock);
        match runtime.block_on(client.verify()) {
            Err(AgentError::Refused(why)) => {
                assert!(why.contains(wanted) && !why.contains('\u{1b}'), "{why:?}");
            }
            other => panic!("{other:?} to {answer:?}"),
        }
    }
    assert!(
        visits.try_recv().is_err(),
        "no redirect is followed with a token"
    );
}

#[test]
fn an_endless_answer_ends() {
    let clock = clock();
    let (address, _requests) = impostor("HTTP/1.1 200 OK\r\n\r\n", true);
    let client = client(address, None, &clock);
    match Runtime::new().unwrap().block_on(client.verify()) {
        Err(AgentError::Unreachable(why)) => {
            assert!(why.contains("64 MiB") || why.contains("timeout"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}
