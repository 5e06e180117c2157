//! Typical errors of text recognition: `SGB Il` where the page said II or III, `1Q` for IQ, `fiir` for für. Only patterns
//! that no correct German sentence contains, because an editor cannot switch the rule off.

use std::sync::LazyLock;

use regex::Regex;

use super::{MOST, Raw};
use crate::diagnostic::{Code, Diagnostic, Text};

/// One kind of error: how it looks, and what to do about it.
struct Pattern {
    regex: &'static str,
    hint: fn(&str) -> Text,
}

/// Word boundaries are those of ASCII, which are fast; letters like „ü“ at the edges are looked at afterwards.
const PATTERNS: [Pattern; 8] = [
    Pattern {
        regex: r"SGB[ \x{a0}\x{202f}](?:[IVX1l]*l[IVX1l]*|[IVX]+1[IVX1]*|1+[IVX][IVX1]*)(?-u:\b)",
        hint: |_| {
            text!(
                "in der Quelle nachsehen, welches Buch gemeint ist, und es mit großem i schreiben: SGB II, SGB III",
                "look up in the source which book is meant and write it with capital i: SGB II, SGB III"
            )
        },
    },
    Pattern {
        regex: r"(?:Phasen?|Stufe|Kapitel|Teil|Artikel|Abschnitt)[ \x{a0}\x{202f}]\[?[IVX1]*l[IVX1l]*(?-u:\b)",
        hint: |_| {
            text!(
                "in der Quelle nachsehen und die römische Zahl mit großem i schreiben: I, II, III",
                "look it up in the source and write the Roman number with capital i: I, II, III"
            )
        },
    },
    Pattern { regex: r"(?-u:\b)[1l]Q(?-u:\b)", hint: |_| text!("„IQ“ schreiben", "write \"IQ\"") },
    Pattern { regex: r"(?-u:\b)(?:[Ff]iir|[Dd]afiir|[Hh]ierfiir|[Ww]ofiir|iiber)[a-zäöüß]*", hint: umlaut },
    Pattern {
        regex: r"(?-u:\b)[A-Za-z]*(?:fiihr|fliicht|Fliicht|miiss|Biiro|biiro|kiinft|Kiinft|zuriick|Zuriick|stiitz|wiird|kiimmer|tiirlich|griind|Griind|natiir)[a-zäöüß]*",
        hint: umlaut,
    },
    Pattern {
        regex: r"(?-u:\b)(?:flr|fur) (?:die|das|den|dem|der|eine?[nrms]?|alle|jede[nrs]?|Arbeit|Menschen|Geflüchtete|Jobcenter|Frauen)(?-u:\b)",
        hint: |_| text!("„für“ schreiben", "write \"für\""),
    },
    Pattern {
        regex: r"[\x{fb00}-\x{fb06}]",
        hint: |found| {
            let letters = match found {
                "\u{fb00}" => "ff",
                "\u{fb01}" => "fi",
                "\u{fb02}" => "fl",
                "\u{fb03}" => "ffi",
                "\u{fb04}" => "ffl",
                _ => "st",
            };
            text!(
                "die Buchstaben „{letters}“ einzeln tippen; so verbunden findet sie keine Suche",
                "type the letters \"{letters}\" one by one; joined like this no search finds them"
            )
        },
    },
    Pattern {
        regex: r"[a-zäöüß]¬\s?[a-zäöüß]",
        hint: |_| {
            text!(
                "das Trennzeichen „¬“ löschen und das Wort zusammenschreiben",
                "delete the mark \"¬\" and join the word"
            )
        },
    },
];

fn umlaut(found: &str) -> Text {
    let word = found.replace("ii", "ü");
    text!("„{word}“ schreiben", "write \"{word}\"")
}

/// All patterns in one, each a group, so that a clean text is read once.
static ALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let groups: Vec<String> = PATTERNS.iter().map(|pattern| format!("({})", pattern.regex)).collect();
    Regex::new(&groups.join("|")).ok()
});

pub(super) fn check(raw: &Raw<'_>) -> Vec<Diagnostic> {
    let found = ALL.iter().flat_map(|all| all.captures_iter(raw.text));
    found
        .filter_map(|captures| {
            let (pattern, found) = PATTERNS
                .iter()
                .enumerate()
                .find_map(|(index, pattern)| captures.get(index + 1).map(|found| (pattern, found)))?;
            let word = found.as_str();
            let touches =
                |character: Option<char>| character.is_some_and(|letter| !letter.is_ascii() && letter.is_alphabetic());
            let part_of_word = word.starts_with(|first: char| first.is_ascii_alphanumeric())
                && (touches(raw.text[..found.start()].chars().next_back())
                    || touches(raw.text[found.end()..].chars().next()));
            if part_of_word || raw.is_in_address(found.start()) {
                return None;
            }
            let at = raw.at(found.range());
            let message = text!("„{word}“ sieht nach einem Lesefehler aus", "\"{word}\" looks like a reading error");
            Some(Diagnostic::new(Code::ReadingError, raw.file, at, message).hint((pattern.hint)(word)))
        })
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        assert!(ALL.is_some());
        check(&Raw::new("a.md", text, None)).into_iter().map(|found| found.message.en).collect()
    }

    #[test]
    fn finds_what_scans_produce() {
        for (text, word) in [
            ("nach dem SGB Il und", "SGB Il"),
            ("SGB lI.", "SGB lI"),
            ("SGB Ill", "SGB Ill"),
            ("SGB 1l", "SGB 1l"),
            ("SGB I1", "SGB I1"),
            ("SGB\u{a0}Vlll", "SGB\u{a0}Vlll"),
            ("Phase Il beginnt", "Phase Il"),
            ("Phase [lI", "Phase [lI"),
            ("Phasen l und 2", "Phasen l"),
            ("das Netzwerk 1Q", "1Q"),
            ("fiir Frauen", "fiir"),
            ("durchgefiihrt", "durchgefiihrt"),
            ("fur die Arbeit", "fur die"),
            ("flr Jobcenter", "flr Jobcenter"),
            ("Quali\u{fb01}zierung", "\u{fb01}"),
            ("Arbeits¬\nmarkt", "s¬\nm"),
        ] {
            assert_eq!(found(text), [format!("\"{word}\" looks like a reading error")], "{text}");
        }
    }

    #[test]
    fn leaves_correct_german_alone() {
        for text in [
            "SGB I, SGB II, SGB III, SGB VIII, SGB XII und SGB 2",
            "SGB II leistet, SGB lässt",
            "| SGB II| SGB III |",
            "Phase I, [Phase II](page:job-turbo), Phase 1, Phase lang",
            "Teil los, Teil I",
            "im 1. Quartal, Q1 und 11Q3",
            "Hawaii, Taxiinnung, Skiinstruktor, variieren, Foliiertes",
            "https://youtu.be/1Q-fiir?SGB=1",
            "für die Frau, Kultur die, Natur der",
            "Ueberlingen und Uecker",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
