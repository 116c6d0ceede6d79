//! Evidence of a failure or a heartbeat as JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model;

/// Evidence of a failure or a heartbeat. All keys are always present.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Evidence")]
pub(super) struct EvidenceJson<'a> {
    http_status: Option<u16>,
    http_version: Option<String>,
    peer: Option<SocketAddr>,
    tried: Vec<SocketAddr>,
    redirects: Vec<Cow<'a, str>>,
    value: Option<Cow<'a, str>>,
    body: Option<Cow<'a, str>>,
    headers: BTreeMap<Cow<'a, str>, String>,
}

impl<'a> EvidenceJson<'a> {
    pub(super) fn new(evidence: Cow<'a, model::Evidence>) -> EvidenceJson<'a> {
        match evidence {
            Cow::Borrowed(seen) => EvidenceJson::of(seen, |text| Cow::Borrowed(text.as_str())),
            Cow::Owned(seen) => EvidenceJson::of(&seen, |text| Cow::Owned(text.to_string())),
        }
    }

    fn of<'e>(
        seen: &'e model::Evidence,
        text: impl Fn(&'e model::Text) -> Cow<'a, str>,
    ) -> EvidenceJson<'a> {
        let mut headers: BTreeMap<Cow<'a, str>, String> = BTreeMap::new();
        for (name, value) in &seen.headers {
            let values = headers.entry(text(name)).or_default();
            // Several lines with one name form one list (RFC 9110, section 5.3).
            if !values.is_empty() {
                values.push_str(", ");
            }
            values.push_str(value.as_str());
        }
        EvidenceJson {
            http_status: seen.http.map(|http| http.status),
            http_version: seen.http.map(model::HttpHead::version),
            peer: seen.peer,
            tried: seen.tried.clone(),
            redirects: seen.redirects.iter().map(&text).collect(),
            value: seen.value.as_ref().map(&text),
            body: seen.body.as_ref().map(&text),
            headers,
        }
    }
}
