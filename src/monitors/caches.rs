//! Caches that the monitors of a config share while their keys are resolved, and the result of
//! resolving a monitor's keys.

use std::path::Path;
use std::time::Duration;

use super::dial::config::requests::SeenRequests;
use super::dial::config::tls::TlsCache;
use super::payload::patterns::Patterns;
use super::payload::timestamps::TimestampRules;
use crate::conf::dedup::Dedup;
use crate::model::Levels;

/// Reads each file once, compiles each expression once, and shares equal values.
pub struct Caches<'c> {
    pub patterns: Patterns,
    pub tls: TlsCache<'c>,
    pub requests: SeenRequests,
    pub dedup: Dedup,
}

impl<'c> Caches<'c> {
    /// `folder`: the folder for relative paths.
    pub fn new(folder: &'c Path) -> Caches<'c> {
        Caches {
            patterns: Patterns::default(),
            tls: TlsCache::new(folder),
            requests: SeenRequests::default(),
            dedup: Dedup::default(),
        }
    }
}

/// The result of resolving the keys of a kind.
pub struct ResolvedKind<S> {
    pub spec: S,
    /// The address for display.
    pub address: String,
    pub timestamps: TimestampRules,
    /// Limits for the time left on a certificate; none for kinds without a connection.
    pub certificate: Option<Levels<Duration>>,
}

impl<S> ResolvedKind<S> {
    pub fn map<T>(self, to: impl FnOnce(S) -> T) -> ResolvedKind<T> {
        ResolvedKind {
            spec: to(self.spec),
            address: self.address,
            timestamps: self.timestamps,
            certificate: self.certificate,
        }
    }
}
