//! A value together with the place it was read from.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};
use serde_yaml::Spanned;

/// Place in a text file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1; 0 means that only the file is known.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters; at least 1 where a place is known.
    pub length: u32,
}

impl Position {
    /// A place of `length` characters.
    pub fn new(line: usize, column: usize, length: usize) -> Self {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: narrow(line), column: narrow(column), length: narrow(length.max(1)) }
    }
}

/// Turns places of a text in bytes into lines and columns, as quickly in one line of megabytes as in many short ones.
pub(crate) struct Lines<'a> {
    text: &'a str,
    /// First byte of every line.
    starts: Vec<usize>,
    /// Characters before every piece of [`Lines::PIECE`] bytes, and before the end.
    characters: Vec<usize>,
}

impl<'a> Lines<'a> {
    const PIECE: usize = 256;

    /// Most characters that are marked.
    const MARKED: usize = 10_000;

    pub(crate) fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        let mut characters = vec![0];
        characters.extend(text.as_bytes().chunks(Lines::PIECE).scan(0, |sum, piece| {
            *sum += characters_in(piece);
            Some(*sum)
        }));
        Lines { text, starts, characters }
    }

    /// Place of a stretch of the text, of which the first line is marked.
    pub(crate) fn at(&self, range: Range<usize>) -> Position {
        let line = self.starts.partition_point(|start| *start <= range.start);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let marked = self.text.get(range.clone()).unwrap_or_default().chars().take(Lines::MARKED);
        let length = marked.take_while(|character| *character != '\n').count();
        Position::new(line, self.before(range.start) - self.before(start) + 1, length)
    }

    /// Characters that start before a byte.
    fn before(&self, byte: usize) -> usize {
        let piece = byte / Lines::PIECE;
        let rest = self.text.as_bytes().get(piece * Lines::PIECE..byte).unwrap_or_default();
        self.characters.get(piece).copied().unwrap_or_default() + characters_in(rest)
    }

    /// The line in which a byte lies.
    pub(crate) fn line_around(&self, byte: usize) -> &'a str {
        let next = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts.get(next.saturating_sub(1)).copied().unwrap_or_default();
        let end = self.starts.get(next).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Characters that start in some bytes of a text.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

impl From<serde_yaml::Location> for Position {
    fn from(location: serde_yaml::Location) -> Self {
        let narrow = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Position::new(narrow(location.line()), narrow(location.column()), narrow(location.span().len()))
    }
}

/// A value that remembers where it stands in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Located<T> {
    /// What was written.
    pub value: T,
    /// Where it was written.
    pub at: Position,
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok(Located { value: spanned.value, at: spanned.referenced.into() })
    }
}

/// The position is not part of what an editor writes, so the schema is that of the value.
impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_in_lines_of_any_length() {
        for length in [0, 1, 127, 128, 129, 255, 256, 300] {
            let text = format!("eins\n{}Ä\nß", "ü".repeat(length));
            let lines = Lines::of(&text);
            let place = |piece: &str| lines.at(text.find(piece).unwrap()..text.len());
            assert_eq!(place("Ä"), Position::new(2, length + 1, 1));
            assert_eq!(place("ß"), Position::new(3, 1, 1));
            assert_eq!(lines.at(text.len()..text.len()), Position::new(3, 2, 1));
            assert_eq!(lines.line_around(2), "eins");
            assert_eq!(lines.line_around(text.len()), "ß");
        }
    }
}
