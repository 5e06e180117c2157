//! Ids that occur twice. Readers' notes hang on those of checklist items, links and citations on the others; the second
//! bearer of an id would silently take over what belongs to the first.

use std::collections::HashMap;

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Located, VocabularyEntry};
use crate::site::Site;

/// What an id names; ids of different spaces do not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Space {
    Item,
    SuccessFactor,
    Factor,
    TargetGroup,
    Format,
    Partner,
    Dimension,
    Term,
    Work,
    Directorate,
    StateKey,
    StateSlug,
    District,
}

/// An id with its place.
pub(super) struct Id<'a> {
    pub(super) space: Space,
    pub(super) file: &'a str,
    pub(super) id: &'a Located<String>,
}

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut first: HashMap<(Space, &str), (&str, u32)> = HashMap::new();
    let mut found = Vec::new();
    for Id { space, file, id } in all(context.site) {
        let Some((other, line)) = first.get(&(space, id.as_str())) else {
            first.insert((space, id.as_str()), (file, id.at.line));
            continue;
        };
        let name = &id.value;
        let message = if *other == file {
            text!("die Kennung „{name}“ steht schon in Zeile {line}", "the id \"{name}\" stands in line {line} already")
        } else {
            text!(
                "die Kennung „{name}“ steht schon in {other}, Zeile {line}",
                "the id \"{name}\" stands in {other}, line {line} already"
            )
        };
        let hint = match space {
            Space::Item => text!(
                "dem neueren Punkt eine eigene Kennung geben; die des älteren muss bleiben, weil Notizen an ihr hängen",
                "give the newer item an id of its own; that of the older one must stay, because notes hang on it"
            ),
            Space::StateKey | Space::District => {
                text!(
                    "einen der beiden Einträge löschen oder den Schlüssel berichtigen",
                    "delete one of the entries or correct the key"
                )
            }
            Space::SuccessFactor
            | Space::Factor
            | Space::TargetGroup
            | Space::Format
            | Space::Partner
            | Space::Dimension
            | Space::Term
            | Space::Work
            | Space::Directorate
            | Space::StateSlug => {
                text!("einen der beiden Einträge löschen oder umbenennen", "delete or rename one of the entries")
            }
        };
        found.push(Diagnostic::new(Code::DuplicateId, file, id.at, message).hint(hint));
    }
    found
}

/// Every id of the handbook, in the order of files and lines.
pub(super) fn all<'a>(site: &'a Site) -> Vec<Id<'a>> {
    let mut ids: Vec<Id<'a>> = Vec::new();
    for case in site.cases() {
        let items = case.data.checklist.items().iter();
        ids.extend(items.map(|item| Id { space: Space::Item, file: &case.file, id: &item.id }));
    }
    for topic in &site.topics {
        let factors = topic.data.success_factors.iter();
        ids.extend(factors.map(|factor| Id { space: Space::SuccessFactor, file: &topic.file, id: &factor.id }));
    }
    let vocabularies = &site.vocabularies;
    fn entries(entries: &[VocabularyEntry]) -> impl Iterator<Item = &Located<String>> {
        entries.iter().map(|entry| &entry.id)
    }
    let mut add = |space, file, located: &mut dyn Iterator<Item = &'a Located<String>>| {
        ids.extend(located.map(|id| Id { space, file, id }));
    };
    add(Space::TargetGroup, "content/vocabulary/target-groups.yaml", &mut entries(&vocabularies.target_groups.entries));
    add(Space::Format, "content/vocabulary/formats.yaml", &mut entries(&vocabularies.formats.entries));
    add(Space::Partner, "content/vocabulary/partners.yaml", &mut entries(&vocabularies.partners.entries));
    let dimensions = &vocabularies.dimensions.entries;
    add(Space::Dimension, "content/vocabulary/dimensions.yaml", &mut dimensions.iter().map(|entry| &entry.id));
    let factors = &vocabularies.factors.entries;
    add(Space::Factor, "content/vocabulary/factors.yaml", &mut factors.iter().map(|entry| &entry.id));
    let terms = &vocabularies.glossary.entries;
    add(Space::Term, "content/vocabulary/glossary.yaml", &mut terms.iter().map(|entry| &entry.id));
    let works = &vocabularies.literature.entries;
    add(Space::Work, "content/vocabulary/literature.yaml", &mut works.iter().map(|entry| &entry.id));
    let regions = &vocabularies.regions;
    let file = "content/vocabulary/regions.yaml";
    add(Space::Directorate, file, &mut regions.directorates.iter().map(|directorate| &directorate.id));
    add(Space::StateKey, file, &mut regions.states.iter().map(|state| &state.ars));
    add(Space::StateSlug, file, &mut regions.states.iter().map(|state| &state.slug));
    add(Space::District, file, &mut regions.districts.iter().map(|district| &district.ars));
    ids
}
