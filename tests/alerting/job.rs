//! A config under cron, and its history.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::site::Site;
use crate::support::*;

pub(crate) struct Job {
    folder: TempDir,
    pub state: PathBuf,
    monitors: Vec<String>,
}

impl Job {
    /// `head` precedes the monitors in the config.
    pub(crate) fn new(site: &Site, head: &str, names: &[&str]) -> Job {
        Job::of(head, names.iter().map(|name| site.monitor(name)).collect())
    }

    /// `monitors`: each in YAML.
    pub(crate) fn of(head: &str, monitors: Vec<String>) -> Job {
        let folder = tempfile::tempdir().unwrap();
        let job = Job {
            state: folder.path().join("history.db"),
            folder,
            monitors,
        };
        job.set_head(head);
        job
    }

    /// Changes what precedes the monitors in the config.
    pub(crate) fn set_head(&self, head: &str) {
        let monitors: Vec<&str> = self.monitors.iter().map(String::as_str).collect();
        fs::write(self.config(), config(head, &monitors)).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("hbmon.yaml")
    }

    /// Runs once. Returns the exit code and stderr.
    pub(crate) fn run(&self) -> (i32, String) {
        let output = self.output(&["--alert"]);
        (output.status.code().unwrap(), stderr(&output))
    }

    /// Runs once as in a crontab. Returns the exit code and the block, without the line that names
    /// the machine.
    pub(crate) fn cron(&self) -> (i32, String) {
        let output = self.output(&["--alert", "--only-changes", "--remind", "6h"]);
        let block = String::from_utf8(output.stdout).unwrap();
        let lines = block.lines().filter(|line| !line.starts_with("host "));
        let lines: Vec<&str> = lines.collect();
        (output.status.code().unwrap(), lines.join("\n"))
    }

    pub(crate) fn output(&self, flags: &[&str]) -> Output {
        let state = self.state.to_str().unwrap();
        let mut arguments = vec!["check", "-q", "--state", state];
        arguments.extend(flags);
        let config = self.config();
        arguments.push(config.to_str().unwrap());
        run(&arguments)
    }

    /// Runs a command that must succeed on the history.
    pub(crate) fn command(&self, arguments: &[&str]) {
        let state = self.state.to_str().unwrap();
        let output = run(&[arguments, &["--state", state]].concat());
        assert!(output.status.success(), "{}", stderr(&output));
    }

    /// Lets the time of the next attempt come.
    pub(crate) fn pass_retries(&self) {
        let store = Connection::open(&self.state).unwrap();
        store
            .execute("UPDATE notifications SET next = next - 3600000", [])
            .unwrap();
    }

    /// Lets time pass until the next run: everything in the history is older by so many minutes.
    pub(crate) fn pass(&self, minutes: i64) {
        let by = SignedDuration::from_mins(minutes);
        let store = Connection::open(&self.state).unwrap();
        let mut statement = store
            .prepare("SELECT id, state FROM monitors WHERE state IS NOT NULL")
            .unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        for row in rows.collect::<Vec<_>>() {
            let (id, state): (i64, String) = row.unwrap();
            let mut state: Value = serde_json::from_str(&state).unwrap();
            make_older(&mut state, by);
            let sql = "UPDATE monitors SET state = ?2 WHERE id = ?1";
            store.execute(sql, (id, state.to_string())).unwrap();
        }
        for (table, columns) in [
            ("monitors", &["first_known", "removed"][..]),
            ("changes", &["from", "until"]),
            ("watched", &["from", "until"]),
            ("incidents", &["opened", "closed", "ack_at", "ack_until"]),
            ("silences", &["from", "until"]),
            (
                "notifications",
                &["created", "next", "done", "opened", "closed"],
            ),
            ("channels", &["since"]),
        ] {
            for column in columns {
                let by = by.as_millis();
                let sql = format!("UPDATE {table} SET \"{column}\" = \"{column}\" - {by}");
                store.execute(&sql, ()).unwrap();
            }
        }
    }
}

fn make_older(value: &mut Value, by: SignedDuration) {
    match value {
        Value::String(text) => {
            if let Ok(time) = text.parse::<Timestamp>() {
                *text = (time - by).to_string();
            }
        }
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| make_older(member, by)),
        _ => {}
    }
}
