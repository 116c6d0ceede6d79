//! Finds the secrets in what a config sends: a server may send them back.

use serde_json::Value;

use crate::conf::mask;
use crate::conf::secret::Secret;

/// Adds the texts below sensitive names; with `all`, every text.
pub(super) fn secrets_of_json(value: &Value, all: bool, secrets: &mut Vec<Secret>) {
    match value {
        Value::String(text) if all => secrets.push(Secret::new(text.as_str())),
        Value::Array(values) => values
            .iter()
            .for_each(|value| secrets_of_json(value, all, secrets)),
        Value::Object(entries) => {
            entries.iter().for_each(|(name, value)| {
                secrets_of_json(value, all || mask::is_sensitive(name), secrets)
            });
        }
        _ => {}
    }
}

/// Adds the values of sensitive names in a body or message: JSON, or a form
/// (application/x-www-form-urlencoded).
pub(super) fn secrets_of_text(text: &str, secrets: &mut Vec<Secret>) {
    if let Ok(value) = serde_json::from_str(text) {
        return secrets_of_json(&value, false, secrets);
    }
    let fields = text
        .trim()
        .split('&')
        .filter_map(|field| field.split_once('='));
    for (_, value) in fields.filter(|(name, _)| mask::is_sensitive(&mask::decoded(name))) {
        secrets.extend([Secret::new(value), Secret::new(mask::decoded(value))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_sensitive_names_are_secrets() {
        for (text, wanted) in [
            (
                r#"{"user": "bob", "a": {"api_key": "k3y", "tokens": ["t1", {"x": "t2"}, 7]}}"#,
                vec!["k3y", "t1", "t2"],
            ),
            ("user=bob&pass%77ord=a%20b&x=1", vec!["a%20b", "a b"]),
            ("token", vec![]),
            ("\"token\"", vec![]),
            ("", vec![]),
        ] {
            let mut secrets = Vec::new();
            secrets_of_text(text, &mut secrets);
            let found: Vec<&str> = secrets.iter().map(Secret::reveal).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
