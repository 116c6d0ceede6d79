//! `serve --listen` and `--token-file`: arguments win over the config, under the same rules.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::Instant;

use crate::support::{TIMEOUT, code, hbmon, kill, run, stderr};

/// A running `serve`, and the address that it announces.
pub(crate) struct Serve {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Serve {
    pub(crate) fn start(mut command: Command) -> Serve {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let url = line.split_once("listening on ")?.1;
                url.split_once("://")?.1.parse().ok()
            })
            .expect("an address");
        Serve { child, address }
    }

    /// Returns the status code of a GET with these lines in its head.
    fn status(&self, path: &str, lines: &str) -> u16 {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        kill(self.child.id(), "TERM");
        let _ = self.child.wait();
    }
}

const MONITORS: &str = "monitors: [{name: worker, interval: 1m, push: {}}]\n";

#[test]
fn arguments_win_over_the_config() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("listen: {}\n", taken.local_addr().unwrap());
    let config = file(
        "hbmon.yaml",
        &format!("{listen}token: c0nfig-token\n{MONITORS}"),
    );
    let token = file("token", "f1le-token\n");
    let arguments = [
        "serve",
        "--listen",
        "localhost:0",
        "--token-file",
        &token,
        "-c",
        &config,
    ];
    let serve = Serve::start(hbmon(&arguments));
    assert!(serve.address.ip().is_loopback() && serve.address.port() != 0);
    for (token, status) in [("f1le-token", 200), ("c0nfig-token", 401)] {
        let line = format!("Authorization: Bearer {token}\r\n");
        assert_eq!(serve.status("/v1/status", &line), status, "{token}");
    }
    // They stay after a reload, which is over when its new monitor is known.
    let more =
        format!("{listen}token: new-token\nmonitors: [{{name: next, interval: 1m, push: {{}}}}]");
    fs::write(&config, more).unwrap();
    kill(serve.child.id(), "HUP");
    let line = "Authorization: Bearer f1le-token\r\n";
    let deadline = Instant::now() + TIMEOUT;
    while serve.status("/v1/monitors/next", line) != 200 {
        assert!(Instant::now() < deadline, "the reload");
    }
    let line = "Authorization: Bearer new-token\r\n";
    assert_eq!(serve.status("/v1/status", line), 401);
    // A config without a token may listen everywhere if the file has one.
    let open = file("open.yaml", &format!("listen: 0.0.0.0:0\n{MONITORS}"));
    assert_eq!(code(&run(&["validate", &open], "")), 2);
    let reader = file("read-token", "f1le-reader\n");
    let files = ["--token-file", &token, "--read-token-file", &reader];
    let serve = Serve::start(hbmon(&[&["serve"], &files[..], &[&open]].concat()));
    assert_eq!(serve.address.ip().to_string(), "0.0.0.0");
    for (token, status) in [("f1le-token", 200), ("f1le-reader", 200), ("other", 401)] {
        let line = format!("Authorization: Bearer {token}\r\n");
        assert_eq!(serve.status("/v1/status", &line), status, "{token}");
    }
}

#[test]
fn the_interface_stays_as_safe() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::write(&empty, "\n").unwrap();
    let empty = empty.to_str().unwrap();
    let one = folder.path().join("one");
    fs::write(&one, "t0ken\n").unwrap();
    let one = one.to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (arguments, why) in [
        (
            &["--listen", "0.0.0.0:0"][..],
            "`--listen 0.0.0.0:0` is open to other machines, and there is no `token`",
        ),
        (
            &["--listen", "127.0.0.1"],
            "expected such as `127.0.0.1:9747` or `[::1]:9747`; write `127.0.0.1:9747`",
        ),
        (
            &["--listen", "[::]:0", "--token-file", empty],
            "cannot be used: it is empty",
        ),
        (
            &["--token-file", "/no/such/file"],
            "`--token-file /no/such/file` cannot be used: no such file",
        ),
        (
            &["--read-token-file", "/no/such/file"],
            "`--read-token-file /no/such/file` cannot be used: no such file",
        ),
        (
            &["--read-token-file", one],
            "`read_token` is set, and there is no `token`",
        ),
        (
            &["--token-file", one, "--read-token-file", one],
            "`read_token` is the same as `token`",
        ),
        (&["--listen", &taken], "address already in use"),
    ] {
        let output = run(&[&["serve"], arguments, &["-"]].concat(), MONITORS);
        let said = stderr(&output);
        assert_eq!(code(&output), 2, "{arguments:?} {said}");
        assert!(said.contains(why), "{said}");
    }
}
