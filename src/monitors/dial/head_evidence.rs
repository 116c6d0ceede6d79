//! The parts of a response head that are kept as evidence.

use http::{HeaderMap, HeaderName, Response, Version};

use crate::model::{HttpHead, Text, is_sensitive};

/// Maximum number of header lines that are kept of one response.
const MAX_CAPTURED: usize = 32;

/// Returns status and HTTP version of a response.
pub(super) fn head_summary<B>(response: &Response<B>) -> HttpHead {
    let version = match response.version() {
        Version::HTTP_09 => (0, 9),
        Version::HTTP_10 => (1, 0),
        Version::HTTP_2 => (2, 0),
        Version::HTTP_3 => (3, 0),
        _ => (1, 1),
    };
    HttpHead {
        status: response.status().as_u16(),
        version,
    }
}

/// Returns the headers `names` of a response. The value of a header with a sensitive name is
/// masked.
pub(super) fn captured_headers(names: &[HeaderName], headers: &HeaderMap) -> Vec<(Text, Text)> {
    let values = names
        .iter()
        .flat_map(|name| headers.get_all(name).iter().map(move |value| (name, value)));
    let shown = values.take(MAX_CAPTURED).map(|(name, value)| {
        let value = if is_sensitive(name.as_str()) {
            Text::clean("***")
        } else {
            Text::clean_bytes(value.as_bytes())
        };
        (Text::clean(name.as_str()), value)
    });
    shown.collect()
}
