//! The list of kinds. A kind that is missing here does not compile.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use siphasher::sip::SipHasher13;

use super::attempt::Monitor;
use super::caches::{Caches, ResolvedKind};
use super::dial::Dialers;
use super::dial::config::keys::EndpointKeys;
use super::kind::{KindCadence, KindInfo, KindKeys, KindSpec};
use super::settings::MonitorSettings;
use super::trace::Trace;
use super::{http, push, socketio, sse, websocket};
use crate::conf::reference::ReferenceSection;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::{Flattened, Many, Setting};
use crate::conf::span::Span;
use crate::conf::units::ConfigDuration;
use crate::model::{InstancePolicy, Kind, Policy, Rhythm};

/// The keys of any kind: `KindKeys`, with a `Spec` of any kind.
pub trait AnyKeys {
    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        name: Option<&str>,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
    ) -> Option<ResolvedKind<Spec>>;

    fn cadence(
        &self,
        scope: &Scope<'_>,
        own: Option<&Setting<ConfigDuration>>,
        base: Option<&Setting<ConfigDuration>>,
    ) -> Option<KindCadence>;

    fn instances(&self, scope: &Scope<'_>, policy: &Policy) -> Option<InstancePolicy>;
}

impl<K: KindKeys> AnyKeys for K
where
    Spec: From<K::Spec>,
{
    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        name: Option<&str>,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
    ) -> Option<ResolvedKind<Spec>> {
        KindKeys::resolve(self, caches, scope, name, secrets, hash)
            .map(|resolved| resolved.map(Spec::from))
    }

    fn cadence(
        &self,
        scope: &Scope<'_>,
        own: Option<&Setting<ConfigDuration>>,
        base: Option<&Setting<ConfigDuration>>,
    ) -> Option<KindCadence> {
        KindKeys::cadence(self, scope, own, base)
    }

    fn instances(&self, scope: &Scope<'_>, policy: &Policy) -> Option<InstancePolicy> {
        KindKeys::instances(self, scope, policy)
    }
}

impl Spec {
    /// Returns whether hbmon polls or waits for heartbeats.
    pub fn rhythm(&self) -> Rhythm {
        self.of_kind().rhythm()
    }

    /// Returns what the monitor sends and checks.
    pub fn settings(&self) -> MonitorSettings {
        self.of_kind().settings()
    }

    /// Creates the monitor, whose attempts are followed in `trace`; none if hbmon only listens.
    pub fn open(&self, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>> {
        self.of_kind().open(dialers, trace)
    }
}

/// Generates `Spec`, `MonitorKeys` and their dispatch from the list of kinds.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident, $key:ident, $spec:ty, $keys:ty;)+) => {
        /// A valid monitor of any kind.
        #[derive(Clone, Debug)]
        pub enum Spec { $($kind(Arc<$spec>),)+ }

        $(impl From<$spec> for Spec {
            fn from(spec: $spec) -> Spec { Spec::$kind(Arc::new(spec)) }
        })+

        impl Spec {
            pub const fn kind(&self) -> Kind {
                match self { $(Spec::$kind(_) => Kind::$kind,)+ }
            }

            fn of_kind(&self) -> Arc<dyn KindSpec> {
                match self { $(Spec::$kind(spec) => Arc::clone(spec) as _,)+ }
            }
        }

        /// The keys of a monitor beside the common ones: its name, and exactly one kind.
        #[derive(Clone, Default, Deserialize, JsonSchema)]
        pub struct MonitorKeys {
            /// Unique; letters, digits and `.`, `_`, `-`; at most 128 characters. Keys history,
            /// metrics and reports.
            #[schemars(required)]
            pub name: Option<Setting<String>>,
            /// Makes a monitor for each of these words; `${each}` is replaced by it in all values.
            /// `name` must have `${each}` in it. At most 1000. Default: one monitor.
            #[schemars(extend("minItems" = 1, "maxItems" = 1000, "uniqueItems" = true))]
            pub for_each: Option<Setting<Vec<Setting<String>>>>,
            /// Names of monitors without which it cannot be well, such as a router. While one of them
            /// is in error, no alert about this one is sent. Default: none.
            pub depends_on: Option<Setting<Many<String>>>,
            $($(#[doc = $doc])+ pub $key: Option<Setting<$keys>>,)+
        }

        impl MonitorKeys {
            /// Returns the kinds in the file, with the places of their values.
            pub fn written(&self) -> impl Iterator<Item = (Kind, Span)> {
                [$((Kind::$kind, self.$key.as_ref().map(|keys| keys.span)),)+]
                    .into_iter()
                    .filter_map(|(kind, span)| Some((kind, span?)))
            }

            /// The word of `for_each` that this monitor was made for.
            pub fn item(&self) -> Option<&str> {
                self.for_each.as_ref()?.value.as_ref()?.first()?.value.as_deref()
            }

            /// Returns the keys of a kind, if they are in the file and valid.
            pub fn keys(&self, kind: Kind) -> Option<&dyn AnyKeys> {
                match kind { $(Kind::$kind => Some(self.$key.as_ref()?.value.as_ref()?),)+ }
            }
        }

        pub fn info(kind: Kind) -> &'static KindInfo {
            match kind { $(Kind::$kind => &const { <$keys as KindKeys>::INFO },)+ }
        }

        /// Returns the tables of all kinds for the reference.
        pub fn sections() -> Vec<ReferenceSection> {
            [$(<$keys as KindKeys>::sections(),)+].into_iter().flatten().collect()
        }
    };
}

kinds! {
    /// Polls a URL.
    Http, http, http::HttpSpec, Flattened<EndpointKeys, http::keys::HttpKeys>;
    /// Holds a WebSocket and waits for heartbeats.
    Websocket, websocket, websocket::WebsocketSpec,
        Flattened<EndpointKeys, websocket::keys::WebsocketKeys>;
    /// Holds a stream of server-sent events and waits for heartbeats.
    Sse, sse, sse::SseSpec, Flattened<EndpointKeys, sse::keys::SseKeys>;
    /// Holds a Socket.IO connection; emits and waits for the reply, or listens.
    Socketio, socketio, socketio::SocketioSpec,
        Flattened<EndpointKeys, socketio::keys::SocketioKeys>;
    /// Waits for heartbeats that are sent to hbmon.
    Push, push, push::PushSpec, push::keys::PushKeys;
}
