//! Applies `--concurrency` and `--retries` to a plan.

use std::sync::Arc;

use super::args::BoundsArgs;
use super::fd_limit;
use crate::engine::Plan;
use crate::model::Levels;

/// Bounds a plan. With `--retries N` the failure after N others is an error, whatever the config
/// says.
pub(super) fn apply(bounds: &BoundsArgs, plan: &mut Plan) {
    plan.concurrency = Some(fd_limit::allowed_attempts(bounds.concurrency));
    let Some(retries) = bounds.retries else {
        return;
    };
    let error = retries.saturating_add(1);
    for target in &mut plan.targets {
        let policy = Arc::make_mut(&mut target.policy);
        let warning = policy.failures.warning.map(|warning| warning.min(error));
        policy.failures = Levels {
            warning,
            error: Some(error),
        };
    }
}
