//! History, incidents, reports and numbers as JSON (docs/history.md). Keys are only added, and
//! their order is fixed.
//!
//! Lists are type parameters: an agent answers with a `Vec`, and a command streams its rows.

mod availability;
mod changes;
mod incidents;
mod numbers;
mod percentiles;

pub use availability::{AvailabilityJson, ReportRowJson, SloRowJson};
pub use changes::{ChangeJson, HistoryJson, UnwatchedJson};
pub use incidents::{IncidentCourseJson, IncidentJson, IncidentsJson, NoteJson, ToldJson};
pub use numbers::{HistogramJson, NumbersJson, NumbersPointJson, NumbersRow, NumbersRowJson};
pub use percentiles::PercentilesJson;
