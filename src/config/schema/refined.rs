//! A schema that is being refined, and the constraints that can be added to its parts.

use schemars::Schema;
use serde_json::{Value, json};

use crate::conf::schema::POSITIVE_DURATION;
use crate::model::Kind;

/// Names of headers and methods (RFC 9110, section 5.6.2).
pub(super) const TOKEN: &str = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/// Beside every pattern: what comes from outside may turn out to be anything.
const EXTERNAL: &str = r"|\$\{";

pub(super) struct Refined(pub Schema);

impl Refined {
    /// Exactly one of these keys. `owner`: what has it, for people.
    pub(super) fn one_of(&mut self, at: &str, owner: &str, names: &[&str]) {
        let message = format!("{owner} has exactly one kind: {}", names.join(", "));
        let any: Vec<Value> = names
            .iter()
            .map(|name| json!({"required": [name]}))
            .collect();
        let mut two = Vec::new();
        for (index, one) in names.iter().enumerate() {
            for other in names.iter().skip(index + 1) {
                two.push(json!({
                    "not": {"required": [one, other]},
                    "errorMessage": message,
                }));
            }
        }
        self.also(
            at,
            json!({"anyOf": any, "allOf": two, "errorMessage": message}),
        );
    }

    /// Where the map of a kind stands; a bare URL may stand for it.
    pub(super) fn map_of(&self, kind: Kind) -> Option<String> {
        let mut name = kind.as_str().to_owned();
        name.get_mut(..1)?.make_ascii_uppercase();
        let def = format!("/$defs/{name}Keys");
        [format!("{def}/anyOf/1"), def]
            .into_iter()
            .find(|at| self.0.pointer(&format!("{at}/properties")).is_some())
    }

    /// The URL of a kind, bare or below `url`.
    pub(super) fn urls(&mut self, map: &str, schemes: &[&str]) {
        let either_case = |scheme: &&str| -> String {
            let letter = |c: char| match c {
                'a'..='z' => format!("[{c}{}]", c.to_ascii_uppercase()),
                c => c.to_string(),
            };
            scheme.chars().map(letter).collect()
        };
        let any: Vec<String> = schemes.iter().map(either_case).collect();
        let pattern = format!(r"^\s*({})://[^\s#]+[^#]*#?\s*$", any.join("|"));
        let names: Vec<String> = schemes
            .iter()
            .map(|scheme| format!("{scheme}://"))
            .collect();
        let message = format!(
            "a URL that begins with {}, without a fragment",
            names.join(" or ")
        );
        self.text(&format!("{map}/properties/url"), &pattern, &message);
        self.text(&map.replace("/anyOf/1", "/anyOf/0"), &pattern, &message);
    }

    /// Names and values of headers.
    pub(super) fn headers(&mut self, at: &str) {
        self.header_names(at);
        self.also(
            at,
            json!({"additionalProperties": {
                "type": ["string", "number", "boolean"],
                "pattern": r"^[^\u0000-\u0008\u000A-\u001F\u007F]*$",
                "patternErrorMessage": "one line without control characters",
            }}),
        );
    }

    pub(super) fn header_names(&mut self, at: &str) {
        let names = json!({"pattern": TOKEN, "patternErrorMessage": "the name of a header"});
        self.also(at, json!({"propertyNames": names}));
    }

    pub(super) fn query(&mut self, at: &str) {
        let message = "a query of RFC 9535, which begins with `$`";
        self.text(at, r"^\s*\$", message);
    }

    pub(super) fn filter(&mut self, at: &str) {
        let message = "a filter of RFC 9535, in which `@` is the payload";
        self.text(at, "@", message);
    }

    /// A duration that is not zero.
    pub(super) fn positive(&mut self, at: &str) {
        self.also(at, json!({"pattern": POSITIVE_DURATION}));
    }

    /// Two keys that exclude each other.
    pub(super) fn exclusive(&mut self, def: &str, one: &str, other: &str) {
        let at = [format!("/$defs/{def}/anyOf/1"), format!("/$defs/{def}")];
        let map = at
            .into_iter()
            .find(|at| self.0.pointer(&format!("{at}/properties")).is_some());
        let message = format!("`{one}` and `{other}` exclude each other");
        self.also(
            &map.unwrap_or_default(),
            json!({"not": {"required": [one, other]}, "errorMessage": message}),
        );
    }

    /// A text, or each of a list of texts, that matches a pattern or comes from outside.
    pub(super) fn text(&mut self, at: &str, pattern: &str, message: &str) {
        let list = [format!("{at}/anyOf/0"), format!("{at}/anyOf/1/items")];
        let places = if self.0.pointer(&list[1]).is_some() {
            list.to_vec()
        } else {
            vec![at.to_owned()]
        };
        for place in places {
            self.also(
                &place,
                json!({
                    "pattern": format!("{pattern}{EXTERNAL}"),
                    "patternErrorMessage": message,
                }),
            );
        }
    }

    /// One of these words, or a text from outside.
    pub(super) fn words<'w>(&mut self, at: &str, words: impl Iterator<Item = &'w str>) {
        let words: Vec<&str> = words.collect();
        let pattern = format!("^({})$", words.join("|"));
        self.text(at, &pattern, &format!("one of {}", words.join(", ")));
    }

    /// Adds keywords to a part of the schema.
    pub(super) fn also(&mut self, at: &str, keywords: Value) {
        let part = if at.is_empty() {
            self.0.as_object_mut()
        } else {
            self.0.pointer_mut(at).and_then(Value::as_object_mut)
        };
        debug_assert!(part.is_some(), "the schema has no {at}");
        if let (Some(part), Value::Object(keywords)) = (part, keywords) {
            part.extend(keywords);
        }
    }
}
