//! HTTP clients, shared by all dialers that ask in the same manner: one takes over 2 KiB.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use reqwest::Client;
use url::Url;

use super::{Family, HttpVersion, ResolverKind};

/// Those that some dialer holds.
#[derive(Default)]
pub(super) struct ClientCache(Mutex<HashMap<ClientKey, Weak<Client>>>);

/// All in which clients differ.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct ClientKey {
    pub(super) version: HttpVersion,
    /// Whose certificates are believed, and the own one: where they lie, which is theirs for as
    /// long as the client lives.
    pub(super) trust: Option<usize>,
    pub(super) insecure: bool,
    pub(super) identity: Option<usize>,
    pub(super) has_server_name: bool,
    pub(super) proxy: Option<Url>,
    pub(super) family: Family,
    pub(super) resolver: ResolverKind,
}

impl ClientCache {
    pub(super) fn get<E>(
        &self,
        manner: ClientKey,
        make: impl FnOnce() -> Result<Client, E>,
    ) -> Result<Arc<Client>, E> {
        // Nothing panics while it holds the lock; a poisoned one is as good as any.
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&manner).and_then(Weak::upgrade) {
            return Ok(client);
        }
        let client = Arc::new(make()?);
        clients.retain(|_, client| client.strong_count() > 0);
        clients.insert(manner, Arc::downgrade(&client));
        Ok(client)
    }
}
