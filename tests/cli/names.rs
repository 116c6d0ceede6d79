//! Names and networks of the system: the real binary with its own hosts file, resolv.conf and
//! network namespace. Needs `unshare` and the right to use it; without them these tests check
//! nothing.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::*;

/// Runs the binary with these files instead of the system's.
fn run_in_namespace(flags: &str, files: &TempDir, arguments: &[&str], input: &str) -> Output {
    let script = "mount --bind \"$1/hosts\" /etc/hosts && \
                  mount --bind \"$1/resolv.conf\" /etc/resolv.conf && \
                  shift && exec \"$@\"";
    let mut child = Command::new("unshare")
        .args([flags, "sh", "-c", script, "sh"])
        .arg(files.path())
        .arg(env!("CARGO_BIN_EXE_hbmon"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Returns `None` if this system has no `unshare`, or does not allow it.
fn files(flags: &str, hosts: &str, name_server: &str) -> Option<TempDir> {
    let may = Command::new("unshare")
        .args([flags, "mount", "--bind", "/etc/hosts", "/etc/hosts"])
        .output();
    if !may.is_ok_and(|output| output.status.success()) || !Path::new("/etc/resolv.conf").exists() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hosts"), hosts).unwrap();
    std::fs::write(
        folder.path().join("resolv.conf"),
        format!("nameserver {name_server}\n"),
    )
    .unwrap();
    Some(folder)
}

#[test]
fn a_host_with_an_underscore_from_the_hosts_file() {
    let Some(files) = files(
        "-rm",
        "127.0.0.1 localhost my_service my_proxy\n",
        "127.0.0.1",
    ) else {
        return;
    };
    let server = Server::http("200 OK", "{}");
    let url = server.url("/").replace("127.0.0.1", "my_service");
    let through = format!(
        "{{name: b, http: {{url: \"{url}\", proxy: \"{}\"}}}}",
        url.replace("service", "proxy")
    );
    let config = config(&[&format!("{{name: a, http: \"{url}\"}}"), &through]);
    let apart = |arguments: &[&str], input: &str| run_in_namespace("-rm", &files, arguments, input);
    let report = json(&apart(&["check", "-o", "json", "-"], &config));
    assert_eq!(
        (&report["status"], &report["complete"]),
        (&"healthy".into(), &true.into()),
        "{report:#}"
    );
    for arguments in [
        &["beat", "--deadline", "5s", &url][..],
        &["probe", &url],
        &["health", "--url", &url],
    ] {
        let output = apart(arguments, "");
        assert_eq!(
            code(&output),
            0,
            "{arguments:?}: {}{}",
            stdout(&output),
            stderr(&output)
        );
    }
}

#[test]
fn a_machine_without_a_network_blames_no_target() {
    let Some(files) = files("-rnm", "127.0.0.1 localhost\n", "192.0.2.53") else {
        return;
    };
    let config = config(&[
        "{name: name, http: \"http://site.test/\"}",
        "{name: four, http: \"http://192.0.2.1/\"}",
        "{name: six, websocket: \"ws://[2001:db8::1]/\"}",
        "{name: loopback, sse: \"http://127.0.0.1:9/\"}",
        "{name: proxied, http: {url: \"http://site.test/\", proxy: \"http://192.0.2.1:3128\"}}",
    ]);
    let output = run_in_namespace(
        "-rnm",
        &files,
        &["check", "-o", "json", "--deadline", "20s", "-"],
        &config,
    );
    let report = json(&output);
    assert_eq!(code(&output), 3, "{report:#}");
    assert_eq!(report["self"]["strain"], "network");
    for monitor in report["monitors"].as_array().unwrap() {
        assert_eq!(
            (&monitor["status"], &monitor["message"]),
            (&"unknown".into(), &"no network on this machine".into()),
            "{monitor:#}"
        );
    }
}

#[test]
fn no_name_server_blames_no_target_even_within_a_short_limit() {
    // Nothing listens at this loopback address, which exists on every machine.
    let Some(files) = files("-rm", "127.0.0.1 localhost\n", "127.0.0.99") else {
        return;
    };
    let config = config(&[
        "{name: one, http: \"http://site.test/\"}",
        "{name: system, http: {url: \"http://b.test/\", dns: system}}",
    ])
    .replace("timeout: 2s", "timeout: 4s");
    let output = run_in_namespace(
        "-rm",
        &files,
        &["check", "-o", "json", "--deadline", "20s", "-"],
        &config,
    );
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["self"]["strain"]),
        (3, &"name_server".into()),
        "{report:#}"
    );
    for monitor in report["monitors"].as_array().unwrap() {
        assert_eq!(
            monitor["message"], "DNS: no name server answers this machine",
            "{monitor:#}"
        );
    }
}
