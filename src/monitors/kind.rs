//! What a kind of monitor provides: its descriptor, its keys in the config, and a monitor.

use std::sync::Arc;
use std::time::Duration;

use siphasher::sip::SipHasher13;

use super::attempt::Monitor;
use super::caches::{Caches, ResolvedKind};
use super::dial::Dialers;
use super::settings::MonitorSettings;
use super::trace::Trace;
use crate::conf::reference::ReferenceSection;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::conf::units::ConfigDuration;
use crate::model::{InstancePolicy, Policy, Rhythm, Schedule};

/// Describes a kind.
pub struct KindInfo {
    /// The kind in a sentence, with its article.
    pub noun: &'static str,
    /// Schemes that its URLs may have; none for a kind without a URL.
    pub schemes: &'static [&'static str],
    /// The scheme to suggest.
    pub suggested_scheme: &'static str,
    /// Schemes by which a bare URL chooses this kind. A prefix up to `+` is not part of the URL.
    pub probe_schemes: &'static [&'static str],
    /// The interval if the config sets none.
    pub interval: Duration,
    /// Whether hbmon polls or waits for heartbeats by default.
    pub rhythm: Rhythm,
    /// Suggestions for a URL with the scheme of another kind.
    pub advice: &'static [SchemeAdvice],
    /// A comment below the URL in a config that `hbmon init` writes.
    pub example: &'static str,
}

/// Suggestions for a URL with the scheme of another kind.
pub struct SchemeAdvice {
    /// The scheme as written.
    pub written: &'static str,
    /// The scheme of this kind that corresponds to it.
    pub instead: &'static str,
    /// The config keys of the kinds that accept the scheme as written.
    pub kinds: &'static str,
}

/// When heartbeats are expected, for a kind with special keys for it.
pub struct KindCadence {
    pub interval: Duration,
    pub schedule: Option<Arc<Schedule>>,
}

/// The config keys of a kind.
pub trait KindKeys: Sized {
    type Spec;
    const INFO: KindInfo;

    /// Resolves the keys. `name`: the monitor's name. `secrets` receives the values to hide.
    /// `hash` receives the values that restart the monitor if a reload changes them.
    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        name: Option<&str>,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
    ) -> Option<ResolvedKind<Self::Spec>>;

    /// Tables for the reference, the kind's own keys first.
    fn sections() -> Vec<ReferenceSection>;

    /// Returns when heartbeats are expected. `own` and `base` are the `interval` of the monitor and
    /// of `defaults`. None: `interval` alone decides, and hbmon paces the attempts.
    fn cadence(
        &self,
        _scope: &Scope<'_>,
        _own: Option<&Setting<ConfigDuration>>,
        _base: Option<&Setting<ConfigDuration>>,
    ) -> Option<KindCadence> {
        None
    }

    /// Returns how instances are identified, if the kind has any.
    fn instances(&self, _scope: &Scope<'_>, _policy: &Policy) -> Option<InstancePolicy> {
        None
    }
}

/// A valid monitor of a kind, ready to be started.
pub trait KindSpec {
    /// Returns whether hbmon polls or waits for heartbeats.
    fn rhythm(&self) -> Rhythm;

    /// Returns what the monitor sends and checks.
    fn settings(&self) -> MonitorSettings;

    /// Creates the monitor, whose attempts are followed in `trace`; none if hbmon only listens.
    fn open(self: Arc<Self>, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>>;
}
