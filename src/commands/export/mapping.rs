//! Index configurations for search servers, derived from the schema of the documents: a field that is exported is in each
//! of them.

use search_index::Lexicon;
use serde_json::{Map, Value, json};

use super::document;

/// Name of the German analysis within an index.
const GERMAN: &str = "german_handbook";

/// The same for queries, with synonyms. Only queries: a new synonym needs no new index then.
const GERMAN_QUERY: &str = "german_handbook_query";

/// Endings of gender forms, so that „Bewerber*innen“, „Bewerber:innen“ and „BewerberInnen“ are found as „Bewerber“.
const GENDER_ENDINGS: &str = r"(?<=\p{L})[*:_]in(nen)?\b|(?<=\p{Ll})In(nen)?\b";

/// A field of the documents.
struct Field {
    name: String,
    content: Content,
    /// Several values in one document.
    many: bool,
}

/// What a field holds.
enum Content {
    /// German text, searched by words.
    Text,
    /// A name, compared as a whole.
    Name,
    /// A moment in the notation of RFC 3339.
    Moment,
    /// Fields of its own.
    Parts(Vec<Field>),
}

/// `index-config` of Quickwit, for version 0.8 and later.
pub fn quickwit(index: &str) -> Value {
    let fields = fields();
    let searched: Vec<&str> =
        fields.iter().filter(|field| matches!(field.content, Content::Text)).map(|field| field.name.as_str()).collect();
    json!({
        "version": "0.8",
        "index_id": index,
        "doc_mapping": {
            // A field that is not mapped is a mistake, not something to be lost in silence.
            "mode": "strict",
            "field_mappings": fields.iter().map(quickwit_field).collect::<Vec<Value>>(),
            // Quickwit has no German stemmer; letters without their dots are what it can do.
            "tokenizers": [{
                "name": GERMAN,
                "type": "simple",
                "filters": ["remove_long", "lower_caser", "ascii_folding"],
            }],
            "timestamp_field": "updated",
            "tag_fields": ["handbook.id", "language"],
        },
        "search_settings": { "default_search_fields": searched },
    })
}

fn quickwit_field(field: &Field) -> Value {
    let name = &field.name;
    let kind = |single: &str| if field.many { format!("array<{single}>") } else { single.to_owned() };
    match &field.content {
        Content::Text => json!({
            "name": name, "type": kind("text"), "tokenizer": GERMAN, "record": "position", "fieldnorms": true,
        }),
        Content::Name => json!({ "name": name, "type": kind("text"), "tokenizer": "raw", "fast": true }),
        Content::Moment => json!({
            "name": name, "type": kind("datetime"), "input_formats": ["rfc3339"], "output_format": "rfc3339",
            "fast": true, "fast_precision": "seconds",
        }),
        Content::Parts(parts) => json!({
            "name": name, "type": "object", "field_mappings": parts.iter().map(quickwit_field).collect::<Vec<Value>>(),
        }),
    }
}

/// Settings and mapping of an index of OpenSearch or Elasticsearch.
pub fn opensearch(lexicon: &Lexicon) -> Value {
    json!({
        "settings": { "analysis": analysis(lexicon) },
        "mappings": { "dynamic": "strict", "properties": opensearch_fields(&fields()) },
    })
}

fn opensearch_fields(fields: &[Field]) -> Value {
    let mapping = |field: &Field| match &field.content {
        Content::Text => json!({ "type": "text", "analyzer": GERMAN, "search_analyzer": GERMAN_QUERY }),
        Content::Name => json!({ "type": "keyword" }),
        Content::Moment => json!({ "type": "date", "format": "strict_date_time_no_millis" }),
        Content::Parts(parts) => json!({ "properties": opensearch_fields(parts) }),
    };
    fields.iter().map(|field| (field.name.clone(), mapping(field))).collect::<Map<String, Value>>().into()
}

/// The German analysis. Synonyms come last, because a server passes their words through the filters before them: a synonym
/// then is found in every inflection.
fn analysis(lexicon: &Lexicon) -> Value {
    const FILTERS: [&str; 3] = ["lowercase", "german_normalization", "german_stemmer"];
    let synonyms: Vec<String> = lexicon.synonyms.iter().map(|group| rule(group)).collect();
    let analyzer =
        |filters: &[&str]| json!({ "tokenizer": "standard", "char_filter": ["gender_forms"], "filter": filters });
    json!({
        "char_filter": {
            "gender_forms": { "type": "pattern_replace", "pattern": GENDER_ENDINGS, "replacement": "" },
        },
        "filter": {
            "german_stemmer": { "type": "stemmer", "language": "light_german" },
            "handbook_synonyms": { "type": "synonym_graph", "synonyms": synonyms, "lenient": true },
        },
        "analyzer": {
            GERMAN: analyzer(&FILTERS),
            GERMAN_QUERY: analyzer(&[FILTERS.as_slice(), &["handbook_synonyms"]].concat()),
        },
    })
}

/// A group in the notation of Solr: words between commas, signs that mean something there with a backslash.
fn rule(group: &[String]) -> String {
    let escape = |word: &String| -> String {
        let escaped =
            |letter: char| matches!(letter, '\\' | ',' | '=' | '#').then_some('\\').into_iter().chain([letter]);
        word.chars().flat_map(escaped).collect()
    };
    group.iter().map(escape).collect::<Vec<String>>().join(", ")
}

/// Every field, as the schema of the documents has it.
fn fields() -> Vec<Field> {
    parts(&document::schema().to_value())
}

fn parts(schema: &Value) -> Vec<Field> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, schema)| field(name, schema)).collect()
}

fn field(name: &str, schema: &Value) -> Field {
    let has = |keyword: &str, word: &str| schema.get(keyword).is_some_and(|value| value == word);
    let content = if has("type", "object") {
        Content::Parts(parts(schema))
    } else if has("format", "date-time") {
        Content::Moment
    } else if has("x-search", "text") {
        Content::Text
    } else {
        Content::Name
    };
    Field { name: name.to_owned(), content, many: has("type", "array") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_rule(words: &[&str], expected: &str) {
        assert_eq!(rule(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn writes_synonyms_as_rules() {
        check_rule(&["zkT", "zugelassener kommunaler Träger"], "zkT, zugelassener kommunaler Träger");
        check_rule(&["a,b", "c => d", r"e\f", "#g"], r"a\,b, c \=> d, e\\f, \#g");
    }
}
