//! Judges answers.

use super::outgoing::Answer;
use crate::alerts::delivery::DeliveryResult;
use crate::model::Text;

pub(super) fn judge(answer: &Answer) -> DeliveryResult {
    match answer {
        Answer::Http { status, .. } if status.is_success() => DeliveryResult::Accepted {
            answer: Text::clean(&status.to_string()),
        },
        Answer::Http { status, wait, .. } => DeliveryResult::Failed {
            why: Text::clean(&status.to_string()),
            wait: *wait,
        },
        other => DeliveryResult::Failed {
            why: Text::clean(&format!("{other:?}")),
            wait: None,
        },
    }
}
