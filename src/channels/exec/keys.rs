//! The keys of the kind `exec`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::Exec;
use crate::alerts::message::MessageStyle;
use crate::channels::kind::{ChannelKindKeys, ResolvedChannel};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::ReferenceSection;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::monitors::caches::Caches;

/// Limit of one run.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The program and its arguments.
pub type ExecKeys = Vec<Setting<String>>;

impl ChannelKindKeys for ExecKeys {
    fn resolve(
        &self,
        _: &Caches<'_>,
        scope: &Scope<'_>,
        _: MessageStyle,
    ) -> Option<ResolvedChannel> {
        let report = |span, label: &str| {
            let title = format!("`exec` of {} is no command", scope.label);
            let problem = Diagnostic::new(Code::Value, title).at(span, label);
            scope.report(problem.help("write `exec: [/usr/local/bin/notify, --from, hbmon]`"));
        };
        let Some(program) = self.first() else {
            report(scope.kind_span, "expected a program and its arguments");
            return None;
        };
        let mut argv = Vec::new();
        for field in self {
            let argument = field.value.clone()?;
            if argument.contains('\0') {
                report(field.span, "no argument takes a NUL");
                return None;
            }
            argv.push(argument);
        }
        let shown = program.shown_text()?;
        if argv.first().is_none_or(|program| program.trim().is_empty()) {
            report(program.span, "the program is empty");
            return None;
        }
        let name = Path::new(&shown).file_name();
        Some(ResolvedChannel {
            place: name.map_or(shown.clone(), |name| name.to_string_lossy().into_owned()),
            channel: Arc::new(Exec { argv }),
            timeout: TIMEOUT,
            options: None,
            secrets: Vec::new(),
        })
    }

    fn sections() -> Vec<ReferenceSection> {
        Vec::new()
    }
}
