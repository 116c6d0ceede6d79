//! URLs without a config: `probe`, `check` and `wait` take the same options.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use crate::support::*;
use crate::tls::{self, Certificate};

/// Starts a server that keeps every request, with its body, and answers `{"ok":true}`.
fn recorder() -> (Server, Arc<Mutex<Vec<String>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&requests);
    let server = Server::start(move |mut stream| {
        let request = request(&mut stream);
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        kept.lock().unwrap().push(request);
        match path.strip_prefix("/to/") {
            Some(next) => {
                let _ = write!(
                    stream,
                    "HTTP/1.1 302 Found\r\nLocation: /{next}\r\nContent-Length: 0\r\n\
                     Connection: close\r\n\r\n"
                );
            }
            None => answer(&mut stream, "200 OK", "{\"ok\":true}"),
        }
    });
    (server, requests)
}

fn request(stream: &mut TcpStream) -> String {
    let head = read_head(stream);
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// The three commands, with what each needs in addition.
const COMMANDS: [&[&str]; 3] = [&["probe"], &["check"], &["wait", "--timeout", "30s"]];

fn with(command: &[&str], arguments: &[&str]) -> std::process::Output {
    run(&[command, arguments].concat(), "")
}

#[test]
fn a_request_is_what_the_options_say() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "t0ken-from-a-file\n").unwrap();
    let token = format!("@{}", token.display());
    for command in COMMANDS {
        let (server, requests) = recorder();
        let output = with(
            command,
            &[
                "-H",
                "X-Team: blue",
                "-H",
                "x-api-key: k3y-s3cret",
                "-X",
                "put",
                "-d",
                "{\"a\": 1}",
                "--bearer",
                &token,
                &server.url("/alive"),
            ],
        );
        assert_eq!(code(&output), 0, "{command:?}: {}", stderr(&output));
        let request = requests.lock().unwrap().concat();
        for part in [
            "PUT /alive HTTP/1.1\r\n",
            "\r\nx-team: blue\r\n",
            "\r\nx-api-key: k3y-s3cret\r\n",
            "\r\nauthorization: Bearer t0ken-from-a-file\r\n",
            "\r\ncontent-type: application/json\r\n",
            "\r\n\r\n{\"a\": 1}",
        ] {
            assert!(request.contains(part), "{command:?} {part}: {request}");
        }
    }
}

#[test]
fn data_may_come_from_a_file_or_stdin_and_is_posted() {
    let (server, requests) = recorder();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::write(&data, "a=1&b=2").unwrap();
    let url = server.url("/");
    for (argument, input) in [
        (format!("@{}", data.display()), ""),
        ("-".into(), "a=1&b=2"),
    ] {
        let output = run(&["probe", "-d", &argument, &url], input);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let request = requests.lock().unwrap().pop().unwrap();
        assert!(
            request.starts_with("POST / ")
                && request.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n")
                && request.ends_with("\r\n\r\na=1&b=2"),
            "{request}"
        );
    }
    let output = run(&["probe", "-d", "@/no/such/file", &url], "");
    assert_eq!(
        (code(&output), stderr(&output).as_str()),
        (
            2,
            "error: `--data`: cannot read `/no/such/file`: no such file\n"
        )
    );
}

#[test]
fn an_answer_must_be_what_the_options_say() {
    let created = Server::http("201 Created", "{\"ok\":false}");
    let url = created.url("/");
    for (options, wanted) in [
        (&[][..], 0),
        (&["--expect-status", "201"], 0),
        (&["--expect-status", "200,2xx"], 0),
        (&["--expect-status", "200"], 1),
        (&["--expect-json", "@.ok == false"], 0),
        (&["--expect-json", "@.ok == true"], 1),
        (&["--expect-body", "\"ok\""], 0),
        (&["--expect-body", "^fine$"], 1),
    ] {
        let options = [options, &["--retries", "0", url.as_str()]].concat();
        let output = with(&["check"], &options);
        assert_eq!(code(&output), wanted, "{options:?}: {}", stdout(&output));
    }
    let output = run(&["check", "-o", "json", &url], "");
    assert_eq!(json(&output)["monitors"][0]["name"], url);
}

#[test]
fn redirects_are_followed_as_often_as_the_options_say() {
    let (server, _) = recorder();
    let url = server.url("/to/to/here");
    for (redirects, wanted) in [("2", 0), ("1", 1), ("0", 1)] {
        let output = run(&["check", "-L", redirects, "--retries", "0", &url], "");
        assert_eq!(code(&output), wanted, "{}", stdout(&output));
    }
    let output = run(&["check", "-L", &url], "");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("takes a number from 0 to 50"));
}

#[test]
fn an_attempt_has_its_time() {
    let silent = Server::silent();
    for command in [&["probe"][..], &["check"]] {
        let url = silent.url("/");
        let output = with(command, &["--timeout", "100ms", "-o", "json", &url]);
        let monitor = &json(&output)["monitors"][0];
        assert_eq!((code(&output), &monitor["reason"]), (1, &"timeout".into()));
    }
}

#[test]
fn certificates_are_those_of_the_options() {
    let (own, client) = (Certificate::new(), Certificate::new());
    let (cert, key) = (client.path("cert.pem"), client.path("key.pem"));
    let cacert = own.path("cert.pem");
    let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let cacert = cacert.to_str().unwrap();
    let open = tls::server(&own, None);
    let closed = tls::server(&own, Some(&client));
    for (server, options, wanted) in [
        (&open, &[][..], 1),
        (&open, &["-k"], 0),
        (&open, &["--cacert", cacert], 0),
        (&open, &["--cacert", cert], 1),
        (&closed, &["-k"], 1),
        (&closed, &["-k", "--cert", cert, "--key", key], 0),
    ] {
        let url = format!("https://{}/", server.address);
        let options = [options, &["--retries", "0", &url]].concat();
        let output = with(&["check"], &options);
        assert_eq!(code(&output), wanted, "{options:?}: {}", stdout(&output));
    }
    let output = run(
        &["probe", "--cacert", "/no/such.pem", "https://localhost/"],
        "",
    );
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains(
            "`--cacert` of `https://localhost/` cannot be used: `/no/such.pem` cannot be read: \
             no such file"
        ),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        code(&run(&["probe", "--cert", cert, "https://localhost/"], "")),
        2
    );
}

#[test]
fn a_host_needs_no_scheme() {
    let server = Server::http("200 OK", "{}");
    let address = format!("{}/alive", server.address);
    for command in COMMANDS {
        let output = with(command, &["-o", "json", &address]);
        assert_eq!(code(&output), 0, "{command:?}: {}", stderr(&output));
        assert_eq!(json(&output)["monitors"][0]["name"], server.url("/alive"));
    }
    let output = run(&["probe", "nonsense"], "");
    assert!(
        stderr(&output).contains("`nonsense` has no scheme"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_config_and_urls_do_not_mix() {
    for command in [&["check"][..], &["wait", "--timeout", "1s"]] {
        for (arguments, wanted) in [
            (
                &["a.yaml", "http://user:pa55@localhost:1/"][..],
                "error: `a.yaml` is a config and `http://localhost:1/` is a URL: give a config \
                 or URLs\n",
            ),
            (
                &["a.yaml", "b.yaml"],
                "error: two configs, `a.yaml` and `b.yaml`: give one; a URL has a scheme or a \
                 port\n",
            ),
            (
                &["a.yaml", "-k"],
                "error: `-k` goes with URLs: a config says `tls: {insecure: true}` for each \
                 monitor\n",
            ),
        ] {
            let output = with(command, arguments);
            assert_eq!(
                (code(&output), stderr(&output).as_str()),
                (2, wanted),
                "{command:?} {arguments:?}"
            );
        }
    }
    let output = run(&["check", "--only-changes", "http://localhost:1/"], "");
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("`--state=PATH`"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_option_that_a_kind_does_not_have_is_refused() {
    for (option, url, wanted) in [
        (
            &["-X", "PUT"][..],
            "ws://localhost:1/",
            "`-X` does not go with `ws://localhost:1/`",
        ),
        (
            &["-L", "1"],
            "sse+http://localhost:1/",
            "`--redirects` does not go with",
        ),
        (
            &["--match", "@.a == 1"],
            "http://localhost:1/",
            "`--expect-json` checks the answer",
        ),
        (
            &["--expect-status", "200"],
            "sio+http://localhost:1/",
            "a Socket.IO monitor",
        ),
        (
            &["-d", "x"],
            "sio+http://localhost:1/",
            "`-d` goes with http, https, sse+http",
        ),
        (
            &["--expect-json", "@.a ="],
            "http://localhost:1/",
            "has a mistake in it",
        ),
        (
            &["--expect-status", "2000"],
            "http://localhost:1/",
            "`--expect-status` of",
        ),
        (
            &["-H", "a b: c"],
            "http://localhost:1/",
            "a name that HTTP does not allow",
        ),
        (
            &["-H", "s3cret-without-a-name"],
            "http://localhost:1/",
            "a name, a colon and a value",
        ),
        (
            &["--bearer", "a", "-H", "Authorization: b"],
            "http://localhost:1/",
            "has an `authorization` header and `--bearer`",
        ),
    ] {
        for command in COMMANDS {
            let output = with(command, &[option, &[url]].concat());
            let said = stderr(&output);
            assert_eq!(code(&output), 2, "{option:?} {url}: {said}");
            assert!(said.contains(wanted), "{option:?} {url}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}

#[test]
fn messages_are_chosen_by_a_filter() {
    let server = Server::start(|mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n\
              data: {\"kind\":\"log\"}\n\ndata: {\"kind\":\"alive\",\"ok\":true}\n\n",
        );
        let _ = stream.read(&mut [0]);
    });
    let url = format!("sse+{}", server.url("/"));
    let options = [
        "-n",
        "1",
        "--match",
        "@.kind == \"alive\"",
        "--expect-json",
        "@.ok == true",
    ];
    let output = run(
        &[&["probe", "-o", "json"], &options[..], &[&url]].concat(),
        "",
    );
    let monitor = &json(&output)["monitors"][0];
    assert_eq!(
        (code(&output), &monitor["beats"]),
        (0, &1.into()),
        "{monitor}"
    );
}

#[test]
fn wait_opens_when_its_url_is_healthy() {
    let server = Server::http("200 OK", "{}");
    let output = run(&["wait", "--timeout", "30s", &server.url("/")], "");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let silent = Server::silent();
    let output = run(&["wait", "--timeout", "300ms", &silent.url("/")], "");
    assert_eq!(code(&output), 1);
}

#[test]
fn doubtful_expectations_are_warned_about() {
    let server = Server::http("200 OK", "{\"ok\":false}");
    let url = server.url("/");
    for command in COMMANDS {
        let warned = |options: &[&str]| {
            let output = with(command, &[options, &[&url, &url]].concat());
            assert_eq!(code(&output), 0, "{options:?}: {}", stderr(&output));
            let said = stderr(&output);
            said.contains("warning[HB070]").then_some(said)
        };
        let said = warned(&["--expect-json", "@.ok"]).unwrap();
        assert!(
            said.starts_with(&format!(
                "warning[HB070]: an expectation of `{url}` only asks whether something is there: \
                 met by false, null, 0 and [] too\n"
            )) && said.contains("write `@.ok == true`")
                && said.matches("warning[").count() == 1,
            "{said}"
        );
        let said = warned(&["--expect-body", ".*"]).unwrap();
        assert!(said.contains("leave the option out"), "{said}");
        assert_eq!(warned(&["--expect-json", "@.ok == false"]), None);
        assert_eq!(warned(&["--expect-json", "@.ok", "-q"]), None);
    }
}

#[test]
fn headers_that_break_a_request_are_refused() {
    let url = "http://127.0.0.1:9/";
    for (headers, what) in [
        (
            &["Content-Length: 5"][..],
            "the header `content-length`, which hbmon sets itself",
        ),
        (&["Transfer-Encoding: chunked"], "`transfer-encoding`"),
        (&["Connection: Upgrade"], "`connection`"),
        (
            &["Upgrade: websocket"],
            "a WebSocket is watched by its `ws://`",
        ),
        (
            &["Host: a.test", "host: b.test"],
            "has the header `host` twice",
        ),
        (&["Host: a.test/x"], "expected a host name or address"),
        (
            &["Authorization: a", "Authorization: b"],
            "has the header `authorization` twice",
        ),
    ] {
        let options: Vec<&str> = headers.iter().flat_map(|header| ["-H", header]).collect();
        for command in COMMANDS {
            let output = with(command, &[&options[..], &[url]].concat());
            let said = stderr(&output);
            assert_eq!(code(&output), 2, "{headers:?}: {said}");
            assert!(said.contains(what) && said.contains(url), "{said}");
        }
    }
    let output = run(
        &["beat", "http://127.0.0.1:9/", "-H", "Content-Length: 5"],
        "",
    );
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    // These do no harm.
    let (server, requests) = recorder();
    let options = ["-H", "Host: shop.test:81", "-H", "Connection: close"];
    let output = with(&["check"], &[&options[..], &[&server.url("/")]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        requests
            .lock()
            .unwrap()
            .concat()
            .contains("\r\nhost: shop.test:81\r\n")
    );
}

#[test]
fn a_url_that_is_none_is_the_subject_of_its_error() {
    for (url, said) in [
        ("http://", "`http://` has no host\n"),
        ("https://?x", "`https://?x` has no host\n"),
        ("http://#frag", "`http://#frag` has no host\n"),
        ("sse+http://", "`sse+http://` has no host\n"),
        (
            "ftp://a.test/",
            "`ftp://a.test/` has a scheme that names no kind\n",
        ),
        (
            "http://a.test:99999/",
            "`http://a.test:99999/` is not valid: invalid port number\n",
        ),
        (
            "http://a.test/#frag",
            "`http://a.test/#frag` has a fragment: it is never sent to a server\n",
        ),
    ] {
        for command in COMMANDS {
            let output = with(command, &[url]);
            assert_eq!(code(&output), 2, "{url}");
            let wanted = format!("error[HB020]: {said}");
            assert!(stderr(&output).starts_with(&wanted), "{}", stderr(&output));
        }
    }
}

#[test]
fn secrets_of_a_body_that_comes_back_are_struck_out() {
    let echo = Server::start(|mut stream| {
        let request = request(&mut stream);
        let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
        answer(&mut stream, "500 Internal Server Error", body);
    });
    let url = echo.url("/");
    for data in [
        r#"{"user": "bob", "login": {"password": "pa55word"}}"#,
        "user=bob&api_key=pa55word",
    ] {
        let output = run(&["check", "-d", data, "--retries", "0", "-v", &url], "");
        assert_eq!(code(&output), 1);
        let said = stdout(&output) + &stderr(&output);
        assert!(
            said.contains("bob") && said.contains("***") && !said.contains("pa55word"),
            "{said}"
        );
    }
}
