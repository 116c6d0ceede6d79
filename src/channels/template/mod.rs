//! Templates: a value whose texts are rendered before it is serialised, so that it cannot become
//! broken JSON. No code, no files, no loops.

pub mod keys;
mod text;
mod values;

use std::fmt;

use serde_json::{Map, Value};

pub use text::{TemplateMistake, TemplateText};
pub(crate) use values::value;

/// What the texts of a channel's template can name.
pub const NAMES: [&str; 15] = [
    "monitor",
    "status",
    "before",
    "message",
    "reason",
    "since",
    "duration",
    "group",
    "tags",
    "target",
    "kind",
    "description",
    "runbook",
    "incident",
    "what",
];

/// A value with texts that name what they say.
#[derive(Clone, PartialEq, Eq)]
pub enum Template {
    Text(TemplateText),
    /// A number, a truth value or null.
    Plain(Value),
    List(Vec<Template>),
    /// In the order of the config.
    Map(Vec<(String, Template)>),
}

impl Template {
    /// Returns the value with all texts rendered. `value`: what a name stands for; nothing is an
    /// empty text.
    pub fn render(&self, value: &dyn Fn(&str) -> Option<String>) -> Value {
        match self {
            Template::Text(text) => Value::String(text.render(value)),
            Template::Plain(plain) => plain.clone(),
            Template::List(parts) => parts.iter().map(|part| part.render(value)).collect(),
            Template::Map(parts) => {
                let parts = parts.iter();
                let parts = parts.map(|(key, part)| (key.clone(), part.render(value)));
                Value::Object(parts.collect::<Map<_, _>>())
            }
        }
    }
}

/// Shows nothing: a template may hold a secret.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_target_says_cannot_break_the_json() {
        let text = |text| Template::Text(TemplateText::parse(text, &NAMES).unwrap());
        let template = Template::Map(vec![
            ("text".to_owned(), text("{{monitor}}: {{message}}")),
            ("tags".to_owned(), Template::List(vec![text("{{group}}")])),
            ("priority".to_owned(), Template::Plain(json!(5))),
        ]);
        let value = |name: &str| match name {
            "monitor" => Some("api".to_owned()),
            "message" => Some("\",\"x\":{{group}}".to_owned()),
            _ => None,
        };
        let rendered = template.render(&value);
        assert_eq!(
            rendered,
            json!({"text": "api: \",\"x\":{{group}}", "tags": [""], "priority": 5})
        );
        assert_eq!(format!("{template:?}"), "Template");
    }
}
