//! `praxis export`: documents for search servers, and the configurations of these servers, which must fit them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use praxis::model::Slug;
use serde_json::{Map, Value, json};

use crate::support::{Handbook, praxis, repository};

fn export(arguments: &[&str]) -> String {
    let root = repository().to_str().unwrap();
    praxis(["export", "--root", root].into_iter().chain(arguments.iter().copied())).expect(0).stdout
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    assert!(text.ends_with('\n'));
    text.lines().map(parsed).collect()
}

#[test]
fn exports_every_case_once_in_the_order_of_the_slugs() {
    let documents = lines(&export(&[]));
    let mut cases: Vec<String> = fs::read_dir(repository().join("content/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    cases.sort();
    let slugs: Vec<&str> = documents.iter().map(|document| document["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, cases);
    assert_eq!(export(&[]), export(&[]));
}

#[test]
fn a_document_says_what_the_case_says() {
    let documents = lines(&export(&[]));
    let halle = documents.iter().find(|document| document["slug"] == "netzwerk-halle").unwrap();
    assert_eq!(halle["id"], "gute-praxis.netzwerk-halle");
    assert_eq!(halle["handbook"]["id"], "gute-praxis");
    assert_eq!(halle["language"], "de");
    assert_eq!(halle["page"], "praxis/netzwerk-halle.html");
    assert_eq!(halle["state"], json!({ "id": ["sachsen-anhalt"], "name": ["Sachsen-Anhalt"] }));
    assert_eq!(halle.get("url"), None, "the handbook has no base URL");
    for text in ["title", "short_title", "summary", "body"] {
        assert!(!halle[text].as_str().unwrap().is_empty(), "{text}");
    }
    for date in ["updated", "legal_state", "next_review"] {
        let written = halle[date].as_str().unwrap();
        assert!(
            written.len() == 20 && written.ends_with("-01T00:00:00Z") || written.ends_with("T00:00:00Z"),
            "{written}"
        );
    }
}

#[test]
fn addresses_and_names_can_be_given() {
    let documents = lines(&export(&["--base-url", "https://example.org/handbuch", "--handbook", "nord"]));
    let halle = documents.iter().find(|document| document["slug"] == "netzwerk-halle").unwrap();
    assert_eq!(halle["url"], "https://example.org/handbuch/praxis/netzwerk-halle.html");
    assert_eq!(halle["id"], "nord.netzwerk-halle");
}

#[test]
fn the_bulk_format_names_index_and_document_before_each_document() {
    let plain = lines(&export(&[]));
    let bulk = lines(&export(&["--format", "bulk", "--index", "handbuch-nord"]));
    assert_eq!(bulk.len(), 2 * plain.len());
    for (pair, document) in bulk.chunks(2).zip(&plain) {
        assert_eq!(pair[0], json!({ "index": { "_index": "handbuch-nord", "_id": document["id"] } }));
        assert_eq!(&pair[1], document);
    }
}

#[test]
fn documents_fit_their_schema() {
    let schema = parsed(&export(&["--schema"]));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for options in [&[][..], &["--base-url", "https://example.org/"]] {
        for document in lines(&export(options)) {
            let wrong: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
    }
}

/// What a server makes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Words, or a name.
    Text,
    /// A moment.
    Moment,
}

type Fields = BTreeMap<String, (Kind, bool)>;

/// Every field of the documents with its kind, and whether it holds a list.
fn exported_fields() -> Fields {
    fn collect(prefix: &str, object: &Map<String, Value>, fields: &mut Fields) {
        for (name, value) in object {
            let name = format!("{prefix}{name}");
            let single = value.as_array().map_or(value, |values| values.first().unwrap_or(&Value::Null));
            if let Some(object) = value.as_object() {
                collect(&format!("{name}."), object, fields);
            } else if let Some(text) = single.as_str() {
                let is_moment = text.parse::<jiff::Timestamp>().is_ok();
                let kind = if is_moment { Kind::Moment } else { Kind::Text };
                assert_eq!(
                    *fields.entry(name.clone()).or_insert((kind, value.is_array())),
                    (kind, value.is_array()),
                    "{name}"
                );
            } else {
                assert!(single.is_null() && value.is_array(), "{name}: {value}");
            }
        }
    }
    let mut fields = Fields::new();
    for document in lines(&export(&["--base-url", "https://example.org/"])) {
        collect("", document.as_object().unwrap(), &mut fields);
    }
    fields
}

#[test]
fn quickwit_knows_exactly_the_exported_fields() {
    fn collect(prefix: &str, mappings: &Value, fields: &mut Fields) {
        for mapping in mappings.as_array().unwrap() {
            let name = format!("{prefix}{}", mapping["name"].as_str().unwrap());
            let kind = match mapping["type"].as_str().unwrap() {
                "object" => {
                    collect(&format!("{name}."), &mapping["field_mappings"], fields);
                    continue;
                }
                "text" => (Kind::Text, false),
                "array<text>" => (Kind::Text, true),
                "datetime" => (Kind::Moment, false),
                other => panic!("{name}: {other}"),
            };
            fields.insert(name, kind);
        }
    }
    let config = parsed(&export(&["--mapping", "quickwit", "--index", "handbuch-nord"]));
    let mapping = &config["doc_mapping"];
    let mut fields = Fields::new();
    collect("", &mapping["field_mappings"], &mut fields);
    assert_eq!(fields, exported_fields());

    assert_eq!((&config["version"], &config["index_id"]), (&"0.8".into(), &"handbuch-nord".into()));
    assert_eq!(fields[mapping["timestamp_field"].as_str().unwrap()], (Kind::Moment, false));
    let named = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    for name in [named(&mapping["tag_fields"]), named(&config["search_settings"]["default_search_fields"])].concat() {
        assert_eq!(fields[&name].0, Kind::Text, "{name}");
    }
    let tokenizers: Vec<&Value> = mapping["tokenizers"].as_array().unwrap().iter().map(|own| &own["name"]).collect();
    let title = mapping["field_mappings"].as_array().unwrap().iter().find(|field| field["name"] == "title").unwrap();
    assert!(tokenizers.contains(&&title["tokenizer"]), "{title}");
}

#[test]
fn opensearch_knows_exactly_the_exported_fields() {
    fn collect(prefix: &str, properties: &Value, analysis: &Value, fields: &mut Fields) {
        for (name, mapping) in properties.as_object().unwrap() {
            let name = format!("{prefix}{name}");
            if let Some(properties) = mapping.get("properties") {
                collect(&format!("{name}."), properties, analysis, fields);
                continue;
            }
            for analyzer in ["analyzer", "search_analyzer"].into_iter().filter_map(|key| mapping.get(key)) {
                assert!(analysis["analyzer"].get(analyzer.as_str().unwrap()).is_some(), "{name}: {analyzer}");
            }
            let kind = match mapping["type"].as_str().unwrap() {
                "text" | "keyword" => Kind::Text,
                "date" => Kind::Moment,
                other => panic!("{name}: {other}"),
            };
            fields.insert(name, (kind, false));
        }
    }
    let config = parsed(&export(&["--mapping", "opensearch"]));
    let mut fields = Fields::new();
    collect("", &config["mappings"]["properties"], &config["settings"]["analysis"], &mut fields);
    // These servers take one value or several in every field.
    let exported: Fields = exported_fields().into_iter().map(|(name, (kind, _))| (name, (kind, false))).collect();
    assert_eq!(fields, exported);
}

#[test]
fn opensearch_gets_the_synonyms_of_the_handbook() {
    let handbook = Handbook::copy();
    fs::write(handbook.path("content/vocabulary/synonyms.yaml"), "entries:\n  - words: [Jobmesse, \"Börse, groß\"]\n")
        .unwrap();
    let config = parsed(&handbook.run(&["export", "--mapping", "opensearch"]).expect(0).stdout);
    let synonyms = config["settings"]["analysis"]["filter"]["handbook_synonyms"]["synonyms"].as_array().unwrap();
    assert_eq!(synonyms[0], r"Jobmesse, Börse\, groß");
    assert!(synonyms.contains(&"AA, Agentur für Arbeit".into()), "the glossary is part of it");
}

#[test]
fn every_field_is_in_the_guide() {
    let guide = fs::read_to_string(repository().join("docs/scale.md")).unwrap();
    let rows = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let documented: BTreeSet<String> = rows.map(str::to_owned).collect();
    assert_eq!(documented, exported_fields().into_keys().collect());
}

#[test]
fn nothing_is_exported_from_a_broken_handbook() {
    let handbook = Handbook::copy();
    handbook.edit("content/cases/netzwerk-halle/case.yaml", |text| format!("{text}unbekannt: 1\n"));
    for arguments in [&["export"][..], &["export", "--mapping", "opensearch"], &["export", "--out", "aus.ndjson"]] {
        let run = handbook.run(arguments).expect(1);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("unknown-key"), "{}", run.stderr);
        assert!(!run.stderr.contains("Hinweis["), "only errors: {}", run.stderr);
    }
}

#[test]
fn writes_a_file_as_a_whole() {
    let handbook = Handbook::copy();
    let file = handbook.path("aus.ndjson");
    fs::write(&file, "alt").unwrap();
    let run = handbook.run(&["export", "--out", file.to_str().unwrap()]).expect(0);
    assert_eq!(run.stdout, "");
    assert_eq!(fs::read_to_string(&file).unwrap(), handbook.run(&["export"]).expect(0).stdout);
    let nowhere = handbook.path("content/handbook.yaml/aus.ndjson");
    handbook.run(&["export", "--out", nowhere.to_str().unwrap()]).expect(3);
}

#[test]
fn drafts_are_exported_only_on_request() {
    let handbook = Handbook::copy();
    handbook.add_case("entwurf");
    handbook.edit("content/cases/entwurf/case.yaml", |text| format!("{text}draft: true\n"));
    let count = |arguments: &[&str]| handbook.run(arguments).expect(0).stdout.lines().count();
    assert_eq!(count(&["export", "--drafts"]), count(&["export"]) + 1);
}

#[test]
fn refuses_wrong_use() {
    for wrong in [
        &["--index", "Groß"][..],
        &["--index", "_x"],
        &["--handbook", "Nord Süd"],
        &["--format", "xml"],
        &["--mapping", "solr"],
        &["--mapping", "quickwit", "--format", "bulk"],
        &["--schema", "--mapping", "quickwit"],
    ] {
        praxis(["export"].iter().chain(wrong)).expect(2);
    }
    let handbook = Handbook::copy();
    handbook.rename("…");
    assert_eq!(Slug::suggest("…"), "");
    let run = handbook.run(&["export"]).expect(2);
    assert!(run.stderr.contains("--handbook"), "{}", run.stderr);
    handbook.run(&["export", "--handbook", "nord"]).expect(0);
}
