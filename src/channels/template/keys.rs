//! Templates in the config.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{NAMES, Template, TemplateText};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::span::span_of_part;

/// A value of any shape whose parts have places.
#[derive(Clone)]
pub enum TemplateKeys {
    Text(String),
    Plain(Value),
    List(Vec<Setting<TemplateKeys>>),
    Map(Vec<(Setting<String>, Setting<TemplateKeys>)>),
}

impl<'de> Deserialize<'de> for TemplateKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TemplateVisitor)
    }
}

struct TemplateVisitor;

impl<'de> Visitor<'de> for TemplateVisitor {
    type Value = TemplateKeys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<TemplateKeys, E> {
        Ok(TemplateKeys::Plain(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<TemplateKeys, E> {
        Ok(TemplateKeys::Plain(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<TemplateKeys, E> {
        Ok(TemplateKeys::Plain(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<TemplateKeys, E> {
        Ok(TemplateKeys::Plain(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<TemplateKeys, E> {
        Ok(TemplateKeys::Plain(value.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<TemplateKeys, E> {
        Ok(TemplateKeys::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<TemplateKeys, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = access.next_element()? {
            parts.push(part);
        }
        Ok(TemplateKeys::List(parts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<TemplateKeys, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = access.next_entry()? {
            parts.push(part);
        }
        Ok(TemplateKeys::Map(parts))
    }
}

impl JsonSchema for TemplateKeys {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TemplateKeys".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({})
    }
}

/// Returns a template, and reports every text with a mistake.
pub(in crate::channels) fn template(
    scope: &Scope<'_>,
    field: &Setting<TemplateKeys>,
) -> Option<Template> {
    let part = |part: &Setting<TemplateKeys>| template(scope, part);
    match field.value.as_ref()? {
        TemplateKeys::Text(text) => match TemplateText::parse(text, &NAMES) {
            Ok(text) => Some(Template::Text(text)),
            Err(mistake) => {
                let source = scope.context.source;
                let place = match field.shown {
                    None => span_of_part(source, field.span, text, mistake.place),
                    Some(_) => field.span,
                };
                let title = format!("the `template` of {} has a mistake in it", scope.label);
                scope.report(Diagnostic::new(Code::Expression, title).at(place, mistake.why));
                None
            }
        },
        TemplateKeys::Plain(value) => Some(Template::Plain(value.clone())),
        // All of them are read: each mistake is reported.
        TemplateKeys::List(parts) => {
            let parts: Vec<_> = parts.iter().map(part).collect();
            Some(Template::List(parts.into_iter().collect::<Option<_>>()?))
        }
        TemplateKeys::Map(parts) => {
            let parts: Vec<_> = parts
                .iter()
                .map(|(key, value)| Some((key.value.clone()?, part(value)?)))
                .collect();
            Some(Template::Map(parts.into_iter().collect::<Option<_>>()?))
        }
    }
}
