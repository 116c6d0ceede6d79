//! Resolves the `tls` block: certificates and keys from files.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use siphasher::sip::SipHasher13;

use super::keys::TlsKeys;
use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::monitors::dial::tls::{TlsFiles, TlsOptions};

/// Maximum length in bytes of a path that a message repeats.
const LONGEST_SHOWN: usize = 200;

/// Number of bytes of a TLS file that decide whether it has changed.
const TLS_FILE: u64 = 16 << 20;

/// The settings of a block: files, name and `insecure`.
type TlsBlock = ([Option<PathBuf>; 3], Option<String>, bool);

/// The TLS blocks loaded so far, with a hash of the files' contents.
pub struct TlsCache<'c> {
    /// The folder for relative paths.
    folder: &'c Path,
    loaded: RefCell<HashMap<TlsBlock, (TlsOptions, u64)>>,
}

impl<'c> TlsCache<'c> {
    pub fn new(folder: &'c Path) -> TlsCache<'c> {
        TlsCache {
            folder,
            loaded: RefCell::default(),
        }
    }
}

pub fn warn_insecure(scope: &Scope<'_>, field: &Setting<bool>) {
    if field.value == Some(true) {
        let title = format!("{} accepts any certificate", scope.label);
        let problem = Diagnostic::new(Code::Insecure, title);
        let problem = problem.at(field.span, "a machine in between can read and answer");
        scope.report(problem.help("`ca_file` names the authority of a private certificate"));
    }
}

pub fn tls(
    cache: &TlsCache<'_>,
    scope: &Scope<'_>,
    field: Option<&Setting<TlsKeys>>,
    hash: &mut SipHasher13,
) -> TlsOptions {
    let Some((span, keys)) = field.and_then(|field| Some((field.span, field.value.as_ref()?)))
    else {
        return TlsOptions::default();
    };
    let path = |field: &Option<Setting<String>>| {
        field
            .as_ref()
            .and_then(|field| field.value.as_ref())
            .map(|path| cache.folder.join(path))
    };
    if let Some(insecure) = &keys.insecure {
        warn_insecure(scope, insecure);
    }
    let files = TlsFiles {
        ca_file: path(&keys.ca_file),
        cert_file: path(&keys.cert_file),
        key_file: path(&keys.key_file),
        server_name: keys
            .server_name
            .as_ref()
            .and_then(|field| field.value.clone()),
        insecure: keys
            .insecure
            .as_ref()
            .and_then(|field| field.value)
            .unwrap_or(false),
    };
    if files.cert_file.is_some() != files.key_file.is_some() {
        let title = format!(
            "`tls` of {} has only one of `cert_file` and `key_file`",
            scope.label
        );
        let one = keys
            .cert_file
            .as_ref()
            .or(keys.key_file.as_ref())
            .map_or(span, |field| field.span);
        scope.report(
            Diagnostic::new(Code::Conflict, title).at(one, "a certificate and its key go together"),
        );
        return TlsOptions::default();
    }
    let written = [&keys.ca_file, &keys.cert_file, &keys.key_file];
    if written
        .into_iter()
        .flatten()
        .any(|field| is_no_path(scope.context, &format!("`tls` of {}", scope.label), field))
    {
        return TlsOptions::default();
    }
    let paths = [
        files.ca_file.clone(),
        files.cert_file.clone(),
        files.key_file.clone(),
    ];
    let key = (paths, files.server_name.clone(), files.insecure);
    if let Some((tls, contents)) = cache.loaded.borrow().get(&key) {
        contents.hash(hash);
        return tls.clone();
    }
    let mut contents = SipHasher13::new();
    for file in [&files.ca_file, &files.cert_file, &files.key_file]
        .into_iter()
        .flatten()
    {
        // `load` reports unreadable files.
        crate::file::read(file, TLS_FILE).ok().hash(&mut contents);
    }
    let contents = contents.finish();
    contents.hash(hash);
    let tls = TlsOptions::load(&files).unwrap_or_else(|error| {
        let field = match error.key {
            "ca_file" => keys.ca_file.as_ref(),
            "cert_file" => keys.cert_file.as_ref(),
            "key_file" => keys.key_file.as_ref(),
            _ => keys.server_name.as_ref(),
        };
        let title = format!("`tls.{}` of {} cannot be used", error.key, scope.label);
        let label = field.map_or(error.why.clone(), |field| {
            shown_or_external(field, &error.why)
        });
        let place = field.map_or(span, |field| field.span);
        scope.report(Diagnostic::new(Code::Tls, title).at(place, label));
        TlsOptions::default()
    });
    cache
        .loaded
        .borrow_mut()
        .insert(key, (tls.clone(), contents));
    tls
}

/// Reports a key or certificate in the place of its path, and masks it.
pub fn is_no_path(context: &Context<'_>, what: &str, field: &Setting<String>) -> bool {
    let text = field.value.as_deref().unwrap_or_default();
    let is_content = text.contains("-----BEGIN") || text.contains(['\n', '\0']);
    if is_content {
        context.mask(field.span);
        let title = format!("{what} has a text where the path of a file belongs");
        let problem =
            Diagnostic::new(Code::Tls, title).at(field.span, "expected the path of a file in PEM");
        context.report(
            problem.help("put the text into a file that only hbmon can read, and name that file"),
        );
    }
    is_content
}

/// Reports an error of a file or name, after its text for display.
pub fn shown_or_external(field: &Setting<String>, why: &str) -> String {
    let shown = field.shown_text().unwrap_or_default();
    if shown.len() > LONGEST_SHOWN {
        format!("this {why}")
    } else {
        format!("`{shown}` {why}")
    }
}
