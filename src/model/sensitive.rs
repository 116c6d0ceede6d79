//! Which names belong to secrets (docs/interface.md, "Secrets").

/// Substrings by which names of secrets are recognized.
pub const SECRET_NAMES: [&str; 9] = [
    "token", "key", "secret", "passw", "auth", "sig", "session", "cookie", "bearer",
];

/// Returns whether a key, header or query parameter is likely to hold a secret, judging by its
/// name.
pub fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.ends_with("_file") && SECRET_NAMES.iter().any(|part| name.contains(part))
}
