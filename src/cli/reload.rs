//! Reloads the config when one of its files changes, also when an editor replaces the file.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use siphasher::sip::SipHasher13;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::fd_limit;
use super::load::Selection;
use super::systemd::Systemd;
use crate::config::{self, ConfigSource, InterfaceOverrides};
use crate::engine::{Engine, Plan};
use crate::file;
use crate::model::{Text, glob};
use crate::serve::Access;

/// Time without events after which a changed file is read: editors write a file in several steps.
const QUIET_TIME: Duration = Duration::from_millis(300);

/// Longest time until a file that changes all the time is read.
const MAX_DELAY: Duration = Duration::from_secs(2);

/// Maximum size of a config in bytes; a larger one is refused.
const MAX_CONFIG: u64 = 64 << 20;

/// Watches a config and the files that it includes until it is dropped.
struct FileWatch {
    // Dropping it ends the watch.
    _watcher: RecommendedWatcher,
    changes: mpsc::Receiver<()>,
}

impl FileWatch {
    /// Watches a config and the files that match the patterns of its `include`.
    ///
    /// # Errors
    /// The system cannot watch the folder of the config.
    fn start(config: &Path, patterns: &[PathBuf]) -> notify::Result<FileWatch> {
        // Folders are watched, since replacing a file ends a watch on the file itself.
        let config = std::path::absolute(config)?;
        let patterns = patterns
            .iter()
            .map(std::path::absolute)
            .collect::<Result<Vec<_>, _>>()?;
        let names = WatchedNames::new(&config, &patterns);
        let (sender, events) = mpsc::channel(1);
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                if event.is_ok_and(|event| !event.kind.is_access() && names.concerns(&event)) {
                    // An event that is not read yet covers this one.
                    let _ = sender.try_send(());
                }
            })?;
        let folder = |path: &Path| path.parent().unwrap_or(Path::new("/")).to_owned();
        let own = folder(&config);
        watcher.watch(&own, RecursiveMode::NonRecursive)?;
        let others: BTreeSet<_> = patterns.iter().map(|path| folder(path)).collect();
        for other in others.into_iter().filter(|other| *other != own) {
            if let Err(error) = watcher.watch(&other, RecursiveMode::NonRecursive) {
                tracing::warn!("changes in `{}` are not noticed: {error}", other.display());
            }
        }
        let (changed, changes) = mpsc::channel(1);
        // In a task, so that no event is lost when the reader is cancelled.
        tokio::spawn(debounce(events, changed));
        Ok(FileWatch {
            _watcher: watcher,
            changes,
        })
    }
}

/// The names of the files that make a config.
struct WatchedNames {
    config: Option<OsString>,
    patterns: Vec<Vec<char>>,
}

impl WatchedNames {
    fn new(config: &Path, patterns: &[PathBuf]) -> WatchedNames {
        let names = patterns.iter().filter_map(|path| path.file_name());
        WatchedNames {
            config: config.file_name().map(ToOwned::to_owned),
            patterns: names
                .map(|name| name.to_string_lossy().chars().collect())
                .collect(),
        }
    }

    /// Returns whether an event is about such a file, or about the `..data` link that Kubernetes
    /// replaces in a mounted volume.
    fn concerns(&self, event: &notify::Event) -> bool {
        event
            .paths
            .iter()
            .filter_map(|path| path.file_name())
            .any(|file| {
                let name: Vec<char> = file.to_string_lossy().chars().collect();
                self.config.as_deref() == Some(file)
                    || file == "..data"
                    || self.patterns.iter().any(|pattern| glob(pattern, &name))
            })
    }
}

/// Passes an event on when no other has followed for `QUIET_TIME`, at the latest `MAX_DELAY` after
/// the first one. Ends with the watcher.
async fn debounce(mut events: mpsc::Receiver<()>, changed: mpsc::Sender<()>) {
    while events.recv().await.is_some() {
        let settle = async {
            while let Ok(Some(())) = tokio::time::timeout(QUIET_TIME, events.recv()).await {}
        };
        let _ = tokio::time::timeout(MAX_DELAY, settle).await;
        let _ = changed.try_send(());
    }
}

/// Reads the config again when its file changes or somebody asks for it.
pub(super) struct Reloader {
    source: ConfigSource,
    selector: Selection,
    overrides: InterfaceOverrides,
    /// The patterns of the included files.
    patterns: Vec<PathBuf>,
    watch: Option<FileWatch>,
    /// Of the config that was read last: a file that was only touched is not read again.
    fingerprint: u64,
    config: watch::Sender<Arc<config::LoadedConfig>>,
}

/// The subscribers that use a new config before systemd hears of the end of the reload.
pub(super) struct Subscribers {
    /// The access of the HTTP interface, which follows the config.
    pub access: Option<watch::Receiver<Access>>,
    pub engine: Engine,
    pub systemd: Option<Systemd>,
}

/// A running reloader. Dropping it ends all reloads.
pub(super) struct ReloadTask {
    requests: mpsc::Sender<()>,
    config: watch::Receiver<Arc<config::LoadedConfig>>,
    task: JoinHandle<()>,
}

/// Asks for reloads.
#[derive(Clone)]
pub(super) struct ReloadRequests(mpsc::Sender<()>);

impl Reloader {
    /// Watches the file of a config. Needs a tokio runtime. `None` for a config that cannot be read
    /// twice.
    pub(super) fn new(
        source: ConfigSource,
        selector: Selection,
        config: Arc<config::LoadedConfig>,
    ) -> Option<Reloader> {
        let path = source.path()?;
        let patterns = config::include_patterns(&source);
        let watch = watch(path, &patterns);
        let fingerprint = fingerprint(path, &patterns);
        Some(Reloader {
            source,
            selector,
            overrides: InterfaceOverrides::default(),
            patterns,
            watch,
            fingerprint,
            config: watch::Sender::new(config),
        })
    }

    /// Applies arguments to every config that is read again.
    pub(super) fn with_overrides(self, overrides: InterfaceOverrides) -> Reloader {
        Reloader { overrides, ..self }
    }

    /// Starts to reload.
    pub(super) fn start(self, subscribers: Subscribers) -> ReloadTask {
        let (requests, requested) = mpsc::channel(1);
        ReloadTask {
            requests,
            config: self.config.subscribe(),
            task: tokio::spawn(self.run(requested, subscribers)),
        }
    }

    async fn run(mut self, mut requested: mpsc::Receiver<()>, subscribers: Subscribers) {
        let Subscribers {
            mut access,
            engine,
            systemd,
        } = subscribers;
        loop {
            tokio::select! {
                request = requested.recv() => if request.is_none() {
                    return;
                },
                () = self.changed() => {}
            }
            if let Some(systemd) = &systemd {
                systemd.reloading();
            }
            // An engine that has stopped needs neither a plan nor a reason.
            let _ = match self.load().await {
                Ok(config) => {
                    let config = Arc::new(config);
                    self.config.send_replace(Arc::clone(&config));
                    if let Some(access) = &mut access {
                        // An interface that is closed needs no access.
                        let _ = access.changed().await;
                    }
                    engine.replace(self.plan(&config)).await
                }
                Err(why) => engine.refuse_reload(why).await,
            };
            if let Some(systemd) = &systemd {
                systemd.ready();
            }
        }
    }

    /// Returns the selected part of a config's plan, within the limit of open files.
    fn plan(&self, config: &config::LoadedConfig) -> Plan {
        let mut plan = self.selector.apply(config.plan.clone());
        if let Some(shortage) = fd_limit::fit(&mut plan) {
            tracing::warn!("{shortage}: {}", shortage.remedy());
        }
        plan
    }

    /// Waits until the file has changed. Cancellation loses nothing.
    async fn changed(&mut self) {
        let (Some(watch), Some(path)) = (&mut self.watch, self.source.path()) else {
            return std::future::pending().await;
        };
        while watch.changes.recv().await.is_some() {
            if fingerprint(path, &self.patterns) != self.fingerprint {
                return;
            }
        }
        std::future::pending().await
    }

    /// Reads the config. Logs all errors and returns the first one if it is refused.
    async fn load(&mut self) -> Result<config::LoadedConfig, Text> {
        // Reading a large config takes long enough to delay other tasks.
        let source = self.source.clone();
        let patterns = tokio::task::spawn_blocking(move || config::include_patterns(&source)).await;
        let patterns = patterns.unwrap_or_else(|_| self.patterns.clone());
        if let Some(path) = self.source.path() {
            if patterns != self.patterns {
                // Before the files are read, so that no change after that is overlooked.
                self.watch = watch(path, &patterns);
                self.patterns = patterns;
            }
            self.fingerprint = fingerprint(path, &self.patterns);
        }
        let (source, overrides) = (self.source.clone(), self.overrides.clone());
        match tokio::task::spawn_blocking(move || config::load_with(&source, &overrides)).await {
            Ok(Ok(loaded)) => Ok(loaded),
            Ok(Err(error)) => {
                let text = error.render(&config::DiagnosticStyle {
                    format: config::DiagnosticFormat::Short,
                    ..config::DiagnosticStyle::default()
                });
                tracing::warn!("the config is not reloaded: {}", text.trim_end());
                Err(Text::clean(text.lines().next().unwrap_or_default()))
            }
            Err(_) => Err(Text::clean("reading the config failed")),
        }
    }
}

impl ReloadTask {
    /// Returns the config in use; it changes with each accepted reload.
    pub(super) const fn config(&self) -> &watch::Receiver<Arc<config::LoadedConfig>> {
        &self.config
    }

    pub(super) fn requests(&self) -> ReloadRequests {
        ReloadRequests(self.requests.clone())
    }
}

impl Drop for ReloadTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ReloadRequests {
    /// Asks for a reload. A request that still waits answers this one too.
    pub(super) fn request(&self) {
        let _ = self.0.try_send(());
    }
}

/// Watches a config; warns if the system cannot.
fn watch(config: &Path, patterns: &[PathBuf]) -> Option<FileWatch> {
    FileWatch::start(config, patterns)
        .inspect_err(|error| {
            tracing::warn!("changes of the config are not noticed, SIGHUP reloads it: {error}")
        })
        .ok()
}

/// Returns a hash of the content of a config and of the files that it includes. A file that cannot
/// be read counts as empty.
fn fingerprint(config: &Path, patterns: &[PathBuf]) -> u64 {
    let mut hasher = SipHasher13::new();
    let mut add = |path: &Path| {
        path.hash(&mut hasher);
        file::read(path, MAX_CONFIG)
            .unwrap_or_default()
            .hash(&mut hasher);
    };
    add(config);
    for pattern in patterns {
        let files = config::matching(pattern).unwrap_or_default();
        files.iter().for_each(|file| add(file));
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test(start_paused = true)]
    async fn a_file_that_never_rests_is_read_all_the_same() {
        let (sender, events) = mpsc::channel(1);
        let (changed, mut changes) = mpsc::channel(1);
        tokio::spawn(debounce(events, changed));
        let clock = Clock::start();
        let begun = clock.now();
        let writer = tokio::spawn(async move {
            loop {
                let _ = sender.try_send(());
                tokio::time::sleep(QUIET_TIME / 3).await;
            }
        });
        changes.recv().await.unwrap();
        assert!(clock.now().since(begun) <= MAX_DELAY + QUIET_TIME);
        // And again while the changes continue.
        changes.recv().await.unwrap();
        writer.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn steps_that_follow_one_another_are_one_change() {
        let (sender, events) = mpsc::channel(1);
        let (changed, mut changes) = mpsc::channel(1);
        tokio::spawn(debounce(events, changed));
        for _ in 0..3 {
            let _ = sender.try_send(());
            tokio::time::sleep(QUIET_TIME / 3).await;
        }
        drop(sender);
        assert!(changes.recv().await.is_some());
        assert!(changes.recv().await.is_none());
    }
}
