//! Bearer tokens that clients must send to hbmon.

use std::fmt;

use http::HeaderValue;
use subtle::ConstantTimeEq;

/// A bearer token. It is never printed, and it is compared in constant time (RFC 6750 leaves the
/// comparison to the server).
#[derive(Clone)]
pub struct Token(Box<[u8]>);

impl Token {
    pub fn new(text: &str) -> Token {
        Token(text.as_bytes().into())
    }

    /// Returns whether a header can carry a text, so that a client can send it.
    pub(crate) fn is_sendable(text: &str) -> bool {
        HeaderValue::from_str(text).is_ok()
    }

    /// Returns the text itself, for the code that sends it.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns whether `shown` is the token. The duration reveals the length at most.
    pub fn matches(&self, shown: &[u8]) -> bool {
        self.0.ct_eq(shown).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_matches_and_none_is_printed() {
        let token = Token::new("s3cr3t");
        assert!(token.matches(b"s3cr3t"));
        for other in ["", "s3cr3", "s3cr3t ", "S3cr3t"] {
            assert!(!token.matches(other.as_bytes()), "{other}");
        }
        assert_eq!(format!("{token:?}"), "***");
    }
}
