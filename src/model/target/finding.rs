//! Findings of the rules, and how they compare.

use super::policy::Levels;
use super::status::{Cause, Status};
use crate::model::time::moment::Moment;

/// A rule that holds: how severe it is, since when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model) struct Finding {
    pub status: Status,
    pub at: Moment,
    pub cause: Cause,
}

/// Returns the most severe level that is reached, with its limit.
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

/// Replaces the worst finding so far by `finding` if that is more severe, or as severe and older.
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

/// Replaces the worst finding so far by a latched one that is more severe.
pub(in crate::model) fn worsen_by_latched(worst: &mut Option<Finding>, latched: Finding) {
    if worst
        .as_ref()
        .is_none_or(|worst| latched.status > worst.status)
    {
        *worst = Some(latched);
    }
}
