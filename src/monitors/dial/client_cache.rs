//! A cache of HTTP clients. Dialers with equal settings share one client, which takes over 2 KiB.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use reqwest::Client;
use url::Url;

use super::{Family, HttpVersion, ResolverKind};

use crate::lock::LockExt;

/// The clients that at least one dialer uses.
#[derive(Default)]
pub(super) struct ClientCache(Mutex<HashMap<ClientKey, Weak<Client>>>);

/// The settings in which clients differ.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct ClientKey {
    pub(super) version: HttpVersion,
    /// Address in memory of the loaded roots. It is unique while the client lives, because the
    /// client holds the roots.
    pub(super) trust: Option<usize>,
    pub(super) insecure: bool,
    /// Address in memory of the loaded client certificate.
    pub(super) identity: Option<usize>,
    pub(super) has_server_name: bool,
    pub(super) proxy: Option<Url>,
    pub(super) family: Family,
    pub(super) resolver: ResolverKind,
}

impl ClientCache {
    /// Returns the client for these settings, or makes it.
    pub(super) fn get<E>(
        &self,
        key: ClientKey,
        make: impl FnOnce() -> Result<Client, E>,
    ) -> Result<Arc<Client>, E> {
        // No code panics while it holds the lock, so a poisoned lock is still consistent.
        let mut clients = self.0.lock().ignore_poison();
        if let Some(client) = clients.get(&key).and_then(Weak::upgrade) {
            return Ok(client);
        }
        let client = Arc::new(make()?);
        clients.retain(|_, client| client.strong_count() > 0);
        clients.insert(key, Arc::downgrade(&client));
        Ok(client)
    }
}
