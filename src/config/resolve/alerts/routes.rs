//! Resolves the routes of alerts: which monitors, from which status on, to which channels.

use std::time::Duration;

use crate::alerts::rules::AlertRoute;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::setting::{Many, Setting};
use crate::conf::span::Span;
use crate::conf::units::{ConfigDuration, YEAR, duration_text};
use crate::config::file::{AlertsKeys, FromChoice, RouteKeys};
use crate::config::resolve::PlanResolver;
use crate::engine::Target;
use crate::model::{Status, Text};

const MOST: usize = 1000;
const SHORTEST_REMIND: Duration = Duration::from_secs(60);

impl PlanResolver<'_> {
    /// Returns the routes in the order of the config. `known`: the names of the channels.
    pub(super) fn routes(
        &self,
        keys: &AlertsKeys,
        known: &[&str],
        targets: &[Target],
    ) -> Vec<AlertRoute> {
        let Some((field, all)) = keys
            .routes
            .as_ref()
            .and_then(|field| Some((field, field.value.as_ref()?)))
        else {
            return Vec::new();
        };
        if all.len() > MOST {
            let title = format!("`alerts` has more than {MOST} routes");
            self.context
                .report(Diagnostic::new(Code::Range, title).at(field.span, "too many"));
        }
        let all = all.iter().take(MOST);
        all.filter_map(|entry| self.route(entry.span, entry.value.as_ref()?, known, targets))
            .collect()
    }

    fn route(
        &self,
        span: Span,
        keys: &RouteKeys,
        known: &[&str],
        targets: &[Target],
    ) -> Option<AlertRoute> {
        let place = self.context.first_line(span);
        let matches = self.selector("a route", place, keys.r#match.as_ref(), targets);
        let to = self.receivers(place, keys, known);
        let zero = Duration::ZERO;
        let after = self.route_time("after", keys.after.as_ref(), zero);
        let remind = self.route_time("remind", keys.remind.as_ref(), SHORTEST_REMIND);
        let from = match keys.from.as_ref().and_then(|field| field.value) {
            Some(FromChoice::Warning) => Status::Warning,
            Some(FromChoice::Error) | None => Status::Error,
        };
        Some(AlertRoute {
            matches: matches?,
            from,
            after: after.unwrap_or(zero),
            to,
            remind,
        })
    }

    /// Returns the channels of a route, each once.
    fn receivers(&self, place: Span, keys: &RouteKeys, known: &[&str]) -> Vec<Text> {
        let report = |code, title, place, label| {
            let problem = Diagnostic::new(code, title).at(place, label);
            self.context
                .report(problem.help("write `to: CHANNEL`, or `to: [CHANNEL, CHANNEL]`"));
        };
        let Some(field) = &keys.to else {
            report(
                Code::MissingKey,
                "a route has no `to`",
                place,
                "who is told?",
            );
            return Vec::new();
        };
        let mut names = Vec::new();
        let Some(Many(written)) = &field.value else {
            return names;
        };
        if written.is_empty() {
            report(
                Code::Value,
                "`to` of a route is empty",
                field.span,
                "who is told?",
            );
        }
        for field in written {
            if let Some(name) = self.channel_name("`to` of a route", field, known)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }

    fn route_time(
        &self,
        key: &str,
        field: Option<&Setting<ConfigDuration>>,
        least: Duration,
    ) -> Option<Duration> {
        let field = field?;
        let ConfigDuration(time) = field.value?;
        let label = if time < least {
            format!("expected at least {}", duration_text(least))
        } else if time > YEAR {
            format!("expected at most {}", duration_text(YEAR))
        } else {
            return Some(time);
        };
        let title = format!("`{key}` of a route is out of range");
        self.context
            .report(Diagnostic::new(Code::Range, title).at(field.span, label));
        None
    }
}
