//! Sends mails: by SMTP, or with the `sendmail` of this machine.

pub mod keys;
pub mod server;

use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};

use self::server::MailServer;
use super::exec::judge_exit;
use crate::alerts::delivery::{Delivery, DeliveryResult, Notice};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingCommand, OutgoingMail};
use crate::history::notification::{Subject, What};
use crate::model::Text;

/// The program of a local mail server, where the Filesystem Hierarchy Standard has it.
const SENDMAIL: &str = "/usr/sbin/sendmail";
/// Maximum number of bytes of a subject: some servers refuse longer lines.
const MAX_SUBJECT: usize = 200;
/// How long a mail waits for a recipient that the server wants to take later. Grey lists ask for
/// 5 minutes; what does not pass by then must not keep the others from being told.
const DEFERRED_FOR: Duration = Duration::from_secs(10 * 60);

/// A channel of the kind `email`.
#[derive(Clone, Debug)]
pub struct Email {
    pub transport: MailTransport,
    pub from: Mailbox,
    /// Never empty.
    pub to: Vec<Mailbox>,
    pub style: MessageStyle,
}

/// How mails leave.
#[derive(Clone, Debug)]
pub enum MailTransport {
    Smtp(MailServer),
    /// The program `sendmail` of this machine.
    Sendmail,
}

impl Channel for Email {
    fn kind(&self) -> &'static str {
        "email"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let Some(mail) = self.mail(delivery) else {
            return Vec::new();
        };
        vec![match &self.transport {
            MailTransport::Smtp(server) => Outgoing::Mail(OutgoingMail {
                server: server.clone(),
                mail,
                waits_for_all: waited(delivery) < DEFERRED_FOR,
            }),
            MailTransport::Sendmail => Outgoing::Command(self.sendmail(&mail)),
        }]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        let Answer::Smtp { code, text, note } = answer else {
            return judge_exit(answer);
        };
        let why = Text::clean(&format!("{code} {text}"));
        match code {
            200..300 => DeliveryResult::Accepted {
                answer: why,
                note: note.as_deref().map(Text::clean),
            },
            500..600 => DeliveryResult::Refused { why },
            _ => DeliveryResult::Failed { why, wait: None },
        }
    }
}

impl Email {
    /// Returns the mail; `None` if a part of it cannot be written, which its checks prevent.
    fn mail(&self, delivery: &Delivery) -> Option<lettre::Message> {
        let message = Message::of(delivery, &self.style);
        let domain = self.from.email.domain();
        let mut builder = lettre::Message::builder()
            .from(self.from.clone())
            .date(SystemTime::from(delivery.at))
            .subject(shortened(&message.title))
            .message_id(Some(format!("<{}@{domain}>", id(delivery))))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN);
        for mailbox in &self.to {
            builder = builder.to(mailbox.clone());
        }
        let mut references: Vec<String> = Vec::new();
        for notice in (delivery.notices.iter()).filter(|notice| !is_first(notice, delivery)) {
            for name in [first(notice), thread(&notice.subject)] {
                let name = format!("<{name}@{domain}>");
                if !references.contains(&name) {
                    references.push(name);
                }
            }
        }
        if let ([_], Some(thread)) = (delivery.notices.as_slice(), references.last()) {
            builder = builder.in_reply_to(thread.clone());
        }
        if !references.is_empty() {
            builder = builder.references(references.join(" "));
        }
        builder.body(message.body()).ok()
    }

    fn sendmail(&self, mail: &lettre::Message) -> OutgoingCommand {
        // `-i`: a line with a dot does not end the mail. `-f`: where refusals go.
        let mut argv: Vec<String> = [SENDMAIL, "-i", "-f"].map(str::to_owned).into();
        argv.push(self.from.email.to_string());
        argv.push("--".to_owned());
        argv.extend(self.to.iter().map(|mailbox| mailbox.email.to_string()));
        OutgoingCommand {
            argv,
            environment: Vec::new(),
            stdin: mail.formatted().into(),
        }
    }
}

/// Returns for how long a delivery was to be sent.
fn waited(delivery: &Delivery) -> Duration {
    Duration::try_from(delivery.due.duration_until(delivery.at)).unwrap_or_default()
}

/// Returns the name of the thread of an incident: that of the mail that opens it, if it went out
/// alone. Mail programs join mails that refer to the same name, also if no mail has it.
fn thread(subject: &Subject) -> String {
    let opened = subject.opened.as_millisecond();
    match subject.incident {
        Some(id) => format!("{id}.{opened}.hbmon"),
        None => format!("own.{opened}.hbmon"),
    }
}

/// Returns the name of what was told first, in one mail. A digest cannot name all that it tells: it
/// refers to this name, and so does what follows each opening in it. No mail has it: a digest that
/// is sent again may have grown, and servers drop a second mail of the same name.
fn first(notice: &Notice) -> String {
    format!("{}.hbmon", notice.key.0)
}

/// Whether a notice, which stands alone, begins its thread.
fn is_first(notice: &Notice, delivery: &Delivery) -> bool {
    notice.what.is_opening() && delivery.notices.len() == 1 && delivery.more == 0
}

/// Returns the name of a mail. The same message has the same name after a crash, so that mail
/// programs show it once.
fn id(delivery: &Delivery) -> String {
    let at = delivery.at.as_millisecond();
    match delivery.notices.as_slice() {
        [notice] if is_first(notice, delivery) => thread(&notice.subject),
        [notice] if delivery.more == 0 => {
            let subject = &notice.subject;
            let moment = match (notice.what, subject.closed) {
                (What::Recovered, Some(closed)) => closed.as_millisecond(),
                _ => at,
            };
            format!("{}.{moment}.{}", notice.what.as_str(), thread(subject))
        }
        [first, ..] => format!("digest.{at}.{}", thread(&first.subject)),
        [] => format!("{at}.hbmon"),
    }
}

/// Cuts a title at a character.
fn shortened(title: &str) -> String {
    if title.len() <= MAX_SUBJECT {
        return title.to_owned();
    }
    let end = title.floor_char_boundary(MAX_SUBJECT);
    format!("{}…", title.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests;
