//! Builders that the benchmarks share.

use std::sync::Arc;

use hbmon::model::{Kind, Meta, Text};

/// Returns a monitor's description with this name and kind, and nothing optional.
pub(crate) fn meta(name: &str, kind: Kind) -> Arc<Meta> {
    let name = Text::clean(name);
    Arc::new(Meta {
        address: name.clone(),
        ..Meta::new(name, kind)
    })
}
