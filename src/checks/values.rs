//! Values that have the right type but break the notation of their field. The schema says so too, but only programs that
//! help while typing hold a correct file against it; reading it into its type does not.

use super::Context;
use super::ids::{self, Space};
use super::works;
use crate::diagnostic::{Code, Diagnostic, Text};
use crate::model::{Located, Position, Slug};

/// Most topics of a case.
const MOST_TOPICS: usize = 3;

const HANDBOOK: &str = "content/handbook.yaml";
const DIMENSIONS: &str = "content/vocabulary/dimensions.yaml";
const REGIONS: &str = "content/vocabulary/regions.yaml";

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    names(context, &mut found);
    lists(context, &mut found);
    pages(context, &mut found);
    handbook(context, &mut found);
    vocabularies(context, &mut found);
    found
}

fn invalid(file: &str, at: Position, written: &str, hint: Text) -> Diagnostic {
    let message = text!("„{written}“ passt hier nicht", "\"{written}\" does not fit here");
    Diagnostic::new(Code::InvalidValue, file, at, message).hint(hint)
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Small letters, digits and single hyphens, of any length.
fn is_id(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.split('-').all(is_part)
}

fn names(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for id in ids::all(context.site) {
        let (is_right, hint) = match id.space {
            Space::StateKey => (is_digits(id.id, 2), key_hint(2)),
            Space::District => (is_digits(id.id, 12), key_hint(12)),
            Space::TargetGroup | Space::Format | Space::Partner | Space::StateSlug => {
                (Slug::parse(id.id).is_some(), name_hint(id.id))
            }
            Space::Item
            | Space::SuccessFactor
            | Space::Factor
            | Space::Dimension
            | Space::Term
            | Space::Work
            | Space::Directorate => (is_id(id.id), name_hint(id.id)),
        };
        if !is_right {
            found.push(invalid(id.file, id.id.at, id.id, hint));
        }
    }
    for case in &context.site.cases {
        for organisation in &case.data.organisations {
            if let Some(key) = organisation.key.as_deref().filter(|key| !is_digits(key, 5)) {
                found.push(invalid(&case.file, organisation.name.at, key, text!(
                    "die Trägernummer („key:“) hat fünf Ziffern und steht in Anführungszeichen, zum Beispiel \"07804\"",
                    "the number of a Jobcenter (\"key:\") has five digits and stands in quotation marks, for example \"07804\""
                )));
            }
        }
    }
}

fn key_hint(count: usize) -> Text {
    text!("{count} Ziffern in Anführungszeichen schreiben", "write {count} digits in quotation marks")
}

fn name_hint(written: &str) -> Text {
    let better = Slug::suggest(written);
    text!(
        "Kennungen bestehen aus a–z, 0–9 und einzelnen Bindestrichen, zum Beispiel: {better}",
        "ids are made of a–z, 0–9 and single hyphens, for example: {better}"
    )
}

fn lists(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut at_least_one = |file: &str, key: &str, is_empty: bool| {
        if is_empty {
            found.push(
                Diagnostic::about_file(
                    Code::InvalidValue,
                    file,
                    text!("die Liste „{key}“ ist leer", "the list \"{key}\" is empty"),
                )
                .hint(text!("mindestens einen Eintrag angeben", "give at least one entry")),
            );
        }
    };
    for case in &context.site.cases {
        let data = &case.data;
        at_least_one(&case.file, "topics", data.topics.is_empty());
        at_least_one(&case.file, "organisations", data.organisations.is_empty());
        at_least_one(&case.file, "evidence", data.evidence.is_empty());
        at_least_one(&case.file, "sources", data.sources.is_empty());
    }
    for topic in &context.site.topics {
        at_least_one(&topic.file, "sources", topic.data.sources.is_empty());
    }
    for case in &context.site.cases {
        if let Some(surplus) = case.data.topics.get(MOST_TOPICS) {
            found.push(
                Diagnostic::new(
                    Code::InvalidValue,
                    &case.file,
                    surplus.at,
                    text!("mehr als {MOST_TOPICS} Themen", "more than {MOST_TOPICS} topics"),
                )
                .hint(text!("nur die wichtigsten nennen", "name only the most important ones")),
            );
        }
    }
}

fn pages(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for citation in works::citations(context.site) {
        if let Some(pages) = citation.pages.filter(|pages| !are_pages(&pages.0)) {
            let hint = text!(
                "gedruckte Seiten so schreiben: 18, 17–18 oder 26, 28 (ohne „S.“ und „f.“)",
                "write printed pages like this: 18, 17–18 or 26, 28 (without \"p.\" and \"f.\")"
            );
            found.push(invalid(citation.file, citation.work.at, &pages.0, hint));
        }
    }
}

/// `18`, `17–18`, `26, 28`, `IV–X`.
fn are_pages(text: &str) -> bool {
    text.split([',', '–']).all(|part| {
        let part = part.strip_prefix(' ').unwrap_or(part);
        !part.is_empty() && part.chars().all(|sign| sign.is_ascii_digit() || "IVXivx".contains(sign))
    })
}

fn handbook(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let handbook = &context.site.handbook;
    let is_base =
        |url: &Located<String>| url.ends_with('/') && (url.starts_with("https://") || url.starts_with("http://"));
    if let Some(url) = handbook.base_url.as_ref().filter(|url| !is_base(url)) {
        let hint = text!(
            "mit https:// beginnen und mit einem Schrägstrich enden: https://beispiel.de/handbuch/",
            "start with https:// and end with a slash: https://example.org/handbook/"
        );
        found.push(invalid(HANDBOOK, url.at, url, hint));
    }
    for phase in handbook.phases.iter().filter(|phase| !(1..=9).contains(&*phase.number)) {
        let hint = text!("Phasen haben Nummern von 1 bis 9", "phases have numbers from 1 to 9");
        found.push(invalid(HANDBOOK, phase.number.at, &phase.number.to_string(), hint));
    }
    let per_page = handbook.limits.cases_per_page;
    if !(1..=1000).contains(&per_page) {
        let hint = text!("bei „cases_per_page:“ 1 bis 1000 angeben", "give 1 to 1000 at \"cases_per_page:\"");
        found.push(invalid(HANDBOOK, Position::default(), &per_page.to_string(), hint));
    }
}

fn vocabularies(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let vocabularies = &context.site.vocabularies;
    for dimension in vocabularies.dimensions.entries.iter().filter(|dimension| dimension.letter.chars().count() != 1) {
        let hint = text!("bei „letter:“ einen einzigen Buchstaben angeben", "give a single letter at \"letter:\"");
        found.push(invalid(DIMENSIONS, dimension.id.at, &dimension.letter, hint));
    }
    for state in &vocabularies.regions.states {
        if state.abbreviation.chars().count() != 2 {
            let hint = text!("bei „abbreviation:“ zwei Buchstaben angeben", "give two letters at \"abbreviation:\"");
            found.push(invalid(REGIONS, state.slug.at, &state.abbreviation, hint));
        }
        for (key, number) in [("column", state.column), ("row", state.row)] {
            if !(1..=12).contains(&number) {
                let hint = text!("bei „{key}:“ 1 bis 12 angeben", "give 1 to 12 at \"{key}:\"");
                found.push(invalid(REGIONS, state.slug.at, &number.to_string(), hint));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_ids() {
        for (text, expected) in [("vog-boe-04", true), ("x1", true), ("", false), ("A", false), ("a--b", false)] {
            assert_eq!(is_id(text), expected, "{text}");
        }
    }

    #[test]
    fn knows_pages() {
        for text in ["18", "17–18", "26, 28", "6, 9–14", "IV–X", "1,2"] {
            assert!(are_pages(text), "{text}");
        }
        for text in ["", "S. 18", "18 f.", "18–", "18 - 19"] {
            assert!(!are_pages(text), "{text}");
        }
    }
}
