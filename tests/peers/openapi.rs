//! `/v1/openapi.json` is valid for openapi-spec-validator (PyPI).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::support::{interpreter, wanted};

#[test]
fn the_validator_accepts_the_document() {
    if !wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("hbmon.yaml");
    std::fs::write(
        &config,
        "listen: 127.0.0.1:0\nmonitors: [{name: job, interval: 1h, push: {}}]\n",
    )
    .unwrap();
    let mut agent = Command::new(env!("CARGO_BIN_EXE_hbmon"))
        .args(["serve", "--no-state"])
        .arg(&config)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(agent.stderr.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim_end().rsplit('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /v1/openapi.json HTTP/1.0\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    agent.kill().unwrap();
    agent.wait().unwrap();

    let (_, document) = answer.split_once("\r\n\r\n").unwrap();
    let path = folder.path().join("openapi.json");
    std::fs::write(&path, document).unwrap();
    let output = Command::new(interpreter("openapi"))
        .args(["-m", "openapi_spec_validator"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
