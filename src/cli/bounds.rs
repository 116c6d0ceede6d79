//! What `--concurrency` and `--retries` make of a plan.

use std::sync::Arc;

use super::args::Bounds;
use super::files;
use crate::engine::Plan;
use crate::model::Levels;

/// Bounds a plan. An error takes one failure more than retries, whatever the config says.
pub fn apply(bounds: &Bounds, plan: &mut Plan) {
    plan.concurrency = Some(files::bearable(bounds.concurrency));
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
