//! What the monitors of one config share while their keys are resolved, and what comes of a
//! monitor's keys.

use std::path::Path;
use std::time::Duration;

use super::dial::config::requests::SeenRequests;
use super::dial::config::tls::TlsCache;
use super::payload::patterns::Patterns;
use super::payload::timestamps::TimestampRules;
use crate::conf::dedup::Dedup;
use crate::model::Levels;

/// Each file is read once, each expression compiled once, and equal values are shared.
pub struct Caches<'c> {
    pub patterns: Patterns,
    pub tls: TlsCache<'c>,
    pub requests: SeenRequests,
    pub dedup: Dedup,
}

impl<'c> Caches<'c> {
    /// `folder`: relative files are relative to it.
    pub fn new(folder: &'c Path) -> Caches<'c> {
        Caches {
            patterns: Patterns::default(),
            tls: TlsCache::new(folder),
            requests: SeenRequests::default(),
            dedup: Dedup::default(),
        }
    }
}

/// What a kind makes of its keys.
pub struct ResolvedKind<S> {
    pub spec: S,
    /// As it may be shown.
    pub address: String,
    pub timestamps: TimestampRules,
    /// Time left on a certificate; none for kinds without a connection.
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
