//! Abbreviations that the glossary lacks. Inside an institution everybody knows them, outside nobody does; those in the
//! glossary are explained wherever they stand. Only a note: the text may have good reasons.

use std::collections::BTreeSet;

use super::{MOST, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Position;
use crate::site::Site;

/// Longest abbreviation, in characters.
const LONGEST: usize = 8;

/// Abbreviations that need no explanation because everybody uses them every day.
const EVERYDAY: [&str; 16] =
    ["EU", "USA", "GmbH", "gGmbH", "AG", "PDF", "SMS", "TV", "PC", "USB", "WLAN", "QR", "IT", "LKW", "PKW", "CSV"];

pub(super) fn check(site: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    if site.broken.contains("content/vocabulary/glossary.yaml") {
        return Vec::new();
    }
    let mut done = BTreeSet::new();
    let mut found = Vec::new();
    for (piece, at) in &text.outline.prose {
        for (start, word) in candidates(piece) {
            if done.insert(word) && !EVERYDAY.contains(&word) && !site.is_explained(word) {
                let column = at.column as usize + piece.get(..start).unwrap_or_default().chars().count();
                let at = Position::new(at.line as usize, column, word.chars().count());
                found.push(message(text, at, word));
                if found.len() >= MOST {
                    return found;
                }
            }
        }
    }
    found
}

/// Words that look like abbreviations, with their places in bytes. What stands in a placeholder is no text yet.
fn candidates(piece: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    let words = piece.split(|character: char| !character.is_alphanumeric()).map(move |word| {
        let start = next;
        let end = start + word.len();
        // What separates words is one character, of any width.
        next = end + piece.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        (start, word)
    });
    let is_in_placeholder = |start: usize| {
        let before = piece.get(..start).unwrap_or_default();
        before.rfind("[[").is_some_and(|opening| !before[opening..].contains("]]"))
    };
    words.filter(move |(start, word)| looks_like_one(word) && !is_in_placeholder(*start))
}

fn looks_like_one(word: &str) -> bool {
    // Nearly every word is ruled out by this alone, which is far quicker than to count.
    if word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
    capitals >= 2
        && word.chars().count() <= LONGEST
        && !word.chars().all(|letter| "IVXLC".contains(letter))
        // „KundInnen“ is no abbreviation, whatever else is to be said about it.
        && !word.ends_with("Innen")
}

fn message(text: &Text<'_>, at: Position, word: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnexplainedAbbreviation,
        text.owner.file(),
        text.at(at),
        text!("die Abkürzung „{word}“ steht nicht im Glossar", "the abbreviation \"{word}\" is not in the glossary"),
    )
    .hint(text!(
        "in vocabulary/glossary.yaml erklären oder im Text ausschreiben",
        "explain it in vocabulary/glossary.yaml or write it out in the text"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_candidates(text: &str, expected: &[(usize, &str)]) {
        assert_eq!(candidates(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn finds_words_with_two_capitals() {
        check_candidates("Das BAMF und „zkT“, VerBIS.", &[(4, "BAMF"), (24, "VerBIS")]);
        check_candidates("für ESF-Plus und AG-S", &[(5, "ESF"), (18, "AG")]);
    }

    #[test]
    fn leaves_roman_numbers_long_words_and_placeholders_alone() {
        check_candidates("SGB VIII, Phase III, KundInnen, UMFASSENDE [[Lizenz CC BY]]", &[(0, "SGB")]);
    }
}
