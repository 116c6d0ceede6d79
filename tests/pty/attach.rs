//! The screen of agents that run elsewhere.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::support::{Term, config, hbmon};

/// A running `serve`, and the URL that it listens on.
pub(crate) struct Agent {
    child: Child,
    pub(crate) url: String,
    _folder: TempDir,
    path: String,
}

impl Agent {
    /// Starts an agent. `listen` is an address; port 0 takes a free one.
    fn start(listen: &str, rest: &str) -> Agent {
        let (folder, path) = config(&format!(
            "listen: {listen}\ndefaults: {{min_interval: 100ms}}\n{rest}"
        ));
        Agent::of(folder, path)
    }

    pub(crate) fn of(folder: TempDir, path: String) -> Agent {
        Agent::with(folder, path, &[])
    }

    fn with(folder: TempDir, path: String, arguments: &[&str]) -> Agent {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hbmon"))
            .args(["serve", &path])
            .args(arguments)
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("listening on ")?.1.trim().to_owned()))
            .expect("it listens");
        // A full pipe would stop the agent.
        std::thread::spawn(move || lines.for_each(drop));
        Agent {
            child,
            url,
            _folder: folder,
            path,
        }
    }

    fn address(&self) -> &str {
        self.url.split_once("://").unwrap().1
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn monitors(name: &str) -> String {
    format!(
        "monitors:\n  - {{name: {name}, interval: 200ms, http: 'http://127.0.0.1:9/'}}\n  \
         - {{name: job, interval: 1h, push: {{}}}}\n"
    )
}

#[test]
fn the_screen_shows_a_running_agent_and_what_it_does() {
    let mut agent = Agent::start("127.0.0.1:0", &monitors("site"));
    let mut term = Term::start(hbmon(&["watch", &agent.url]), 120, 30);
    let text = term.until("the fleet", |text| text.contains("1 of 2 down"));
    assert!(text.contains(&agent.url) && text.contains("site"), "{text}");
    term.press("/site\rp");
    term.until("the pause", |text| text.contains("1 paused"));
    term.press("p");
    term.until("the error", |text| text.contains("1 of 2 down"));
    agent.stop();
    let lost = format!("agent {} unreachable for", agent.address());
    // The agent no longer listens.
    term.until("the loss", |text| {
        text.contains(&lost) && text.contains("stale") && text.contains("READ-ONLY")
    });
    term.press("q");
    let end = term.end();
    assert_eq!(end.status.exit_code(), 0);
    assert!(end.screen.contains("✗ site: error for"), "{}", end.screen);
}

#[test]
fn an_attached_screen_shows_the_history_of_its_agent() {
    let (folder, path) = config(&format!(
        "listen: 127.0.0.1:0\ndefaults: {{min_interval: 100ms}}\n{}",
        monitors("site")
    ));
    let state = folder.path().join("history.db");
    let agent = Agent::with(folder, path, &[&format!("--state={}", state.display())]);
    let mut term = Term::start(hbmon(&["watch", &agent.url]), 120, 40);
    term.until("the fleet", |text| text.contains("1 of 2 down"));
    term.press("/site\r\r5");
    let text = term.until("its history", |text| {
        text.contains("INCIDENT ") && text.contains("i-0001")
    });
    for part in ["24h ", "90d ", "today", "open", "connection refused"] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    term.press("\r");
    term.until("its course", |text| {
        text.contains("TIME ") && text.contains("✗ error")
    });
}

#[test]
fn an_agent_without_a_history_says_so() {
    let (folder, path) = config(&format!(
        "listen: 127.0.0.1:0\ndefaults: {{min_interval: 100ms}}\n{}",
        monitors("site")
    ));
    let agent = Agent::with(folder, path, &["--no-state"]);
    let mut term = Term::start(hbmon(&["watch", &agent.url]), 120, 40);
    term.until("the fleet", |text| text.contains("1 of 2 down"));
    term.press("/site\r\r5");
    term.until("the reason", |text| {
        text.contains("this agent keeps no history")
    });
}

#[test]
fn an_agent_that_comes_back_is_shown_again() {
    let mut agent = Agent::start("127.0.0.1:0", &monitors("site"));
    let address = agent.address().to_owned();
    let term = Term::start(hbmon(&["watch", &agent.url]), 120, 30);
    term.until("the fleet", |text| text.contains("1 of 2 down"));
    agent.stop();
    term.until("the loss", |text| text.contains("unreachable for"));
    let _again = Agent::start(&address, &monitors("other"));
    term.until("the fleet", |text| {
        let is_lost = text.contains("stale") || text.contains("unreachable for");
        text.contains("other") && text.contains("LIVE") && !is_lost
    });
}

#[test]
fn several_agents_stand_on_one_screen() {
    let mut one = Agent::start("127.0.0.1:0", &monitors("site"));
    let other = Agent::start("127.0.0.1:0", &monitors("site"));
    let mut command = hbmon(&["watch", &one.url, &other.url]);
    command.args(["-F", "site"]);
    let term = Term::start(command, 140, 30);
    let names = [one.address(), other.address()].map(|address| format!("{address}/site"));
    term.until("both", |text| names.iter().all(|name| text.contains(name)));
    one.stop();
    term.until("the loss", |text| {
        text.contains(&format!("agent {} unreachable for", one.address()))
    });
}

#[test]
fn a_token_opens_an_agent() {
    let agent = Agent::start(
        "127.0.0.1:0",
        &format!("token: s3cr3t\n{}", monitors("site")),
    );
    let end = Term::start(hbmon(&["watch", &agent.url]), 100, 30).end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(
        end.screen.contains("cannot attach to") && end.screen.contains("401"),
        "{}",
        end.screen
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "s3cr3t\n").unwrap();
    let command = hbmon(&["watch", &agent.url, "--token-file", file.to_str().unwrap()]);
    let mut term = Term::start(command, 100, 30);
    let text = term.until("the fleet", |text| text.contains("1 of 2 down"));
    assert!(text.contains("LIVE"), "{text}");
    term.press("q");
    assert!(!term.end().bytes.contains("s3cr3t"));
}

#[test]
fn watch_beside_serve_attaches() {
    // The same file for both: it names the port that `serve` has found.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let agent = Agent::start(&port.to_string(), &monitors("site"));
    let mut term = Term::start(hbmon(&["watch", &agent.path]), 120, 30);
    let text = term.until("the fleet", |text| text.contains("1 of 2 down"));
    assert!(text.contains(&agent.url), "{text}");
    term.press("q");
    let end = term.end();
    assert!(
        end.bytes.contains("note: a running hbmon listens on"),
        "{}",
        end.bytes
    );
    // The agent keeps the history: a file that is named gets none.
    let state = agent.path.clone() + ".db";
    let named = hbmon(&[
        "watch",
        &agent.path,
        &format!("--state={state}"),
        "--for=1s",
    ]);
    let told = Term::start(named, 120, 30).end().bytes;
    assert!(
        told.contains("which keeps its own history: `--state` is not used"),
        "{told}"
    );
    assert!(!std::path::Path::new(&state).exists());
}

#[test]
fn an_address_that_somebody_else_has_is_still_an_error() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    // The server does not answer.
    std::thread::spawn(move || while other.accept().is_ok() {});
    let (_folder, path) = config(&format!(
        "listen: {address}\nmonitors: [{{name: a, push: {{}}, interval: 1h}}]"
    ));
    let end = Term::start(hbmon(&["watch", &path]), 100, 30).end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(
        end.screen.contains("address already in use"),
        "{}",
        end.screen
    );
}
