//! Which names belong to secrets (contract, section 7).

/// What the names of secrets contain.
pub const SECRET_NAMES: [&str; 9] = [
    "token", "key", "secret", "passw", "auth", "sig", "session", "cookie", "bearer",
];

/// Whether a key, header or query parameter is, by its name, likely to hold a secret.
pub fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.ends_with("_file") && SECRET_NAMES.iter().any(|part| name.contains(part))
}
