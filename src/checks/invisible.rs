//! Characters that nobody sees. They break searching and copying, and those that turn the direction of text make a
//! sentence read differently from what it says (CVE-2021-42574). Spaces of print and soft hyphens are fine.

use super::{MOST, Raw};
use crate::diagnostic::{Code, Diagnostic, Text};

pub(super) fn check(raw: &Raw<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in raw.text.split_inclusive('\n') {
        let mut seen = Vec::new();
        for (index, character) in suspects(line) {
            if is_refused(character) && !joins_arabic(&line[..index], character) && !seen.contains(&character) {
                seen.push(character);
                let start = line_start + index;
                let at = raw.at(start..start + character.len_utf8());
                found.push(message(character, &word_around(line, index)).about(raw.file, at));
            }
        }
        line_start += line.len();
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// What to say, before it is known where.
struct Message {
    text: Text,
    hint: Text,
}

impl Message {
    fn about(self, file: &str, at: crate::model::Position) -> Diagnostic {
        Diagnostic::new(Code::InvisibleCharacter, file, at, self.text).hint(self.hint)
    }
}

fn message(character: char, word: &str) -> Message {
    let (number, name) = (u32::from(character), name_of(character));
    let (german, english) = (&name.de, &name.en);
    let text = match character {
        '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}' => {
            text!("nicht lesbares Zeichen U+{number:04X} ({german})", "unreadable character U+{number:04X} ({english})")
        }
        _ => {
            text!("unsichtbares Zeichen U+{number:04X} ({german})", "invisible character U+{number:04X} ({english})")
        }
    };
    let hint = match (character, word) {
        ('\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}', _) => text!(
            "das Zeichen stammt aus einer Symbolschrift; löschen und das gemeinte Zeichen tippen, für Aufzählungen „- “",
            "the character comes from a symbol font; delete it and type the one that is meant, for lists \"- \""
        ),
        (_, "") => text!("die Zeile löschen und neu tippen", "delete the line and type it again"),
        (_, word) => text!("„{word}“ löschen und neu tippen", "delete \"{word}\" and type it again"),
    };
    Message { text, hint }
}

/// Characters with their places, but for those that nearly all text is made of. Told by the first byte, which is far
/// quicker than to look at every character.
fn suspects(line: &str) -> impl Iterator<Item = (usize, char)> {
    /// First byte of umlauts, `ß` and other letters with marks.
    const LETTER: u8 = 0xc3;
    const CHUNK: usize = 32;
    let is_plain = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~' | LETTER | 0x80..=0xbf);
    // No end before the end of a chunk: so the machine looks at many bytes at once.
    let is_suspicious = move |chunk: &[u8]| !chunk.iter().fold(true, |plain, byte| plain & is_plain(*byte));
    let chunks = (0..).step_by(CHUNK).zip(line.as_bytes().chunks(CHUNK)).filter(move |(_, chunk)| is_suspicious(chunk));
    let bytes = chunks.flat_map(|(start, chunk)| (start..).zip(chunk)).filter(move |(_, byte)| !is_plain(**byte));
    bytes.filter_map(|(index, _)| Some((index, line.get(index..)?.chars().next()?)))
}

fn is_refused(character: char) -> bool {
    match character {
        '\n' | '\t' | ' '..='~' => false,
        '\0'..='\u{9f}' => true,
        '\u{a0}'..='\u{2ff}' => false,
        '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}' => true,
        '\u{e0000}'..='\u{10ffff}' => true,
        _ => false,
    }
}

/// Arabic and Persian words need the joiners.
fn joins_arabic(before: &str, character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
        && matches!(before.chars().next_back(), Some('\u{600}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}'))
}

fn name_of(character: char) -> Text {
    match character {
        '\u{200b}' => text!("Leerzeichen ohne Breite", "zero width space"),
        '\u{200c}' | '\u{200d}' | '\u{34f}' => text!("Verbinder ohne Breite", "zero width joiner"),
        '\u{2060}' => text!("Wortverbinder ohne Breite", "word joiner"),
        '\u{feff}' => text!("Markierung der Bytereihenfolge", "byte order mark"),
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            text!("ändert die Schreibrichtung", "changes the direction of text")
        }
        '\u{2028}' | '\u{2029}' => text!("Trenner von Zeilen oder Absätzen", "line or paragraph separator"),
        '\u{fffd}' => text!("Ersatz für ein verlorenes Zeichen", "stands for a character that was lost"),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => {
            text!("Zeichen einer Symbolschrift", "character of a symbol font")
        }
        '\0'..='\u{9f}' => text!("Steuerzeichen", "control character"),
        _ => text!("Füllzeichen ohne Breite", "filler without width"),
    }
}

/// The word in which a character hides, as it looks.
fn word_around(line: &str, index: usize) -> String {
    let (before, after) = line.split_at_checked(index).unwrap_or((line, ""));
    let head = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let tail = after.split(char::is_whitespace).next().unwrap_or_default();
    head.chars().chain(tail.chars()).filter(|character| !is_refused(*character)).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suspects_everything_that_is_refused() {
        let suspected = |character: char| suspects(&format!("ä{character}ß")).eq([('ä'.len_utf8(), character)]);
        assert!(('\0'..=char::MAX).filter(|character| is_refused(*character)).all(suspected));
    }

    fn check_text(text: &str, expected: &[(u32, u32, &str)]) {
        let found = check(&Raw::new("a.md", text, None));
        let found: Vec<_> =
            found.iter().map(|found| (found.at.line, found.at.column, found.message.en.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn names_what_nobody_sees() {
        check_text("a\nJob\u{200b}center", &[(2, 4, "invisible character U+200B (zero width space)")]);
        check_text("\u{202e}ab", &[(1, 1, "invisible character U+202E (changes the direction of text)")]);
        check_text("Kund\u{1a}innen", &[(1, 5, "invisible character U+001A (control character)")]);
        check_text("\u{f0b7} Punkt", &[(1, 1, "unreadable character U+F0B7 (character of a symbol font)")]);
    }

    #[test]
    fn leaves_print_and_persian_alone() {
        check_text("z.\u{a0}B. Bundes\u{ad}agentur 5\u{202f}% „so“ – …\tȩ́", &[]);
        check_text("زبان\u{200c}ها", &[]);
    }

    #[test]
    fn reports_a_character_once_a_line() {
        check_text("a\u{200b}b\u{200b}c", &[(1, 2, "invisible character U+200B (zero width space)")]);
    }
}
