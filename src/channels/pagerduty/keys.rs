//! The keys of the kind `pagerduty`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::PagerDuty;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;

const US: &str = "https://events.pagerduty.com/v2/enqueue";
const EU: &str = "https://events.eu.pagerduty.com/v2/enqueue";

/// Sends events to PagerDuty (Events API v2). A text instead of the map is the routing key. It has
/// no use for `emoji` and `timezone`.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct PagerDutyKeys {
    /// The integration key of the service.
    #[schemars(required)]
    pub routing_key: Option<Setting<Secret>>,
    /// Service region of the account: us or eu. Default: `us`.
    pub region: Option<Setting<RegionChoice>>,
    /// URL to send events to, for a relay or a test. Default: that of the region.
    pub url: Option<Setting<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum RegionChoice {
    Us,
    Eu,
}

impl HttpChannelKeys for PagerDutyKeys {
    fn resolve(&self, request: &mut RequestScope<'_>, _: MessageStyle) -> Option<Arc<dyn Channel>> {
        let help = "write `pagerduty: {routing_key: \"${PAGERDUTY_KEY}\"}`";
        let routing_key = request.required_secret("routing_key", self.routing_key.as_ref(), help);
        if let (Some(url), Some(region)) = (&self.url, &self.region) {
            let title = format!("{} has a `region` and a `url`", request.scope.label);
            request.scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(url.span, "one of them")
                    .also(region.span, "the other"),
            );
        }
        let default = match self.region.as_ref().and_then(|field| field.value) {
            Some(RegionChoice::Eu) => EU,
            Some(RegionChoice::Us) | None => US,
        };
        let url = request.url_or(self.url.as_ref(), default);
        Some(Arc::new(PagerDuty {
            url: url?,
            routing_key: routing_key?,
        }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<PagerDutyKeys>("`pagerduty`")]
    }
}
