//! Ids that point to another list: topics, target groups, formats, partners, dimensions, phases, related cases, neighbours.
//! The page would leave the reference out, and the case would be missing in the list where readers look for it.

use super::{Context, Kind};
use crate::diagnostic::{Code, Diagnostic, Text, suggest};
use crate::model::{Located, Position, VocabularyEntry};

const REGIONS: &str = "content/vocabulary/regions.yaml";
const GLOSSARY: &str = "content/vocabulary/glossary.yaml";
const FACTORS: &str = "content/vocabulary/factors.yaml";

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    cases(context, &mut found);
    dimensions(context, &mut found);
    if context.has_vocabulary("regions") {
        regions(context, &mut found);
    }
    terms(context, &mut found);
    found
}

fn cases(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let site = context.site;
    let (topics, cases) = (context.suggestions(Kind::Topic), context.suggestions(Kind::Case));
    let (topic, case) = (text!("das Thema", "the topic"), text!("das Beispiel", "the case"));
    for Entry { file, data } in site.cases().map(|case| Entry { file: &case.file, data: &case.data }) {
        for slug in
            data.topics.iter().filter(|slug| site.topic(slug).is_none() && !context.is_broken(Kind::Topic, slug))
        {
            found.push(message(file, slug.at, &topic, slug, topics.suggest(slug)));
        }
        for slug in data.related.iter().filter(|slug| site.case(slug).is_none() && !context.is_broken(Kind::Case, slug))
        {
            found.push(message(file, slug.at, &case, slug, cases.suggest(slug)));
        }
        for number in data.phases.iter().filter(|number| site.phase(***number).is_none()) {
            let known: Vec<String> = site.handbook.phases.iter().map(|phase| phase.number.to_string()).collect();
            let (written, name) = (number.to_string(), text!("die Phase", "the phase"));
            found.push(message(file, number.at, &name, &written, suggest(&written, known.iter().map(String::as_str))));
        }
        let vocabularies = &site.vocabularies;
        for (stem, name, ids, entries) in [
            (
                "target-groups",
                text!("die Zielgruppe", "the target group"),
                &data.target_groups,
                &vocabularies.target_groups,
            ),
            ("formats", text!("das Format", "the format"), &data.formats, &vocabularies.formats),
            ("partners", text!("der Partner", "the partner"), &data.partners, &vocabularies.partners),
        ] {
            if context.has_vocabulary(stem) {
                entries_of(file, &name, ids, &entries.entries, stem, found);
            }
        }
    }
}

struct Entry<'a> {
    file: &'a str,
    data: &'a crate::model::CaseData,
}

fn entries_of(
    file: &str,
    name: &Text,
    ids: &[Located<String>],
    entries: &[VocabularyEntry],
    stem: &str,
    found: &mut Vec<Diagnostic>,
) {
    for id in ids.iter().filter(|id| !entries.iter().any(|entry| entry.id.value == id.value)) {
        let hint = suggest(id, entries.iter().map(|entry| entry.id.as_str())).unwrap_or_else(|| {
            text!(
                "eine Kennung aus vocabulary/{stem}.yaml nehmen oder dort einen Eintrag ergänzen",
                "take an id of vocabulary/{stem}.yaml or add an entry there"
            )
        });
        found.push(message(file, id.at, name, id, Some(hint)));
    }
}

fn dimensions(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.has_vocabulary("dimensions") {
        return;
    }
    let site = context.site;
    let items = site
        .cases()
        .flat_map(|case| case.data.checklist.items().iter().map(|item| (case.file.as_str(), &item.dimension)));
    let factors = site.topics.iter().flat_map(|topic| {
        let dimensions = topic.data.success_factors.iter().filter_map(|factor| factor.dimension.as_ref());
        dimensions.map(|dimension| (topic.file.as_str(), dimension))
    });
    let common = site.vocabularies.factors.entries.iter().flat_map(|factor| &factor.dimensions);
    let all = items.chain(factors).chain(common.map(|dimension| (FACTORS, dimension)));
    let name = text!("die Dimension", "the dimension");
    for (file, id) in all.filter(|(_, id)| site.dimension(id).is_none()) {
        let known = site.vocabularies.dimensions.entries.iter().map(|dimension| dimension.id.as_str());
        found.push(message(file, id.at, &name, id, suggest(id, known)));
    }
}

fn regions(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let site = context.site;
    let regions = &site.vocabularies.regions;
    let (directorate, state_name) = (text!("die Regionaldirektion", "the directorate"), text!("das Land", "the Land"));
    for state in &regions.states {
        if site.directorate(&state.directorate).is_none() {
            let known = regions.directorates.iter().map(|directorate| directorate.id.as_str());
            found.push(message(
                REGIONS,
                state.directorate.at,
                &directorate,
                &state.directorate,
                suggest(&state.directorate, known),
            ));
        }
        for slug in state.neighbours.iter().filter(|slug| site.state(slug).is_none()) {
            let known = regions.states.iter().map(|state| state.slug.as_str());
            found.push(message(REGIONS, slug.at, &state_name, slug, suggest(slug, known)));
        }
    }
}

fn terms(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let site = context.site;
    let terms = &site.vocabularies.glossary.entries;
    let name = text!("der Begriff", "the term");
    for id in terms.iter().flat_map(|term| &term.see).filter(|id| site.term(id).is_none()) {
        found.push(message(GLOSSARY, id.at, &name, id, suggest(id, terms.iter().map(|term| term.id.as_str()))));
    }
}

fn message(file: &str, at: Position, name: &Text, id: &str, hint: Option<Text>) -> Diagnostic {
    let (german, english) = (&name.de, &name.en);
    let message = text!("{german} „{id}“ gibt es nicht", "{english} \"{id}\" does not exist");
    Diagnostic::new(Code::UnknownReference, file, at, message).hint(hint.unwrap_or_else(|| {
        text!(
            "die Kennung prüfen; sie steht genauso da, wo das Gemeinte angelegt ist",
            "check the id; it stands in the same form where the thing is defined"
        )
    }))
}
