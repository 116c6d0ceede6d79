//! Warns about literal secrets in a config.

use url::Url;

use super::codes::Code;
use super::context::Context;
use super::diagnostic::Diagnostic;
use super::mask;
use super::secret::Secret;
use super::setting::Setting;
use super::span::Span;

/// The text to write instead of a secret.
const ELSEWHERE: &str =
    "write `${NAME}` for an environment variable, or `${file:/run/secrets/name}`";

impl Context<'_> {
    /// Warns about a field that is a secret.
    pub fn warn_plain_secret(&self, what: &str, field: &Setting<Secret>) {
        if field.shown.is_none()
            && field
                .value
                .as_ref()
                .is_some_and(|secret| !secret.reveal().is_empty())
        {
            self.report_plain_secret(what, field.span);
        }
    }

    /// Warns about a text that is likely to be a secret.
    pub fn warn_plain_text(&self, what: &str, field: &Setting<String>) {
        if field.shown.is_none() && field.value.as_ref().is_some_and(|text| !text.is_empty()) {
            self.report_plain_secret(what, field.span);
        }
    }

    /// Warns about a password or token in a URL. `shown`: with `***` for values from `${…}`.
    pub fn warn_plain_url(&self, what: &str, shown: &str, span: Span) {
        let Ok(url) = Url::parse(shown) else { return };
        let is_plain = |text: &str| !text.is_empty() && !text.contains("***");
        let has_password = url.password().is_some_and(is_plain);
        if has_password
            || url
                .query_pairs()
                .any(|(name, value)| mask::is_sensitive(&name) && is_plain(&value))
        {
            self.report_plain_secret(what, span);
        }
    }

    pub fn report_plain_secret(&self, what: &str, span: Span) {
        let title = format!("{what} is a secret that is written in the config");
        let label = "anyone who can read this file can see it";
        self.report(
            Diagnostic::new(Code::PlainSecret, title)
                .at(span, label)
                .help(ELSEWHERE),
        );
    }
}
