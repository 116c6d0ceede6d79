//! Wrappers for the types of the file. They keep the place, and a wrong value does not stop the
//! read.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

use super::secret::Secret;
use super::span::Span;

/// The names by which `de` recognizes the wrappers. No other type has them.
pub const SETTING: &str = "$hbmon::Field";
pub const FLATTENED: &str = "$hbmon::With";
pub const MANY: &str = "$hbmon::Many";

/// A value with its place. A value that cannot be read is reported and leaves `value` empty, so
/// that all errors of a file are reported together. It is only a pointer, because a monitor has few
/// of all possible keys.
#[derive(Clone)]
pub struct Setting<T>(Box<Located<T>>);

/// The content of a `Field`.
#[derive(Clone)]
pub struct Located<T> {
    pub span: Span,
    /// The text for display, if a part came from `${…}`.
    pub shown: Option<String>,
    /// All parts that came from `${…}`.
    pub secrets: Vec<Secret>,
    pub value: Option<T>,
}

impl<T> Setting<T> {
    /// Returns a value without a file.
    pub fn literal(value: T) -> Setting<T> {
        Setting(Box::new(Located {
            span: Span::default(),
            shown: None,
            secrets: Vec::new(),
            value: Some(value),
        }))
    }
}

impl<T> Deref for Setting<T> {
    type Target = Located<T>;

    fn deref(&self) -> &Located<T> {
        &self.0
    }
}

impl Setting<String> {
    /// Returns the text for display: `***` for values from `${…}`.
    pub fn shown_text(&self) -> Option<String> {
        self.shown.clone().or_else(|| self.value.clone())
    }

    /// Returns the error message about the text. `why` may repeat a part of it, so a text from
    /// `${…}` gets a neutral sentence.
    pub fn unless_external<'w>(&self, why: &'w str) -> &'w str {
        if self.shown.is_some() {
            "the value that comes in here"
        } else {
            why
        }
    }
}

/// Compares values only: a new place is no change at a reload.
impl<T: Hash> Hash for Setting<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SETTING, SettingVisitor(PhantomData))
    }
}

struct SettingVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SettingVisitor<T> {
    type Value = Setting<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Setting<T>, A::Error> {
        let (start, end) = access.next_element::<(usize, usize)>()?.unwrap_or_default();
        let shown = access.next_element::<Option<String>>()?.flatten();
        let secrets = access.next_element::<Vec<String>>()?.unwrap_or_default();
        // The error is already reported.
        let value = access.next_element::<T>().ok().flatten();
        let secrets = secrets.into_iter().map(Secret::new).collect();
        Ok(Setting(Box::new(Located {
            span: Span::new(start, end),
            shown,
            secrets,
            value,
        })))
    }
}

/// Two sets of keys in one map, like serde's `flatten`, but with places.
#[derive(Clone, Hash)]
pub struct Flattened<A, B> {
    pub shared: A,
    pub own: B,
}

impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Deserialize<'de> for Flattened<A, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlattenedVisitor<A, B>(PhantomData<(A, B)>);
        impl<'de, A, B> Visitor<'de> for FlattenedVisitor<A, B>
        where
            A: Deserialize<'de>,
            B: Deserialize<'de>,
        {
            type Value = Flattened<A, B>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of keys")
            }

            fn visit_seq<S: SeqAccess<'de>>(
                self,
                mut access: S,
            ) -> Result<Flattened<A, B>, S::Error> {
                let shared = access.next_element()?;
                let own = access.next_element()?;
                match (shared, own) {
                    (Some(shared), Some(own)) => Ok(Flattened { shared, own }),
                    _ => Err(serde::de::Error::custom("must be a map of keys")),
                }
            }
        }
        deserializer.deserialize_tuple_struct(FLATTENED, 2, FlattenedVisitor(PhantomData))
    }
}

/// A value or a list of values.
#[derive(Clone, Hash)]
pub struct Many<T>(pub Vec<Setting<T>>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for ManyVisitor<T> {
            type Value = Many<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or a list")
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut access: S) -> Result<Many<T>, S::Error> {
                let mut values = Vec::new();
                while let Some(value) = access.next_element()? {
                    values.push(value);
                }
                Ok(Many(values))
            }
        }
        deserializer.deserialize_newtype_struct(MANY, ManyVisitor(PhantomData))
    }
}

/// Returns the texts of an optional list.
pub fn texts(field: Option<&Setting<Many<String>>>) -> Vec<String> {
    field
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|many| &many.0)
        .filter_map(|text| text.value.clone())
        .collect()
}

/// A map from free names to texts, in the order of the file.
#[derive(Clone, Hash)]
pub struct Pairs(pub Vec<(Setting<String>, Setting<String>)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of names to texts")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut access: M) -> Result<Pairs, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = access.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}
