//! Notices that the config file changed, also when an editor replaces it.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// An editor writes a file in several steps: it is read once this long nothing more has happened.
const QUIET: Duration = Duration::from_millis(300);

/// Watches one file for as long as it lives.
pub struct FileWatch {
    // Dropped, it would hear nothing more.
    _watcher: RecommendedWatcher,
    events: mpsc::Receiver<()>,
}

impl FileWatch {
    /// # Errors
    /// When the system cannot watch the file's folder.
    pub fn start(path: &Path) -> notify::Result<FileWatch> {
        // The folder is watched, since replacing a file ends a watch on the file itself.
        let path = std::path::absolute(path)?;
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let name = path.file_name().map(ToOwned::to_owned);
        let (sender, events) = mpsc::channel(1);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access() && concerns(&event, name.as_deref())) {
                // One unread word is as good as ten.
                let _ = sender.try_send(());
            }
        })?;
        watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        Ok(FileWatch { _watcher: watcher, events })
    }

    /// Waits until something happened in the file's folder and has come to rest.
    pub async fn stirred(&mut self) {
        if self.events.recv().await.is_none() {
            return std::future::pending().await;
        }
        while let Ok(Some(())) = tokio::time::timeout(QUIET, self.events.recv()).await {}
    }
}

/// The file itself, or the `..data` link that a mounted Kubernetes volume swaps beside it.
fn concerns(event: &notify::Event, name: Option<&OsStr>) -> bool {
    event.paths.iter().filter_map(|path| path.file_name()).any(|file| Some(file) == name || file == "..data")
}
