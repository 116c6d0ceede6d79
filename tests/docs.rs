//! Runs every command of README and docs, and reads every config, with the real binary. The demo's
//! servers replace example.com.
//!
//! A comment before a block changes what the test expects: `<!-- test: skip WHY -->`, `<!-- test:
//! exit 4 -->`. `<!-- test: as hbmon.yaml -->` writes the block to a file for the commands below it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use hbmon::clock::Clock;
use hbmon::demo::{self, Demo};
use hbmon::history::change::StatusChange;
use hbmon::history::incident::Incident;
use hbmon::history::known::KnownMonitor;
use hbmon::history::period::Period;
use hbmon::model::{IncidentId, Kind, Reason, Status, Text};
use hbmon::store::{Batch, Keep, Store};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// `hbmon` on the PATH: it ends commands that would run without end, and makes `health` wait for an
/// agent.
const WRAPPER: &str = r#"#!/bin/sh
command=$1
shift
case $command in
    watch | demo)
        case " $* " in *" --for "*) ;; *) set -- --for 2s "$@" ;; esac
        [ "$command" = watch ] && set -- --exit-code=none "$@"
        exec "$HBMON" "$command" "$@"
        ;;
    init) set -- --force "$@" ;;
    health)
        n=0
        while [ $n -lt 30 ]; do
            n=$((n + 1))
            "$HBMON" health "$@" 2>/dev/null && exit 0
            sleep 1
        done
        exec "$HBMON" health "$@"
        ;;
esac
exec "$HBMON" "$command" "$@"
"#;

/// Precedes every block: ends its background jobs, and ends the block itself after 120 s.
const PRELUDE: &str = r"
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
{ for _ in {1..120}; do sleep 1; done; kill -KILL 0; } >/dev/null 2>&1 &
";

/// The part of curl that the pages use, for machines without curl.
const CURL: &str = r#"#!/bin/bash
method=GET body=
while [ $# -gt 1 ]; do
    case $1 in
        -X) method=$2 && shift ;;
        -d) body=$2 && shift ;;
    esac
    shift
done
rest=${1#http://}
host=${rest%%/*}
exec 3<>"/dev/tcp/${host%:*}/${host#*:}" || exit 7
printf '%s /%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s' \
    "$method" "${rest#*/}" "$host" "${#body}" "$body" >&3
read -r _ status _ <&3
[[ $status = 2* ]] || exit 22
cat <&3
"#;

/// A fenced block.
struct Block {
    file: PathBuf,
    line: usize,
    language: String,
    text: String,
    /// The text after `test:` in the comment before the block.
    directive: String,
    /// Names and texts of the files that precede the block on its page.
    files: Vec<(String, String)>,
}

impl Block {
    fn place(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }

    /// Runs the block. Returns a description of the failure, if any.
    fn failure(&self, stage: &Stage) -> Option<String> {
        let expected = self
            .directive
            .strip_prefix("exit ")
            .map_or(0, |code| code.parse().unwrap());
        for (name, text) in &self.files {
            fs::write(stage.folder.path().join(name), stage.adapted(text)).unwrap();
        }
        let (code, said) = stage.run(&self.text);
        let what = format!(
            "{} ended with {code:?}, not {expected}:\n{}{said}",
            self.place(),
            self.text
        );
        (code != Some(expected)).then_some(what)
    }
}

fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir("docs")
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let docs = docs.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let mut pages: Vec<_> = docs.chain([PathBuf::from("README.md")]).collect();
    pages.sort();
    pages
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for file in pages() {
        let text = fs::read_to_string(&file).unwrap();
        let mut directive = String::new();
        let mut open: Option<Block> = None;
        let mut files = Vec::new();
        for (number, line) in text.lines().enumerate() {
            match &mut open {
                Some(block) if line.starts_with("```") => {
                    if let Some(name) = block.directive.strip_prefix("as ") {
                        files.push((name.to_owned(), block.text.clone()));
                    }
                    blocks.extend(open.take());
                }
                Some(block) => block.text.push_str(&format!("{line}\n")),
                None => {
                    if let Some(language) = line.strip_prefix("```") {
                        let (language, directive) =
                            (language.to_owned(), std::mem::take(&mut directive));
                        open = Some(Block {
                            file: file.clone(),
                            line: number + 1,
                            language,
                            text: String::new(),
                            directive,
                            files: files.clone(),
                        });
                    } else if let Some(comment) = line.strip_prefix("<!-- test: ") {
                        comment
                            .trim_end_matches("-->")
                            .trim()
                            .clone_into(&mut directive);
                    }
                }
            }
        }
        assert!(
            open.is_none(),
            "{} has a block without an end",
            file.display()
        );
    }
    blocks
}

/// A folder for one block, with a running demo to watch.
struct Stage {
    folder: tempfile::TempDir,
    _demo: Demo,
    config: String,
    port: u16,
}

impl Stage {
    async fn new() -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let demo = demo::start(7, 1.0, Clock::start()).await.unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let config = format!("listen: 127.0.0.1:{port}\n{}", demo.config());
        fs::write(folder.path().join("hbmon.yaml"), &config).unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for (name, script) in [("hbmon", WRAPPER), ("curl", CURL)] {
            fs::write(bin.join(name), script).unwrap();
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        Stage {
            folder,
            _demo: demo,
            config,
            port,
        }
    }

    /// Writes a history where that of the config is kept, and to `state.db`: one monitor and one
    /// incident.
    async fn remember(&self) {
        let (_, said) = tokio::task::block_in_place(|| self.run("hbmon state || true"));
        let usual = said.split('`').nth(1).expect(&said);
        for path in [PathBuf::from(usual), self.folder.path().join("state.db")] {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let (store, _) = Store::open(&path, Keep::default()).unwrap();
            store.write(Stage::past()).await;
            store.flush().await;
            store.close().await;
        }
    }

    fn past() -> Batch {
        let now = Clock::start().anchor();
        let opened = now - std::time::Duration::from_secs(7_200);
        let name = Text::clean("api-eu");
        let reason = Some(Reason::Status);
        let message = Some(Text::clean("503 Service Unavailable"));
        Batch {
            monitors: vec![
                KnownMonitor {
                    name: name.clone(),
                    kind: Kind::Http,
                    group: Some(Text::clean("web")),
                    tags: vec![Text::clean("prod")],
                    slo: None,
                    first_known: opened,
                    removed: None,
                }
                .into(),
            ],
            changes: vec![
                StatusChange {
                    monitor: name.clone(),
                    kind: Kind::Http,
                    group: None,
                    from: opened,
                    until: None,
                    status: Status::Error,
                    reason,
                    message: message.clone(),
                    maintenance: false,
                }
                .into(),
            ],
            incidents: vec![Incident {
                id: IncidentId(42),
                monitor: name,
                kind: Kind::Http,
                group: None,
                opened,
                closed: None,
                worst: Status::Error,
                reason,
                message,
                first_reason: reason,
                last_reason: reason,
                end: None,
                acknowledged: None,
                maintenance: false,
                notes: Vec::new(),
                told: Vec::new(),
            }],
            watched: vec![Period::new(opened, now)],
            ..Batch::default()
        }
    }

    /// Returns the URL of the demo's first monitor of this kind.
    fn url(&self, kind: &str) -> &str {
        let (_, rest) = self
            .config
            .split_once(&format!("    {kind}:\n      url: "))
            .unwrap();
        rest.lines().next().unwrap()
    }

    /// Replaces example.com by the demo's servers, and the default port by a free one.
    fn adapted(&self, text: &str) -> String {
        let mut text = text.replace("127.0.0.1:9747", &format!("127.0.0.1:{}", self.port));
        for (scheme, kind) in [
            ("sse+https", "sse"),
            ("sio+https", "socketio"),
            ("wss", "websocket"),
            ("https", "http"),
        ] {
            let prefix = scheme
                .split_once('+')
                .map_or(String::new(), |(prefix, _)| format!("{prefix}+"));
            let name = format!("{scheme}://example.com");
            while let Some(start) = text.find(&name) {
                let length = text[start..].find(|c: char| c.is_whitespace() || "'\"|".contains(c));
                let end = length.map_or(text.len(), |length| start + length);
                text.replace_range(start..end, &format!("{prefix}{}", self.url(kind)));
            }
        }
        text
    }

    fn run(&self, commands: &str) -> (Option<i32>, String) {
        let path = format!(
            "{}:{}",
            self.folder.path().join("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let script = format!("{PRELUDE}{}", self.adapted(commands));
        let output = Command::new("bash")
            .args(["-e", "-c", &script])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", path)
            .env("HBMON", env!("CARGO_BIN_EXE_hbmon"))
            .env("HOME", self.folder.path())
            .stdin(Stdio::null())
            .process_group(0)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .concat();
        (output.status.code(), said)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commands_do_what_the_text_says() {
    let mut skipped = Vec::new();
    let mut running = JoinSet::new();
    // A block spends most of its time waiting for heartbeats, so several run at once.
    let few = Arc::new(Semaphore::new(4));
    for block in blocks()
        .into_iter()
        .filter(|block| matches!(block.language.as_str(), "sh" | "console"))
    {
        if let Some(why) = block.directive.strip_prefix("skip ") {
            assert!(
                why.len() > 5,
                "{} is skipped without a reason",
                block.place()
            );
            skipped.push(block.place());
        } else {
            let few = Arc::clone(&few);
            running.spawn(async move {
                let _turn = few.acquire().await.unwrap();
                let stage = Stage::new().await;
                if block.text.contains("hbmon history") || block.file.ends_with("history.md") {
                    stage.remember().await;
                }
                tokio::task::block_in_place(|| block.failure(&stage))
            });
        }
    }
    let ended = running.join_all().await;
    let run = ended.len();
    let wrong: Vec<String> = ended.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(run >= 15, "only {run} blocks");
    assert!(skipped.len() <= 8, "too much is skipped: {skipped:?}");
}

#[test]
fn configs_are_valid() {
    let mut read = 0;
    for block in blocks()
        .into_iter()
        .filter(|block| block.language == "yaml")
    {
        if block.text.lines().any(|line| line == "monitors:") {
            let mut child = Command::new(env!("CARGO_BIN_EXE_hbmon"))
                .args(["validate", "-"])
                .stdin(Stdio::piped())
                .stderr(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), block.text.as_bytes())
                .unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(
                output.status.success(),
                "{}: {}",
                block.place(),
                String::from_utf8_lossy(&output.stderr)
            );
            read += 1;
        }
    }
    assert!(read >= 3, "only {read} configs");
}

/// Files and headings that a page links to exist.
#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let pictures = ["srcset=\"", "src=\""]
            .into_iter()
            .flat_map(|start| text.split(start).skip(1));
        for target in targets.chain(pictures.filter_map(|rest| rest.split('"').next())) {
            if target.contains("://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() {
                page.clone()
            } else {
                page.parent().unwrap_or(Path::new("")).join(file)
            };
            assert!(path.exists(), "{}: {target}", page.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&path).unwrap();
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.any(|line| anchor(line) == heading),
                    "{}: {target}",
                    page.display()
                );
            }
        }
    }
}

/// The anchor that GitHub gives a heading: lower case, hyphens for spaces, no other punctuation.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The page about metrics has every metric of an agent and of a run.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_stand_on_their_page() {
    let page = fs::read_to_string("docs/prometheus.md").unwrap();
    let stage = Stage::new().await;
    let scrape = "hbmon serve &\nhbmon health\ncurl http://127.0.0.1:9747/metrics";
    for commands in [scrape, "hbmon check -q --exit-code=none -o prom"] {
        let (_, said) = tokio::task::block_in_place(|| stage.run(commands));
        let families: Vec<_> = said
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
            .collect();
        assert!(families.len() >= 5, "{commands}: {said}");
        let missing: Vec<_> = families
            .iter()
            .filter(|name| !page.contains(&format!("`{name}`")))
            .collect();
        assert!(missing.is_empty(), "not documented: {missing:?}");
    }
}

/// The example of a JSON report has every key that a report has, and no others.
#[tokio::test(flavor = "multi_thread")]
async fn the_example_report_has_all_keys() {
    let example = blocks()
        .into_iter()
        .find(|block| block.language == "json" && block.file.ends_with("interface.md"))
        .unwrap();
    let example: Value = serde_json::from_str(&example.text).unwrap();
    let stage = Stage::new().await;
    let (_, said) = tokio::task::block_in_place(|| {
        stage.run("hbmon check -q --exit-code=none -F kind:http -o json")
    });
    let report: Value = serde_json::from_str(&said).expect(&said);
    let objects = [
        "",
        "/counts",
        "/self",
        "/monitors/0",
        "/monitors/0/recent/0",
    ];
    for object in objects {
        let keys = |value: &Value| -> Vec<String> {
            let object = value.pointer(object).and_then(Value::as_object);
            object.expect(&said).keys().cloned().collect()
        };
        assert_eq!(keys(&example), keys(&report), "`{object}` of {said}");
    }
}

/// The examples of the history have the keys that its outputs have.
#[test]
fn the_examples_of_the_history_have_all_keys() {
    let examples: Vec<Value> = blocks()
        .into_iter()
        .filter(|block| block.language == "json" && block.file.ends_with("history.md"))
        .map(|block| serde_json::from_str(&block.text).expect(&block.text))
        .collect();
    let outputs = [
        ("history", &["", "/changes/0", "/unwatched/0"][..]),
        ("incident", &["", "/acknowledged", "/notes/0"]),
        ("report", &["", "/total", "/total/latency"]),
    ];
    assert_eq!(examples.len(), outputs.len());
    for (example, (name, objects)) in examples.iter().zip(outputs) {
        let golden = format!("tests/report/golden/{name}.json");
        let output: Value = serde_json::from_str(&fs::read_to_string(golden).unwrap()).unwrap();
        for object in objects {
            let keys = |value: &Value| -> Vec<String> {
                let object = value.pointer(object).and_then(Value::as_object);
                object.expect(name).keys().cloned().collect()
            };
            assert_eq!(keys(example), keys(&output), "`{object}` of {name}");
        }
    }
}

/// The dashboard is JSON and shows documented metrics.
#[test]
fn the_dashboard_knows_its_metrics() {
    let text = fs::read_to_string("packaging/grafana.json").unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let page = fs::read_to_string("docs/prometheus.md").unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    assert!(panels.len() >= 8);
    for panel in panels {
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            for metric in words.filter(|word| word.starts_with("hbmon_")) {
                let metric = metric.trim_end_matches("_bucket");
                assert!(
                    page.contains(&format!("`{metric}`")),
                    "{metric} of `{expression}` is not documented"
                );
            }
        }
    }
}
