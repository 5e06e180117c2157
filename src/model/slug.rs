//! Names that become part of a URL.

use std::fmt;

use serde::Serialize;

/// A name made of small letters a–z, digits and single hyphens, at most 80 characters: usable in every URL and on every
/// file system. Made only by [`Slug::parse`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// Whether Windows takes the name of a file or folder for that of a device, whatever its ending; there is no such file there.
pub fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_numbered = |kind| stem.strip_prefix(kind).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    ["aux", "con", "nul", "prn"].contains(&stem.as_str()) || is_numbered("com") || is_numbered("lpt")
}

impl Slug {
    /// Longest permitted slug, in characters.
    pub const MAX_LENGTH: usize = 80;

    /// `None` if the text holds anything but a–z, 0–9 and single hyphens, or is reserved.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        let is_reserved = text == "index" || is_device(text);
        (well_formed && !is_reserved && text.len() <= Slug::MAX_LENGTH).then(|| Slug(text.to_owned()))
    }

    /// The nearest slug to a German text: `Bewerbertage für Geflüchtete` becomes `bewerbertage-fuer-gefluechtete`.
    pub fn suggest(text: &str) -> String {
        let mut slug = String::with_capacity(text.len());
        for character in text.chars().flat_map(char::to_lowercase) {
            match character {
                'ä' => slug.push_str("ae"),
                'ö' => slug.push_str("oe"),
                'ü' => slug.push_str("ue"),
                'ß' => slug.push_str("ss"),
                'a'..='z' | '0'..='9' => slug.push(character),
                _ if slug.is_empty() || slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
        slug.truncate(Slug::MAX_LENGTH);
        slug.trim_end_matches('-').to_owned()
    }

    /// The text of the slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_portable_names() {
        for text in ["netzwerk-halle", "a", "2025", "comp", "con-1"] {
            assert!(Slug::parse(text).is_some(), "{text}");
        }
        for text in ["", "Halle", "für", "a--b", "-a", "a-", "a_b", "a/b", "..", "con", "lpt1", "index"] {
            assert!(Slug::parse(text).is_none(), "{text}");
        }
        assert!(Slug::parse(&"a".repeat(81)).is_none());
    }

    #[test]
    fn suggests_a_slug_for_german_words() {
        assert_eq!(Slug::suggest("Bewerbertage für Geflüchtete (Augsburg)"), "bewerbertage-fuer-gefluechtete-augsburg");
        assert_eq!(Slug::suggest("Kund*innen"), "kund-innen");
        assert_eq!(Slug::suggest("…"), "");
    }
}
