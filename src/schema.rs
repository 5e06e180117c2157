//! JSON Schema of every YAML file, from the types that read them. Editors' programs complete and check with it while
//! typing; so the words of the handbook's own vocabularies are part of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    CaseData, Dimensions, Factors, Glossary, Handbook, Literature, PageData, Regions, Synonyms, TopicData, Vocabulary,
};
use crate::parse::validation_schema;
use crate::site::Site;
use crate::source;

/// Keyword by which a field names the vocabulary that its values come from.
const VOCABULARY: &str = "x-vocabulary";

/// Every schema file by path, `content/schema/case.schema.json` and so on.
pub fn files(site: &Site) -> BTreeMap<String, String> {
    let words = vocabularies(site);
    let write = |name: &str, schema: Value| {
        let mut schema = schema;
        insert_words(&mut schema, &words);
        (format!("content/schema/{name}.schema.json"), serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n")
    };
    fn of<T: JsonSchema>() -> Value {
        validation_schema::<T>().to_value()
    }
    BTreeMap::from([
        write("handbook", of::<Handbook>()),
        write("case", of::<CaseData>()),
        write("topic", of::<TopicData>()),
        write("page", of::<PageData>()),
        write("target-groups", of::<Vocabulary>()),
        write("formats", of::<Vocabulary>()),
        write("partners", of::<Vocabulary>()),
        write("dimensions", of::<Dimensions>()),
        write("factors", of::<Factors>()),
        write("regions", of::<Regions>()),
        write("glossary", of::<Glossary>()),
        write("literature", of::<Literature>()),
        write("synonyms", of::<Synonyms>()),
    ])
}

/// A note for every schema file that is not what [`files`] says; none for a handbook that keeps no schema files.
pub fn stale(root: &Path, site: &Site) -> Vec<Diagnostic> {
    let present: Vec<(String, String, Option<String>)> = files(site)
        .into_iter()
        .map(|(name, text)| (source::read_text(root, &name), name, text))
        .map(|(found, name, text)| (name, text, found))
        .collect();
    if present.iter().all(|(_, _, found)| found.is_none()) {
        return Vec::new();
    }
    let differs = present.into_iter().filter(|(_, text, found)| found.as_deref() != Some(text));
    differs
        .map(|(name, _, _)| {
            Diagnostic::about_file(
                Code::SchemaStale,
                &name,
                text!("das Schema ist nicht auf dem Stand der Listen", "the schema does not fit the vocabulary"),
            )
            .hint(text!("„praxis schema“ ausführen", "run \"praxis schema\""))
        })
        .collect()
}

fn vocabularies(site: &Site) -> BTreeMap<&'static str, Vec<Value>> {
    fn ids<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Value> {
        names.into_iter().map(Value::from).collect()
    }
    fn entries(vocabulary: &Vocabulary) -> Vec<Value> {
        ids(vocabulary.entries.iter().map(|entry| entry.id.as_str()))
    }
    let (vocabularies, regions) = (&site.vocabularies, &site.vocabularies.regions);
    let states = regions.states.iter().map(|state| format!("{}0000000000", state.ars.value));
    let places: BTreeSet<String> =
        states.chain(regions.districts.iter().map(|district| district.ars.value.clone())).collect();
    BTreeMap::from([
        ("topics", ids(site.topics.iter().map(|topic| topic.slug.as_str()))),
        ("cases", ids(site.cases.iter().map(|case| case.slug.as_str()))),
        ("target-groups", entries(&vocabularies.target_groups)),
        ("formats", entries(&vocabularies.formats)),
        ("partners", entries(&vocabularies.partners)),
        ("dimensions", ids(vocabularies.dimensions.entries.iter().map(|dimension| dimension.id.as_str()))),
        ("places", ids(places.iter().map(String::as_str))),
        ("phases", site.handbook.phases.iter().map(|phase| phase.number.value.into()).collect()),
        ("terms", ids(vocabularies.glossary.entries.iter().map(|term| term.id.as_str()))),
        ("works", ids(vocabularies.literature.entries.iter().map(|work| work.id.as_str()))),
        ("directorates", ids(regions.directorates.iter().map(|directorate| directorate.id.as_str()))),
        ("states", ids(regions.states.iter().map(|state| state.slug.as_str()))),
    ])
}

/// Puts the words of a vocabulary where a field names it: into the items of a list, or into the field itself.
fn insert_words(schema: &mut Value, words: &BTreeMap<&str, Vec<Value>>) {
    match schema {
        Value::Object(object) => {
            if let Some(list) = object.remove(VOCABULARY).and_then(|name| words.get(name.as_str()?)) {
                let target: &mut Map<String, Value> = match object.get_mut("items") {
                    Some(Value::Object(items)) => items,
                    _ => object,
                };
                // A field that may be left out is null to the schema.
                let optional = target.get("type").is_some_and(Value::is_array);
                let choices = list.iter().cloned().chain(optional.then_some(Value::Null));
                target.insert("enum".to_owned(), choices.collect());
            }
            object.values_mut().for_each(|value| insert_words(value, words));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| insert_words(item, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
