//! `[[…]]`: words that only the operator can fill in. A note while the handbook grows; a release fails while one is left.

use super::{MOST, Raw, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Position;
use crate::site::Site;

/// Placeholders in the text of a document.
pub(super) fn check_text(_: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    let placeholders = text.outline.placeholders.iter();
    placeholders.map(|(words, at)| message(text.owner.file(), text.at(*at), words)).take(MOST).collect()
}

/// Longest placeholder in data, in bytes: brackets that are never closed are not followed to the end of a file.
const LONGEST: usize = 2000;

/// Placeholders in YAML: in data files and in the head of a Markdown file, but not in comments and drafts.
pub(super) fn check_data(raw: &Raw<'_>) -> Vec<Diagnostic> {
    let is_data = raw.file.ends_with(".yaml");
    let is_head = raw.file.ends_with(".md") && raw.text.starts_with("---\n");
    if !(is_data || is_head) || !raw.text.contains("[[") || raw.text.contains("\ndraft: true") {
        return Vec::new();
    }
    let head = if is_data { raw.text.len() } else { raw.text.find("\n---\n").unwrap_or_default() };
    raw.text[..head]
        .match_indices("[[")
        .filter_map(|(start, _)| {
            let rest = &raw.text[start + 2..head];
            let words = rest[..rest.floor_char_boundary(LONGEST)].split_once("]]").map(|(words, _)| words)?;
            let is_comment = raw.line_around(start).trim_start().starts_with('#');
            let at = raw.at(start..start + words.len() + 4);
            (!is_comment && !words.contains("\n\n")).then(|| message(raw.file, at, words))
        })
        .take(MOST)
        .collect()
}

fn message(file: &str, at: Position, words: &str) -> Diagnostic {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Diagnostic::new(Code::Placeholder, file, at, text!("hier fehlt noch: {words}", "still to be filled in: {words}"))
        .hint(text!(
            "mitsamt den Klammern durch die eigene Angabe ersetzen; vor einer Veröffentlichung muss sie dastehen",
            "replace it and its brackets with your own words; they must be there before publication"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, text: &str, expected: &[(u32, &str)]) {
        let found = check_data(&Raw::new(file, text, None));
        let found: Vec<_> = found.iter().map(|found| (found.at.line, found.message.en.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_placeholders_in_data() {
        check("a.yaml", "a: 1\nname: \"[[Name der\n  Stelle]]\"\n", &[(2, "still to be filled in: Name der Stelle")]);
        check("a.md", "---\ntitle: \"[[T]]\"\n---\n[[body]]\n", &[(2, "still to be filled in: T")]);
    }

    #[test]
    fn leaves_comments_and_drafts_alone() {
        check("a.yaml", "# [[so]]\na: [[b\n\n]]\n", &[]);
        check("a.yaml", "a: \"[[b]]\"\ndraft: true\n", &[]);
    }
}
