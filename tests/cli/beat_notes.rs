//! What `beat` and `health` say with `-v`, of certificates, and of names that are no receiver.

use std::fs;
use std::path::Path;

use crate::beat::{beat, receiver};
use crate::serve::Serve;
use crate::support::*;

#[test]
fn v_shows_requests_answers_and_retries() {
    let (server, _requests) =
        receiver(&["503 Service Unavailable\r\nRetry-After: 1", "202 Accepted"]);
    let url = server.url("/ping?api_key=s3cret-key");
    let output = beat(&[&url, "-v", "--data", "{}"], "");
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));
    let said = stderr(&output);
    let lines: Vec<&str> = said.lines().collect();
    let shown = server.url("/ping?api_key=***");
    assert_eq!(lines.len(), 6, "{said}");
    assert_eq!(lines[0], format!("> POST {shown}, 2 bytes"));
    assert!(
        lines[1].starts_with("< 503 Service Unavailable, after "),
        "{said}"
    );
    assert_eq!(lines[2], "503 Service Unavailable; retry in 1.0s");
    assert_eq!(lines[3], lines[0]);
    assert!(lines[4].starts_with("< 202 Accepted, after "), "{said}");
    assert_eq!(lines[5], format!("accepted: {shown}"));
    // A wrapped command hears of both reports.
    let said = stderr(&beat(&[&url, "-v", "--", "true"], ""));
    assert_eq!(said.matches("> POST ").count(), 2, "{said}");
}

/// Writes a certificate for 127.0.0.1, its key, and a config that uses both.
fn tls_config(folder: &Path) -> (String, String) {
    let issued = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = folder.join("cert.pem");
    fs::write(&certificate, issued.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), issued.signing_key.serialize_pem()).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let config = folder.join("hbmon.yaml");
    let text = format!(
        "listen: 127.0.0.1:{port}\ntls: {{cert_file: cert.pem, key_file: key.pem}}\n\
         monitors: [{{name: worker, interval: 1m, push: {{}}}}]\n"
    );
    fs::write(&config, text).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    (text(&config), text(&certificate))
}

#[test]
fn a_certificate_is_trusted_or_not_and_never_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let (config, certificate) = tls_config(folder.path());
    let serve = Serve::start(hbmon(&["serve", &config]));
    let output = beat(&["worker", "-c", &config, "-v"], "");
    let said = stderr(&output);
    assert_eq!(code(&output), 1, "{said}");
    assert!(said.contains("error: heartbeat not accepted: TLS: certificate"));
    assert!(!said.contains("retry"), "{said}");
    let trusting = ["worker", "-c", &config, "--cacert", &certificate, "-v"];
    let output = beat(&trusting, "");
    let said = stderr(&output);
    assert_eq!(code(&output), 0, "{said}");
    let address = serve.address;
    assert!(
        said.ends_with(&format!("accepted: worker on {address}\n")),
        "{said}"
    );

    let url = format!("https://{address}");
    let health = |arguments: &[&str]| {
        let output = run(&[&["health"], arguments].concat(), "");
        (code(&output), stderr(&output))
    };
    assert_eq!(health(&["-c", &config]), (0, String::new()));
    let (code, said) = health(&["--url", &url]);
    assert!(code == 1 && said.contains("certificate"), "{said}");
    let (code, said) = health(&["--url", &url, "--cacert", &certificate, "-v"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.starts_with(&format!("> GET {url}/-/healthy\n< HTTP/1.1 200, "))
            && said.ends_with(&format!("\nhealthy: {url}/-/healthy\n")),
        "{said}"
    );
    for output in [
        beat(&["worker", "-c", &config, "--cacert", "no.pem"], ""),
        run(&["health", "--url", &url, "--cacert", "no.pem"], ""),
    ] {
        let said = stderr(&output);
        assert_eq!(self::code(&output), 2, "{said}");
        assert!(
            said.contains("`--cacert` cannot be used") && said.contains("`no.pem`"),
            "{said}"
        );
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_right_ones() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("hbmon.yaml");
    let config = config.to_str().unwrap();
    let named = |monitors: &str, name: &str| {
        fs::write(config, format!("monitors:\n{monitors}")).unwrap();
        let output = beat(&[name, "-c", config], "");
        assert_eq!((code(&output), stdout(&output)), (2, String::new()));
        stderr(&output)
    };
    let push = |name: &str| format!("  - {{name: {name}, interval: 1m, push: {{}}}}\n");
    let web = "  - {name: web, http: 'http://localhost/'}\n";
    let some = format!("{}{web}{}", push("worker"), push("backup"));
    let said = named(&some, "bakcup");
    for part in [
        "no push monitor is named `bakcup`",
        "push monitors: `backup`, `worker`",
        "did you mean `backup`?",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let said = named(&some, "web");
    for part in [
        "monitor `web` is of kind http, which receives no heartbeats",
        "push monitors: `worker`, `backup`",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(named(web, "job").contains("the config has no push monitor"));
    let many: String = (0..30)
        .map(|number| push(&format!("job-{number}")))
        .collect();
    let said = named(&many, "jub-7");
    assert!(
        said.contains("push monitors: `job-7`, ") && said.contains(", and 18 more"),
        "{said}"
    );
}
