//! Mails to a server that takes some recipients, and what goes wrong with servers, in words.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
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

/// A mail server. `never…`: 550, `later@`: 451, `full@`: 452. It notes the recipients of each mail.
struct Server {
    port: u16,
    mails: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Server {
    fn start() -> Server {
        let mails: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
        let noted = Arc::clone(&mails);
        let port = listen(move |stream| {
            let _ = talk(&stream, &noted);
        });
        Server { port, mails }
    }

    fn mails(&self) -> Vec<Vec<String>> {
        self.mails.lock().unwrap().clone()
    }
}

/// Serves each connection on a port.
fn listen(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    port
}

fn talk(mut stream: &TcpStream, mails: &Mutex<Vec<Vec<String>>>) -> std::io::Result<()> {
    write!(stream, "220 stub\r\n")?;
    let mut taken = Vec::new();
    let mut is_data = false;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        if is_data {
            if line == "." {
                is_data = false;
                mails.lock().unwrap().push(std::mem::take(&mut taken));
                write!(stream, "250 2.0.0 taken\r\n")?;
            }
            continue;
        }
        let answer = match line.strip_prefix("RCPT TO:<") {
            Some(to) if to.starts_with("never") => "550 5.1.1 no such mailbox",
            Some(to) if to.starts_with("later@") => "451 4.7.1 greylisted",
            Some(to) if to.starts_with("full@") => "452 4.2.2 mailbox full",
            Some(to) => {
                taken.push(to.trim_end_matches('>').to_owned());
                "250 ok"
            }
            None if line == "DATA" => {
                is_data = true;
                "354 go on"
            }
            None => "250 ok",
        };
        write!(stream, "{answer}\r\n")?;
    }
    Ok(())
}

fn channel(port: u16, security: MailSecurity, to: &[&str]) -> ConfiguredChannel {
    let address = |name: &&str| format!("{name}@example.com").parse().unwrap();
    let channel = Email {
        transport: MailTransport::Smtp(MailServer {
            host: "127.0.0.1".to_owned(),
            port,
            security,
            login: None,
        }),
        from: "hbmon@example.com".parse().unwrap(),
        to: to.iter().map(address).collect(),
        style: MessageStyle::default(),
    };
    ConfiguredChannel {
        name: text("mail"),
        channel: Arc::new(channel),
        place: text("smtp://127.0.0.1"),
        timeout: Duration::from_secs(10),
        options: None,
        secrets: Arc::new(Secrets::default()),
    }
}

/// Sends a mail that is due for some minutes. Returns what came of it in words.
async fn mail(port: u16, security: MailSecurity, to: &[&str], minutes: i64) -> String {
    let mut delivery = of(vec![opened()], 0);
    delivery.due = delivery.at - jiff::SignedDuration::from_mins(minutes);
    let channel = channel(port, security, to);
    match deliver(&channel, &delivery, &Dialers::new(), &Clock::start()).await {
        DeliveryResult::Accepted { answer, note: None } => format!("accepted: {answer}"),
        DeliveryResult::Accepted {
            answer,
            note: Some(note),
        } => format!("accepted: {answer}; {note}"),
        DeliveryResult::Failed { why, wait: None } => format!("failed: {why}"),
        DeliveryResult::Refused { why } => format!("refused: {why}"),
        other => panic!("{other:?}"),
    }
}

async fn to(server: &Server, to: &[&str], minutes: i64) -> String {
    mail(server.port, MailSecurity::Optional, to, minutes).await
}

#[tokio::test]
async fn one_recipient_does_not_refuse_the_mail_for_all() {
    let server = Server::start();
    assert_eq!(
        to(&server, &["ana", "bo"], 0).await,
        "accepted: 250 2.0.0 taken"
    );
    assert_eq!(
        to(&server, &["ana", "never", "bo"], 0).await,
        "accepted: 250 2.0.0 taken; accepted for 2 of 3 recipients; \
         never@example.com refused: 550 5.1.1 no such mailbox"
    );
    let both = ["ana@example.com", "bo@example.com"].map(str::to_owned);
    assert_eq!(server.mails(), [both.clone(), both]);
    assert_eq!(
        to(&server, &["never", "never.again"], 0).await,
        "refused: 550 5.1.1 no such mailbox (never@example.com)"
    );
}

#[tokio::test]
async fn a_recipient_that_is_taken_later_delays_the_mail_but_does_not_stop_it() {
    let server = Server::start();
    let all = ["ana", "later", "never"];
    assert_eq!(
        to(&server, &all, 9).await,
        "failed: 451 4.7.1 greylisted (later@example.com)"
    );
    assert_eq!(server.mails(), Vec::<Vec<String>>::new());
    assert_eq!(
        to(&server, &all, 10).await,
        "accepted: 250 2.0.0 taken; accepted for 1 of 3 recipients; \
         never@example.com refused: 550 5.1.1 no such mailbox; \
         later@example.com not taken yet: 451 4.7.1 greylisted"
    );
    assert_eq!(server.mails().len(), 1);
    assert_eq!(
        to(&server, &["later"], 60).await,
        "failed: 451 4.7.1 greylisted"
    );
}

#[tokio::test]
async fn a_full_mailbox_delays_no_mail() {
    let server = Server::start();
    assert_eq!(
        to(&server, &["full", "ana"], 0).await,
        "accepted: 250 2.0.0 taken; accepted for 1 of 2 recipients; \
         full@example.com refused: 452 4.2.2 mailbox full"
    );
    assert_eq!(
        to(&server, &["never", "full"], 0).await,
        "failed: 452 4.2.2 mailbox full (full@example.com)"
    );
}

#[tokio::test]
async fn what_goes_wrong_is_said_in_plain_words() {
    let say = |what: &'static str| {
        listen(move |mut stream| {
            let _ = stream.write_all(what.as_bytes());
        })
    };
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let unused = free.local_addr().unwrap().port();
    drop(free);
    let plain = async |port, security| mail(port, security, &["ana"], 0).await;
    assert_eq!(
        plain(unused, MailSecurity::Optional).await,
        format!("failed: connection refused (127.0.0.1:{unused})")
    );
    assert_eq!(
        plain(say(""), MailSecurity::Optional).await,
        "failed: closed by the server during the handshake"
    );
    assert_eq!(
        plain(
            say("HTTP/1.1 400 Bad Request\r\n\r\n"),
            MailSecurity::Optional
        )
        .await,
        "failed: the server sent what is not SMTP"
    );
    let server = Server::start();
    assert_eq!(
        plain(server.port, MailSecurity::StartTls).await,
        "failed: the server offers no STARTTLS"
    );
    assert_eq!(
        plain(server.port, MailSecurity::Tls).await,
        "failed: TLS: the port does not speak TLS"
    );
}
