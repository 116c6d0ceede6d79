//! Names, kinds, groups and tags of the monitors, also of a config that cannot be used: a shell
//! completes words where no variable of the config is set.

use std::path::Path;
use std::sync::Arc;

use super::file::{CommonKeys, ConfigFile};
use super::source::{self, ConfigSource};
use super::{folder_of, include, load_text, read_file};
use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::ConfigError;
use crate::conf::interpolate::Environment;
use crate::conf::setting::{Flattened, Setting};
use crate::conf::sources::Sources;
use crate::model::{Meta, Text};
use crate::monitors::MonitorKeys;

/// Reads the monitors of a config. If a variable or the file of a secret is missing, addresses and
/// descriptions are empty, and monitors whose name depends on it are left out.
///
/// # Errors
/// Every mistake of a config in which nothing is missing.
pub fn load_metas(source: &ConfigSource) -> Result<Vec<Arc<Meta>>, ConfigError> {
    let (name, text) = source::read(source)?;
    let folder = folder_of(source);
    let environment = |name: &str| std::env::var(name).ok();
    match load_text(&name, &text, &folder, &environment) {
        Ok(loaded) => Ok(loaded
            .plan
            .targets
            .into_iter()
            .map(|target| target.meta)
            .collect()),
        Err(error) if lacks_something(&error) => Ok(metas(&text, &folder, &environment)),
        Err(error) => Err(error),
    }
}

/// Reads the monitors of a config, whatever mistakes are in it. None if it cannot be read at all.
pub fn outline(source: &ConfigSource) -> Vec<Arc<Meta>> {
    let environment = |name: &str| std::env::var(name).ok();
    source::read(source).map_or_else(
        |_| Vec::new(),
        |(_, text)| metas(&text, &folder_of(source), &environment),
    )
}

/// Returns whether something outside the config is missing. Other mistakes may follow from it.
fn lacks_something(error: &ConfigError) -> bool {
    let mut problems = error.problems.iter();
    problems.any(|problem| matches!(problem.code, Code::Unset | Code::SecretFile))
}

fn metas(text: &str, folder: &Path, environment: Environment<'_>) -> Vec<Arc<Meta>> {
    let mut sources = Sources::new("", source::without_mark(text));
    include::read(&mut sources, folder, environment);
    let context = Context::new(&sources);
    let file = read_file(&context, folder, environment).unwrap_or_default();
    metas_of(&file)
}

fn metas_of(file: &ConfigFile) -> Vec<Arc<Meta>> {
    let none = CommonKeys::default();
    let defaults = file.defaults.as_ref();
    let base = defaults
        .and_then(|field| field.value.as_ref())
        .unwrap_or(&none);
    let monitors = file.monitors.as_ref();
    let monitors = monitors.and_then(|field| field.value.as_ref());
    monitors
        .into_iter()
        .flatten()
        .filter_map(|field| meta(field.value.as_ref()?, base))
        .map(Arc::new)
        .collect()
}

fn meta(monitor: &Flattened<CommonKeys, MonitorKeys>, base: &CommonKeys) -> Option<Meta> {
    let Flattened { shared, own } = monitor;
    let text = |field: &Setting<String>| field.shown_text().map(|text| Text::clean(&text));
    let tags = shared.tags.as_ref().or(base.tags.as_ref());
    let tags = tags.and_then(|field| field.value.as_ref());
    Some(Meta {
        group: shared.group.as_ref().or(base.group.as_ref()).and_then(text),
        tags: tags
            .into_iter()
            .flat_map(|tags| &tags.0)
            .filter_map(text)
            .collect(),
        ..Meta::new(text(own.name.as_ref()?)?, own.written().next()?.0)
    })
}
