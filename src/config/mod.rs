//! Reads config files into a valid plan. Every error has a place.
//!
//! `source` finds and reads, `yaml` makes a tree with places, `interpolate` expands `${…}` in it,
//! `de` reads the types of `file` from it, `resolve` makes the plan. Each reports all it finds to
//! `context`; `diagnostic` renders.

mod bare;
mod bare_url;
mod beat;
mod file;
mod listen;
mod loaded;
mod outline;
mod overrides;
pub mod reference;
mod request;
mod resolve;
mod schema;
mod source;

use std::collections::HashMap;
use std::path::Path;

use crate::conf::context::Context;
use crate::conf::interpolate::Interpolator;
use crate::conf::{de, yaml};
use crate::engine::Plan;
use crate::prefs::Prefs;
use resolve::InterfacePlan;

pub use crate::conf::codes::{Code, Severity};
pub use crate::conf::diagnostic::{ConfigError, Diagnostic, DiagnosticFormat, DiagnosticStyle};
pub use crate::conf::explain::{Example, Explanation};
pub use crate::conf::interpolate::Environment;
pub use crate::conf::secret::Secret;
pub use bare::{
    CertificateTrust, ReceiverEndpoint, SendOptions, endpoint, health_check, target, target_with,
};
pub use bare_url::is_url;
pub use beat::push_receiver;
pub use listen::{Listen, address_argument, default_refused};
pub use loaded::LoadedConfig;
pub use outline::{load_metas, outline};
pub use overrides::InterfaceOverrides;
pub use request::{GivenOption, RequestOptions};
pub use schema::schema;
pub use source::{ConfigSource, find, is_named_by_environment};

/// Reads a config, with the environment of the process.
///
/// # Errors
/// All errors of the config.
pub fn load(source: &ConfigSource) -> Result<LoadedConfig, ConfigError> {
    load_with(source, &InterfaceOverrides::default())
}

/// Does the same; arguments win over the keys of the HTTP interface.
///
/// # Errors
/// Every mistake in the config, and a token file that cannot be used.
pub fn load_with(
    source: &ConfigSource,
    overrides: &InterfaceOverrides,
) -> Result<LoadedConfig, ConfigError> {
    let (name, text) = source::read(source)?;
    let path = match source {
        ConfigSource::Stdin => None,
        ConfigSource::File(path) => Some(path.clone()),
    };
    let folder = path
        .as_deref()
        .and_then(Path::parent)
        .unwrap_or(Path::new(""));
    let environment = |name: &str| std::env::var(name).ok();
    let loaded = load_text_with(&name, &text, folder, &environment, overrides)?;
    Ok(LoadedConfig { path, ..loaded })
}

/// Reads a config from a text. `name`: its name in errors. `folder`: the folder for relative paths.
///
/// # Errors
/// All errors of the config.
pub fn load_text(
    name: &str,
    text: &str,
    folder: &Path,
    environment: Environment<'_>,
) -> Result<LoadedConfig, ConfigError> {
    load_text_with(
        name,
        text,
        folder,
        environment,
        &InterfaceOverrides::default(),
    )
}

fn load_text_with(
    name: &str,
    text: &str,
    folder: &Path,
    environment: Environment<'_>,
    overrides: &InterfaceOverrides,
) -> Result<LoadedConfig, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let context = Context::new(text);
    let understood = interpret(&context, folder, environment, overrides);
    let (problems, masks) = context.finish();
    let (errors, warnings): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| problem.code.severity() == Severity::Error);
    match understood {
        Some((
            plan,
            InterfacePlan {
                listen,
                token,
                hosts,
                tls,
            },
            prefs,
        )) if errors.is_empty() => {
            let listen = listen.map(|(address, span)| match span {
                Some(span) => Listen::new(address, name, text, span, &masks),
                None => Listen::argument(address),
            });
            let warnings =
                (!warnings.is_empty()).then(|| ConfigError::new(name, text, warnings, masks));
            Ok(LoadedConfig {
                plan,
                path: None,
                listen,
                token,
                hosts,
                tls,
                prefs,
                warnings,
            })
        }
        _ => Err(ConfigError::new(name, text, errors, masks)),
    }
}

fn interpret(
    context: &Context<'_>,
    folder: &Path,
    environment: Environment<'_>,
    overrides: &InterfaceOverrides,
) -> Option<(Plan, InterfacePlan, Prefs)> {
    let file = read_file(context, folder, environment)?;
    let resolver = resolve::PlanResolver::new(context, folder);
    Some((
        resolver.plan(&file),
        resolver.interface(&file, overrides),
        resolver.prefs(file.screen.as_ref()),
    ))
}

/// Reads the keys of a config, as far as they can be read.
fn read_file(
    context: &Context<'_>,
    folder: &Path,
    environment: Environment<'_>,
) -> Option<file::ConfigFile> {
    let mut tree = yaml::parse(context)?;
    let mut interpolator = Interpolator {
        source: context.source,
        redact: &|value| context.redact(value),
        environment,
        folder,
        files: HashMap::new(),
        problems: Vec::new(),
    };
    interpolator.expand(&mut tree);
    interpolator
        .problems
        .into_iter()
        .for_each(|problem| context.report(problem));
    de::read(&tree, context)
}
