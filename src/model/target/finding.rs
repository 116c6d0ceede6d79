//! A rule of the verdict that holds, and how findings compare.

use super::policy::Levels;
use super::status::{Cause, Status};
use crate::model::time::moment::Moment;

/// A rule that holds: how bad it is, since when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model) struct Finding {
    pub status: Status,
    pub at: Moment,
    pub cause: Cause,
}

/// The most severe level that is reached.
pub(in crate::model) fn level<T: Copy>(
    levels: Levels<T>,
    reached: impl Fn(T) -> bool,
) -> Option<(Status, T)> {
    [
        (Status::Error, levels.error),
        (Status::Warning, levels.warning),
    ]
    .into_iter()
    .find_map(|(status, limit)| {
        limit
            .filter(|limit| reached(*limit))
            .map(|limit| (status, limit))
    })
}

/// Puts a finding in the place of the worst so far if it is more severe, or as severe and began
/// before.
pub(in crate::model) fn worsen(worst: &mut Option<Finding>, finding: Option<Finding>) {
    if let Some(finding) = finding
        && worst.as_ref().is_none_or(|worst| {
            finding.status > worst.status
                || (finding.status == worst.status && finding.at < worst.at)
        })
    {
        *worst = Some(finding);
    }
}

/// The same if it is more severe.
pub(in crate::model) fn worsen_by_latched(worst: &mut Option<Finding>, held: Finding) {
    if worst
        .as_ref()
        .is_none_or(|worst| held.status > worst.status)
    {
        *worst = Some(held);
    }
}
