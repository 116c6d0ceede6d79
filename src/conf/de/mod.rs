//! A serde deserializer from the tree to the types of the file. It reports every error and
//! continues.

mod access;
mod key_path;
mod mistakes;

use std::cell::RefCell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, Deserializer, Visitor};

use super::codes::Code;
use super::context::Context;
use super::nearest::nearest;
use super::secret::MASKED;
use super::setting::{FLATTENED, MANY, SETTING};
use super::yaml::{MapEntry, Node, Scalar, Typed, Value};
use access::{EntriesAccess, FlattenedAccess, ListAccess, SettingAccess, ShorthandAccess};
use key_path::KeyPath;

/// The name of `file::SendEvery` in serde.
const SEND_EVERY: &str = "SendEvery";

/// Reads a type. Returns `None` if the outermost value has the wrong shape.
pub fn read<'de, T: de::Deserialize<'de>>(node: &'de Node, context: &'de Context<'_>) -> Option<T> {
    let place = KeyPath {
        key: None,
        owner: None,
        parent: None,
    };
    let reader = NodeReader {
        node,
        context,
        place: &place,
        known_keys: None,
    };
    match T::deserialize(reader) {
        Ok(value) => Some(value),
        Err(flaw) => {
            reader.report(flaw);
            None
        }
    }
}

/// An error on its way to the next caller that can report it. Serde passes the message of a type as
/// one text: a predicate, then a label and a help text on further lines.
#[derive(Debug)]
pub struct DeError {
    text: String,
    code: Code,
    reported: bool,
}

impl DeError {
    fn new(code: Code, text: impl Into<String>) -> DeError {
        DeError {
            text: text.into(),
            code,
            reported: false,
        }
    }

    /// The error of the value is already reported.
    fn already_reported() -> DeError {
        DeError {
            text: String::new(),
            code: Code::Value,
            reported: true,
        }
    }
}

impl de::Error for DeError {
    fn custom<T: fmt::Display>(text: T) -> DeError {
        DeError::new(Code::Value, text.to_string())
    }
}

impl fmt::Display for DeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for DeError {}

/// Reads one value.
#[derive(Clone, Copy)]
struct NodeReader<'de, 'p> {
    node: &'de Node,
    context: &'p Context<'p>,
    place: &'p KeyPath<'p>,
    /// Within `Flattened`: the keys of both parts.
    known_keys: Option<&'p RefCell<Vec<&'static str>>>,
}

impl<'de, 'p> NodeReader<'de, 'p> {
    fn scalar(&self, wanted: &str) -> Result<&'de Scalar, DeError> {
        match &self.node.value {
            Value::Scalar(scalar) => Ok(scalar),
            Value::Broken => Err(DeError::already_reported()),
            Value::Null => Err(DeError::new(
                Code::WrongType,
                format!("has no value\nexpected {wanted}"),
            )),
            Value::Seq(_) => Err(DeError::new(
                Code::WrongType,
                format!("must not be a list\nexpected {wanted}"),
            )),
            Value::Map(_) => Err(DeError::new(
                Code::WrongType,
                format!("must not be a map\nexpected {wanted}"),
            )),
        }
    }

    fn struct_access(
        self,
        entries: &'de [MapEntry],
        known: &'static [&'static str],
    ) -> EntriesAccess<'de, 'p> {
        match self.known_keys {
            Some(union) => union.borrow_mut().extend(known),
            None => self.unknown_keys(entries, known),
        }
        EntriesAccess {
            reader: self,
            entries: entries.iter(),
            known: Some(known),
            value: None,
            taken: Vec::new(),
        }
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty, $wanted:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
            let scalar = self.scalar($wanted)?;
            match scalar.text.trim().parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => {
                    let why = concat!("must be ", $wanted, "\nexpected ", $wanted);
                    Err(DeError::new(Code::Value, why))
                }
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for NodeReader<'de, '_> {
    type Error = DeError;

    /// Reads a value of any shape, for JSON. Values from outside stay text.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match &self.node.value {
            Value::Broken => Err(DeError::already_reported()),
            Value::Null => visitor.visit_unit(),
            Value::Seq(_) => self.deserialize_seq(visitor),
            Value::Map(_) => self.deserialize_map(visitor),
            Value::Scalar(scalar) => match scalar.typed {
                Typed::Text => visitor.visit_str(&scalar.text),
                Typed::Bool(value) => visitor.visit_bool(value),
                Typed::Unsigned(value) => visitor.visit_u64(value),
                Typed::Signed(value) => visitor.visit_i64(value),
                Typed::Float(value) => visitor.visit_f64(value),
            },
        }
    }

    parsed! {
        deserialize_bool visit_bool bool, "true or false";
        deserialize_u8 visit_u8 u8, "a whole number";
        deserialize_u16 visit_u16 u16, "a whole number";
        deserialize_u32 visit_u32 u32, "a whole number";
        deserialize_u64 visit_u64 u64, "a whole number";
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_str(&self.scalar("one value")?.text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeError> {
        match name {
            SETTING => visitor.visit_seq(SettingAccess {
                reader: self,
                step: 0,
            }),
            MANY if matches!(self.node.value, Value::Scalar(_) | Value::Map(_)) => visitor
                .visit_seq(ListAccess {
                    reader: self,
                    nodes: std::slice::from_ref(self.node).iter(),
                    index: 0,
                }),
            MANY => self.deserialize_seq(visitor),
            name => {
                if MASKED.contains(&name) {
                    mask(self.node, self.context);
                }
                visitor.visit_newtype_struct(self)
            }
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match &self.node.value {
            Value::Seq(nodes) => visitor.visit_seq(ListAccess {
                reader: self,
                nodes: nodes.iter(),
                index: 0,
            }),
            Value::Broken => Err(DeError::already_reported()),
            Value::Null => Err(DeError::new(
                Code::WrongType,
                "has no value\nexpected a list",
            )),
            _ => Err(DeError::new(
                Code::WrongType,
                "must be a list\nexpected a list",
            )),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        let entries = self.entries()?;
        visitor.visit_map(EntriesAccess {
            reader: self,
            entries: entries.iter(),
            known: None,
            value: None,
            taken: Vec::new(),
        })
    }

    /// Reads a struct. A plain text stands for the URL of a struct that has one; a plain
    /// `send_every` stands for its interval.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        if matches!(self.node.value, Value::Scalar(_) | Value::Broken) && self.known_keys.is_some()
        {
            if let Some(union) = self.known_keys {
                union.borrow_mut().extend(known);
            }
            return if let Some(key) = short_key(known) {
                visitor.visit_map(ShorthandAccess {
                    reader: self,
                    key: Some(key),
                })
            } else {
                visitor.visit_map(de::value::MapDeserializer::<_, DeError>::new(
                    std::iter::empty::<(&str, &str)>(),
                ))
            };
        }
        if name == SEND_EVERY && matches!(self.node.value, Value::Scalar(_)) {
            return visitor.visit_map(ShorthandAccess {
                reader: self,
                key: Some("interval"),
            });
        }
        visitor.visit_map(self.struct_access(self.entries()?, known))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DeError> {
        if name != FLATTENED {
            return self.deserialize_seq(visitor);
        }
        if self.place.owner.is_some() {
            // No value but a map stands for a monitor.
            self.entries()?;
        }
        let union = RefCell::default();
        let value = visitor.visit_seq(FlattenedAccess {
            reader: NodeReader {
                known_keys: Some(&union),
                ..self
            },
        })?;
        if let Value::Map(entries) = &self.node.value {
            self.unknown_keys(entries, &union.borrow());
        }
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        let list = variants
            .iter()
            .map(|variant| format!("`{variant}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let text = self.scalar(&format!("one of {list}"))?.text.trim();
        if !variants.contains(&text) {
            let label = match nearest(text, variants.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {list}"),
            };
            return Err(DeError::new(
                Code::Value,
                format!("must be one of {list}\n{label}"),
            ));
        }
        visitor.visit_enum(StrDeserializer::new(text))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple identifier
        ignored_any
    }
}

impl<'de> NodeReader<'de, '_> {
    fn entries(&self) -> Result<&'de [MapEntry], DeError> {
        match &self.node.value {
            Value::Map(entries) => Ok(entries),
            Value::Broken => Err(DeError::already_reported()),
            Value::Null => Err(DeError::new(
                Code::WrongType,
                "has no value\nexpected a map of keys; `{}` is one without any",
            )),
            _ => Err(DeError::new(
                Code::WrongType,
                "must be a map\nexpected a map of keys",
            )),
        }
    }
}

/// The key that a plain text stands for, in a struct with these keys.
fn short_key(known: &[&'static str]) -> Option<&'static str> {
    let short = ["routing_key", "urls", "url"];
    short.into_iter().find(|key| known.contains(key))
}

/// Masks every text below a place.
fn mask(node: &Node, context: &Context<'_>) {
    if node.scalar().is_some() {
        context.mask(node.span);
    }
    node.children().for_each(|child| mask(child, context));
}
