//! Resolves the limits of the qualities. Each limit is wider than the one before.

use std::time::Duration;

use super::PlanResolver;
use super::common::both;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::units::ConfigDuration;
use crate::conf::units::YEAR;
use crate::config::file::{CommonKeys, QualityKeys, SteadyKeys as FileSteady};
use crate::model::{QualityLimits, StabilityLimits};

/// Reports a limit of zero, below which no mean can be.
const LEAST: Duration = Duration::from_micros(1);

impl PlanResolver<'_> {
    pub(super) fn quality(
        &self,
        scope: &Scope<'_>,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> QualityLimits {
        let maps = both(&own.quality, &base.quality);
        let default = QualityLimits::default();
        let find = |get: fn(&QualityKeys) -> Option<&Setting<FileSteady>>| {
            maps.map(|map| map.and_then(get).and_then(|field| field.value.as_ref()))
        };
        let (excellent, good) = (find(|q| q.excellent.as_ref()), find(|q| q.good.as_ref()));
        let fair = maps.into_iter().flatten().find_map(|map| map.fair.as_ref());
        let limits = QualityLimits {
            excellent: self.steady(scope, "quality.excellent", excellent, default.excellent),
            good: self.steady(scope, "quality.good", good, default.good),
            fair: scope
                .period("quality.fair", fair, LEAST, YEAR)
                .unwrap_or(default.fair),
        };
        if limits.excellent.mean > limits.good.mean {
            let (first, second) = (mean(excellent), mean(good));
            scope.order(
                "the `quality.excellent.mean` of",
                "is above that of `good`",
                first,
                second,
            );
        }
        if limits.good.mean > limits.fair {
            scope.order(
                "the `quality.good.mean` of",
                "is above `fair`",
                mean(good),
                fair,
            );
        }
        if limits.excellent.variance > limits.good.variance {
            let (first, second) = (variance(excellent), variance(good));
            scope.order(
                "the `quality.excellent.variance` of",
                "is above that of `good`",
                first,
                second,
            );
        }
        limits
    }

    fn steady(
        &self,
        scope: &Scope<'_>,
        key: &str,
        maps: [Option<&FileSteady>; 2],
        default: StabilityLimits,
    ) -> StabilityLimits {
        let mean = scope.period(&format!("{key}.mean"), mean(maps), LEAST, YEAR);
        let variance = scope.count(&format!("{key}.variance"), variance(maps));
        StabilityLimits {
            mean: mean.unwrap_or(default.mean),
            variance: variance.unwrap_or(default.variance),
        }
    }
}

/// Returns the value from the first map that has the key.
fn mean(maps: [Option<&FileSteady>; 2]) -> Option<&Setting<ConfigDuration>> {
    maps.into_iter().flatten().find_map(|map| map.mean.as_ref())
}

fn variance(maps: [Option<&FileSteady>; 2]) -> Option<&Setting<u32>> {
    maps.into_iter()
        .flatten()
        .find_map(|map| map.variance.as_ref())
}
