//! Telephone numbers. Like addresses they belong to people and posts that change. Imprint, privacy and accessibility
//! statement must name one and may; so may every text the free numbers of services (0800, 115).
//!
//! Handbooks are full of numbers, so a number counts only where it is written like one to be dialled: with `+49`, with an
//! area code and a separator, in one long piece with a leading zero, or after „Tel.“.

use std::sync::LazyLock;

use regex::{Match, Regex};

use super::{MOST, Raw};
use crate::diagnostic::{Code, Diagnostic};

/// Alternatives in this order: international, after a word, area code with separator, in one piece.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let group = r"(?:[ ]?[-/.–()]?[ ]?\d+)";
    Regex::new(&format!(
        r"(\+[1-9]\d{{0,2}}{group}+|(?-u:\b)0049{group}+)|((?:tel:|Tel\.:?|Telefon:|Telefonnummer:?|Fon:|Mobil:|Handy:|Fax:|Durchwahl:?)[ ]*[+(]?\d{group}+)|(\(0[1-9]\d{{1,4}}\)[ ]?[1-9]\d{group}*|(?-u:\b)0[1-9]\d{{1,4}}(?:[ ]?[/-][ ]?|[ ])[1-9]\d{group}*)|((?-u:\b)0[1-9]\d{{7,11}}(?-u:\b))"
    ))
    .ok()
});

/// Fewest and most digits of a number that can be dialled.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Keys whose values are numbers of another kind.
const OTHER_NUMBERS: [&str; 6] = ["isbn:", "doi:", "issue:", "ars:", "key:", "key_prefixes:"];

/// Kinds of pages that must say how to reach somebody.
const STATEMENTS: [&str; 3] = ["kind: imprint", "kind: privacy", "kind: accessibility"];

pub(super) fn check(raw: &Raw<'_>) -> Vec<Diagnostic> {
    if raw.file.ends_with(".svg") || is_statement(raw) {
        return Vec::new();
    }
    let found = NUMBER.iter().flat_map(|number| number.captures_iter(raw.text));
    found
        .filter_map(|captures| {
            let number = captures.get(0)?;
            let kind = (1..=4).find(|group| captures.get(*group).is_some())?;
            is_number(raw, kind, &number).then(|| message(raw, &number))
        })
        .take(MOST)
        .collect()
}

fn is_statement(raw: &Raw<'_>) -> bool {
    raw.file.starts_with("content/pages/")
        && raw.text.lines().skip(1).take_while(|line| *line != "---").any(|line| STATEMENTS.contains(&line.trim_end()))
}

fn is_number(raw: &Raw<'_>, kind: usize, found: &Match<'_>) -> bool {
    let number = found.as_str();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let before = raw.text[..found.start()].chars().next_back();
    // Part of a longer number, of a name or of an address: ISBN, DOI, date, version.
    let is_part = before.is_some_and(|character| character.is_alphanumeric() || "-–./_=#§,".contains(character));
    let after = raw.text[found.end()..].chars().next();
    let goes_on = after.is_some_and(|character| character.is_alphanumeric() || "_=%€".contains(character));
    let line = raw.line_around(found.start()).trim_start().trim_start_matches("- ");
    if raw.is_in_address(found.start())
        || OTHER_NUMBERS.iter().any(|key| line.starts_with(key))
        || raw.text[..found.start()].trim_end_matches([':', ' ']).ends_with("ISBN")
    {
        return false;
    }
    let groups = || number.split(|character: char| !character.is_ascii_digit()).filter(|group| !group.is_empty());
    match kind {
        // „+12 000 000 Euro“ is a growth in groups of three.
        1 => {
            let german = number.starts_with("+49") || number.starts_with("0049");
            !is_part && DIGITS.contains(&digits) && (german || groups().skip(1).any(|group| group.len() != 3))
        }
        2 => digits >= 3,
        3 => {
            let same_length = groups().all(|group| group.len() == 5);
            // Behind a postal code, which looks like an area code, may follow a short number of something else.
            let least = if number.contains(['-', '/', '(']) { 8 } else { 9 };
            (least..=*DIGITS.end()).contains(&digits) && !is_part && !goes_on && !is_service(number) && !same_length
        }
        // Twelve digits are the key of a place, unless they start like a mobile number, as no key does.
        _ => {
            let mobile = ["015", "016", "017"].iter().any(|start| number.starts_with(start));
            !is_part && !goes_on && !is_service(number) && (digits != 12 || mobile)
        }
    }
}

fn is_service(number: &str) -> bool {
    let number = number.trim_start_matches('(');
    ["0800", "0180", "0137"].iter().any(|start| number.starts_with(start))
}

fn message(raw: &Raw<'_>, found: &Match<'_>) -> Diagnostic {
    let number = found.as_str();
    Diagnostic::new(
        Code::PhoneNumber,
        raw.file,
        raw.at(found.range()),
        text!("„{number}“ ist eine Telefonnummer", "\"{number}\" is a telephone number"),
    )
    .hint(text!(
        "löschen und die Rolle mit dem Funktionspostfach nennen; erlaubt sind Nummern in Impressum, Datenschutz und Barrierefreiheit",
        "delete it and name the role with the functional mailbox; numbers may stand in imprint, privacy and accessibility statement"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        assert!(NUMBER.is_some());
        let found = check(&Raw::new("content/cases/a/case.md", text, None));
        found.iter().filter_map(|found| found.message.en.split('"').nth(1).map(str::to_owned)).collect()
    }

    #[test]
    fn finds_numbers_written_to_be_dialled() {
        for (text, number) in [
            ("ruft an: 0341 1234567.", "0341 1234567"),
            ("(0341) 913-10000", "(0341) 913-10000"),
            ("0341/123 45 67", "0341/123 45 67"),
            ("030 / 12 34 56 78", "030 / 12 34 56 78"),
            ("030-1234567", "030-1234567"),
            ("+49 341 123-0", "+49 341 123-0"),
            ("+49 (0)341 1234567", "+49 (0)341 1234567"),
            ("0049 341 1234567", "0049 341 1234567"),
            ("+380 44 123 4567", "+380 44 123 4567"),
            ("mobil 0151 23456789", "0151 23456789"),
            ("015123456789", "015123456789"),
            ("03411234567", "03411234567"),
            ("Tel.: 12345", "Tel.: 12345"),
            ("Durchwahl 123", "Durchwahl 123"),
            ("[Anruf](tel:+493411234567)", "tel:+493411234567"),
        ] {
            assert_eq!(found(text), [number], "{text}");
        }
    }

    #[test]
    fn leaves_other_numbers_alone() {
        for text in [
            "places: [\"070000000000\", \"145230000000\"]",
            "Schlüssel 07502 / 07610, PLZ 04103/04105 und 01067-99998",
            "ISBN 978-3-96729-110-0, ISBN 0-306-40615-2, ISBN 0306406152",
            "isbn: 0306406152",
            "https://doi.org/10.48720/0341 und https://a.de/0341/1234567",
            "doi: 10.1234/0341-1234567",
            "am 01.02.2025, 2025-09-30, 2026–2028, seit 2024 12 Monate",
            "S. 17–18, S. 012-345, § 016 345, §§ 44b, 16e",
            "+5 Prozent, +1000000 Euro, +12 000 000 Euro, 400.000 Menschen",
            "08337 Waldshut, 04109 Leipzig, 04109 12 Uhr",
            "Service: 0800 4555500 und 0180 1234567",
            "id: fall-00490-01",
            "von 09:00 bis 17:30 Uhr, 08.30 Uhr",
            "Weisung 202401004, EN 301 549, Telefon 2025 ersetzt",
            "07804",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn statements_may_name_one() {
        let imprint = "---\ntitle: Impressum\nkind: imprint\n---\n\nTel.: 0341 1234567\n";
        assert_eq!(check(&Raw::new("content/pages/impressum.md", imprint, None)), []);
        assert_eq!(check(&Raw::new("content/cases/a/case.md", imprint, None)).len(), 1);
    }
}
