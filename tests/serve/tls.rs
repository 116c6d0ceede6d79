//! Tests of the interface over TLS, including a new certificate at run time.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::*;

fn certificate(folder: &Path, name: &str) {
    let issued = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(folder.join(format!("{name}.pem")), issued.cert.pem()).unwrap();
    fs::write(
        folder.join(format!("{name}.key")),
        issued.signing_key.serialize_pem(),
    )
    .unwrap();
}

fn served(certificate: &str) -> String {
    config(
        &format!(
            "token: s3cret\ntls: {{cert_file: {certificate}.pem, key_file: {certificate}.key}}"
        ),
        &["{name: job, interval: 1h, push: {}}"],
    )
}

/// Whether a check that trusts only this certificate succeeds.
fn trusts(agent: &Agent, certificate: &str) -> bool {
    let path = agent.folder.path().join("watch.yaml");
    let port = agent.address.port();
    let text = format!(
        "monitors:\n  - {{name: agent, http: {{url: 'https://localhost:{port}/v1/status', ip: 4, \
         auth: {{bearer: s3cret}}, tls: {{ca_file: {certificate}.pem}}}}}}\n"
    );
    fs::write(&path, text).unwrap();
    run(&["check", "--deadline", "30s", path.to_str().unwrap()])
        .status
        .code()
        == Some(0)
}

#[test]
fn it_speaks_tls_with_the_certificate_of_its_config() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "old");
    certificate(folder.path(), "new");
    let agent = Agent::again(folder, &served("old"), |command| command);
    assert!(trusts(&agent, "old") && !trusts(&agent, "new"));
    let health = |arguments: &[&str]| run(&[&["health"], arguments].concat()).status.code();
    let url = format!("https://localhost:{}", agent.address.port());
    assert_eq!(
        health(&["--url", &url]),
        Some(1),
        "a stranger's certificate is not believed"
    );
    // A screen can be attached with this certificate, and without it not.
    let attached = |arguments: &[&str]| {
        let fixed = [
            "watch", &url, "--token", "s3cret", "--for", "1s", "-o", "ndjson",
        ];
        run(&[&fixed, arguments].concat())
    };
    let shows_job = |output: &Output| {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        text.contains(r#""monitors":[{"name":"job""#)
    };
    let root = agent.folder.path().join("old.pem");
    let output = attached(&["--cacert", root.to_str().unwrap()]);
    assert!(shows_job(&output), "{output:?}");
    assert!(!shows_job(&attached(&[])));
    let output = attached(&["--cacert", "/no/such/file"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("`--cacert` cannot be used"),
        "{}",
        stderr(&output)
    );
    // A client without TLS gets no response and does not block other clients.
    assert_eq!(agent.get("/v1/status").status, 0);

    agent.reconfigure(&served("new"));
    agent.logs("config reloaded");
    assert!(trusts(&agent, "new") && !trusts(&agent, "old"));
    let fixed = served("new").replace("127.0.0.1:0", &agent.address.to_string());
    fs::write(agent.folder.path().join("fixed.yaml"), fixed).unwrap();
    assert_eq!(
        health(&[agent.folder.path().join("fixed.yaml").to_str().unwrap()]),
        Some(0)
    );
}

#[test]
fn a_certificate_that_cannot_be_read_is_an_error_of_the_config() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    fs::write(&path, served("missing")).unwrap();
    let output = run(&["serve", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("missing.pem") && stderr(&output).contains("hbmon.yaml:"),
        "{}",
        stderr(&output)
    );
}
