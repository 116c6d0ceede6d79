//! `probe`, what it shows of a connection, and the diagnostics of `-v`, `-vv` and `--log-file`.

use std::io::Write;

use crate::support::*;
use crate::tls::{self, Certificate};

/// Redirects from `/old`, and answers with the request in a hostile header and a body of two lines.
fn echo() -> Server {
    Server::start(|mut stream| {
        let request = read_head(&mut stream);
        if request.starts_with("GET /old") {
            let _ = stream.write_all(
                b"HTTP/1.1 302 Found\r\nLocation: /new?token=t0ken-back\r\n\
                  Set-Cookie: session=c00kie\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
            return;
        }
        let echo = request.replace("\r\n", " ; ");
        let body = "{\"access_token\": \"t0ken-back\",\n \"who\": \"\x1b]0;owned\x07me\"}";
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nX-Echo: \u{202e}\u{9b}31m{echo}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
    })
}

#[test]
fn probe_shows_the_response_and_the_connection() {
    let server = echo();
    let output = run(&["probe", &server.url("/old")], "");
    let text = stdout(&output);
    for line in [
        "\n  response    HTTP/1.1 200 OK, 54 bytes\n".to_owned(),
        format!("\n  redirects   {}\n", server.url("/new?token=***")),
        format!("\n  peer        {}\n", server.address),
    ] {
        assert!(text.contains(&line), "{line}: {text}");
    }
    assert_eq!(stderr(&output), "");
    let server = tls::server(&Certificate::new(), None);
    let text = stdout(&run(
        &["probe", "-k", &format!("https://{}/", server.address)],
        "",
    ));
    assert!(
        text.contains("\n  tls         1.3, TLS_AES_256_GCM_SHA384\n"),
        "{text}"
    );
    assert!(
        text.contains("\n  response    HTTP/1.1 200 OK, 11 bytes\n"),
        "{text}"
    );
}

#[test]
fn probe_v_writes_what_happened_on_the_wire() {
    let server = echo();
    let output = run(
        &[
            "probe",
            "-v",
            "-H",
            "X-Team: blue",
            "--bearer",
            "hunter2-secret",
            &server.url("/old"),
        ],
        "",
    );
    let said = stderr(&output);
    let lines: Vec<&str> = said.lines().collect();
    let peer = server.address;
    for line in [
        &format!("* trying {peer}"),
        "> GET /old HTTP/1.1",
        "> x-team: blue",
        "> authorization: ***",
        ">",
        "< HTTP/1.1 302 Found",
        "< set-cookie: ***",
        "< location: /new?token=***",
        &format!("* redirected to http://{peer}/new?token=***"),
        "> cookie: ***",
        "< HTTP/1.1 200 OK",
        "| {\"access_token\": \"**********\",",
        "| \"who\": \"]0;ownedme\"}",
        "* 54 bytes of body",
    ] {
        assert!(lines.contains(&line), "{line}: {said}");
    }
    assert!(
        said.contains(&format!("* connected to {peer} from 127.0.0.1:")),
        "{said}"
    );
    assert!(
        said.contains("< x-echo: 31mGET /new?token=*** HTTP/1.1"),
        "{said}"
    );
    for secret in ["hunter2", "c00kie", "t0ken"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    assert!(
        !said.contains(|c: char| c.is_control() && c != '\n'),
        "{said:?}"
    );
    assert!(stdout(&output).contains("healthy"));
}

#[test]
fn probe_v_shows_the_handshake() {
    let own = Certificate::new();
    let server = tls::server(&own, None);
    let port = server.address.port();
    let cacert = own.path("cert.pem");
    let url = format!("https://localhost:{port}/");
    let good = run(
        &["probe", "-v", "--cacert", cacert.to_str().unwrap(), &url],
        "",
    );
    let said = stderr(&good);
    for part in [
        "* localhost is ",
        &format!("* connected to 127.0.0.1:{port}, TLS handshake\n"),
        "* certificate CN=rcgen self signed cert, expires ",
        "* TLS 1.3, TLS_AES_256_GCM_SHA384, http/1.1\n",
        "| {\"ok\":true}\n",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let refused = run(&["probe", "-v", "--retries", "0", &url], "");
    let said = stderr(&refused);
    assert_eq!(code(&refused), 1);
    assert!(
        said.contains(", TLS handshake\n* certificate CN=rcgen"),
        "{said}"
    );
    assert!(
        said.contains("* failed: certificate\n") && !said.contains("> GET"),
        "{said}"
    );
}

#[test]
fn several_targets_have_their_names() {
    let (one, other) = (Server::http("200 OK", "{}"), Server::http("200 OK", "{}"));
    let output = run(&["probe", "-v", &one.url("/a"), &other.url("/b")], "");
    let said = stderr(&output);
    for server in [(&one, "/a"), (&other, "/b")] {
        let url = server.0.url(server.1);
        let line = format!("{url} > GET {} HTTP/1.1\n", server.1);
        assert!(said.contains(&line), "{line}: {said}");
    }
}

#[test]
fn diagnostics_are_written_by_every_command_that_watches() {
    let bad = Server::http("503 Service Unavailable", "busy");
    let config = config(&[&http("bad", &bad)]);
    let folder = tempfile::tempdir().unwrap();
    for (command, needs) in [
        (&["check"][..], None),
        (&["wait", "--timeout", "3s"], None),
        (&["watch", "--headless", "--for", "3s"], Some("-v")),
    ] {
        let path = folder.path().join(command[0]);
        let log_file = format!("--log-file={}", path.display());
        for sink in [&["-vv"][..], &[log_file.as_str()]] {
            let needs = if sink[0] == "-vv" { None } else { needs };
            let arguments = [command, sink, needs.as_slice(), &["-"]].concat();
            let output = run(&arguments, &config);
            let on_stderr = stderr(&output);
            let log = std::fs::read_to_string(&path).unwrap_or(on_stderr);
            for part in [
                "DEBUG hbmon ",
                ": 1 monitor in stdin\n",
                "DEBUG > GET /alive HTTP/1.1 monitor=\"bad\"\n",
                "DEBUG < HTTP/1.1 503 Service Unavailable monitor=\"bad\"\n",
                "DEBUG * next attempt in ",
                "WARN bad is in warning: 503 Service Unavailable",
            ] {
                assert!(log.contains(part), "{arguments:?}: {part}: {log}");
            }
        }
    }
    // A run that may last for days keeps to the changes.
    let path = folder.path().join("changes");
    let log_file = format!("--log-file={}", path.display());
    run(
        &["watch", "--headless", "--for", "3s", &log_file, "-"],
        &config,
    );
    let log = std::fs::read_to_string(&path).unwrap();
    assert!(
        log.contains("bad is in warning") && !log.contains("DEBUG"),
        "{log}"
    );
    // Without being asked no command writes diagnostics.
    let output = run(&["check", "-v", "-"], &config);
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_wait_that_the_server_asked_for_is_named() {
    let busy = Server::start(|mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(
            b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Length: 0\r\n\
              Connection: close\r\n\r\n",
        );
    });
    let output = run(&["probe", "-v", "-n", "2", &busy.url("/")], "");
    let said = stderr(&output);
    assert!(
        said.contains("* next attempt in 2.0 s, as the server asks\n"),
        "{said}"
    );
}
