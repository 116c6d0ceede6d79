//! `/`: the page for people. It needs the token of the interface, as `/v1/status` does.

use axum::extract::State;
use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};

use super::cache::render;
use super::past_availability::past_availability;
use super::state::AppState;
use super::{access, answer, status};
use crate::report::page;

pub(super) const PATH: &str = "/";
const HTML: &str = "text/html; charset=utf-8";

/// No script, no other resource, no frame; and no style but the page's own, which the hash is of.
const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-5/PsM5nEGZEdL1TqfItGL0l/JaA7YlkeIMMOYEFtoFU='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 3] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

pub(super) async fn show(State(state): State<AppState>) -> Response {
    let began = state.clock.started();
    let past = past_availability(&state).await;
    let page = state.page.fresh(&state, |snapshot, now| {
        render(move || {
            let seen = status::seen(&snapshot, now);
            page::page(&seen, began, past.as_deref()).into_bytes()
        })
    });
    guarded(answer::rendered(HTML, page.await))
}

/// Returns 401 as a page that says how to show the token.
pub(super) fn unauthorized() -> Response {
    let bytes = page::token_page().into_bytes();
    let mut refusal = guarded(answer::rendered(HTML, Ok(bytes.into())));
    *refusal.status_mut() = StatusCode::UNAUTHORIZED;
    access::ask_for_token(&mut refusal);
    refusal
}

fn guarded(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Base64 (RFC 4648, section 4) of 32 bytes.
    fn base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let bits = chunk
                .iter()
                .chain(&[0, 0])
                .take(3)
                .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            for place in 0..=3 {
                text.push(if place > chunk.len() {
                    '='
                } else {
                    char::from(LETTERS[bits >> (18 - 6 * place) & 63])
                });
            }
        }
        text
    }

    #[test]
    fn the_policy_allows_the_style_of_the_page() {
        assert_eq!(base64(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
        let suite = rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
        let sha256 = suite.tls13().unwrap().common.hash_provider;
        let hash = base64(sha256.hash(page::STYLE.as_bytes()).as_ref());
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
    }
}
