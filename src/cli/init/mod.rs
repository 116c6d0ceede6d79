//! `hbmon init`: writes a config to start from, for the URLs that were given.

use std::sync::Arc;

mod rhythm;
mod scout;
mod text;

use std::io::ErrorKind;
use std::path::Path;

use super::args::{ErrorFormat, Init};
use super::load::refused;
use super::output::complain;
use super::{Trouble, exit, log, narrow_runtime, output};
use crate::config;
use crate::words;

pub fn run(args: &Init) -> Result<u8, Trouble> {
    log::start(&args.look, log::Screen::Free, &Arc::default())?;
    let path = (args.path != Path::new("-")).then_some(args.path.as_path());
    let kept = path.filter(|_| !args.force);
    if let Some(path) = kept.filter(|path| path.symlink_metadata().is_ok()) {
        return Err(exists(path));
    }
    let scouts: Result<Vec<_>, _> = args.urls.iter().map(|url| scout::Scout::new(url)).collect();
    let scouts = scouts.map_err(|error| refused(&error, ErrorFormat::Full, &args.look))?;
    let text = if scouts.is_empty() {
        text::template()
    } else {
        complain(&format!(
            "trying {}, up to {}",
            words::count(scouts.len() as u64, "target", "targets"),
            words::span(args.patience)
        ));
        let runtime = narrow_runtime()?;
        let findings = runtime.block_on(scout::send(scouts, args.patience));
        // Whatever still waits for a name or a socket is not waited for.
        runtime.shutdown_background();
        findings
            .iter()
            .filter_map(scout::Finding::warning)
            .for_each(|warning| complain(&warning));
        text::config(&findings)
    };
    // What is written must be good.
    config::load_text("hbmon.yaml", &text, Path::new(""), &|_| None)
        .map_err(|error| Trouble::internal(error.render(&config::Style::default())))?;
    match kept {
        // Nobody else's file, not even one that came up meanwhile.
        Some(path) => {
            output::write_new(path, text.as_bytes()).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => exists(path),
                _ => Trouble::usage(error),
            })?
        }
        None => output::write(path, text.as_bytes()).map_err(Trouble::usage)?,
    }
    if let Some(path) = path {
        let argument = if path == Path::new("hbmon.yaml") {
            String::new()
        } else {
            format!(" {}", path.display())
        };
        let next = format!(
            "wrote {}\n\nhbmon check{argument}    # once, with an exit code\nhbmon watch{argument}    # live\n",
            path.display()
        );
        output::write(None, next.as_bytes()).map_err(Trouble::internal)?;
    }
    Ok(exit::OK)
}

fn exists(path: &Path) -> Trouble {
    Trouble::usage(format_args!(
        "`{}` exists: --force overwrites it, --path names another",
        path.display()
    ))
}
