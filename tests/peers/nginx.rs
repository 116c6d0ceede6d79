//! nginx with TLS and HTTP/2: its own answers, and as a proxy of a WebSocket and an SSE server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use tempfile::TempDir;

use crate::support::{
    Server, assert_error, assert_healthy, check, free_port, node, python, wanted,
};

struct Nginx {
    server: Server,
    /// Config, certificates and temporary files; removed with the server.
    _folder: TempDir,
    plain: u16,
    expired: u16,
    authority: PathBuf,
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "test authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Writes `NAME.pem` and `NAME.key`.
fn certificate(
    folder: &Path,
    issuer: &CertifiedIssuer<'static, KeyPair>,
    name: &str,
    last_year: i32,
) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
    let certificate = params.signed_by(&key, issuer).unwrap();
    fs::write(folder.join(format!("{name}.pem")), certificate.pem()).unwrap();
    fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).unwrap();
}

fn nginx(ws: u16, sse: u16) -> Nginx {
    let issuer = authority();
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    fs::write(&authority, issuer.pem()).unwrap();
    certificate(folder.path(), &issuer, "good", 2099);
    certificate(folder.path(), &issuer, "expired", 2024);
    let [tls, plain, expired] = [free_port(), free_port(), free_port()];
    let at = folder.path().display();
    let config = format!(
        r#"
daemon off; master_process off; pid {at}/nginx.pid; error_log {at}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; server_tokens off;
  client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;
  uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
  gzip on; gzip_min_length 0; gzip_types application/json;
  server {{
    listen 127.0.0.1:{tls} ssl http2; listen 127.0.0.1:{plain}; server_name localhost;
    ssl_certificate {at}/good.pem; ssl_certificate_key {at}/good.key;
    default_type application/json;
    location /ok {{ return 200 '{{"ok": true, "phase": "awake"}}'; }}
    location /not-ok {{ return 200 '{{"ok": false}}'; }}
    location /down {{ return 503; }}
    location /empty {{ return 444; }}
    location /moved {{ return 302 /ok; }}
    location /loop {{ return 302 /loop; }}
    location /protected {{
      if ($http_authorization != "Bearer s3cret-token") {{ return 401; }}
      return 200 '{{}}';
    }}
    location /ws/ {{
      proxy_pass http://127.0.0.1:{ws}/; proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
    }}
    location /dead/ {{ proxy_pass http://127.0.0.1:9/; }}
    location /sse/ {{
      proxy_pass http://127.0.0.1:{sse}/;
      proxy_buffering off;
      proxy_http_version 1.1;
    }}
  }}
  server {{
    listen 127.0.0.1:{expired} ssl; server_name localhost;
    ssl_certificate {at}/expired.pem; ssl_certificate_key {at}/expired.key;
    location / {{ return 200 'ok'; }}
  }}
}}
"#
    );
    let path = folder.path().join("nginx.conf");
    fs::write(&path, config).unwrap();
    let log = folder.path().join("error.log");
    let server = Server::on_port(
        Command::new("nginx").arg("-e").arg(log).arg("-c").arg(path),
        tls,
    );
    Nginx {
        server,
        _folder: folder,
        plain,
        expired,
        authority,
    }
}

#[test]
fn tls_and_http2() {
    if !wanted() {
        return;
    }
    let (ws, sse) = (node("ws", &[]), python("sse", &[]));
    let nginx = nginx(ws.port, sse.port);
    let ca = format!("tls: {{ca_file: {}}}", nginx.authority.display());
    let tls = nginx.server.port;
    let http = |path: &str, more: &str| {
        format!("http: {{url: \"https://localhost:{tls}{path}\", {ca}{more}}}")
    };

    let good = assert_healthy(&http(
        "/ok",
        ", version: '2', expect: {json: '@.ok == true', headers: {content-type: json}}",
    ));
    for phase in ["dns_ms", "connect_ms", "tls_ms", "first_byte_ms", "body_ms"] {
        assert!(good["phases"][phase].is_number(), "{phase}: {good:#}");
    }
    assert_eq!(good["certificate"]["subject"], "CN=localhost");
    assert_healthy(&http("/ok", ", version: '1.1'"));
    assert_healthy(&http("/ok", ", connection: reuse"));
    assert_healthy(&http("/moved", ""));
    assert_healthy(&http("/protected", ", auth: {bearer: s3cret-token}"));
    assert_healthy(&format!("http: http://127.0.0.1:{}/ok", nginx.plain));
    assert_healthy(&format!(
        "websocket: {{url: \"wss://localhost:{tls}/ws/good\", {ca}, match: '@.ts'}}"
    ));
    assert_healthy(&format!(
        "sse: {{url: \"https://localhost:{tls}/sse/v1/heartbeats/stream\", {ca}}}"
    ));

    assert_error(
        &http("/not-ok", ", expect: {json: '@.ok == true'}"),
        "assertion",
        "@.ok == true",
    );
    assert_error(&http("/down", ""), "status", "503 Service Unavailable");
    assert_error(&http("/protected", ""), "status", "401 Unauthorized");
    assert_error(&http("/moved", ", redirects: 0"), "status", "302 Found");
    assert_error(&http("/loop", ""), "redirects", "5 redirects");
    assert_error(
        &format!("http: http://127.0.0.1:{}/empty", nginx.plain),
        "closed",
        "closed",
    );
    assert_error(
        &format!("websocket: {{url: \"wss://localhost:{tls}/dead/\", {ca}}}"),
        "status",
        "502 Bad Gateway",
    );
    assert_error(
        &format!("http: https://localhost:{tls}/ok"),
        "certificate",
        "unknown issuer",
    );
    assert_error(
        &format!("http: {{url: \"https://127.0.0.1:{tls}/ok\", {ca}}}"),
        "certificate",
        "127.0.0.1",
    );
    let expired = assert_error(
        &format!(
            "http: {{url: \"https://localhost:{}/\", {ca}}}",
            nginx.expired
        ),
        "certificate",
        "expired",
    );
    assert!(
        expired["certificate"]["days_left"].as_i64().unwrap() < 0,
        "{expired:#}"
    );
    assert_error(
        &format!("http: https://localhost:{}/ok", nginx.plain),
        "tls",
        "TLS",
    );
}

/// One config with all four kinds: all healthy at first, then each of them broken in turn.
#[test]
fn all_four_kinds_in_one_file() {
    if !wanted() {
        return;
    }
    let (ws, sse) = (node("ws", &[]), python("sse", &[]));
    let sio = node("socketio", &["sio4", "good"]);
    let nginx = nginx(ws.port, sse.port);
    let config = |broken: Option<&str>| {
        let port = |kind, port| if broken == Some(kind) { 9 } else { port };
        format!(
            "defaults: {{interval: 2s, min_interval: 1s, timeout: 3s}}\nmonitors:\n\
             - {{name: site, http: {{url: \"http://127.0.0.1:{}/ok\", \
             expect: {{json: '@.ok == true'}}}}}}\n\
             - {{name: chat, websocket: {{url: \"ws://127.0.0.1:{}/good\", \
             match: '@.ts', timestamp: $.ts}}}}\n\
             - {{name: queen, sse: {{url: \"http://127.0.0.1:{}/v1/heartbeats/stream\", \
             event: heartbeat}}}}\n\
             - {{name: therapists, socketio: {{url: \"http://127.0.0.1:{}\", \
             emit: heartbeat, reply: heartbeat-ack}}}}\n",
            port("http", nginx.plain),
            port("websocket", ws.port),
            port("sse", sse.port),
            port("socketio", sio.port),
        )
    };
    let (exit, report) = check(&config(None));
    assert_eq!(
        (exit, &report["status"]),
        (0, &"healthy".into()),
        "{report:#}"
    );
    for kind in ["http", "websocket", "sse", "socketio"] {
        let (exit, report) = check(&config(Some(kind)));
        assert_eq!(
            (exit, &report["counts"]["error"]),
            (1, &1.into()),
            "{kind}: {report:#}"
        );
        let bad = report["monitors"]
            .as_array()
            .unwrap()
            .iter()
            .find(|monitor| monitor["status"] == "error")
            .unwrap();
        assert_eq!(
            (&bad["kind"], &bad["reason"]),
            (&kind.into(), &"refused".into()),
            "{report:#}"
        );
    }
}
