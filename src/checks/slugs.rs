//! Names of pages. Every page has an address of its own for ever: aliases must not hide a page, and no text may take the
//! address of a page that the program makes.

use std::collections::HashMap;

use super::ids::{self, Id, Space};
use super::{Context, Kind};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Slug;

/// Pages that the program makes beside those of the texts.
const GENERATED: [&str; 15] = [
    "index",
    "vergleich",
    "transfer",
    "glossar",
    "literatur",
    "druck",
    "offline",
    "neu",
    "404",
    "merkliste",
    "luecken",
    "hub",
    "suche",
    "plan",
    "daten",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let mut found = Vec::new();
    for page in site.pages.iter().filter(|page| GENERATED.contains(&page.slug.as_str())) {
        let slug = &page.slug;
        found.push(
            Diagnostic::about_file(
                Code::DuplicateSlug,
                &page.file,
                text!(
                    "eine Seite {slug}.html erzeugt das Handbuch selbst",
                    "the handbook makes a page {slug}.html itself"
                ),
            )
            .hint(text!("die Datei umbenennen", "rename the file")),
        );
    }
    for case in site.cases().filter(|case| is_list_page(case.slug.as_str())) {
        let slug = &case.slug;
        let folder = case.file.trim_end_matches("/case.yaml");
        found.push(
            Diagnostic::about_file(
                Code::DuplicateSlug,
                folder,
                text!(
                    "so heißt eine Seite der Liste aller Beispiele: {slug}.html",
                    "a page of the list of all cases has this name: {slug}.html"
                ),
            )
            .hint(text!("den Ordner umbenennen", "rename the folder")),
        );
    }
    found.extend(ids::all(site).into_iter().filter_map(reserved));
    let mut aliases: HashMap<&str, (&str, u32)> = HashMap::new();
    for case in site.cases() {
        for alias in &case.data.aliases {
            let name = &alias.value;
            let report = |code, message| Diagnostic::new(code, &case.file, alias.at, message);
            if Slug::parse(name).is_none() {
                let better = Slug::suggest(name);
                let message = text!(
                    "„{name}“ kann nicht Teil einer Adresse werden",
                    "\"{name}\" cannot become part of an address"
                );
                found.push(report(Code::InvalidName, message).hint(text!(
                    "so schreiben: {better} (nur a–z, 0–9 und einzelne Bindestriche, höchstens 80 Zeichen)",
                    "write it like this: {better} (only a–z, 0–9 and single hyphens, at most 80 characters)"
                )));
            } else if *name == case.slug.as_str() {
                let message = text!(
                    "„{name}“ ist der jetzige Name, kein früherer",
                    "\"{name}\" is the present name, no former one"
                );
                found.push(
                    report(Code::DuplicateSlug, message)
                        .hint(text!("aus „aliases:“ streichen", "delete it from \"aliases:\"")),
                );
            } else if site.case(name).is_some() || context.is_broken(Kind::Case, name) {
                let message =
                    text!("„{name}“ ist der Name eines anderen Beispiels", "\"{name}\" is the name of another case");
                found.push(report(Code::DuplicateSlug, message).hint(text!(
                    "aus „aliases:“ streichen; die Weiterleitung würde das andere Beispiel verdecken",
                    "delete it from \"aliases:\"; the redirect would hide the other case"
                )));
            } else if is_list_page(name) {
                let message = text!(
                    "so heißt eine Seite der Liste aller Beispiele: {name}.html",
                    "a page of the list of all cases has this name: {name}.html"
                );
                found.push(
                    report(Code::DuplicateSlug, message)
                        .hint(text!("aus „aliases:“ streichen", "delete it from \"aliases:\"")),
                );
            } else if let Some((file, line)) = aliases.get(name.as_str()) {
                let message = text!(
                    "der frühere Name „{name}“ steht schon in {file}, Zeile {line}",
                    "the former name \"{name}\" stands in {file}, line {line} already"
                );
                found.push(report(Code::DuplicateSlug, message).hint(text!(
                    "nur bei dem Beispiel stehen lassen, das früher so hieß",
                    "leave it only with the case that had this name"
                )));
            } else {
                aliases.insert(name, (&case.file, alias.at.line));
            }
        }
    }
    found
}

/// An id that becomes the name of a page but may not: `index`, or what Windows keeps for devices.
fn reserved(id: Id<'_>) -> Option<Diagnostic> {
    let is_page =
        matches!(id.space, Space::TargetGroup | Space::Format | Space::Partner | Space::Dimension | Space::StateSlug);
    (is_page && Slug::parse(id.id).is_none()).then(|| {
        let name = &id.id.value;
        let message =
            text!("„{name}“ kann nicht Name einer Seite werden", "\"{name}\" cannot become the name of a page");
        Diagnostic::new(Code::InvalidName, id.file, id.id.at, message)
            .hint(text!("eine andere Kennung wählen", "choose another id"))
    })
}

/// `seite-2`: the second page of the list of all cases.
fn is_list_page(slug: &str) -> bool {
    slug.strip_prefix("seite-").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_pages_of_lists() {
        for (slug, expected) in [("seite-2", true), ("seite-10", true), ("seite-zwei", false), ("seiten-2", false)] {
            assert_eq!(is_list_page(slug), expected, "{slug}");
        }
    }
}
