//! What of an answer's head is kept as evidence.

use http::{HeaderMap, HeaderName, Response, Version};

use crate::model::{HttpHead, Text, is_sensitive};

/// Header lines that are kept of one answer.
const MOST_CAPTURED: usize = 32;

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

/// The headers of an answer that are to be shown. A secret by its name is told without its value.
pub(super) fn captured_headers(names: &[HeaderName], headers: &HeaderMap) -> Vec<(Text, Text)> {
    let values = names
        .iter()
        .flat_map(|name| headers.get_all(name).iter().map(move |value| (name, value)));
    let shown = values.take(MOST_CAPTURED).map(|(name, value)| {
        let value = if is_sensitive(name.as_str()) {
            Text::clean("***")
        } else {
            Text::clean_bytes(value.as_bytes())
        };
        (Text::clean(name.as_str()), value)
    });
    shown.collect()
}
