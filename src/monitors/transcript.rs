//! What an attempt does, line by line, for people who look for a fault: addresses, handshakes, the
//! heads of requests and responses, and the beginning of bodies. Lines are events of `tracing`.

use std::sync::{Arc, Mutex};

use http::header::{HOST, HeaderMap, PROXY_AUTHENTICATE, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, Request, Response, Version};
use tracing::Level;

use super::secrets::Secrets;
use crate::conf::mask;
use crate::lock::LockExt;
use crate::model::{Text, is_sensitive};

/// The `tracing` target of the lines. All are of the level DEBUG.
pub const TRANSCRIPT: &str = "hbmon::transcript";

/// Maximum number of bytes of a body that are shown.
const BODY_BYTES: usize = 2048;
/// Maximum number of lines of a body that are shown.
const BODY_LINES: usize = 20;

/// Maximum number of cookies that are known as secrets.
const MAX_COOKIES: usize = 32;

/// Writes the transcript of one monitor. All texts are cleaned, and secrets in them are masked.
#[derive(Debug)]
pub struct Transcript {
    monitor: Text,
    secrets: Arc<Secrets>,
    /// Values of cookies that the server set. It may send them back in another place.
    cookies: Mutex<Vec<String>>,
}

impl Transcript {
    pub fn new(monitor: &Text, secrets: &Arc<Secrets>) -> Transcript {
        Transcript {
            monitor: monitor.clone(),
            secrets: Arc::clone(secrets),
            cookies: Mutex::default(),
        }
    }

    /// Returns whether anything reads the lines. The others cost nothing.
    pub fn is_read() -> bool {
        tracing::enabled!(target: TRANSCRIPT, Level::DEBUG)
    }

    /// Writes what hbmon or the network did.
    pub fn note(&self, text: &str) {
        self.line('*', text);
    }

    /// Writes the head of a request.
    pub(super) fn request<B>(&self, request: &Request<B>) {
        let uri = request.uri();
        let path = uri
            .path_and_query()
            .map_or("/", |path_and_query| path_and_query.as_str());
        let version = version(request.version());
        self.line(
            '>',
            &format!("{} {} {version}", request.method(), mask::address(path)),
        );
        // HTTP/2 has no `Host`.
        if let Some(authority) = uri.authority()
            && !request.headers().contains_key(HOST)
        {
            self.line('>', &format!("host: {}", authority.as_str()));
        }
        self.headers('>', request.headers());
    }

    /// Writes the head of a response.
    pub(super) fn response<B>(&self, response: &Response<B>) {
        self.learn_cookies(response.headers());
        let status = response.status();
        let reason = status.canonical_reason().unwrap_or_default();
        let version = version(response.version());
        self.line('<', &format!("{version} {} {reason}", status.as_u16()));
        self.headers('<', response.headers());
    }

    /// Writes the beginning of a body.
    pub(super) fn body(&self, body: &[u8]) {
        let head = body.get(..BODY_BYTES).unwrap_or(body);
        let Some(text) = text_of(head) else {
            return self.note(&format!("{} bytes of body, not text", body.len()));
        };
        // The ellipsis marks the cut, so that a secret that is cut there is found.
        let cut = if head.len() < body.len() { "…" } else { "" };
        let whole = self.secrets.redacted_lines(&format!("{text}{cut}"));
        let whole = self.known_cookies().redacted_lines(&whole);
        // A token that the body itself calls so.
        let masked = mask::apply(&whole, &[]);
        for line in masked.lines().take(BODY_LINES) {
            self.line('|', line);
        }
        self.note(&format!("{} bytes of body", body.len()));
    }

    fn learn_cookies(&self, headers: &HeaderMap) {
        let set = headers.get_all(SET_COOKIE).into_iter();
        let values = set.filter_map(|cookie| {
            let pair = cookie.to_str().ok()?.split(';').next()?;
            Some(pair.split_once('=')?.1.trim_matches('"').to_owned())
        });
        let mut known = self.cookies.lock().ignore_poison();
        known.extend(values);
        known.truncate(MAX_COOKIES);
    }

    fn known_cookies(&self) -> Secrets {
        Secrets::new(self.cookies.lock().ignore_poison().clone())
    }

    fn headers(&self, mark: char, headers: &HeaderMap) {
        for (name, value) in headers {
            let value = shown(name, value);
            self.line(mark, &format!("{name}: {value}"));
        }
        self.line(mark, "");
    }

    fn line(&self, mark: char, text: &str) {
        let text = self.secrets.redact(Text::clean(text));
        let text = self.known_cookies().redact(text);
        let monitor = self.monitor.as_str();
        if text.is_empty() {
            tracing::debug!(target: TRANSCRIPT, monitor, "{mark}");
        } else {
            tracing::debug!(target: TRANSCRIPT, monitor, "{mark} {text}");
        }
    }
}

/// Returns the value of a header as it may be shown.
fn shown(name: &HeaderName, value: &HeaderValue) -> String {
    let asks_for_a_login = *name == WWW_AUTHENTICATE || *name == PROXY_AUTHENTICATE;
    if is_sensitive(name.as_str()) && !asks_for_a_login {
        "***".to_owned()
    } else {
        mask::address(&String::from_utf8_lossy(value.as_bytes()))
    }
}

/// Returns bytes as text. The last character may be cut. `None` for other data.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then_some(text)
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

#[cfg(test)]
mod tests {
    use tracing::field::{Field, Visit};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

    use super::*;

    /// Keeps the messages of all events.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl<S: tracing::Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
            struct Message<'a>(&'a Kept);
            impl Visit for Message<'_> {
                fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                    if field.name() == "message" {
                        self.0.0.lock().unwrap().push(format!("{value:?}"));
                    }
                }
            }
            event.record(&mut Message(self));
        }
    }

    fn lines(write: impl FnOnce(&Transcript)) -> Vec<String> {
        let kept = Kept::default();
        let subscriber = tracing_subscriber::registry().with(kept.clone());
        let secrets = Arc::new(Secrets::new(vec!["hunter2".to_owned()]));
        let transcript = Transcript::new(&Text::clean("api"), &secrets);
        tracing::subscriber::with_default(subscriber, || write(&transcript));
        kept.0.lock().unwrap().clone()
    }

    #[test]
    fn heads_are_shown_without_their_secrets() {
        let request = Request::builder()
            .uri("/x?api_key=k3y&a=1")
            .header("authorization", "Bearer t0ken")
            .header("cookie", "a=c00kie")
            .header("x-team", "hunter2 \u{202e}\u{9b}31mblue")
            .body(())
            .unwrap();
        assert_eq!(
            lines(|transcript| transcript.request(&request)),
            [
                "> GET /x?api_key=***&a=1 HTTP/1.1",
                "> authorization: ***",
                "> cookie: ***",
                "> x-team: *** 31mblue",
                ">"
            ]
        );
        let response = Response::builder()
            .status(401)
            .header("www-authenticate", "Bearer realm=\"api\"")
            .header("set-cookie", "session=c00kie")
            .header("location", "https://user:pa55@a.test/?token=t0ken")
            .body(())
            .unwrap();
        assert_eq!(
            lines(|transcript| transcript.response(&response)),
            [
                "< HTTP/1.1 401 Unauthorized",
                "< www-authenticate: Bearer realm=\"api\"",
                "< set-cookie: ***",
                "< location: https://a.test/?token=***",
                "<"
            ]
        );
    }

    #[test]
    fn a_body_is_shown_line_by_line_up_to_a_limit() {
        let body = |body: &[u8]| lines(|transcript| transcript.body(body));
        assert_eq!(
            body(b"{\"who\": \"hunter2\",\n \"access_token\": \"t0ken\"}"),
            [
                "| {\"who\": \"***\",",
                "| \"access_token\": \"*****\"}",
                "* 44 bytes of body"
            ]
        );
        assert_eq!(body(b"\x1f\x8b\0\xff"), ["* 4 bytes of body, not text"]);
        assert_eq!(body(&b"line\n".repeat(100)).len(), BODY_LINES + 1);
        let line = format!("{}\n", "x".repeat(299));
        let cut = format!("{}{}hunter2", line.repeat(6), "y".repeat(BODY_BYTES - 1804));
        let shown = body(cut.as_bytes());
        assert!(shown[6].ends_with("yyy***…"), "{shown:?}");
        let umlauts = format!("x{}", "ü".repeat(BODY_BYTES));
        assert!(!body(umlauts.as_bytes()).concat().contains("not text"));
        assert_eq!(body(&[0xff; 9000]), ["* 9000 bytes of body, not text"]);
    }
}
