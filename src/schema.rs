//! JSON Schema of every YAML file, from the types that read them. Editors' programs complete and check with it while
//! typing; so the words of the handbook's own vocabularies are part of it.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    CaseData, Dimensions, Factors, Glossary, Handbook, Literature, PageData, Regions, TopicData, Vocabulary,
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

fn vocabularies(site: &Site) -> BTreeMap<&'static str, Vec<String>> {
    let vocabularies = &site.vocabularies;
    let ids = |entries: &[crate::model::VocabularyEntry]| {
        entries.iter().map(|entry| entry.id.value.clone()).collect::<Vec<_>>()
    };
    let regions = &vocabularies.regions;
    let places = regions
        .states
        .iter()
        .map(|state| format!("{}0000000000", state.ars.value))
        .chain(regions.districts.iter().map(|district| district.ars.value.clone()));
    let mut places: Vec<String> = places.collect();
    places.sort();
    places.dedup();
    BTreeMap::from([
        ("topics", site.topics.iter().map(|topic| topic.slug.to_string()).collect()),
        ("target-groups", ids(&vocabularies.target_groups.entries)),
        ("formats", ids(&vocabularies.formats.entries)),
        ("partners", ids(&vocabularies.partners.entries)),
        ("dimensions", vocabularies.dimensions.entries.iter().map(|dimension| dimension.id.value.clone()).collect()),
        ("places", places),
        ("works", vocabularies.literature.entries.iter().map(|work| work.id.value.clone()).collect()),
        ("directorates", regions.directorates.iter().map(|directorate| directorate.id.value.clone()).collect()),
        ("states", regions.states.iter().map(|state| state.slug.value.clone()).collect()),
    ])
}

/// Puts the words of a vocabulary where a field names it: into the items of a list, or into the field itself.
fn insert_words(schema: &mut Value, words: &BTreeMap<&str, Vec<String>>) {
    match schema {
        Value::Object(object) => {
            if let Some(list) = object.remove(VOCABULARY).and_then(|name| words.get(name.as_str()?)) {
                let target: &mut Map<String, Value> = match object.get_mut("items") {
                    Some(Value::Object(items)) => items,
                    _ => object,
                };
                // A field that may be left out is null to the schema; only its text is bound to the list.
                if !target.get("type").is_some_and(Value::is_array) {
                    target.insert("enum".to_owned(), list.iter().map(|word| Value::from(word.as_str())).collect());
                }
            }
            object.values_mut().for_each(|value| insert_words(value, words));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| insert_words(item, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
