//! The keys of http monitors.

use std::time::Duration;

use std::ops::RangeInclusive;

use bytes::Bytes;
use http::{HeaderValue, header};
use serde_json::Value;

use super::keys::{AnswerKeys, HttpKeys, ReuseChoice, VersionChoice};
use super::{ExpectedHeader, HttpExchange, HttpSpec};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::model::Rhythm;
use crate::monitors::caches::Caches;
use crate::monitors::dial::HttpVersion;
use crate::monitors::dial::config::endpoint::{ResolvedEndpoint, share_endpoint};
use crate::monitors::dial::config::headers::header_name;
use crate::monitors::dial::config::method::method;
use crate::monitors::kind::KindInfo;
use crate::monitors::payload::timestamps::TimestampKeys;
use crate::monitors::sent_secrets::secrets_of_text;
use crate::monitors::url_kind::{HTTP_ADVICE, UrlKind};

const REDIRECTS: u32 = 5;
const MOST_REDIRECTS: u32 = 50;

impl UrlKind for HttpKeys {
    type Spec = HttpSpec;
    const INFO: KindInfo = KindInfo {
        noun: "an HTTP monitor",
        schemes: &["http", "https"],
        suggested_scheme: "https",
        probe_schemes: &["http", "https"],
        interval: Duration::from_secs(15),
        rhythm: Rhythm::Poll,
        advice: HTTP_ADVICE,
        example: "# expect: {status: [200], json: '@.ok == true'}",
    };

    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        mut resolved: ResolvedEndpoint,
        secrets: &mut Vec<Secret>,
    ) -> HttpSpec {
        if let (Some(body), Some(json)) = (&self.body, &self.json) {
            let title = format!("{} has a `body` and a `json`", scope.label);
            scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(json.span, "one of them")
                    .also(body.span, "the other"),
            );
        }
        let json = self.json.as_ref().and_then(|field| field.value.as_ref());
        if json.is_some() && !resolved.terms.headers.contains_key(header::CONTENT_TYPE) {
            let json = HeaderValue::from_static("application/json");
            resolved.terms.headers.insert(header::CONTENT_TYPE, json);
        }
        let body = self.body.as_ref().and_then(|field| field.value.clone());
        let body = json.map(Value::to_string).or(body);
        if let Some(body) = &body {
            secrets_of_text(body, secrets);
        }
        let redirects = self
            .redirects
            .as_ref()
            .and_then(|field| field.value)
            .unwrap_or(REDIRECTS);
        if let Some(field) = self
            .redirects
            .as_ref()
            .filter(|_| redirects > MOST_REDIRECTS)
        {
            scope.out_of_range("redirects", field.span, "expected at most 50");
        }
        let answer = self.expect.as_ref().and_then(|field| field.value.as_ref());
        let timestamp = caches.patterns.query(scope, self.timestamp.as_ref());
        let exchange = HttpExchange {
            method: method(scope, self.method.as_ref()),
            body: body.map(Bytes::from),
            redirects,
            reuse: self.connection.as_ref().and_then(|field| field.value)
                == Some(ReuseChoice::Reuse),
            version: match self.version.as_ref().and_then(|field| field.value) {
                Some(VersionChoice::Http1) => HttpVersion::Http1,
                Some(VersionChoice::Http2) => HttpVersion::Http2,
                Some(VersionChoice::Auto) | None => HttpVersion::Auto,
            },
            timestamp,
            status: status(scope, answer),
            headers: expected_headers(caches, scope, answer),
            expect: caches.patterns.payload(
                scope,
                answer.and_then(|answer| answer.body.as_ref()),
                answer.and_then(|answer| answer.json.as_ref()),
            ),
        };
        let endpoint = share_endpoint(caches, resolved.url, resolved.terms);
        HttpSpec {
            endpoint,
            exchange: caches.dedup.share(exchange),
        }
    }

    fn timestamp_keys(&self) -> TimestampKeys<'_> {
        TimestampKeys {
            timestamp: self.timestamp.as_ref(),
            max_age: self.max_age.as_ref(),
        }
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![
            section::<HttpKeys>("`http`"),
            section::<AnswerKeys>("`expect` of `http`"),
        ]
    }
}

fn status(scope: &Scope<'_>, answer: Option<&AnswerKeys>) -> Vec<RangeInclusive<u16>> {
    let Some(field) = answer.and_then(|answer| answer.status.as_ref()) else {
        return vec![200..=299];
    };
    let codes = field.value.iter().flat_map(|codes| &codes.0);
    let ranges: Vec<_> = codes
        .filter_map(|code| {
            let range = codes_of(code.value.as_deref()?.trim());
            if range.is_none() {
                let title = format!(
                    "`status` of {} has an entry that is no status code",
                    scope.label
                );
                let problem = Diagnostic::new(Code::Value, title);
                scope.report(
                    problem.at(code.span, "expected for example `204`, `2xx` or `200-299`"),
                );
            }
            range
        })
        .collect();
    if field.value.as_ref().is_some_and(|codes| codes.0.is_empty()) {
        let title = format!("`status` of {} is empty", scope.label);
        scope.report(
            Diagnostic::new(Code::Value, title).at(field.span, "no answer could be a heartbeat"),
        );
    }
    ranges
}

fn expected_headers(
    caches: &Caches<'_>,
    scope: &Scope<'_>,
    answer: Option<&AnswerKeys>,
) -> Vec<ExpectedHeader> {
    let pairs = answer
        .and_then(|answer| answer.headers.as_ref())
        .and_then(|field| field.value.as_ref());
    pairs
        .iter()
        .flat_map(|pairs| &pairs.0)
        .filter_map(|(name, pattern)| {
            let name = header_name(scope, name);
            let pattern = caches.patterns.pattern(scope, pattern);
            Some(ExpectedHeader {
                name: name?,
                pattern: pattern?,
            })
        })
        .collect()
}

/// Parses `204`, `2xx` or `200-299`: codes from 100 to 599 (RFC 9110, section 15).
fn codes_of(text: &str) -> Option<RangeInclusive<u16>> {
    let code = |text: &str| {
        (text.len() == 3)
            .then(|| text.parse().ok())
            .flatten()
            .filter(|code| (100..600).contains(code))
    };
    if let Some(class) = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX")) {
        let first = class
            .parse::<u16>()
            .ok()
            .filter(|class| (1..6).contains(class))?
            * 100;
        return Some(first..=first + 99);
    }
    match text.split_once('-') {
        Some((from, to)) => {
            let range = code(from.trim())?..=code(to.trim())?;
            (!range.is_empty()).then_some(range)
        }
        None => code(text).map(|code| code..=code),
    }
}

#[cfg(test)]
mod tests {
    use super::codes_of;

    #[test]
    fn status_codes_classes_and_ranges() {
        assert_eq!(codes_of("204"), Some(204..=204));
        assert_eq!(codes_of("2xx"), Some(200..=299));
        assert_eq!(codes_of("200 - 404"), Some(200..=404));
        for bad in [
            "", "20", "6xx", "2x", "099", "600", "404-200", "200-", "-5", "+20",
        ] {
            assert_eq!(codes_of(bad), None, "{bad}");
        }
    }
}
