//! Where the HTTP interface of a config is, whatever mistakes are in the rest of the config.

use std::net::SocketAddr;

use super::listen;
use super::source::{self, ConfigSource};
use super::{folder_of, read_file};
use crate::conf::codes::Severity;
use crate::conf::context::Context;
use crate::conf::diagnostic::ConfigError;
use crate::conf::sources::Sources;

/// Where the HTTP interface of a config is.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServedAt {
    /// None without `listen`: the default.
    pub listen: Option<SocketAddr>,
    pub is_tls: bool,
}

/// Reads the address of the HTTP interface. A mistake elsewhere in the config is no error: the
/// agent that runs may have refused it at a reload.
///
/// # Errors
/// The file cannot be read, its YAML has a mistake, or its `listen` has no value.
pub fn served_at(source: &ConfigSource) -> Result<ServedAt, ConfigError> {
    let (name, text) = source::read(source)?;
    // The keys of the interface are not in included files.
    let sources = Sources::new(name, source::without_mark(&text));
    let context = Context::new(&sources);
    let environment = |name: &str| std::env::var(name).ok();
    let file = read_file(&context, &folder_of(source), &environment);
    let served = file.as_ref().and_then(|file| {
        let is_tls = file.tls.is_some();
        let Some(field) = &file.listen else {
            let listen = None;
            return Some(ServedAt { listen, is_tls });
        };
        let listen = Some(listen::address_of(&context, field)?);
        Some(ServedAt { listen, is_tls })
    });
    let (mut problems, masks) = context.finish();
    problems.retain(|problem| problem.code.severity() == Severity::Error);
    served.ok_or_else(|| ConfigError::new(sources, problems, masks))
}
