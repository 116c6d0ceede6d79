//! Notices that the config file changed, also when an editor replaces it, and reloads it.

use std::ffi::OsStr;
use std::hash::Hasher;
use std::path::Path;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use siphasher::sip::SipHasher13;
use tokio::sync::mpsc;

use super::fd_limit;
use super::interface::AccessUpdater;
use super::load::Selection;
use super::systemd::Systemd;
use crate::config::{self, ConfigSource};
use crate::engine::{Engine, Stopped};
use crate::file;
use crate::model::Text;

/// An editor writes a file in several steps: it is read once this long nothing more has happened.
const QUIET: Duration = Duration::from_millis(300);

/// A file that is written again and again is read all the same after this.
const LONGEST: Duration = Duration::from_secs(2);

/// More of a config decides nothing, in bytes: it would be refused.
const LARGEST: u64 = 64 << 20;

/// Watches one file for as long as it lives.
struct FileWatch {
    // Dropped, it would hear nothing more.
    _watcher: RecommendedWatcher,
    rests: mpsc::Receiver<()>,
}

impl FileWatch {
    /// # Errors
    /// When the system cannot watch the file's folder.
    fn start(path: &Path) -> notify::Result<FileWatch> {
        // The folder is watched, since replacing a file ends a watch on the file itself.
        let path = std::path::absolute(path)?;
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let name = path.file_name().map(ToOwned::to_owned);
        let (sender, events) = mpsc::channel(1);
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                if event
                    .is_ok_and(|event| !event.kind.is_access() && concerns(&event, name.as_deref()))
                {
                    // One unread word is as good as ten.
                    let _ = sender.try_send(());
                }
            })?;
        watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        let (come_to_rest, rests) = mpsc::channel(1);
        // A task of its own: who waits for it may stop waiting at any time, and nothing is
        // forgotten.
        tokio::spawn(debounce(events, come_to_rest));
        Ok(FileWatch {
            _watcher: watcher,
            rests,
        })
    }
}

/// Passes an event on when no other has followed for a while, at the latest `LONGEST` after the
/// first one; ends with the watcher.
async fn debounce(mut events: mpsc::Receiver<()>, come_to_rest: mpsc::Sender<()>) {
    while events.recv().await.is_some() {
        let settle =
            async { while let Ok(Some(())) = tokio::time::timeout(QUIET, events.recv()).await {} };
        let _ = tokio::time::timeout(LONGEST, settle).await;
        let _ = come_to_rest.try_send(());
    }
}

/// The file itself, or the `..data` link that a mounted Kubernetes volume swaps beside it.
fn concerns(event: &notify::Event, name: Option<&OsStr>) -> bool {
    event
        .paths
        .iter()
        .filter_map(|path| path.file_name())
        .any(|file| Some(file) == name || file == "..data")
}

/// Reads the config again and hands it to the engine, or tells it why not.
pub struct Reloader {
    source: ConfigSource,
    selector: Selection,
    watch: Option<FileWatch>,
    /// What was read last: a file that was only touched is no reason to look closer.
    fingerprint: u64,
    door: Option<AccessUpdater>,
    systemd: Option<Systemd>,
}

impl Reloader {
    /// None for a config that cannot be read twice.
    pub fn new(source: ConfigSource, selector: Selection) -> Option<Reloader> {
        let path = source.path()?;
        let watch = FileWatch::start(path)
            .inspect_err(|error| {
                tracing::warn!("changes of the config are not noticed, SIGHUP reloads it: {error}")
            })
            .ok();
        let fingerprint = fingerprint(path);
        Some(Reloader {
            source,
            selector,
            watch,
            fingerprint,
            door: None,
            systemd: None,
        })
    }

    /// Who else hears of a reload: the door of the HTTP interface, and the service manager.
    pub fn tell(&mut self, door: Option<AccessUpdater>, systemd: Option<Systemd>) {
        (self.door, self.systemd) = (door, systemd);
    }

    /// Waits until the file has changed. May be dropped and called again at any time.
    pub async fn changed(&mut self) {
        let (Some(watch), Some(path)) = (&mut self.watch, self.source.path()) else {
            return std::future::pending().await;
        };
        while watch.rests.recv().await.is_some() {
            if fingerprint(path) != self.fingerprint {
                return;
            }
        }
        std::future::pending().await
    }

    pub async fn reload(&mut self, engine: &Engine) {
        if let Some(systemd) = &self.systemd {
            systemd.reloading();
        }
        self.fingerprint = self.source.path().map_or(0, fingerprint);
        let source = self.source.clone();
        // A large config takes a while, and the loop that called has signals to hear.
        let loaded = tokio::task::spawn_blocking(move || config::load(&source)).await;
        let passed_on = match loaded {
            Ok(Ok(loaded)) => {
                if let Some(door) = &self.door {
                    door.update(&loaded);
                }
                let mut plan = self.selector.apply(loaded.plan);
                if let Some(shortage) = fd_limit::fit(&mut plan) {
                    tracing::warn!("{shortage}: {}", shortage.remedy());
                }
                engine.replace(plan).await
            }
            Ok(Err(error)) => {
                let text = error.render(&config::DiagnosticStyle {
                    format: config::DiagnosticFormat::Short,
                    ..config::DiagnosticStyle::default()
                });
                tracing::warn!("the config is not reloaded: {}", text.trim_end());
                let why = Text::clean(text.lines().next().unwrap_or_default());
                engine.refuse_reload(why).await
            }
            Err(_) => {
                let why = Text::clean("reading the config failed");
                engine.refuse_reload(why).await
            }
        };
        // An engine that is gone needs no config.
        let _: Result<(), Stopped> = passed_on;
        if let Some(systemd) = &self.systemd {
            systemd.ready();
        }
    }
}

/// Waits until the config has changed; for ever if there is none to read again.
pub async fn changed(reloader: Option<&mut Reloader>) {
    match reloader {
        Some(reloader) => reloader.changed().await,
        None => std::future::pending().await,
    }
}

/// Of what the file holds; a file that cannot be read has one too.
fn fingerprint(path: &Path) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(&file::read(path, LARGEST).unwrap_or_default());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test(start_paused = true)]
    async fn a_file_that_never_rests_is_read_all_the_same() {
        let (sender, events) = mpsc::channel(1);
        let (come_to_rest, mut rests) = mpsc::channel(1);
        tokio::spawn(debounce(events, come_to_rest));
        let clock = Clock::start();
        let begun = clock.now();
        let writer = tokio::spawn(async move {
            loop {
                let _ = sender.try_send(());
                tokio::time::sleep(QUIET / 3).await;
            }
        });
        rests.recv().await.unwrap();
        assert!(clock.now().since(begun) <= LONGEST + QUIET);
        // Then again, as long as it goes on.
        rests.recv().await.unwrap();
        writer.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn steps_that_follow_one_another_are_one_change() {
        let (sender, events) = mpsc::channel(1);
        let (come_to_rest, mut rests) = mpsc::channel(1);
        tokio::spawn(debounce(events, come_to_rest));
        for _ in 0..3 {
            let _ = sender.try_send(());
            tokio::time::sleep(QUIET / 3).await;
        }
        drop(sender);
        assert!(rests.recv().await.is_some());
        assert!(rests.recv().await.is_none());
    }
}
