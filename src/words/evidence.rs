//! Evidence in one line, to follow a sentence.

use std::net::SocketAddr;

use super::failures::status;
use super::units::bytes;
use crate::model::{Connection, Evidence, Text, TlsSuite};

/// Returns what the evidence of a failure adds to `known`: `peer 192.0.2.7:443, body:
/// {"status":"degraded"}`.
pub fn failure_evidence(evidence: &Evidence, known: &str) -> Option<String> {
    let is_new = |text: &str| !text.is_empty() && !known.contains(text);
    let plain = |text: &Text| Some(text.to_string()).filter(|text| is_new(text));
    let tried: Vec<String> = evidence
        .tried
        .iter()
        .map(SocketAddr::to_string)
        .filter(|peer| is_new(peer))
        .collect();
    let mut parts = Vec::new();
    parts.extend(
        evidence
            .redirects
            .last()
            .and_then(plain)
            .map(|to| format!("redirected to {to}")),
    );
    parts.extend(
        evidence
            .peer
            .map(|peer| peer.to_string())
            .filter(|peer| is_new(peer))
            .map(|peer| format!("peer {peer}")),
    );
    parts.extend((!tried.is_empty()).then(|| format!("tried {}", tried.join(", "))));
    parts.extend(headers(evidence));
    parts.extend(
        evidence
            .value
            .as_ref()
            .and_then(plain)
            .map(|value| format!("got {value}")),
    );
    parts.extend(
        evidence
            .body
            .as_ref()
            .and_then(plain)
            .map(|body| format!("body: {body}")),
    );
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns the evidence of a heartbeat: `HTTP/1.1 200, peer 127.0.0.1:8080`.
pub fn beat_evidence(evidence: &Evidence, known: &str) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(
        evidence
            .http
            .map(|http| format!("HTTP/{} {}", http.version(), http.status)),
    );
    parts.extend(
        evidence
            .redirects
            .last()
            .map(|to| format!("redirected to {to}")),
    );
    let peer = evidence
        .peer
        .map(|peer| peer.to_string())
        .filter(|peer| !known.contains(peer));
    parts.extend(peer.map(|peer| format!("peer {peer}")));
    parts.extend(headers(evidence));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns the last response: `HTTP/1.1 200 OK, 15 bytes`.
pub fn response(connection: &Connection) -> Option<String> {
    let head = connection.http?;
    let size = connection
        .body_bytes
        .map_or_else(String::new, |size| format!(", {}", bytes(size)));
    Some(format!(
        "HTTP/{} {}{size}",
        head.version(),
        status(head.status)
    ))
}

/// Returns what TLS negotiated: `1.3, TLS_AES_256_GCM_SHA384`.
pub fn tls(suite: TlsSuite) -> String {
    format!("{}, {}", suite.version(), suite.name())
}

fn headers(evidence: &Evidence) -> impl Iterator<Item = String> {
    evidence
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HttpHead;

    #[test]
    fn a_response_has_its_status_and_size() {
        let mut connection = Connection::default();
        assert_eq!(response(&connection), None);
        let version = (1, 1);
        connection.http = Some(HttpHead {
            status: 200,
            version,
        });
        assert_eq!(response(&connection).as_deref(), Some("HTTP/1.1 200 OK"));
        connection.body_bytes = Some(1536);
        assert_eq!(
            response(&connection).as_deref(),
            Some("HTTP/1.1 200 OK, 1.5 KiB")
        );
    }

    #[test]
    fn a_line_tells_what_the_sentence_does_not() {
        let text = Text::clean;
        let full = Evidence {
            http: Some(HttpHead {
                status: 503,
                version: (1, 1),
            }),
            peer: "192.0.2.7:443".parse().ok(),
            tried: Vec::new(),
            redirects: vec![text("https://a.test/"), text("https://b.test/")],
            value: Some(text("\"degraded\"")),
            body: Some(text("{\"phase\":\"degraded\"}")),
            headers: vec![(text("x-request-id"), text("7f"))],
        };
        assert_eq!(
            failure_evidence(
                &full,
                "assertion failed: @.phase == \"ok\" (got \"degraded\")"
            )
            .as_deref(),
            Some(
                "redirected to https://b.test/, peer 192.0.2.7:443, x-request-id: 7f, \
                 body: {\"phase\":\"degraded\"}"
            )
        );
        assert_eq!(
            beat_evidence(&full, "").as_deref(),
            Some(
                "HTTP/1.1 503, redirected to https://b.test/, peer 192.0.2.7:443, x-request-id: 7f"
            )
        );
        let tried = ["192.0.2.7:443", "192.0.2.8:443"]
            .map(|peer| peer.parse().unwrap())
            .to_vec();
        let refused = Evidence {
            tried,
            ..Evidence::default()
        };
        assert_eq!(
            failure_evidence(&refused, "connection refused (192.0.2.7:443)").as_deref(),
            Some("tried 192.0.2.8:443")
        );
        assert_eq!(
            failure_evidence(&refused, "refused (192.0.2.7:443, 192.0.2.8:443)"),
            None
        );
    }
}
