//! English for people: sentences about failures, causes, events and durations. All interfaces take
//! their words from here.

mod brief;
mod events;
mod evidence;
mod failures;
mod fleet_summary;
mod glyphs;
mod notes;
mod presence;
mod progress;
mod reasons;
mod units;

pub use brief::{
    failed_counts, incomplete, keyword, listened, reasons, recovered_failure, short_cause, summary,
    tries,
};
pub use events::{
    MUTED, clock_set, condition, condition_at, counts, event, overload, overload_brief, recovered,
    reloaded, self_stats, silence, stalled,
};
pub use evidence::{beat_evidence, failure_evidence, response, tls};
pub use failures::{cause, expiry, failure, local_limit};
pub use fleet_summary::{fleet_summary, watching};
pub use glyphs::Glyphs;
pub use notes::{labels, notes};
pub use presence::{instances, missing, presence, schedule, setting};
pub use progress::{progress, retry};
pub use reasons::{ReasonGuide, advice, reason_guide};
pub use units::{
    age, availability, axis_tick, bytes, count, latencies, latency, objective, percent, phases,
    short_age, span, stopwatch, target_latency,
};

#[cfg(test)]
mod tests;
