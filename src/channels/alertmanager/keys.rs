//! The keys of the kind `alertmanager`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::Alertmanager;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::channels::secret_url::SecretUrl;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::setting::{Many, Pairs, Setting};
use crate::monitors::dial::config::keys::Auth;

/// The most instances of one cluster.
const MOST_URLS: usize = 16;

/// Posts alerts to every instance of a cluster of Alertmanagers. It has no use for `emoji` and
/// `timezone`.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct AlertmanagerKeys {
    /// The URL of each instance, up to the path of its API; at most 16. A URL instead of the map is
    /// the only one.
    #[schemars(required)]
    pub urls: Option<Setting<Many<String>>>,
    /// Headers of the requests. Default: none.
    pub headers: Option<Setting<Pairs>>,
    /// The `Authorization` header. Default: none.
    pub auth: Option<Setting<Auth>>,
    /// URL of the page that people reach from an alert, such as a dashboard. Default: none.
    pub generator: Option<Setting<String>>,
}

impl HttpChannelKeys for AlertmanagerKeys {
    fn resolve(&self, request: &mut RequestScope<'_>, _: MessageStyle) -> Option<Arc<dyn Channel>> {
        let urls = self.urls(request);
        let headers = request.headers(self.headers.as_ref(), self.auth.as_ref());
        let generator = self.generator.as_ref();
        let generator = generator.and_then(|field| page(request, field));
        Some(Arc::new(Alertmanager {
            urls: urls?,
            headers,
            generator,
        }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<AlertmanagerKeys>("`alertmanager`")]
    }
}

impl AlertmanagerKeys {
    fn urls(&self, request: &mut RequestScope<'_>) -> Option<Vec<SecretUrl>> {
        let label = &request.scope.label;
        let Some(field) = &self.urls else {
            let help = "write `alertmanager: {urls: [http://am-1:9093, http://am-2:9093]}`";
            request.missing(format!("{label} has no `urls`"), help);
            return None;
        };
        let Many(written) = field.value.as_ref()?;
        if written.is_empty() || written.len() > MOST_URLS {
            let title = format!("`urls` of {label} is out of range");
            let problem = Diagnostic::new(Code::Range, title);
            let label = format!("expected 1 to {MOST_URLS} URLs");
            request.scope.report(problem.at(field.span, label));
            return None;
        }
        let urls = written.iter().map(|field| {
            let (url, login) = request.checked_url(field)?;
            request.secrets_of_url(&url);
            if login.is_some() {
                let title = format!("a URL of {} has userinfo", request.scope.label);
                let problem = Diagnostic::new(Code::Conflict, title);
                let help = "write `auth: {basic: {username: bob, password: \"${PASSWORD}\"}}`";
                let problem = problem.at(field.span, "all instances take the same credentials");
                request.scope.report(problem.help(help));
            }
            Some(request.with_place(url))
        });
        // All of them are read: each mistake is reported.
        let urls: Vec<_> = urls.collect();
        urls.into_iter().collect()
    }
}

fn page(request: &RequestScope<'_>, field: &Setting<String>) -> Option<Url> {
    let url = Url::parse(field.value.as_deref()?.trim());
    let url = url
        .ok()
        .filter(|url| ["http", "https"].contains(&url.scheme()));
    if url.is_none() {
        let title = format!(
            "the `generator` of {} is not the URL of a page",
            request.scope.label
        );
        let problem = Diagnostic::new(Code::NotAUrl, title);
        let label = "expected such as `https://hbmon.example.com/`";
        request.scope.report(problem.at(field.span, label));
    }
    url
}
