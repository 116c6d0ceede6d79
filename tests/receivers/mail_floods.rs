//! Mail servers that answer without end.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use hbmon::alerts::delivery::DeliveryResult;
use hbmon::alerts::message::MessageStyle;
use hbmon::channels::email::server::{MailSecurity, MailServer};
use hbmon::channels::email::{Email, MailTransport};
use hbmon::channels::plan::ConfiguredChannel;
use hbmon::channels::transport::deliver;
use hbmon::clock::Clock;
use hbmon::monitors::dial::Dialers;
use hbmon::monitors::secrets::Secrets;

use crate::examples::{of, opened, text};

/// Starts a server that greets, and answers the first command with this, again and again. Without
/// a greeting it does not wait for a command.
fn flood(greeting: &'static str, part: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        if !greeting.is_empty() {
            stream.write_all(greeting.as_bytes()).unwrap();
            command(&stream);
        }
        while stream.write_all(&part).is_ok() {}
    });
    address
}

/// Waits for a command.
fn command(stream: &TcpStream) {
    BufReader::new(stream)
        .read_line(&mut String::new())
        .unwrap();
}

async fn answer_of(address: SocketAddr) -> String {
    let channel = Email {
        transport: MailTransport::Smtp(MailServer {
            host: "127.0.0.1".to_owned(),
            port: address.port(),
            security: MailSecurity::Optional,
            login: None,
        }),
        from: "hbmon@example.com".parse().unwrap(),
        to: vec!["ana@example.com".parse().unwrap()],
        style: MessageStyle::default(),
    };
    let configured = ConfiguredChannel {
        name: text("mail"),
        channel: Arc::new(channel),
        place: text("smtp://127.0.0.1"),
        timeout: Duration::from_secs(60),
        options: None,
        secrets: Arc::new(Secrets::default()),
    };
    let delivery = of(vec![opened()], 0);
    match deliver(&configured, &delivery, &Dialers::new(), &Clock::start()).await {
        DeliveryResult::Failed { why, .. } => why.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_line_without_an_end_is_not_kept() {
    for greeting in ["", "220 h.test\r\n"] {
        let address = flood(greeting, vec![b'x'; 1 << 20]);
        let why = answer_of(address).await;
        assert!(why.contains("an answer over 32 KiB"), "{why}");
    }
}

#[tokio::test]
async fn lines_without_an_end_are_not_read() {
    for greeting in ["", "220 h.test\r\n"] {
        let address = flood(greeting, b"250-h.test\r\n".repeat(10_000));
        let why = answer_of(address).await;
        assert!(why.contains("an answer over 32 KiB"), "{why}");
    }
}
