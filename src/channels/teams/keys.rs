//! The keys of the kind `teams`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Teams;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::setting::Setting;

/// Posts to a workflow of Microsoft Teams.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct TeamsKeys {
    /// The URL of the workflow, "when a webhook request is received".
    #[schemars(required)]
    pub url: Option<Setting<String>>,
}

impl HttpChannelKeys for TeamsKeys {
    fn resolve(
        &self,
        request: &mut RequestScope<'_>,
        style: MessageStyle,
    ) -> Option<Arc<dyn Channel>> {
        let url = request.credential_url("teams", self.url.as_ref())?;
        Some(Arc::new(Teams { url, style }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<TeamsKeys>("`teams`")]
    }
}
