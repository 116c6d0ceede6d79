//! Mails as they are written: headers, threads, and what a server says to them.

use jiff::Timestamp;

use super::*;
use crate::alerts::delivery::MonitorFacts;
use crate::channels::email::server::MailSecurity;
use crate::conf::secret::Secret;
use crate::history::notification::NotificationId;
use crate::model::{IncidentEnd, IncidentId, Status};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn notice(what: What, monitor: &str) -> Notice {
    Notice {
        what,
        subject: Subject {
            incident: Some(IncidentId(42)),
            monitor: Text::clean(monitor),
            status: Status::Error,
            before: Some(Status::Healthy),
            reason: None,
            message: Some(Text::clean("503 ünavailable\r\nBcc: eve@example.com")),
            opened: at(0),
            closed: None,
            end: None,
            acknowledged_by: None,
        },
        key: NotificationId(7),
        was_told: true,
        monitor: Some(MonitorFacts::default()),
    }
}

fn recovered() -> Notice {
    let mut notice = notice(What::Recovered, "api");
    notice.subject.closed = Some(at(60));
    notice.subject.end = Some(IncidentEnd::Recovered);
    notice
}

fn delivery(notices: Vec<Notice>) -> Delivery {
    Delivery {
        channel: Text::clean("mail"),
        notices,
        more: 0,
        at: at(61),
        due: at(61),
        is_refresh: false,
    }
}

fn email() -> Email {
    Email {
        transport: MailTransport::Smtp(MailServer {
            host: "mail.example.com".to_owned(),
            port: 465,
            security: MailSecurity::Tls,
            login: Some(("ana".to_owned(), Secret::new("s3cret"))),
        }),
        from: "hbmon <hbmon@example.com>".parse().unwrap(),
        to: vec![
            "ana@example.com".parse().unwrap(),
            "bo@example.com".parse().unwrap(),
        ],
        style: MessageStyle::default(),
    }
}

fn text(notices: Vec<Notice>) -> String {
    let mail = email().mail(&delivery(notices)).unwrap();
    String::from_utf8(mail.formatted()).unwrap()
}

fn header(mail: &str, name: &str) -> Option<String> {
    let head = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let start = format!("{name}: ");
    let mut lines = head.lines();
    lines.find_map(|line| line.strip_prefix(&start).map(str::to_owned))
}

#[test]
fn a_mail_says_that_a_program_wrote_it() {
    let mail = text(vec![notice(What::Opened, "api")]);
    assert_eq!(header(&mail, "Auto-Submitted").unwrap(), "auto-generated");
    assert_eq!(header(&mail, "From").unwrap(), "hbmon <hbmon@example.com>");
    assert_eq!(
        header(&mail, "To").unwrap(),
        "ana@example.com, bo@example.com"
    );
    assert!(
        header(&mail, "Date")
            .unwrap()
            .starts_with("Thu, 28 May 2026 20:27:41")
    );
    assert!(
        header(&mail, "Content-Type")
            .unwrap()
            .starts_with("text/plain; charset=utf-8")
    );
    assert_eq!(header(&mail, "Bcc"), None, "{mail}");
}

#[test]
fn the_mails_of_an_incident_are_one_thread() {
    let opened = text(vec![notice(What::Opened, "api")]);
    let root = "<i-0042.1780000000000.hbmon@example.com>";
    assert_eq!(header(&opened, "Message-ID").unwrap(), root);
    assert_eq!(header(&opened, "References"), None);
    let over = text(vec![recovered()]);
    assert_eq!(header(&over, "In-Reply-To").unwrap(), root);
    let first = format!("<7.hbmon@example.com> {root}");
    assert_eq!(header(&over, "References").unwrap(), first);
    assert_eq!(
        header(&over, "Message-ID").unwrap(),
        "<recovered.1780000060000.i-0042.1780000000000.hbmon@example.com>"
    );
    assert_eq!(over, text(vec![recovered()]), "the same mail after a crash");
    let mut other = notice(What::Opened, "other");
    other.subject.incident = Some(IncidentId(43));
    let digest = text(vec![notice(What::Opened, "api"), other]);
    let references = header(&digest, "References").unwrap();
    assert!(
        references.contains("i-0042") && references.contains("i-0043"),
        "{references}"
    );
    assert!(
        header(&digest, "Message-ID")
            .unwrap()
            .starts_with("<digest.")
    );
}

#[test]
fn what_a_digest_only_counted_is_in_its_thread() {
    let mut digest = delivery(vec![
        notice(What::Opened, "api"),
        notice(What::Opened, "web"),
    ]);
    digest.more = 30;
    let digest = email().mail(&digest).unwrap().formatted();
    let digest = String::from_utf8(digest).unwrap();
    let mut over = recovered();
    over.subject.incident = Some(IncidentId(99));
    let over = text(vec![over]);
    let references = |mail| header(mail, "References").unwrap();
    let first = "<7.hbmon@example.com> ";
    for mail in [&digest, &over] {
        assert!(references(mail).starts_with(first), "{mail}");
    }
    assert!(!references(&digest).contains("i-0099"));
}

#[test]
fn a_mail_waits_ten_minutes_for_a_recipient_that_is_taken_later() {
    let waits = |seconds: i64| {
        let mut delivery = delivery(vec![notice(What::Opened, "api")]);
        delivery.due = at(61 - seconds);
        match email().outgoing(&delivery).remove(0) {
            Outgoing::Mail(mail) => mail.waits_for_all,
            _ => panic!("no mail"),
        }
    };
    assert!(waits(0) && waits(599) && waits(-10));
    assert!(!waits(600));
}

#[test]
fn a_server_that_refuses_for_good_breaks_the_channel() {
    let judge = |code: u16| {
        email().judge(&Answer::Smtp {
            code,
            text: "no\u{1b}[2J".to_owned(),
            note: None,
        })
    };
    assert_eq!(
        judge(550),
        DeliveryResult::Refused {
            why: Text::clean("550 no[2J")
        }
    );
    assert!(matches!(judge(451), DeliveryResult::Failed { .. }));
    assert!(matches!(judge(250), DeliveryResult::Accepted { .. }));
}

#[test]
fn the_local_program_takes_the_mail_from_stdin() {
    let email = Email {
        transport: MailTransport::Sendmail,
        ..email()
    };
    let sent = email.outgoing(&delivery(vec![notice(What::Opened, "api")]));
    let Some(Outgoing::Command(command)) = sent.first() else {
        panic!("no command");
    };
    assert_eq!(
        command.argv.join(" "),
        "/usr/sbin/sendmail -i -f hbmon@example.com -- ana@example.com bo@example.com"
    );
}

#[test]
fn no_password_is_shown() {
    assert!(!format!("{:?}", email()).contains("s3cret"));
}
