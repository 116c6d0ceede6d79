//! Resolves who is told of incidents.

mod channels;
mod routes;

use std::time::Duration;

use super::PlanResolver;
use crate::alerts::rules::{AlertRules, ChannelRules, DIGEST};
use crate::channels::plan::AlertPlan;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::nearest::nearest;
use crate::conf::setting::Setting;
use crate::conf::units::ConfigDuration;
use crate::config::file::AlertsKeys;
use crate::engine::Target;
use crate::model::Text;

const LONGEST_DIGEST: Duration = Duration::from_secs(3600);

impl PlanResolver<'_> {
    /// Returns the alerts. They are valid only if nothing was reported.
    pub(crate) fn alerts(
        &self,
        field: Option<&Setting<AlertsKeys>>,
        targets: &[Target],
    ) -> Option<AlertPlan> {
        let field = field?;
        let keys = field.value.as_ref()?;
        let channels = self.channels(keys);
        let known: Vec<&str> = channels
            .iter()
            .map(|channel| channel.name.as_str())
            .collect();
        let routes = self.routes(keys, &known, targets);
        let own = keys.own.as_ref();
        let own = own.and_then(|field| self.channel_name("`self` of `alerts`", field, &known));
        self.check_fallbacks(&channels, &known);
        self.warn_untold(field, &channels, &routes, own.as_ref());
        let rules = channels.iter().filter_map(|channel| {
            Some(ChannelRules {
                name: channel.name.clone(),
                fallback: channel.fallback(),
                traits: channel.configured.as_ref()?.channel.traits(),
            })
        });
        Some(AlertPlan {
            rules: AlertRules {
                routes,
                channels: rules.collect(),
                digest: self
                    .alert_time("digest", keys.digest.as_ref())
                    .unwrap_or(DIGEST),
                own,
            },
            channels: channels
                .into_iter()
                .filter_map(|channel| channel.configured)
                .collect(),
        })
    }

    /// Returns the name of a channel, and reports one that no channel has. `owner`: what names it,
    /// in errors.
    fn channel_name(&self, owner: &str, field: &Setting<String>, known: &[&str]) -> Option<Text> {
        let name = field.value.as_deref()?.trim();
        if known.contains(&name) {
            return Some(Text::clean(name));
        }
        let shown = field.shown_text()?;
        let title = format!("{owner} names `{shown}`, and no channel is called so");
        let label = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "there are no `channels`".to_owned(),
            None => format!("expected one of {}", known.join(", ")),
        };
        self.context
            .report(Diagnostic::new(Code::UnknownName, title).at(field.span, label));
        None
    }

    fn alert_time(&self, key: &str, field: Option<&Setting<ConfigDuration>>) -> Option<Duration> {
        let field = field?;
        let ConfigDuration(time) = field.value?;
        if time > LONGEST_DIGEST {
            let title = format!("`{key}` of `alerts` is out of range");
            let problem = Diagnostic::new(Code::Range, title);
            self.context
                .report(problem.at(field.span, "expected at most 1h"));
        }
        Some(time)
    }
}
