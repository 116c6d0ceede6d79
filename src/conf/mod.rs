//! Reads a file into typed values with places, and reports errors at these places. It does not know
//! the keys of hbmon.
//!
//! `yaml` parses the text, `interpolate` expands `${…}`, `de` reads the types (made of
//! `setting` and `units`). Each reports to `context`; `diagnostic` renders the errors.

pub mod codes;
pub mod context;
pub mod de;
pub mod dedup;
pub mod diagnostic;
pub mod explain;
pub mod hints;
pub mod interpolate;
pub mod levels;
pub mod mask;
pub mod nearest;
mod plain_secret;
pub mod reference;
pub mod schedule;
pub mod schema;
pub mod scope;
pub mod secret;
pub mod setting;
pub mod sources;
pub mod span;
pub mod units;
mod url_parts;
pub mod yaml;
