//! aiosmtpd takes mails: with a login, by STARTTLS and by TLS, and refuses them.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hbmon::alerts::delivery::{Delivery, DeliveryResult};
use hbmon::alerts::message::MessageStyle;
use hbmon::channels::email::server::{MailSecurity, MailServer};
use hbmon::channels::email::{Email, MailTransport};
use hbmon::channels::plan::ConfiguredChannel;
use hbmon::channels::transport::deliver;
use hbmon::clock::Clock;
use hbmon::conf::secret::Secret;
use hbmon::history::notification::What;
use hbmon::model::Status;
use hbmon::monitors::dial::Dialers;
use hbmon::monitors::secrets::Secrets;
use serde_json::Value;
use tempfile::TempDir;

use crate::examples::{HOSTILE, deliveries, of, opened, recovered, text};
use crate::support::{Server, python, wanted};

/// A mail server, and what it noted.
struct Peer {
    server: Server,
    folder: TempDir,
}

impl Peer {
    /// `mode`: plain, starttls or tls.
    fn start(mode: &str) -> Peer {
        let folder = tempfile::tempdir().unwrap();
        let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("cert.pem"), issued.cert.pem()).unwrap();
        fs::write(path("key.pem"), issued.signing_key.serialize_pem()).unwrap();
        let files = ["cert.pem", "key.pem", "log"].map(|name| path(name).display().to_string());
        let [certificate, key, log] = &files;
        let server = python("smtp", &[mode, certificate, key, log]);
        Peer { server, folder }
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    fn noted(&self) -> Vec<Value> {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines = log.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The mails that the server accepted.
    fn mails(&self) -> Vec<String> {
        let noted = self.noted().into_iter();
        let mails = noted.filter(|note| note["command"] == "DATA");
        mails
            .map(|note| note["mail"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Runs `hbmon alerts test`, which trusts the certificate if `is_trusted`.
    fn test(&self, url: &str, keys: &str, is_trusted: bool) -> Value {
        let url = url.replace("PORT", &self.server.port.to_string());
        let trusted = self.certificate();
        alerts_test(&url, keys, is_trusted.then_some(trusted))
    }

    fn channel(&self, to: &[&str], login: Option<(&str, &str)>) -> ConfiguredChannel {
        let login = login.map(|(user, password)| (user.to_owned(), Secret::new(password)));
        let channel = Email {
            transport: MailTransport::Smtp(MailServer {
                host: "127.0.0.1".to_owned(),
                port: self.server.port,
                security: MailSecurity::Optional,
                login,
            }),
            from: "hbmon <hbmon@example.com>".parse().unwrap(),
            to: to.iter().map(|address| address.parse().unwrap()).collect(),
            style: MessageStyle::default(),
        };
        ConfiguredChannel {
            name: text("mail"),
            channel: Arc::new(channel),
            place: text("smtp://127.0.0.1"),
            timeout: Duration::from_secs(5),
            options: None,
            secrets: Arc::new(Secrets::default()),
        }
    }
}

/// Runs `hbmon alerts test` on a config with one channel, and returns its part of the report.
fn alerts_test(url: &str, keys: &str, trusted: Option<PathBuf>) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "alerts:\n  channels: [{{name: mail, email: {{smtp: \"{url}\", from: hbmon@example.com, \
         to: ana@example.com{keys}}}}}]\n  routes: [{{match: \"*\", to: mail}}]\n\
         monitors: [{{name: job, interval: 1h, push: {{}}}}]\n"
    );
    fs::write(folder.path().join("hbmon.yaml"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hbmon"));
    command
        .args(["alerts", "test", "-o", "json"])
        .current_dir(folder.path())
        .env("XDG_STATE_HOME", folder.path())
        .env_remove("SSL_CERT_FILE")
        .env_remove("SSL_CERT_DIR");
    if let Some(certificate) = trusted {
        command.env("SSL_CERT_FILE", certificate);
    }
    let output = command.output().unwrap();
    let mut report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let channel = report["channels"][0].take();
    let exit = i32::from(channel["ok"] != true);
    assert_eq!(output.status.code(), Some(exit), "{channel:#}");
    channel
}

/// Asserts what the server said to the opening. Its recovery is sent if it was accepted.
fn assert_answer(channel: &Value, is_ok: bool, answer: &str) {
    assert_eq!(channel["ok"], is_ok, "{channel:#}");
    assert!(
        channel["opened"].as_str().unwrap().contains(answer),
        "{channel:#}"
    );
    let recovered = if is_ok { answer } else { "not sent" };
    assert!(
        channel["recovered"].as_str().unwrap().contains(recovered),
        "{channel:#}"
    );
    assert!(!channel.to_string().contains("s3cret"), "{channel:#}");
}

async fn result(channel: &ConfiguredChannel, delivery: &Delivery) -> DeliveryResult {
    deliver(channel, delivery, &Dialers::new(), &Clock::start()).await
}

fn header(mail: &str, name: &str) -> Option<String> {
    let head = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let start = format!("{name}: ");
    let mut lines = head.lines();
    lines.find_map(|line| line.strip_prefix(&start).map(str::to_owned))
}

#[test]
fn starttls_and_a_login() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("starttls");
    let answer = peer.test("smtp://ana:s3cret@localhost:PORT", "", true);
    assert_answer(&answer, true, "250 2.0.0 taken");
    let noted = peer.noted();
    assert_eq!(noted.len(), 6, "{noted:#?}");
    for note in &noted {
        assert_eq!(note["tls"], true, "{note:#}");
    }
    let mails = noted.iter().filter(|note| note["command"] == "DATA");
    for mail in mails {
        assert_eq!(mail["login"], "ana");
        assert_eq!(mail["sender"], "hbmon@example.com");
        assert_eq!(mail["recipients"], serde_json::json!(["ana@example.com"]));
    }
}

#[test]
fn a_certificate_that_is_not_trusted_gets_nothing() {
    if !wanted() {
        return;
    }
    for (mode, url) in [
        ("starttls", "smtp://ana:s3cret@localhost:PORT"),
        ("tls", "smtps://ana:s3cret@localhost:PORT"),
    ] {
        let peer = Peer::start(mode);
        let unknown = "TLS: certificate from an unknown issuer";
        assert_answer(&peer.test(url, "", false), false, unknown);
        // Trusted, but for another name.
        let other = url.replace("localhost", "127.0.0.1");
        let other_name = "TLS: certificate is not for 127.0.0.1";
        assert_answer(&peer.test(&other, "", true), false, other_name);
        assert_eq!(peer.noted(), Vec::<Value>::new());
    }
}

#[test]
fn a_server_without_starttls_gets_nothing() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("plain");
    let url = "smtp://ana:s3cret@localhost:PORT";
    assert_answer(&peer.test(url, "", true), false, "STARTTLS");
    assert_eq!(peer.noted(), Vec::<Value>::new());
    assert_answer(&peer.test(url, ", starttls: optional", true), true, "250");
    assert_eq!(peer.mails().len(), 2);
}

#[test]
fn tls_from_the_begin() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("tls");
    let answer = peer.test("smtps://ana:s3cret@localhost:PORT", "", true);
    assert_answer(&answer, true, "250 2.0.0 taken");
    assert!(peer.noted().iter().all(|note| note["tls"] == true));
    assert_eq!(peer.mails().len(), 2);
}

#[test]
fn a_wrong_password_is_final() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("starttls");
    let answer = peer.test("smtp://ana:wr0ng@localhost:PORT", "", true);
    assert_answer(&answer, false, "535");
    assert!(!answer.to_string().contains("wr0ng"), "{answer:#}");
    assert!(peer.noted().iter().all(|note| note["command"] == "AUTH"));
}

#[test]
fn a_server_that_says_nothing_costs_the_time_limit() {
    if !wanted() {
        return;
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let began = Instant::now();
    for scheme in ["smtp", "smtps"] {
        let url = format!("{scheme}://ana:s3cret@127.0.0.1:{port}");
        let answer = alerts_test(&url, ", timeout: 1s", None);
        assert_answer(&answer, false, "no answer within 1s");
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{began:?}");
}

#[tokio::test]
async fn what_the_server_says_decides() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("plain");
    let delivery = of(vec![opened()], 0);
    let to = async |address: &str, login| {
        let mut channel = peer.channel(&[address], login);
        channel.timeout = Duration::from_secs(3);
        result(&channel, &delivery).await
    };
    let accepted = to("ana@example.com", Some(("ana", "s3cret"))).await;
    assert!(
        matches!(accepted, DeliveryResult::Accepted { .. }),
        "{accepted:?}"
    );
    let refused = to("ana@example.com", Some(("ana", "wr0ng"))).await;
    let DeliveryResult::Refused { why } = refused else {
        panic!("{refused:?}");
    };
    assert!(why.as_str().starts_with("535 "), "{why}");
    let refused = to("never@example.com", None).await;
    let DeliveryResult::Refused { why } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(why.as_str(), "550 5.1.1 no such mailbox");
    let failed = to("later@example.com", None).await;
    let DeliveryResult::Failed { why, wait: None } = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(why.as_str(), "451 4.3.0 try later");
    let failed = to("slow@example.com", None).await;
    let DeliveryResult::Failed { why, wait: None } = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(why.as_str(), "no answer within 3s");
    assert_eq!(peer.mails().len(), 1);
}

#[tokio::test]
async fn one_recipient_does_not_refuse_the_mail_for_all() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("plain");
    let all = ["ana@example.com", "never@example.com", "bo@example.com"];
    let sent = result(&peer.channel(&all, None), &of(vec![opened()], 0)).await;
    let DeliveryResult::Accepted { answer, note } = sent else {
        panic!("{sent:?}");
    };
    assert_eq!(answer.as_str(), "250 2.0.0 taken");
    assert_eq!(
        note.unwrap().as_str(),
        "accepted for 2 of 3 recipients; never@example.com refused: 550 5.1.1 no such mailbox"
    );
    let noted = peer.noted();
    let mails = noted.iter().filter(|note| note["command"] == "DATA");
    let recipients: Vec<_> = mails.map(|mail| mail["recipients"].clone()).collect();
    let taken = serde_json::json!(["ana@example.com", "bo@example.com"]);
    assert_eq!(recipients, [taken]);
}

#[tokio::test]
async fn a_mail_that_was_taken_is_not_sent_again() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("plain");
    let channel = peer.channel(&["stay@example.com"], None);
    let sent = result(&channel, &of(vec![opened()], 0)).await;
    assert!(matches!(sent, DeliveryResult::Accepted { .. }), "{sent:?}");
    assert_eq!(peer.mails().len(), 1);
}

#[tokio::test]
async fn an_incident_is_one_thread() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("plain");
    let channel = peer.channel(&["Ana <ana@example.com>", "bo@example.com"], None);
    let mut milder = opened();
    milder.subject.status = Status::Warning;
    let mut worse = opened();
    worse.what = What::Worse;
    for notice in [milder, worse, recovered(opened())] {
        let sent = result(&channel, &of(vec![notice], 0)).await;
        assert!(matches!(sent, DeliveryResult::Accepted { .. }), "{sent:?}");
    }
    let mails = peer.mails();
    let [first, worse, over] = mails.as_slice() else {
        panic!("{mails:#?}");
    };
    let thread = header(first, "Message-ID").unwrap();
    assert_eq!(header(first, "In-Reply-To"), None);
    assert_eq!(header(first, "References"), None);
    for mail in [worse, over] {
        assert_eq!(header(mail, "In-Reply-To").as_ref(), Some(&thread));
        assert!(header(mail, "References").unwrap().ends_with(&thread));
        assert_ne!(header(mail, "Message-ID").as_ref(), Some(&thread));
    }
    for mail in &mails {
        assert_eq!(header(mail, "Auto-Submitted").unwrap(), "auto-generated");
        assert_eq!(
            header(mail, "Content-Type").unwrap(),
            "text/plain; charset=utf-8"
        );
    }
}

/// The headers of a mail, and its text as a mail program reads them.
const READER: &str = "import email, email.policy, json, sys\n\
    mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)\n\
    print(json.dumps({'headers': mail.keys(), 'subject': mail['Subject'], \
    'defects': len(mail.defects), 'parts': mail.is_multipart(), 'text': mail.get_content()}))";

fn read(mail: &str) -> Value {
    use std::io::Write;
    let mut child = Command::new("python3")
        .args(["-c", READER])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(mail.as_bytes()).unwrap();
    drop(stdin);
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn every_message_arrives_as_text_and_nothing_becomes_a_header() {
    if !wanted() {
        return;
    }
    let peer = Peer::start("plain");
    let channel = peer.channel(&["ana@example.com"], None);
    let mut all = deliveries();
    let mut dots = opened();
    let said = "ü — 火 end\r\n.\r\nMAIL FROM:<eve@example.com>\r\nBcc: eve@example.com";
    dots.subject.message = Some(text(said));
    dots.subject.monitor = text("api\r\nBcc: eve@example.com\r\n\r\nü");
    all.push(("dots", of(vec![dots], 0)));
    for (name, delivery) in &all {
        let sent = result(&channel, delivery).await;
        assert!(
            matches!(sent, DeliveryResult::Accepted { .. }),
            "{name}: {sent:?}"
        );
    }
    let mails = peer.mails();
    assert_eq!(mails.len(), all.len());
    let allowed = [
        "From",
        "To",
        "Date",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Auto-Submitted",
    ];
    for ((name, _), mail) in all.iter().zip(&mails) {
        assert!(mail.split("\r\n").all(|line| line.len() <= 998), "{name}");
        let read = read(mail);
        for header in read["headers"].as_array().unwrap() {
            assert!(
                allowed.contains(&header.as_str().unwrap()),
                "{name}: {header}"
            );
        }
        assert_eq!(
            (&read["defects"], &read["parts"]),
            (&0.into(), &false.into()),
            "{name}"
        );
        let text = read["text"].as_str().unwrap();
        let subject = read["subject"].as_str().unwrap();
        assert!(subject.starts_with('['), "{name}: {subject}");
        let text = text.replace("\r\n", "\n");
        let is_shown = |c: char| c == '\n' || !c.is_control();
        assert!(
            text.chars().all(is_shown) && !text.contains('\u{202e}'),
            "{name}: {text:?}"
        );
        if *name == "hostile" {
            assert!(text.contains("<script>x</script>"), "{text}");
            assert!(HOSTILE.contains('\u{1b}'));
        }
        if *name == "dots" {
            assert!(text.contains("ü — 火 end"), "{text}");
            assert!(subject.contains("Bcc: eve@example.com"), "{subject}");
        }
    }
    assert!(peer.noted().iter().all(|note| {
        note["command"] == "MAIL" || note["recipients"] == serde_json::json!(["ana@example.com"])
    }));
}
