//! The running binary: its events go to the judge, its memory and files come from /proc.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::{self, JoinHandle};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::judge::Sample;

pub(crate) struct Hbmon {
    child: Child,
    reader: JoinHandle<()>,
    stderr: JoinHandle<String>,
}

impl Hbmon {
    /// Starts hbmon. `hear` gets each line of events.
    pub(crate) fn start(config: &str, mut hear: impl FnMut(&str) + Send + 'static) -> Hbmon {
        let binary =
            std::env::var("HBMON").unwrap_or_else(|_| env!("CARGO_BIN_EXE_hbmon").to_owned());
        let mut child = Command::new(binary)
            .args(["watch", "-", "--headless", "-o", "ndjson"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(config.as_bytes())
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = thread::spawn(move || lines.for_each(|line| hear(&line.unwrap())));
        let stderr = child.stderr.take().unwrap();
        Hbmon {
            child,
            reader,
            stderr: thread::spawn(move || all_of(stderr)),
        }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    pub(crate) fn sample(&self) -> Sample {
        let process = format!("/proc/{}", self.child.id());
        let status = std::fs::read_to_string(format!("{process}/status")).expect("hbmon runs");
        let rss = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .expect("hbmon lives");
        let rss_kib = rss.split_whitespace().nth(1).unwrap().parse().unwrap();
        Sample {
            rss_kib,
            files: std::fs::read_dir(format!("{process}/fd")).unwrap().count() as u64,
        }
    }

    /// Ends it by a signal. Returns its stderr.
    pub(crate) fn stop(mut self) -> String {
        kill(self.pid(), Signal::SIGTERM).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(143));
        self.reader.join().expect("every line is an event");
        self.stderr.join().unwrap()
    }
}

fn all_of(mut stderr: ChildStderr) -> String {
    let mut text = String::new();
    let _ = stderr.read_to_string(&mut text);
    text
}
