//! Resolves the notes of a monitor for people and alerts: its runbook and its labels.

use std::collections::BTreeMap;

use url::Url;

use super::PlanResolver;
use super::common::pick;
use crate::channels::template::{TemplateMistake, TemplateText};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::mask;
use crate::conf::scope::Scope;
use crate::conf::setting::{Pairs, Setting};
use crate::config::file::CommonKeys;
use crate::model::Text;

/// The most labels of a monitor, those of `defaults` with them: each makes metrics longer.
const LABELS: usize = 16;
const LONGEST_LABEL: usize = 64;
const LONGEST_LABEL_VALUE: usize = 256;

/// What a runbook can name.
const RUNBOOK_NAMES: [&str; 3] = ["monitor", "group", "kind"];

/// Labels that the metrics have by themselves.
const OWN_LABELS: [&str; 3] = ["monitor", "kind", "group"];

impl PlanResolver<'_> {
    /// The URL of the runbook as it may be shown. `name` and `group`: of the monitor.
    pub(super) fn runbook(
        &self,
        scope: &Scope<'_>,
        own: &CommonKeys,
        base: &CommonKeys,
        name: Option<&Text>,
        group: Option<&Text>,
    ) -> Option<Text> {
        let field = pick(own.runbook.as_ref(), base.runbook.as_ref())?;
        let value = |word: &str| {
            let text = match word {
                "monitor" => name?.as_str(),
                "group" => group?.as_str(),
                _ => scope.kind.as_str(),
            };
            Some(percent_encoded(text))
        };
        let text = &self.runbook_text(scope, field, field.value.as_deref()?.trim(), &value)?;
        let shown = field.shown_text()?;
        let shown = self.runbook_text(scope, field, shown.trim(), &value)?;
        let wrong = match Url::parse(text) {
            Ok(url) if ["http", "https"].contains(&url.scheme()) => None,
            Ok(_) => Some((Code::Scheme, "expected `http://…` or `https://…`")),
            Err(_) => Some((
                Code::NotAUrl,
                "expected such as `https://wiki.example.com/api`",
            )),
        };
        if let Some((code, label)) = wrong {
            if text.contains('@') {
                // Where its parts end is not known, so neither is where a password begins.
                self.context.mask(field.span);
            }
            let title = format!("the `runbook` of {} is not the URL of a page", scope.label);
            scope.report(Diagnostic::new(code, title).at(field.span, label));
            return None;
        }
        let what = format!("a part of the `runbook` of {}", scope.label);
        self.context.warn_plain_url(&what, &shown, field.span);
        Some(Text::clean(&mask::address(&shown)))
    }

    /// Returns a runbook for one monitor, and reports a name that it cannot name.
    fn runbook_text(
        &self,
        scope: &Scope<'_>,
        field: &Setting<String>,
        text: &str,
        value: &dyn Fn(&str) -> Option<String>,
    ) -> Option<String> {
        match TemplateText::parse(text, &RUNBOOK_NAMES) {
            Ok(template) => Some(template.render(value)),
            Err(TemplateMistake { place, why }) => {
                let written = field.value.as_deref().unwrap_or_default();
                let start = written.find(text).unwrap_or_default();
                let place = start + place.start..start + place.end;
                let title = format!("the `runbook` of {} has a mistake in it", scope.label);
                let problem = Diagnostic::new(Code::Expression, title);
                scope.report(problem.at(self.context.part(field, place), why));
                None
            }
        }
    }

    /// The labels by name; a monitor's own before those of `defaults`.
    pub(super) fn labels(
        &self,
        scope: &Scope<'_>,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> Vec<(Text, Text)> {
        let mut labels = BTreeMap::new();
        for field in [&base.labels, &own.labels].into_iter().flatten() {
            self.add_labels(scope, field, &mut labels);
        }
        labels.into_iter().collect()
    }

    fn add_labels(
        &self,
        scope: &Scope<'_>,
        field: &Setting<Pairs>,
        labels: &mut BTreeMap<Text, Text>,
    ) {
        for (name_field, value_field) in field.value.iter().flat_map(|pairs| &pairs.0) {
            let (Some(name), Some(value)) = (&name_field.value, value_field.shown_text()) else {
                continue;
            };
            if let Some(why) = misnamed(name) {
                let title = format!("`{name}` of {} is no name of a label", scope.label);
                let label = "letters, digits and `_`, and no digit first";
                scope.report(
                    Diagnostic::new(Code::Value, title)
                        .at(name_field.span, why)
                        .note(format!("names of labels are those of Prometheus: {label}")),
                );
            } else if value.chars().count() > LONGEST_LABEL_VALUE {
                let title = format!("the label `{name}` of {} is too long", scope.label);
                let label = format!("expected at most {LONGEST_LABEL_VALUE} characters");
                scope.report(Diagnostic::new(Code::Range, title).at(value_field.span, label));
            } else {
                labels.insert(Text::clean(name), Text::clean(&value));
                if labels.len() == LABELS + 1 {
                    let title = format!("{} has too many labels", scope.label);
                    let label = format!("the limit is {LABELS}, those of `defaults` with them");
                    let problem = Diagnostic::new(Code::Range, title).at(name_field.span, label);
                    scope.report(problem.help("`tags` and `description` take more"));
                }
            }
        }
    }
}

/// Returns a text as one part of a path, or a value in a query.
fn percent_encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let bytes = text.bytes();
    let encoded = bytes.map(|byte| match is_plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    encoded.collect()
}

/// Why a label cannot have a name.
fn misnamed(name: &str) -> Option<&'static str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if OWN_LABELS.contains(&name) {
        Some("the metrics have a label of this name")
    } else if name.starts_with("__") {
        Some("names that begin with `__` are Prometheus' own")
    } else if name.len() > LONGEST_LABEL {
        Some("expected at most 64 characters")
    } else if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        Some("expected a letter or `_` first")
    } else if !name.chars().all(is_plain) {
        Some("it has a character that names do not take")
    } else {
        None
    }
}
