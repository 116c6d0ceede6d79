//! Reports are valid for the programs that read them: Prometheus text for `promtool` (Debian
//! package prometheus).

use std::fs::File;
use std::process::{Command, Stdio};

use crate::support::wanted;

#[test]
fn promtool_finds_nothing_to_say_about_the_metrics() {
    if !wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (config, metrics) = (
        folder.path().join("hbmon.yaml"),
        folder.path().join("hbmon.prom"),
    );
    // Port 9 of loopback is closed, so one monitor is down. One is paused, and one has no answer in
    // time.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = listener.local_addr().unwrap();
    let monitors = [
        "{name: down, group: 'quoted \"x\" \\ y', http: \"http://127.0.0.1:9/\"}".to_owned(),
        "{name: paused, enabled: false, http: \"http://127.0.0.1:9/\"}".to_owned(),
        format!("{{name: silent, sse: \"http://{silent}/\"}}"),
    ];
    std::fs::write(&config, format!("monitors: [{}]", monitors.join(", "))).unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_hbmon"))
        .args([
            "check",
            "--deadline",
            "5s",
            "-o",
            &format!("prom={}", metrics.display()),
        ])
        .arg(&config)
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    let output = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(File::open(&metrics).unwrap())
        .output()
        .expect("promtool, of the Debian package prometheus");
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success() && said.is_empty(),
        "{}",
        String::from_utf8_lossy(&said)
    );
}
