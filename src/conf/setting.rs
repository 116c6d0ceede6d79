//! The wrappers that the types of the file are made of: they keep the place, and outlive their own
//! mistakes.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

use super::secret::Secret;
use super::span::Span;

/// Names by which `de` knows the wrappers; no user type is called so.
pub const SETTING: &str = "$hbmon::Field";
pub const FLATTENED: &str = "$hbmon::With";
pub const MANY: &str = "$hbmon::Many";

/// A value with its place. A value that cannot be read is reported and leaves `value` empty, so
/// that all mistakes of a file come in one go. A pointer only: of all keys that there are, a
/// monitor has few.
#[derive(Clone)]
pub struct Setting<T>(Box<Located<T>>);

/// What a `Field` reads as.
#[derive(Clone)]
pub struct Located<T> {
    pub span: Span,
    /// As it may be shown, if some of it came from `${…}`.
    pub shown: Option<String>,
    /// Everything in it that came from `${…}`.
    pub secrets: Vec<Secret>,
    pub value: Option<T>,
}

impl<T> Setting<T> {
    /// A value that stands in no file.
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
    /// The text as it may be shown: `***` for what came from `${…}`.
    pub fn shown_text(&self) -> Option<String> {
        self.shown.clone().or_else(|| self.value.clone())
    }

    /// What an error says of the text. `why` may repeat a part of it, so a text from `${…}` gets a
    /// neutral sentence instead.
    pub fn unless_external<'w>(&self, why: &'w str) -> &'w str {
        if self.shown.is_some() {
            "the value that comes in here"
        } else {
            why
        }
    }
}

/// What decides about a reload is the value, not where it stands.
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
        // Whatever went wrong is in the report already.
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

/// Two sets of keys in one map: what serde calls `flatten`, but with places.
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

/// One value or a list of them.
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

/// The texts of an optional list.
pub fn texts(field: Option<&Setting<Many<String>>>) -> Vec<String> {
    field
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|many| &many.0)
        .filter_map(|text| text.value.clone())
        .collect()
}

/// A map of free names to texts, in the order of the file.
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
