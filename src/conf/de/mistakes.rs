//! How a mistake at a value or a key is reported.

use super::{DeError, NodeReader};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::hints::Misfit;
use crate::conf::mask::is_sensitive;
use crate::conf::nearest::nearest;
use crate::conf::span::Span;
use crate::conf::yaml::MapEntry;

/// Longer values are not repeated in a help, in bytes.
const LONGEST_WORD: usize = 16;

impl NodeReader<'_, '_> {
    pub(super) fn report(&self, flaw: DeError) -> DeError {
        if flaw.reported {
            return flaw;
        }
        let mut lines = flaw.text.lines();
        let title = format!(
            "{} {}",
            self.place.describe(),
            lines.next().unwrap_or("is wrong")
        );
        let mut problem = Diagnostic::new(flaw.code, title)
            .at(self.node.span, self.label_unless_external(lines.next()));
        if let Some(help) = lines.next().filter(|_| !self.is_external()) {
            problem = problem.help(help);
        }
        if flaw.code == Code::WrongType
            && let Some(help) = self.hint(None)
        {
            problem = problem.help(help);
        }
        self.context.report(problem.near(self.near()));
        DeError {
            reported: true,
            ..flaw
        }
    }

    /// Labels may repeat the value, which must not happen to one from outside.
    fn label_unless_external<'l>(&self, label: Option<&'l str>) -> &'l str {
        if self.is_external() {
            "the value that comes in here"
        } else {
            label.unwrap_or("")
        }
    }

    /// What to write instead of an unknown key with this value, or of the value here.
    fn hint(&self, unknown: Option<&MapEntry>) -> Option<String> {
        let (path, owner) = self.place.path();
        let word =
            |text: &&str| text.len() <= LONGEST_WORD && text.chars().all(char::is_alphanumeric);
        let scalar = unknown.map_or(self.node, |entry| &entry.node).scalar();
        let scalar = scalar.filter(|scalar| scalar.external.is_none());
        self.context.hint(&Misfit {
            path: &path,
            is_in_monitor: owner.is_some(),
            key: unknown.map(|entry| entry.key.as_str()),
            text: scalar.map(|scalar| scalar.text.as_str()).filter(word),
        })
    }

    fn is_external(&self) -> bool {
        self.node
            .scalar()
            .is_some_and(|scalar| scalar.external.is_some())
    }

    /// The name of the monitor that this belongs to, if it stands a few lines above.
    fn near(&self) -> Option<Span> {
        self.context
            .name_if_near(self.place.path().1?.name_span()?, self.node.span)
    }

    pub(super) fn unknown_keys(&self, entries: &[MapEntry], known: &[&'static str]) {
        for entry in entries {
            let private = self.place.key.is_none()
                && self.place.owner.is_none()
                && entry.key.starts_with("x-");
            if known.contains(&entry.key.as_str()) || private {
                continue;
            }
            let title = format!("unknown key `{}` in {}", entry.key, self.place.describe());
            let near = nearest(&entry.key, known.iter().copied());
            if near.is_some_and(is_sensitive) || self.place.path().0.contains("auth") {
                self.context.mask(entry.node.span);
            }
            let hint = self.hint(Some(entry));
            let label = near
                .filter(|_| hint.is_none())
                .map(|near| format!("did you mean `{near}`?"));
            let problem = Diagnostic::new(Code::UnknownKey, title)
                .at(entry.key_span, label.unwrap_or_default())
                .near(self.near())
                .note(format!("known here: {}", known.join(", ")));
            self.context.report(match hint {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
    }
}
