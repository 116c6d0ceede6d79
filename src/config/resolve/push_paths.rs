//! Checks that every path for pushed heartbeats belongs to one monitor.

use std::collections::HashMap;

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::setting::Flattened;
use crate::conf::span::Span;
use crate::config::file::CommonKeys;
use crate::engine::{RESERVED_FOLDERS, RESERVED_PATHS};
use crate::monitors::MonitorKeys;
use crate::monitors::push::{HEARTBEATS_PATH, PushAction};

/// A path that receives pushed heartbeats.
struct PushPath {
    /// The path for display.
    shown: String,
    span: Span,
}

impl PlanResolver<'_> {
    /// Reports a path that two push monitors share, or that hbmon itself uses.
    pub(crate) fn check_push_paths<'f>(
        &self,
        monitors: impl Iterator<Item = &'f Flattened<CommonKeys, MonitorKeys>>,
    ) {
        let mut taken: HashMap<String, PushPath> = HashMap::new();
        for Flattened { own: monitor, .. } in monitors {
            let (Some(push), Some(name)) = (&monitor.push, &monitor.name) else {
                continue;
            };
            let own = push.value.as_ref().and_then(|keys| keys.path.as_ref());
            let by_name = name.value.as_ref().zip(name.shown_text());
            let by_name = by_name.map(|(text, shown)| {
                (
                    format!("{HEARTBEATS_PATH}{text}"),
                    format!("{HEARTBEATS_PATH}{shown}"),
                    name,
                )
            });
            let by_path =
                own.and_then(|field| Some((field.value.clone()?, field.shown_text()?, field)));
            for (path, shown, field) in by_name.into_iter().chain(by_path) {
                self.check_push_path(
                    &path,
                    PushPath {
                        shown,
                        span: field.span,
                    },
                    &mut taken,
                );
            }
        }
        for (path, PushPath { shown, span }) in &taken {
            let Some((head, word)) = path.rsplit_once('/') else {
                continue;
            };
            if let (Some(_), Some(other)) = (PushAction::parse(word), taken.get(head)) {
                let title = format!("`{shown}` would be taken for a step of `{}`", other.shown);
                self.context.report(
                    Diagnostic::new(Code::Conflict, title)
                        .at(
                            *span,
                            format!("`/{word}` means something below another intake"),
                        )
                        .also(other.span, "this one"),
                );
            }
        }
    }

    fn check_push_path(
        &self,
        path: &str,
        PushPath { shown, span }: PushPath,
        taken: &mut HashMap<String, PushPath>,
    ) {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@".contains(c);
        let segments = path.strip_prefix('/').unwrap_or("");
        let is_path = path.chars().all(allowed)
            && segments
                .split('/')
                .all(|part| !matches!(part, "" | "." | ".."));
        if !is_path {
            self.context.report(
                Diagnostic::new(
                    Code::Value,
                    "the `path` of an intake is not the path of a URL",
                )
                .at(span, "expected such as `/v1/worker-heartbeat`")
                .note(
                    "it begins with `/`, does not end with it, and takes letters, digits and \
                         `-._~!$&'()*+,;=:@`",
                ),
            );
            return;
        }
        let is_below = |own: &str| {
            path.strip_prefix(own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(own) = RESERVED_PATHS
            .into_iter()
            .find(|own| is_below(own))
            .or_else(|| RESERVED_FOLDERS.into_iter().find(|own| *own == path))
        {
            self.context.report(
                Diagnostic::new(
                    Code::Conflict,
                    format!("pushed heartbeats cannot arrive at `{shown}`"),
                )
                .at(span, format!("hbmon's own `{own}` is there")),
            );
            return;
        }
        let title = format!("two push monitors would hear what is sent to `{shown}`");
        if let Some(first) = taken.insert(path.to_owned(), PushPath { shown, span }) {
            self.context.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(span, "second one")
                    .also(first.span, "first one"),
            );
        }
    }
}
