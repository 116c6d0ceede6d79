//! Gives the parts of lists, maps and fields to serde, one after the other.

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::key_path::{KeyPath, OwningMonitor};
use super::{DeError, NodeReader};
use crate::conf::codes::Code;
use crate::conf::secret::Secret;
use crate::conf::yaml::{MapEntry, Node};

/// Gives a `Field` its place, the values from outside, and the value.
pub(super) struct SettingAccess<'de, 'p> {
    pub(super) reader: NodeReader<'de, 'p>,
    pub(super) step: u8,
}

impl<'de> SeqAccess<'de> for SettingAccess<'de, '_> {
    type Error = DeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        let node = self.reader.node;
        self.step += 1;
        match self.step {
            1 => {
                let range = node.span.range();
                seed.deserialize(SeqDeserializer::new([range.start, range.end].into_iter()))
                    .map(Some)
            }
            2 => {
                let outside = node.scalar().and_then(|scalar| scalar.external.as_ref());
                seed.deserialize(ShownDeserializer(
                    outside.map(|outside| outside.shown.as_str()),
                ))
                .map(Some)
            }
            3 => {
                let mut secrets = Vec::new();
                collect(node, &mut secrets);
                seed.deserialize(secrets.into_deserializer()).map(Some)
            }
            _ => seed
                .deserialize(self.reader)
                .map(Some)
                .map_err(|flaw| self.reader.report(flaw)),
        }
    }
}

fn collect<'de>(node: &'de Node, secrets: &mut Vec<&'de str>) {
    if let Some(outside) = node.scalar().and_then(|scalar| scalar.external.as_ref()) {
        secrets.extend(outside.secrets.iter().map(Secret::reveal));
    }
    node.children().for_each(|child| collect(child, secrets));
}

struct ShownDeserializer<'de>(Option<&'de str>);

impl<'de> Deserializer<'de> for ShownDeserializer<'de> {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.0 {
            Some(text) => visitor.visit_some(StrDeserializer::new(text)),
            None => visitor.visit_none(),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The elements of a list. Each map in `monitors` begins a monitor.
pub(super) struct ListAccess<'de, 'p> {
    pub(super) reader: NodeReader<'de, 'p>,
    pub(super) nodes: std::slice::Iter<'de, Node>,
    pub(super) index: usize,
}

impl<'de> SeqAccess<'de> for ListAccess<'de, '_> {
    type Error = DeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        let Some(node) = self.nodes.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        let outer = self.reader.place;
        let monitors = outer.key == Some("monitors")
            && outer.parent.is_some_and(|parent| parent.parent.is_none());
        let owner = monitors.then_some(OwningMonitor { node, index });
        let place = KeyPath {
            key: None,
            owner,
            parent: Some(outer),
        };
        let reader = NodeReader {
            node,
            place: &place,
            known_keys: None,
            context: self.reader.context,
        };
        let Some(owner) = owner else {
            return seed
                .deserialize(reader)
                .map(Some)
                .map_err(|flaw| reader.report(flaw));
        };
        self.reader.context.set_item(owner.item());
        let monitor = seed
            .deserialize(reader)
            .map(Some)
            .map_err(|flaw| reader.report(flaw));
        self.reader.context.set_item(None);
        monitor
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.nodes.len())
    }
}

/// The entries of a map. Of duplicate keys only the first is given. `known`: gives only these keys.
pub(super) struct EntriesAccess<'de, 'p> {
    pub(super) reader: NodeReader<'de, 'p>,
    pub(super) entries: std::slice::Iter<'de, MapEntry>,
    pub(super) known: Option<&'static [&'static str]>,
    pub(super) value: Option<&'de MapEntry>,
    pub(super) taken: Vec<&'de str>,
}

impl<'de> MapAccess<'de> for EntriesAccess<'de, '_> {
    type Error = DeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        for entry in self.entries.by_ref() {
            if let Some(known) = self.known {
                if !known.contains(&entry.key.as_str()) || self.taken.contains(&entry.key.as_str())
                {
                    continue;
                }
                self.taken.push(&entry.key);
            }
            self.value = Some(entry);
            return seed.deserialize(KeyDeserializer(entry)).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, DeError> {
        let entry = self
            .value
            .take()
            .ok_or_else(|| DeError::new(Code::WrongType, "has no value"))?;
        let place = KeyPath {
            key: Some(&entry.key),
            owner: None,
            parent: Some(self.reader.place),
        };
        let reader = NodeReader {
            node: &entry.node,
            place: &place,
            known_keys: None,
            context: self.reader.context,
        };
        seed.deserialize(reader).map_err(|flaw| reader.report(flaw))
    }
}

/// A plain value as a map with this one key: `http: URL` as `http: {url: URL}`.
pub(super) struct ShorthandAccess<'de, 'p> {
    pub(super) reader: NodeReader<'de, 'p>,
    /// The value, until it is given to serde.
    pub(super) key: Option<&'static str>,
}

impl<'de> MapAccess<'de> for ShorthandAccess<'de, '_> {
    type Error = DeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        match self.key.take() {
            Some(key) => seed.deserialize(StrDeserializer::new(key)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, DeError> {
        seed.deserialize(NodeReader {
            known_keys: None,
            ..self.reader
        })
    }
}

/// A map that is read as two types.
pub(super) struct FlattenedAccess<'de, 'p> {
    pub(super) reader: NodeReader<'de, 'p>,
}

impl<'de> SeqAccess<'de> for FlattenedAccess<'de, '_> {
    type Error = DeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        seed.deserialize(self.reader).map(Some)
    }
}

/// A key: a word for structs; a text with a place for maps with free names.
struct KeyDeserializer<'de>(&'de MapEntry);

impl<'de> Deserializer<'de> for KeyDeserializer<'de> {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_str(&self.0.key)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeError> {
        visitor.visit_seq(KeySettingAccess {
            entry: self.0,
            step: 0,
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct KeySettingAccess<'de> {
    entry: &'de MapEntry,
    step: u8,
}

impl<'de> SeqAccess<'de> for KeySettingAccess<'de> {
    type Error = DeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        self.step += 1;
        match self.step {
            1 => {
                let range = self.entry.key_span.range();
                seed.deserialize(SeqDeserializer::new([range.start, range.end].into_iter()))
                    .map(Some)
            }
            2 => seed.deserialize(ShownDeserializer(None)).map(Some),
            3 => seed
                .deserialize(Vec::<&str>::new().into_deserializer())
                .map(Some),
            _ => seed
                .deserialize(StrDeserializer::new(&self.entry.key))
                .map(Some),
        }
    }
}
