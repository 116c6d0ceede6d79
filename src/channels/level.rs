//! How bad the news of a delivery is, for colours and priorities.

use crate::alerts::delivery::{Delivery, Notice};
use crate::history::notification::What;
use crate::model::Status;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Good,
    Warning,
    Error,
}

impl Level {
    /// Returns the level of the worst notice.
    pub(super) fn of(delivery: &Delivery) -> Level {
        let levels = delivery.notices.iter().map(Level::of_notice);
        levels.max().unwrap_or(Level::Good)
    }

    fn of_notice(notice: &Notice) -> Level {
        if is_over(notice) {
            Level::Good
        } else if notice.subject.status == Status::Warning {
            Level::Warning
        } else {
            Level::Error
        }
    }

    /// Returns the colour as `#rrggbb`.
    pub(super) const fn colour(self) -> &'static str {
        match self {
            Level::Good => "#2eb886",
            Level::Warning => "#daa038",
            Level::Error => "#d00000",
        }
    }
}

/// Returns whether the incident of a notice is over. A test has an opening and a recovery, too.
pub(super) fn is_over(notice: &Notice) -> bool {
    match notice.what {
        What::Recovered => true,
        What::Test => notice.subject.closed.is_some(),
        _ => false,
    }
}
