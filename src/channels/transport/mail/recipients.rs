//! Which recipients of a mail a server takes.

use lettre::Address;
use lettre::transport::smtp;
use lettre::transport::smtp::response::Response;

use super::trouble::said;
use crate::channels::outgoing::Answer;
use crate::model::Text;

/// Maximum number of recipients that are named.
const MAX_NAMED: usize = 3;
/// Maximum number of characters that are shown of an answer about one recipient.
const MAX_SHOWN: usize = 80;
/// The enhanced code of a full mailbox (RFC 3463, section 3.3): it does not pass within minutes.
const FULL: &str = "4.2.2 ";

/// What a server said to each recipient.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    taken: usize,
    refused: Vec<NotTaken>,
    /// To be tried again later, as servers with grey lists ask of unknown senders.
    deferred: Vec<NotTaken>,
}

#[derive(Debug)]
struct NotTaken {
    address: String,
    code: u16,
    text: String,
}

impl Recipients {
    /// Notes the answer to a recipient.
    ///
    /// # Errors
    /// There was none.
    pub(super) fn note(
        &mut self,
        address: &Address,
        answer: Result<Response, smtp::Error>,
    ) -> Result<(), smtp::Error> {
        let error = match answer {
            Ok(_) => {
                self.taken += 1;
                return Ok(());
            }
            Err(error) => error,
        };
        let Some(code) = error.status() else {
            return Err(error);
        };
        let text = said(&error);
        let is_deferred = error.is_transient() && !text.starts_with(FULL);
        let not_taken = NotTaken {
            address: address.to_string(),
            code: code.into(),
            text,
        };
        if is_deferred {
            self.deferred.push(not_taken);
        } else {
            self.refused.push(not_taken);
        }
        Ok(())
    }

    /// Returns what counts as the server's answer if the mail is not sent now.
    ///
    /// A recipient that is refused does not keep the mail from the others. One that is to be tried
    /// again later does, while `waits_for_all`: the ledger knows deliveries, not recipients. If the
    /// others got the mail now, they would get it twice, or this one never.
    pub(super) fn reason_not_to_send(&self, waits_for_all: bool) -> Option<Answer> {
        let blocking = match self.deferred.first() {
            Some(deferred) if waits_for_all || self.taken == 0 => Some(deferred),
            Some(_) => None,
            None => self.refused.first().filter(|_| self.taken == 0),
        }?;
        // A full mailbox is no final refusal.
        let passing = self.refused.iter().find(|one| one.code < 500);
        let blocking = match blocking.code {
            500.. => passing.unwrap_or(blocking),
            _ => blocking,
        };
        let about = if self.total() > 1 {
            format!(" ({})", blocking.address)
        } else {
            String::new()
        };
        Some(Answer::Smtp {
            code: blocking.code,
            text: format!("{}{about}", blocking.text),
            note: None,
        })
    }

    /// Returns the server's answer to a mail that it took.
    pub(super) fn taken(&self, response: &Response) -> Answer {
        Answer::Smtp {
            code: response.code().into(),
            text: response.message().collect::<Vec<_>>().join(" "),
            note: self.left_out(),
        }
    }

    /// Returns who does not get the mail: `accepted for 2 of 3 recipients; ghost@example.com
    /// refused: 550 no such mailbox`.
    fn left_out(&self) -> Option<String> {
        let refused = self.refused.iter().map(|one| (one, "refused"));
        let deferred = self.deferred.iter().map(|one| (one, "not taken yet"));
        let all: Vec<_> = refused.chain(deferred).collect();
        if all.is_empty() {
            return None;
        }
        let named = all.iter().take(MAX_NAMED).map(|(one, how)| {
            let said: String = Text::clean(&one.text)
                .as_str()
                .chars()
                .take(MAX_SHOWN)
                .collect();
            format!("; {} {how}: {} {said}", one.address, one.code)
        });
        let more = all.len().saturating_sub(MAX_NAMED);
        let more = (more > 0).then(|| format!("; and {more} more"));
        Some(format!(
            "accepted for {} of {} recipients{}{}",
            self.taken,
            self.total(),
            named.collect::<String>(),
            more.unwrap_or_default()
        ))
    }

    fn total(&self) -> usize {
        self.taken + self.refused.len() + self.deferred.len()
    }
}
