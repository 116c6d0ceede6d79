//! Tests of the notifications to the service manager.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::support::*;

/// The socket of the service manager.
struct Manager(UnixDatagram);

impl Manager {
    fn hears(&self, wanted: &str) -> String {
        let mut bytes = [0; 4096];
        loop {
            let length = self
                .0
                .recv(&mut bytes)
                .unwrap_or_else(|error| panic!("{wanted}: {error}"));
            let word = String::from_utf8_lossy(&bytes[..length]).into_owned();
            if word.starts_with(wanted) {
                return word;
            }
        }
    }
}

#[test]
fn it_is_told_ready_status_reload_watchdog_and_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = Manager(UnixDatagram::bind(&path).unwrap());
    manager.0.set_read_timeout(Some(PATIENCE)).unwrap();
    let monitors = [
        "{name: job, interval: 1h, push: {}}",
        "{name: site, interval: 1h, thresholds: {failures: {error: 1000}}, http: 'http://127.0.0.1:9/'}",
    ];
    let agent = Agent::with(&config("", &monitors), |command| {
        let watchdog = Duration::from_millis(400).as_micros().to_string();
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", watchdog)
    });
    manager.hears("READY=1");
    manager.hears("STATUS=0/2 healthy, site in warning");
    manager.hears("WATCHDOG=1");
    manager.hears("WATCHDOG=1");
    agent.post("/v1/heartbeats/job", "");
    manager.hears("STATUS=1/2 healthy, site in warning");
    agent.signal("HUP");
    assert!(manager.hears("RELOADING=1").contains("\nMONOTONIC_USEC="));
    manager.hears("READY=1");
    agent.signal("TERM");
    manager.hears("STOPPING=1");
    assert_eq!(agent.wait().0.code(), Some(0));
}
