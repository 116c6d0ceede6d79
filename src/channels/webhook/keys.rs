//! The keys of the kind `webhook`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Webhook;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::channels::template::keys::{self, TemplateKeys};
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::secret::Secret;
use crate::conf::setting::{Pairs, Setting};
use crate::monitors::dial::config::keys::Auth;

/// Posts JSON to a program.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct WebhookKeys {
    /// Where the JSON is posted to.
    #[schemars(required)]
    pub url: Option<Setting<String>>,
    /// Headers of the request. Default: none.
    pub headers: Option<Setting<Pairs>>,
    /// The `Authorization` header. Default: none.
    pub auth: Option<Setting<Auth>>,
    /// Key of a signature: `X-Hbmon-Signature: t=UNIX,v1=HEX`, the HMAC-SHA256 of the time, a
    /// period and the body. Default: none.
    pub secret: Option<Setting<Secret>>,
    /// The JSON to send, of any shape. Its texts may name `{{monitor}}`, `{{status}}`,
    /// `{{before}}`, `{{message}}`, `{{reason}}`, `{{since}}`, `{{duration}}`, `{{group}}`,
    /// `{{tags}}`, `{{target}}`, `{{kind}}`, `{{description}}`, `{{runbook}}`, `{{incident}}` and
    /// `{{what}}`. Default: the shape of Alertmanager's webhook, version 4.
    pub template: Option<Setting<TemplateKeys>>,
}

impl HttpChannelKeys for WebhookKeys {
    fn resolve(
        &self,
        request: &mut RequestScope<'_>,
        style: MessageStyle,
    ) -> Option<Arc<dyn Channel>> {
        let url = request.url("webhook", self.url.as_ref());
        let headers = request.headers(self.headers.as_ref(), self.auth.as_ref());
        let secret = request.secret("secret", self.secret.as_ref());
        let template = self.template.as_ref();
        let template = template.and_then(|field| keys::template(request.scope, field));
        Some(Arc::new(Webhook {
            url: url?,
            headers,
            secret,
            template,
            style,
        }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<WebhookKeys>("`webhook`")]
    }
}
