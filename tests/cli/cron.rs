//! `hbmon check` under cron: what continues from run to run, and what is reported about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::*;

const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// A server that answers with the status in the mutex.
pub(crate) fn scripted(status: &'static str) -> (Server, Arc<Mutex<&'static str>>) {
    let status = Arc::new(Mutex::new(status));
    let told = Arc::clone(&status);
    let server = Server::start(move |mut stream| {
        read_head(&mut stream);
        let status = *told.lock().unwrap();
        answer(&mut stream, status, "{}");
    });
    (server, status)
}

/// A folder with a config and its state file.
pub(crate) struct Job {
    pub folder: TempDir,
    pub config: PathBuf,
    pub state: PathBuf,
}

impl Job {
    pub(crate) fn new(monitors: &str) -> Job {
        let folder = tempfile::tempdir().unwrap();
        let (config, state) = (
            folder.path().join("hbmon.yaml"),
            folder.path().join("state.json"),
        );
        let job = Job {
            folder,
            config,
            state,
        };
        job.set_monitors(monitors);
        job
    }

    pub(crate) fn set_monitors(&self, monitors: &str) {
        let defaults =
            "{interval: 1s, min_interval: 100ms, timeout: 1s, backoff: {initial: 10ms, max: 20ms}}";
        fs::write(
            &self.config,
            format!("defaults: {defaults}\nmonitors: [{monitors}]\n"),
        )
        .unwrap();
    }

    /// Runs once with these flags, its state and its config.
    pub(crate) fn run(&self, flags: &[&str]) -> Output {
        let (state, config) = (self.state.to_str().unwrap(), self.config.to_str().unwrap());
        let arguments: Vec<&str> = ["check", "--state", state]
            .iter()
            .chain(flags)
            .copied()
            .chain([config])
            .collect();
        run(&arguments, "")
    }

    /// Runs the line of a crontab. Returns the exit code, and the output that cron would mail.
    pub(crate) fn cron(&self) -> (i32, String) {
        let output = self.run(&["-q", "--only-changes", "--remind", "6h"]);
        (code(&output), self.mail(&output))
    }

    /// What cron would mail, without the last line of a block, which names the machine and the
    /// config.
    pub(crate) fn mail(&self, output: &Output) -> String {
        let block = stdout(output);
        let host = nix::unistd::gethostname().unwrap();
        let origin = format!(
            "host {}, config {}\n",
            host.to_str().unwrap(),
            self.config.display()
        );
        let block = match block.strip_suffix(&origin) {
            Some(rest) => rest.to_owned(),
            None => {
                assert_eq!(block, "", "a block that does not say where it comes from");
                block
            }
        };
        block + &stderr(output)
    }

    pub(crate) fn report(&self, flags: &[&str]) -> Value {
        json(&self.run(&[&["-o", "json"], flags].concat()))
    }

    fn store(&self) -> Connection {
        Connection::open(&self.state).unwrap()
    }

    /// What the store keeps of each monitor of the config, in the former format.
    pub(crate) fn saved(&self) -> Value {
        let store = self.store();
        let sql = "SELECT name, state FROM monitors WHERE removed IS NULL AND state IS NOT NULL";
        let mut statement = store.prepare(sql).unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        let (mut monitors, mut blind) = (serde_json::Map::new(), Value::Null);
        for row in rows {
            let (name, state): (String, String) = row.unwrap();
            let mut state: Value = serde_json::from_str(&state).unwrap();
            let told = state.as_object_mut().unwrap().remove("told_blind");
            state["blind"] = told.is_some().into();
            blind = told.unwrap_or(blind);
            monitors.insert(name, state);
        }
        serde_json::json!({"schema": "hbmon.state/1", "blind": blind, "monitors": monitors})
    }

    /// Replaces the store by a file of the former format.
    pub(crate) fn save(&self, state: &Value) {
        fs::write(&self.state, state.to_string()).unwrap();
    }

    /// Lets time pass until the next run: makes all times in the store older by this many seconds.
    pub(crate) fn age_state(&self, seconds: i64) {
        let by = SignedDuration::from_secs(seconds);
        let store = self.store();
        let mut statement = store
            .prepare("SELECT id, state FROM monitors WHERE state IS NOT NULL")
            .unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        for row in rows.collect::<Vec<_>>() {
            let (id, state): (i64, String) = row.unwrap();
            let mut state: Value = serde_json::from_str(&state).unwrap();
            shift(&mut state, by);
            let sql = "UPDATE monitors SET state = ?2 WHERE id = ?1";
            store.execute(sql, (id, state.to_string())).unwrap();
        }
        for (table, columns) in [
            ("monitors", &["first_known", "removed"][..]),
            ("changes", &["from", "until"]),
            ("watched", &["from", "until"]),
            ("incidents", &["opened", "closed", "ack_at", "ack_until"]),
            ("notes", &["at"]),
            ("silences", &["from", "until"]),
        ] {
            for column in columns {
                let by = by.as_millis();
                let sql = format!("UPDATE {table} SET \"{column}\" = \"{column}\" - {by}");
                store.execute(&sql, ()).unwrap();
            }
        }
    }
}

fn shift(value: &mut Value, by: SignedDuration) {
    match value {
        Value::String(text) => {
            if let Ok(time) = text.parse::<Timestamp>() {
                *text = (time - by).to_string();
            }
        }
        Value::Object(members) => members.values_mut().for_each(|member| shift(member, by)),
        _ => {}
    }
}

#[test]
fn the_story_of_ten_runs() {
    let ((site, site_says), (db, db_says)) = (scripted("200 OK"), scripted("200 OK"));
    let job = Job::new(&format!(
        "{{name: site, http: '{}'}}, {{name: db, http: '{}'}}",
        site.url("/"),
        db.url("/")
    ));
    let silent = |code| (code, String::new());
    assert_eq!(job.cron(), silent(0), "1: all is well");
    job.age_state(74 * HOUR);
    assert_eq!(job.cron(), silent(0), "2: and stays so");

    *site_says.lock().unwrap() = "503 Service Unavailable";
    let (code, mail) = job.cron();
    let mut lines = mail.lines();
    assert_eq!(
        (code, lines.next()),
        (1, Some("hbmon: site DOWN (was healthy 3d02h), 1 of 2 down")),
        "3: {mail}"
    );
    assert_eq!(lines.next(), Some(""));
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("site DOWN (was healthy 3d02h) since 2"),
        "{mail}"
    );
    assert_eq!(lines.next(), Some("  503 Service Unavailable"));
    assert_eq!(lines.next(), Some("  body: {}"));
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with(&format!("  http {}, heartbeat ", site.url("/"))),
        "{mail}"
    );
    assert_eq!(lines.next(), None);

    job.age_state(5 * MINUTE);
    assert_eq!(job.cron(), silent(1), "4: nothing new");
    job.age_state(6 * HOUR);
    let (code, mail) = job.cron();
    assert_eq!(code, 1);
    assert!(
        mail.starts_with("hbmon: site still DOWN since 2"),
        "5: {mail}"
    );
    assert!(
        mail.lines()
            .next()
            .unwrap()
            .ends_with("(6h05m), 1 of 2 down"),
        "{mail}"
    );
    job.age_state(5 * MINUTE);
    assert_eq!(job.cron(), silent(1), "6: reminded already");

    *site_says.lock().unwrap() = "200 OK";
    job.age_state(25 * MINUTE);
    let (code, mail) = job.cron();
    assert_eq!(
        (code, mail.lines().next()),
        (0, Some("hbmon: site RECOVERED after 6h35m, all 2 healthy")),
        "7: {mail}"
    );
    job.age_state(5 * MINUTE);
    assert_eq!(job.cron(), silent(0), "8: and that was told");

    *site_says.lock().unwrap() = "500 Internal Server Error";
    *db_says.lock().unwrap() = "500 Internal Server Error";
    let (code, mail) = job.cron();
    assert_eq!(
        (code, mail.lines().next()),
        (1, Some("hbmon: 2 DOWN, 2 of 2 down")),
        "9: {mail}"
    );
    *site_says.lock().unwrap() = "200 OK";
    job.age_state(35 * MINUTE);
    let (code, mail) = job.cron();
    assert_eq!(code, 1);
    assert!(
        mail.starts_with("hbmon: site RECOVERED after 35m"),
        "10: {mail}"
    );
    assert!(
        mail.lines().next().unwrap().ends_with(", 1 of 2 down"),
        "{mail}"
    );
    assert!(mail.contains("\ndb still DOWN since "), "{mail}");
}

#[test]
fn a_mail_says_what_to_do_and_whose_it_is() {
    let (site, _) = scripted("503 Service Unavailable");
    let job = Job::new(&format!(
        "{{name: site, group: web, description: The shop, runbook: 'https://wiki.example.com/shop', \
         labels: {{team: shop, tier: 1}}, http: '{}'}}",
        site.url("/")
    ));
    let (_, mail) = job.cron();
    let lines: Vec<&str> = mail.lines().skip(4).collect();
    assert_eq!(
        lines,
        [
            "  body: {}",
            &format!("  http {}, group web, no heartbeat yet", site.url("/")),
            "  The shop",
            "  runbook: https://wiki.example.com/shop",
            "  labels: team=shop, tier=1",
        ],
        "{mail}"
    );
}

#[test]
fn failures_dates_and_heartbeats_go_on_across_runs() {
    let (site, says) = scripted("200 OK");
    // No run reaches a second attempt.
    let backoff =
        "backoff: {initial: 100d, max: 100d}, interval: 100d, thresholds: {failures: {for: 0s}}";
    let job = Job::new(&format!(
        "{{name: site, {backoff}, http: '{}'}}",
        site.url("/")
    ));
    let first = job.report(&[]);
    let (since, beat) = (
        &first["monitors"][0]["since"],
        &first["monitors"][0]["last_beat"],
    );
    *says.lock().unwrap() = "500 Internal Server Error";
    let (state, config) = (job.state.to_str().unwrap(), job.config.to_str().unwrap());
    let second = Running::start(&["check", "-o", "ndjson", "--state", state, config], "");
    second.transition("site", "warning");
    second.signal("TERM");
    assert_eq!(second.end().1.code(), Some(143));
    let saved = &job.saved()["monitors"]["site"];
    assert_eq!(
        (&saved["status"], &saved["consecutive_failures"]),
        (&"warning".into(), &1.into()),
        "a cut run too"
    );
    let third = job.report(&[]);
    let row = &third["monitors"][0];
    assert_eq!(
        (&row["status"], &row["consecutive_failures"]),
        (&"error".into(), &2.into()),
        "{third:#}"
    );
    assert_eq!(
        (&row["last_beat"], &row["attempts"], &third["exit"]),
        (beat, &1.into(), &1.into())
    );
    assert_ne!(&row["since"], since);
    assert!(
        third["duration_ms"].as_f64() < first["duration_ms"].as_f64().map(|own| own + 60_000.0),
        "of this run alone"
    );
    assert!(
        third["started"].as_str() > first["started"].as_str(),
        "of this run alone"
    );
    let fourth = job.report(&[]);
    assert_eq!(
        fourth["monitors"][0]["since"],
        third["monitors"][0]["since"]
    );
    assert_eq!(fourth["monitors"][0]["consecutive_failures"], 3);
}

#[test]
fn nobody_is_healthy_by_memory_alone() {
    let (site, _) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    assert_eq!(job.cron(), (0, String::new()));
    let silent = Server::silent();
    job.set_monitors(&format!(
        "{{name: site, timeout: 1h, http: '{}'}}",
        silent.url("/")
    ));
    let output = job.run(&["-q", "--only-changes", "--deadline", "300ms"]);
    assert_eq!((code(&output), stderr(&output)), (3, String::new()));
    assert!(
        stdout(&output).starts_with("hbmon: cannot judge 1 of 1 monitor: no verdict within 3"),
        "{output:?}"
    );
    assert_eq!(
        job.saved()["monitors"]["site"]["status"],
        "healthy",
        "and nothing is forgotten"
    );
}

#[test]
fn a_subscription_is_given_time_in_every_run() {
    let beating = Arc::new(AtomicBool::new(true));
    let queen = Server::sse(std::time::Duration::from_millis(50), Arc::clone(&beating));
    let job = Job::new(&format!(
        "{{name: queen, interval: 500ms, sse: '{}'}}",
        queen.url("/")
    ));
    assert_eq!(job.cron(), (0, String::new()));
    job.age_state(24 * HOUR);
    assert_eq!(
        job.cron(),
        (0, String::new()),
        "the day in between is no silence"
    );
    beating.store(false, Ordering::SeqCst);
    let (code, mail) = job.cron();
    assert_eq!(code, 1);
    assert!(
        mail.starts_with("hbmon: queen DOWN (was healthy 1d00h), 1 of 1 down\n"),
        "{mail}"
    );
    assert!(mail.contains("2 heartbeats missed, none for "), "{mail}");
}

#[test]
fn reports_go_on_beside_the_block() {
    let (site, says) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    let output = job.run(&["-q", "--only-changes", "-o", "json"]);
    assert_eq!(
        (json(&output)["status"].as_str(), stderr(&output)),
        (Some("healthy"), String::new())
    );
    *says.lock().unwrap() = "500 Internal Server Error";
    let output = job.run(&["-q", "--only-changes", "-o", "json"]);
    assert_eq!(json(&output)["status"], "error", "stdout is the report's");
    assert!(
        stderr(&output).starts_with("hbmon: site DOWN (was healthy "),
        "{}",
        stderr(&output)
    );
    let human = job.folder.path().join("human.txt");
    let output = job.run(&[
        "-q",
        "--only-changes",
        "-o",
        &format!("human={}", human.display()),
    ]);
    assert_eq!(
        (stdout(&output), stderr(&output)),
        (String::new(), String::new()),
        "told already"
    );
    assert!(
        fs::read_to_string(human)
            .unwrap()
            .contains("500 Internal Server Error")
    );
    // Without `--only-changes` a state does not change the output.
    assert!(stdout(&job.run(&[])).contains("500 Internal Server Error"));
}

#[test]
fn what_is_not_watched_any_more() {
    let ((site, says), (db, _)) = (scripted("500 Internal Server Error"), scripted("200 OK"));
    let (down, well) = (
        format!("{{name: site, http: '{}'}}", site.url("/")),
        format!("{{name: db, http: '{}'}}", db.url("/")),
    );
    let job = Job::new(&format!("{down}, {well}"));
    assert!(job.cron().1.starts_with("hbmon: site DOWN, 1 of 2 down\n"));
    // With a filter, the state keeps the monitors that it leaves out.
    let output = job.run(&["-q", "--only-changes", "-F", "db"]);
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));
    assert_eq!(job.saved()["monitors"]["site"]["status"], "error");
    assert_eq!(job.cron(), (1, String::new()));
    // A paused monitor is not polled, and starts again afterwards.
    job.set_monitors(&format!(
        "{}, {well}",
        down.replace(", http:", ", enabled: false, http:")
    ));
    assert_eq!(job.cron(), (0, String::new()));
    assert_eq!(job.saved()["monitors"]["site"]["status"], "paused");
    job.set_monitors(&format!("{down}, {well}"));
    assert!(job.cron().1.starts_with("hbmon: site DOWN, 1 of 2 down\n"));
    // A monitor that left the config, or has another name now, is forgotten.
    *says.lock().unwrap() = "200 OK";
    job.set_monitors(&format!("{}, {well}", down.replace("site", "shop")));
    assert_eq!(job.cron(), (0, String::new()));
    assert_eq!(job.saved()["monitors"]["site"], Value::Null);
}

#[test]
fn a_state_that_cannot_be_used_is_put_aside() {
    let (site, _) = scripted("500 Internal Server Error");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    assert!(job.cron().1.starts_with("hbmon: site DOWN"));
    let good = job.saved().to_string();
    let half = &good[..good.len() / 2];
    let newer = good.replace("hbmon.state/1", "hbmon.state/2");
    for (text, why) in [
        (half, "is not a state of hbmon"),
        ("# my notes\n", "is not a state of hbmon"),
        ("{}", "is not a state of hbmon"),
        (
            newer.as_str(),
            "is a `hbmon.state/2`, not a `hbmon.state/1`",
        ),
    ] {
        fs::write(&job.state, text).unwrap();
        let (code, mail) = job.cron();
        assert_eq!(code, 1);
        assert!(
            mail.starts_with("hbmon: site DOWN, 1 of 1 down\n"),
            "afresh: {mail}"
        );
        assert!(
            mail.contains("warning: state `") && mail.contains(why),
            "{mail}"
        );
        assert_eq!(
            fs::read_to_string(job.folder.path().join("state.json.bad")).unwrap(),
            text,
            "nothing is lost"
        );
        assert_eq!(job.cron(), (1, String::new()));
    }
    // Keys of a later release are ignored, an empty file is a first run, and a clock that was set
    // back does no harm.
    fs::write(
        &job.state,
        good.replacen('{', "{\"later\": {},", 1)
            .replace("\"status\":", "\"more\": 1, \"status\":"),
    )
    .unwrap();
    assert_eq!(job.cron(), (1, String::new()));
    job.age_state(-90 * MINUTE);
    assert_eq!(job.cron(), (1, String::new()));
    fs::write(&job.state, "").unwrap();
    assert!(job.cron().1.starts_with("hbmon: site DOWN, 1 of 1 down\n"));
}

#[test]
fn hostile_words_in_a_state_reach_no_terminal() {
    let silent = Server::silent();
    let job = Job::new(&format!(
        "{{name: site, timeout: 1h, http: '{}'}}",
        silent.url("/")
    ));
    let site = serde_json::json!({
        "status": "error",
        "since": "2026-01-01T00:00:00Z",
        "reason": "status",
        "message": "\u{1b}]0;owned\u{7}\u{1b}[2Jevil"
    });
    job.save(&serde_json::json!({"schema": "hbmon.state/1", "monitors": {"site": site}}));
    let output = job.run(&["--only-changes", "--deadline", "300ms"]);
    let text = stdout(&output) + &stderr(&output);
    assert_eq!(code(&output), 1, "an error stands until a heartbeat");
    assert!(
        text.contains("evil") && text.chars().all(|c| c == '\n' || !c.is_control()),
        "{text:?}"
    );
}

#[test]
fn a_state_that_cannot_be_kept_fails_no_run() {
    let (site, _) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    // Not even root may write there.
    let output = run(
        &[
            "check",
            "-q",
            "--state",
            "/proc/state.json",
            job.config.to_str().unwrap(),
        ],
        "",
    );
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));
    let said = stderr(&output);
    assert!(said.contains("the state is not saved"), "{said}");
    assert_eq!(said.matches("warning:").count(), 1, "{said}");
}

#[test]
fn one_run_at_a_time() {
    let (site, _) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    assert_eq!(job.cron(), (0, String::new()));
    let mut lock = job.state.clone().into_os_string();
    lock.push(".lock");
    let held = fs::File::open(lock).unwrap();
    held.lock().unwrap();
    let output = job.run(&[]);
    assert_eq!(
        (code(&output), stdout(&output), stderr(&output)),
        (75, String::new(), String::new())
    );
    let output = job.run(&["--overlap", "fail"]);
    assert_eq!((code(&output), stdout(&output)), (75, String::new()));
    assert!(
        stderr(&output).starts_with("error: another run holds the state `"),
        "{}",
        stderr(&output)
    );
    assert_eq!(code(&job.run(&["--exit-code=nagios"])), 3);
    let output = job.run(&["--overlap", "wait", "--deadline", "200ms"]);
    assert_eq!(code(&output), 75, "waited in vain");
    // A waiting run continues once the other has ended.
    let (state, config) = (job.state.to_str().unwrap(), job.config.to_str().unwrap());
    let waiting = hbmon(&[
        "check",
        "--overlap",
        "wait",
        "--state",
        state,
        "-o",
        "json",
        config,
    ])
    .spawn()
    .unwrap();
    drop(held);
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(json(&output)["status"], "healthy");
}

#[test]
fn every_config_has_a_state_of_its_own() {
    let (up, down) = (
        scripted("200 OK").0,
        scripted("500 Internal Server Error").0,
    );
    let home = tempfile::tempdir().unwrap();
    let (one, other) = (
        Job::new(&format!("{{name: site, http: '{}'}}", up.url("/"))),
        Job::new(&format!("{{name: site, http: '{}'}}", down.url("/"))),
    );
    let cron = |config: &Path, variable: &str| {
        let mut command = hbmon(&["check", "-q", "--only-changes", config.to_str().unwrap()]);
        let output = command.env(variable, home.path()).output().unwrap();
        stdout(&output) + &stderr(&output)
    };
    assert_eq!(cron(&one.config, "HOME"), "");
    assert!(
        cron(&other.config, "HOME").starts_with("hbmon: site DOWN, 1 of 1 down\n"),
        "not after the other's health"
    );
    assert_eq!(cron(&one.config, "HOME") + &cron(&other.config, "HOME"), "");
    let kept = |folder: &str| {
        let files = fs::read_dir(home.path().join(folder)).unwrap();
        files
            .filter(|file| {
                file.as_ref()
                    .unwrap()
                    .path()
                    .extension()
                    .is_some_and(|end| end == "db")
            })
            .count()
    };
    assert_eq!(kept(".local/state/hbmon"), 2);
    cron(&one.config, "STATE_DIRECTORY");
    assert_eq!(kept(""), 1);
}

#[test]
fn a_state_is_never_kept_in_a_config() {
    let job = Job::new("");
    let (config, folder) = (
        job.config.to_str().unwrap(),
        job.folder.path().to_str().unwrap(),
    );
    let before = fs::read(&job.config).unwrap();
    for arguments in [
        &["check", "--state", config, config][..],
        &["check", "--state", folder, config],
        &["check", "--state", "/no/such/folder/state.json", config],
        &["check", "--state", "-"],
        &["check", "--remind", "6h", config],
        &["check", "--overlap", "wait", config],
    ] {
        let output = run(arguments, "monitors: []");
        assert_eq!(
            (code(&output), stdout(&output)),
            (2, String::new()),
            "{arguments:?} {}",
            stderr(&output)
        );
    }
    assert_eq!(fs::read(&job.config).unwrap(), before);
}
