//! Configs, as users write them: examples, mistakes, hostile files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use hbmon::config::{ConfigError, LoadedConfig, load_text};

mod alerts;
mod bad;
mod examples;
mod hostile;
mod include;
mod keys;
mod merges;
mod plans;
mod schema;

pub fn load(text: &str) -> Result<LoadedConfig, ConfigError> {
    load_text("hbmon.yaml", text, Path::new("tests/config"), &|_| None)
}
