//! What is expected of the sender's timestamp.

use std::time::Duration;

use super::common::{MILLISECOND, YEAR};
use super::{Resolver, Subject};
use crate::config::codes::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::field::Field;
use crate::config::units::Period;

/// Whether heartbeats carry a timestamp, and how old it may be.
#[derive(Clone, Copy)]
pub(super) struct Dating {
    pub timestamped: bool,
    pub max_age: Option<Duration>,
}

impl Resolver<'_> {
    pub(super) fn dating(
        &self,
        subject: &Subject,
        timestamp: Option<&Field<String>>,
        max_age: Option<&Field<Period>>,
    ) -> Dating {
        if let (Some(field), None) = (max_age, timestamp) {
            let title = format!("{} has a `max_age` without a `timestamp`", subject.who);
            self.report(
                subject,
                Diagnostic::new(Code::Conflict, title)
                    .at(field.span, "how old is what?")
                    .help("`timestamp: $.ts` tells where the sender's clock stands"),
            );
        }
        let max_age = self.period(subject, "max_age", max_age, MILLISECOND, YEAR);
        Dating {
            timestamped: timestamp.is_some(),
            max_age,
        }
    }
}
