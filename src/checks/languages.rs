//! Passages in another language. A screen reader says them with German sounds unless they are marked; single words and
//! names need no mark (WCAG 3.1.2).

use super::Text;
use crate::diagnostic::{Code, Diagnostic};
use crate::markdown::Target;
use crate::model::Language;
use crate::site::Site;

/// Words that hold English sentences together, and none of which is German.
const ENGLISH: [&str; 28] = [
    "the", "of", "and", "to", "for", "with", "that", "are", "is", "by", "from", "this", "you", "your", "have", "has",
    "not", "be", "it", "we", "our", "they", "their", "can", "which", "or", "as", "at",
];

/// The same for German.
const GERMAN: [&str; 24] = [
    "der", "die", "das", "und", "mit", "für", "von", "zu", "den", "dem", "des", "ist", "sind", "nicht", "auf", "im",
    "ein", "eine", "sich", "wird", "sie", "oder", "auch", "wir",
];

/// Bytes of the longest of these words.
const LONGEST: usize = 5;

/// Fewest words of the other language that make a passage.
const LEAST: usize = 3;

/// Fewest letters of another script that make a passage.
const LEAST_LETTERS: usize = 12;

pub(super) fn check(site: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    let marked: Vec<(&str, &str)> = text
        .outline
        .links
        .iter()
        .filter_map(|link| match Target::parse(&link.target) {
            Target::Language(code) => Some((code, link.text.as_str())),
            _ => None,
        })
        .collect();
    let unmarked = text.outline.prose.iter().filter(|(piece, _)| {
        is_foreign(piece, site.handbook.language) && !marked.iter().any(|(_, passage)| passage.contains(piece.trim()))
    });
    unmarked
        .map(|(piece, at)| {
            let start: String = piece.trim().chars().take(40).collect();
            let message = text!(
                "„{start}…“ scheint in einer anderen Sprache zu stehen",
                "\"{start}…\" seems to be in another language"
            );
            Diagnostic::new(Code::LanguageUnmarked, text.owner.file(), text.at(*at), message).hint(text!(
                "die Sprache angeben, damit sie richtig vorgelesen wird: [The passage](lang:en)",
                "give the language, so that it is read aloud well: [Der Abschnitt](lang:de)"
            ))
        })
        .collect()
}

fn is_foreign(piece: &str, language: Language) -> bool {
    let letters = |test: fn(char) -> bool| piece.chars().filter(|character| test(*character)).count();
    let others = || letters(|character| !is_latin(character) && character.is_alphabetic());
    if !piece.is_ascii() && others() >= LEAST_LETTERS && others() > letters(is_latin) {
        return true;
    }
    let (own, other) = match language {
        Language::De => (&GERMAN[..], &ENGLISH[..]),
        Language::En => (&ENGLISH[..], &GERMAN[..]),
    };
    let mut found = 0;
    for word in piece.split(|character: char| !character.is_alphabetic()).filter(|word| word.len() <= LONGEST) {
        let word = word.to_lowercase();
        // The first word of the own language ends the search: in most passages it is among the first.
        if own.contains(&word.as_str()) {
            return false;
        }
        found += usize::from(other.contains(&word.as_str()));
    }
    found >= LEAST
}

fn is_latin(character: char) -> bool {
    matches!(character, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_foreign(text: &str, expected: bool) {
        assert_eq!(is_foreign(text, Language::De), expected, "{text}");
    }

    #[test]
    fn tells_passages_from_names() {
        check_foreign("The centre is open to all of the newcomers in the city.", true);
        check_foreign("Ласкаво просимо до центру зайнятості", true);
        check_foreign("مرحبا بكم في مركز العمل", true);
        check_foreign("Das Projekt „Housing First“ und der Job-Turbo.", false);
        check_foreign("Der Titel heißt „The State of the Art of Counselling“ und ist englisch.", false);
        check_foreign("Case Management, Train the Trainer", false);
        check_foreign("Kyjiw (Київ)", false);
        assert!(is_foreign("Die Beratung ist für alle offen und mit Kaffee.", Language::En));
    }
}
