//! A real Prometheus scrapes `/metrics`, its tool accepts them, and the alerts fire.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Server, free_port, wanted};

/// A running `hbmon serve` that ends with this value.
struct Agent {
    child: Child,
    address: String,
}

impl Agent {
    fn start(config: &Path) -> Agent {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hbmon"))
            .args(["serve", "--no-state"])
            .arg(config)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Agent {
            child,
            address: line.trim_end().rsplit('/').next().unwrap().to_owned(),
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request with this body. Returns the body of the answer.
pub(crate) fn exchange(address: &str, request: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.0\r\nAuthorization: Bearer s3cret\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body.to_owned())
        .unwrap_or_default()
}

#[test]
fn prometheus_scrapes_and_understands() {
    if !wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("hbmon.yaml");
    let monitors = "listen: 127.0.0.1:0\ntoken: s3cret\nmonitors:\n  \
        - {name: job, group: 'night \"shift\" \\ é', interval: 1h, push: {id: $.id}}\n  \
        - {name: site, interval: 1h, http: 'http://127.0.0.1:9/'}\n";
    std::fs::write(&config, monitors).unwrap();
    let agent = Agent::start(&config);
    assert_eq!(
        exchange(&agent.address, "POST /v1/heartbeats/job", r#"{"id": "w1"}"#),
        ""
    );

    let mut check = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    check
        .stdin
        .take()
        .unwrap()
        .write_all(exchange(&agent.address, "GET /metrics", "").as_bytes())
        .unwrap();
    let output = check.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let scrape = format!(
        "global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}\n\
         scrape_configs:\n- job_name: hbmon\n  \
         authorization: {{credentials: s3cret}}\n  static_configs: [{{targets: ['{}']}}]\n",
        agent.address
    );
    let scrape_config = folder.path().join("prometheus.yml");
    std::fs::write(&scrape_config, scrape).unwrap();
    let port = free_port();
    let _prometheus = Server::on_port(
        Command::new("prometheus")
            .arg(format!("--config.file={}", scrape_config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--log.level=error"),
        port,
    );
    let query = |query: &str| -> Value {
        let answer = exchange(
            &format!("127.0.0.1:{port}"),
            &format!("GET /api/v1/query?query={query}"),
            "",
        );
        serde_json::from_str::<Value>(&answer).unwrap_or_default()["data"]["result"].take()
    };
    let scraped = (0..600).find_map(|_| {
        let up = query("hbmon_up")
            .as_array()
            .filter(|series| series.len() == 2)
            .cloned();
        if up.is_none() {
            std::thread::sleep(Duration::from_millis(100));
        }
        up
    });
    let up = scraped.expect("Prometheus shows both monitors within a minute");
    let job = up
        .iter()
        .find(|series| series["metric"]["monitor"] == "job")
        .unwrap();
    assert_eq!(
        (&job["value"][1], &job["metric"]["kind"]),
        (&"1".into(), &"push".into())
    );
    assert_eq!(job["metric"]["group"], "night \"shift\" \\ é");
    assert_eq!(
        query("hbmon_instances{state=\"online\"}")[0]["value"][1],
        "1"
    );
}

#[test]
fn the_alerts_fire_when_they_should() {
    if !wanted() {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/prometheus");
    for arguments in [
        ["check", "rules", "alerts.yml"],
        ["test", "rules", "alerts_test.yml"],
    ] {
        let output = Command::new("promtool")
            .args(arguments)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}
