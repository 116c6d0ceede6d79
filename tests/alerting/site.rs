//! Targets that go down on demand, configs that tell a stub of them, and what the stub was told.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rusqlite::Connection;
use serde_json::Value;

use crate::stub::{Received, Shape, Stub};
use crate::support::{Agent, until};

/// A web server whose paths can be down.
pub(crate) struct Site {
    address: SocketAddr,
    down: Arc<Mutex<HashSet<String>>>,
    is_closing: Arc<AtomicBool>,
}

impl Site {
    pub(crate) fn start() -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let site = Site {
            address: listener.local_addr().unwrap(),
            down: Arc::default(),
            is_closing: Arc::default(),
        };
        let (down, is_closing) = (Arc::clone(&site.down), Arc::clone(&site.is_closing));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_closing.load(Ordering::Relaxed) {
                    return;
                }
                let down = Arc::clone(&down);
                thread::spawn(move || serve(&stream, &down));
            }
        });
        site
    }

    /// A monitor of a path that is in error after one failure.
    pub(crate) fn monitor(&self, name: &str) -> String {
        format!(
            "{{name: {name}, http: \"http://{}/{name}\", interval: 200ms, \
             thresholds: {{failures: {{warning: 1, error: 1}}}}}}",
            self.address
        )
    }

    pub(crate) fn set_down(&self, name: &str) {
        self.down.lock().unwrap().insert(name.to_owned());
    }

    /// Lets several paths go down at once.
    pub(crate) fn set_all_down(&self, names: &[String]) {
        self.down.lock().unwrap().extend(names.iter().cloned());
    }

    pub(crate) fn set_up(&self, name: &str) {
        self.down.lock().unwrap().remove(name);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.is_closing.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers the requests of one connection.
fn serve(mut stream: &TcpStream, down: &Mutex<HashSet<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    loop {
        let request = lines.next()?;
        let path = request.split(' ').nth(1)?.trim_start_matches('/');
        lines.find(String::is_empty)?;
        let status = if down.lock().unwrap().contains(path) {
            "503 Service Unavailable"
        } else {
            "200 OK"
        };
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\n{{}}").ok()?;
    }
}

/// The block `alerts` with one channel for each of these, and one route to all of them.
pub(crate) fn alerts(channels: &[String], digest: &str) -> String {
    let names: Vec<String> = channels
        .iter()
        .map(|channel| {
            let name = channel.split([':', ',']).nth(1).unwrap();
            name.trim().to_owned()
        })
        .collect();
    format!(
        "alerts:\n  channels: [{}]\n  routes: [{{match: \"*\", from: warning, to: [{}]}}]\n  \
         digest: {digest}\n",
        channels.join(", "),
        names.join(", "),
    )
}

/// A channel of this kind to a stub.
pub(crate) fn channel(name: &str, stub: &Stub, shape: Shape) -> String {
    let url = stub.url(shape);
    let kind = shape.kind();
    match shape {
        Shape::PagerDuty => {
            format!("{{name: {name}, {kind}: {{url: \"{url}\", routing_key: r0uting}}}}")
        }
        _ => format!("{{name: {name}, {kind}: \"{url}\"}}"),
    }
}

/// A webhook to a stub.
pub(crate) fn hook(stub: &Stub) -> String {
    channel("hook", stub, Shape::Webhook)
}

/// What the requests to webhooks say, in order: `opened shop`.
pub(crate) fn told(received: &[Received]) -> Vec<String> {
    let alerts = received.iter().flat_map(|request| {
        let alerts = request.json()["alerts"].clone();
        alerts.as_array().cloned().unwrap_or_default()
    });
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    alerts
        .map(|alert| {
            let about = &alert["hbmon"];
            format!("{} {}", text(&about["what"]), text(&about["monitor"]))
        })
        .collect()
}

/// The number of notifications in a webhook's request, with those that it only counts.
pub(crate) fn count(request: &Received) -> u64 {
    let body = request.json();
    let named = body["alerts"].as_array().unwrap().len() as u64;
    named + body["truncatedAlerts"].as_u64().unwrap()
}

/// The rows of the ledger: channel, what, monitor and state, with the number of attempts.
pub(crate) fn ledger(agent: &Agent) -> Vec<String> {
    let store = Connection::open(agent.store()).unwrap();
    let mut statement = store
        .prepare(
            "SELECT channel || ' ' || what || ' ' || monitor || ' ' || state || ' ' || attempts \
             FROM notifications ORDER BY id",
        )
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Waits until the ledger has these rows.
pub(crate) fn ledger_becomes(agent: &Agent, wanted: &[&str]) {
    let mut last = Vec::new();
    let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        until(|| {
            last = ledger(agent);
            (last == wanted).then_some(())
        });
    }));
    assert!(found.is_ok(), "{last:?}");
}
