//! tinyproxy, an HTTP proxy that answers 426 to a WebSocket handshake, so hbmon must request a
//! tunnel.

use std::fs;
use std::process::Command;

use crate::support::{Server, assert_error, assert_healthy, free_port, node, wanted};

#[test]
fn tinyproxy() {
    if !wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("tinyproxy.conf");
    let port = free_port();
    fs::write(
        &config,
        format!("Port {port}\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nMaxClients 20\n"),
    )
    .unwrap();
    let proxy = Server::on_port(
        Command::new("tinyproxy").arg("-d").arg("-c").arg(&config),
        port,
    );
    let server = node("ws", &[]);
    let to = |scheme: &str, path: &str, more: &str| {
        let url = format!("{scheme}://127.0.0.1:{}{path}", server.port);
        format!(
            "{{url: \"{url}\", proxy: \"http://127.0.0.1:{}\"{more}}}",
            proxy.port
        )
    };
    assert_healthy(&format!(
        "websocket: {}",
        to("ws", "/good", ", match: '@.ts', timestamp: $.ts")
    ));
    assert_error(
        &format!("websocket: {}", to("ws", "/nowhere", "")),
        "status",
        "403",
    );
    // The proxy still forwards plain requests.
    assert_error(
        &format!("http: {}", to("http", "/good", "")),
        "status",
        "404",
    );
}
