//! Reads a value and keeps what was written, in one pass: a deserializer around another one, which sees everything that the
//! type asks for.
//!
//! The inner deserializer is always asked for whatever stands there, never for what the type would like. So what is kept is
//! what a second pass into a plain [`Value`] would give, a bare `2025` is a number and a quoted one a text, and the type is
//! helped where it can do with less: a bare number is text to who asks for text, a word is the name of a variant.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// By this name the YAML library is asked for a value with its place. It answers with a map, and what was written is the
/// entry `value` of it.
const PLACED: &str = "__yaml_spanned";

/// Reads a value, and what was written as a plain value.
pub fn read<'de, T: de::Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<(T, Value), D::Error> {
    let mut written = Value::Null;
    let value = T::deserialize(Recorder { inner: deserializer, written: &mut written })?;
    Ok((value, written))
}

/// Put around a deserializer, a visitor or a seed: keeps what passes.
struct Recorder<'r, Inner> {
    inner: Inner,
    /// Null until something has passed.
    written: &'r mut Value,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Recorder<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Recorder { inner: visitor, written: self.written })
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_any(Text(visitor))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_any(Text(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_any(Variant(visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_option(Recorder { inner: visitor, written: self.written })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        if name == PLACED {
            self.inner.deserialize_newtype_struct(name, Placed { inner: visitor, written: self.written })
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Recorder<'_, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(formatter)
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Recorder { inner: deserializer, written: self.written })
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<V::Value, E> {
        *self.written = value.into();
        self.inner.visit_bool(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<V::Value, E> {
        *self.written = value.into();
        self.inner.visit_i64(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<V::Value, E> {
        *self.written = value.into();
        self.inner.visit_u64(value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<V::Value, E> {
        *self.written = value.into();
        self.inner.visit_f64(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<V::Value, E> {
        *self.written = value.into();
        self.inner.visit_str(value)
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<V::Value, E> {
        *self.written = value.as_str().into();
        self.inner.visit_string(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        let mut written = Vec::new();
        let mut items = Items { inner: items, written: &mut written };
        let value = self.inner.visit_seq(&mut items)?;
        // Who reads a struct from a list takes no more than it has fields.
        while items.next_element::<de::IgnoredAny>()?.is_some() {}
        *self.written = written.into();
        Ok(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let mut written = Map::new();
        let value = self.inner.visit_map(Entries { inner: entries, key: String::new(), written: &mut written })?;
        *self.written = written.into();
        Ok(value)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Recorder<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Recorder { inner: deserializer, written: self.written })
    }
}

/// A visitor that asked for text: takes bare whole numbers as well.
struct Text<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Text<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<V::Value, E> {
        self.0.visit_string(value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<V::Value, E> {
        self.0.visit_string(value.to_string())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<V::Value, E> {
        self.0.visit_str(value)
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<V::Value, E> {
        self.0.visit_string(value)
    }
}

/// A visitor that asked for an enumeration: takes the name of a variant. Variants that hold something are not known here.
struct Variant<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Variant<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<V::Value, E> {
        self.0.visit_enum(StrDeserializer::new(value))
    }
}

/// The entries of a list.
struct Items<'r, A> {
    inner: A,
    written: &'r mut Vec<Value>,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let mut written = Value::Null;
        let item = self.inner.next_element_seed(Recorder { inner: seed, written: &mut written })?;
        if item.is_some() {
            self.written.push(written);
        }
        Ok(item)
    }
}

/// The entries of a map.
struct Entries<'r, A> {
    inner: A,
    /// The key whose value comes next.
    key: String,
    written: &'r mut Map<String, Value>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_key_seed(Key { inner: seed, key: &mut self.key })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let mut written = Value::Null;
        let value = self.inner.next_value_seed(Recorder { inner: seed, written: &mut written })?;
        self.written.insert(std::mem::take(&mut self.key), written);
        Ok(value)
    }
}

/// Put around whoever reads a key, which is always text: keeps it.
struct Key<'r, Inner> {
    inner: Inner,
    key: &'r mut String,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Key<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Key { inner: deserializer, key: self.key })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Key<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_str(Key { inner: visitor, key: self.key })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Key<'_, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(formatter)
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<V::Value, E> {
        key.clone_into(self.key);
        self.inner.visit_str(key)
    }
}

/// Put around what reads a value with its place: keeps the value alone.
struct Placed<'r, Inner> {
    inner: Inner,
    written: &'r mut Value,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Placed<'_, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(formatter)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Placed { inner: deserializer, written: self.written })
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(PlacedEntries { inner: entries, key: String::new(), written: self.written })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Placed<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Placed { inner: visitor, written: self.written })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The map with which the YAML library answers: a mark, the value, two places.
struct PlacedEntries<'r, A> {
    inner: A,
    key: String,
    written: &'r mut Value,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for PlacedEntries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_key_seed(Key { inner: seed, key: &mut self.key })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        if self.key == "value" {
            self.inner.next_value_seed(Recorder { inner: seed, written: self.written })
        } else {
            self.inner.next_value_seed(seed)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::path::Path;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use schemars::JsonSchema;
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::super::front_matter;
    use super::super::yaml::{keeps_schema, options};
    use crate::memory::Memory;
    use crate::model::{
        CaseData, Dimensions, Factors, Glossary, Handbook, Literature, PageData, Pages, Regions, Synonyms, TopicData,
        Vocabulary,
    };

    fn recorded<T: DeserializeOwned>(text: &str) -> Option<(T, serde_json::Value)> {
        serde_yaml::with_deserializer_from_str_with_options(text, options(), |yaml| super::read(yaml)).ok()
    }

    fn direct<T: DeserializeOwned>(text: &str) -> Option<T> {
        serde_yaml::from_str_with_options(text, options()).ok()
    }

    /// What was kept is what a pass of its own gives, and a text that fits type and schema is read as it is without
    /// keeping. Tells whether it fits.
    fn compare<T: DeserializeOwned + Debug + JsonSchema + 'static>(text: &str) -> bool {
        let (recorded, plain) = (recorded::<T>(text), direct::<serde_json::Value>(text));
        if let Some((_, written)) = &recorded {
            assert_eq!(Some(written), plain.as_ref(), "{text}");
        }
        let expected = direct::<T>(text).filter(|_| plain.as_ref().is_some_and(keeps_schema::<T>));
        let Some(expected) = expected else { return false };
        assert_eq!(recorded.map(|(value, _)| format!("{value:?}")), Some(format!("{expected:?}")), "{text}");
        true
    }

    #[test]
    fn keeps_what_stands_in_every_file() {
        let sources = crate::source::read(Path::new(env!("CARGO_MANIFEST_DIR")), &Memory::none()).value;
        let mut read = 0;
        for (file, text) in &sources.texts {
            let parts: Vec<&str> = file.split('/').collect();
            let head = || front_matter(text).unwrap().0;
            let is_read = match parts[..] {
                ["content", "handbook.yaml"] => compare::<Handbook>(text),
                ["content", "cases", _, "case.yaml"] => compare::<CaseData>(text),
                ["content", "topics", _] => compare::<TopicData>(head()),
                ["content", "pages", _] => compare::<PageData>(head()),
                ["content", "vocabulary", "target-groups.yaml" | "formats.yaml" | "partners.yaml"] => {
                    compare::<Vocabulary>(text)
                }
                ["content", "vocabulary", "dimensions.yaml"] => compare::<Dimensions>(text),
                ["content", "vocabulary", "factors.yaml"] => compare::<Factors>(text),
                ["content", "vocabulary", "regions.yaml"] => compare::<Regions>(text),
                ["content", "vocabulary", "glossary.yaml"] => compare::<Glossary>(text),
                ["content", "vocabulary", "literature.yaml"] => compare::<Literature>(text),
                ["content", "vocabulary", "synonyms.yaml"] => compare::<Synonyms>(text),
                _ => continue,
            };
            assert!(is_read, "{file}");
            read += 1;
        }
        assert!(read > 30, "{read}");
    }

    /// Cases of this repository, line by line.
    static CASES: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
        let sources = crate::source::read(Path::new(env!("CARGO_MANIFEST_DIR")), &Memory::none()).value;
        let cases = sources.texts.iter().filter(|(file, _)| file.ends_with("/case.yaml"));
        cases.map(|(_, text)| text.lines().map(str::to_owned).collect()).collect()
    });

    const VALUES: [&str; 24] = [
        "2025",
        "'2025'",
        "-3",
        "05",
        "1_000",
        "1e3",
        "true",
        "yes",
        "~",
        "null",
        "",
        "\"\"",
        "''",
        "[]",
        "{}",
        "[a, b]",
        "[2025, '7', ~]",
        "{ work: fei-2025, page: 18 }",
        "&a x",
        "*a",
        "!!str 5",
        "not-recorded",
        "|\n  x",
        "<<",
    ];

    /// What is done to a line: deleted, doubled, moved to the right, another value.
    fn change() -> impl Strategy<Value = (prop::sample::Index, usize)> {
        (any::<prop::sample::Index>(), 0..VALUES.len() + 3)
    }

    fn changed(lines: &[String], changes: &[(prop::sample::Index, usize)]) -> String {
        let mut lines = lines.to_vec();
        for (index, change) in changes {
            let place = index.index(lines.len());
            let line = &mut lines[place];
            *line = match change {
                0 => String::new(),
                1 => format!("{line}\n{line}"),
                2 => format!("  {line}"),
                value => {
                    let key = line.split_once(':').map_or(line.as_str(), |(key, _)| key);
                    format!("{key}: {}", VALUES[value - 3])
                }
            };
        }
        lines.join("\n")
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn keeps_what_stands_in_changed_files(
            case in any::<prop::sample::Index>(),
            changes in prop::collection::vec(change(), 1..4),
        ) {
            compare::<CaseData>(&changed(&CASES[case.index(CASES.len())], &changes));
        }

        #[test]
        fn keeps_what_stands_in_any_text(text in "([a-c]: |- |  |\n|[0-9]{1,3}|\"x\"|~|\\[|\\]|\\{|\\}|, |&a |\\*a|<<: ){0,12}") {
            let plain = direct::<serde_json::Value>(&text);
            prop_assert_eq!(recorded(&text), plain.map(|value| (value.clone(), value)));
        }
    }

    #[test]
    fn keeps_what_aliases_and_merges_stand_for() {
        let text = "base: &base { a: 1, b: [x, ~] }\nalias: *base\nmerged: { <<: *base, a: 2 }\n";
        let (_, written) = recorded::<serde_json::Value>(text).unwrap();
        let base = json!({ "a": 1, "b": ["x", null] });
        assert_eq!(written, json!({ "base": base, "alias": base, "merged": { "a": 2, "b": ["x", null] } }));
    }

    #[test]
    fn a_bare_number_is_text_to_who_asks_for_text() {
        let pages = |text| recorded::<Pages>(text).map(|(pages, written)| (pages.0, written));
        assert_eq!(pages("18"), Some(("18".to_owned(), json!(18))));
        assert_eq!(pages("'18'"), Some(("18".to_owned(), json!("18"))));
        assert_eq!(pages("0x12"), Some(("18".to_owned(), json!(18))));
        assert_eq!(pages("18.5"), None);
    }
}
