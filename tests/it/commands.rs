//! `praxis new`, `praxis schema`, and reports for machines.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{Handbook, assert_same, praxis, repository, tree, without_origin};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

/// A key that reports have to quote with care.
const KEY: &str = "netz,werke: 100 % <neu>";

/// A handbook with an error, and with warnings on a day far ahead.
fn troubled() -> Handbook {
    let handbook = Handbook::copy();
    handbook.edit("content/cases/netzwerk-halle/case.yaml", |text| format!("{text}\"{KEY}\": 1\n"));
    handbook
}

const LATE: [&str; 2] = ["--today", "2099-01-01"];

fn report(handbook: &Handbook, format: &str) -> String {
    let run = handbook.run(&["check", "--format", format, LATE[0], LATE[1]]).expect(1);
    run.stdout
}

#[test]
fn a_new_handbook_builds_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("Unser Handbuch");
    let root = root.to_str().unwrap();
    praxis(["new", "handbook", root]).expect(0);
    let run = praxis(["build", "--strict", "--format", "json", "--root", root]).expect(0);
    let messages = json(&run.stdout);
    let serious = messages.as_array().unwrap().iter().filter(|message| message["severity"] != "note");
    assert_eq!(serious.count(), 0, "{messages:#}");
    assert!(folder.path().join("Unser Handbuch/public/index.html").is_file());

    let before = tree(folder.path());
    let again = praxis(["new", "handbook", root]).expect(2);
    assert!(again.stderr.contains("ist nicht leer"), "{}", again.stderr);
    assert_same(&before, &tree(folder.path()));
}

#[test]
fn a_new_handbook_has_no_gap_that_its_editors_would_not_see() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("neu");
    let root = root.to_str().unwrap();
    praxis(["new", "handbook", root]).expect(0);
    // Everything that only the operator can say is a placeholder, so that a release stops there.
    let run = praxis(["check", "--release-check", "--format", "json", "--root", root]).expect(1);
    let codes = codes(&json(&run.stdout), |message| message["severity"] == "error");
    assert_eq!(codes, BTreeSet::from(["placeholder".to_owned(), "statement-missing".to_owned()]), "{}", run.stdout);
}

#[test]
fn a_new_case_has_only_gaps_to_fill() {
    let handbook = Handbook::copy();
    let before = without_origin(handbook.build());
    handbook.run(&["new", "case", "neuer-fall", "--title", "Ein: \"neuer\" Fall #1"]).expect(0);
    assert_same(&before, &without_origin(handbook.build()));
    handbook.run(&["check"]).expect(0);

    let run = handbook.run(&["check", "--drafts", "--format", "json"]);
    let messages = json(&run.stdout);
    let messages = messages.as_array().unwrap();
    assert!(!messages.is_empty(), "what is to be filled in is named");
    let elsewhere: Vec<&Value> = messages
        .iter()
        .filter(|message| message["severity"] != "note" || message["code"] == "placeholder")
        .filter(|message| !message["file"].as_str().unwrap().contains("content/cases/neuer-fall/"))
        .filter(|message| !message["file"].as_str().unwrap().contains("content/pages/"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    // Names that do not exist yet, and texts to write: nothing that is wrong with the form of the files.
    let to_fill = ["placeholder", "unknown-reference", "unknown-work", "unexplained-abbreviation", "schema-stale"];
    let other: BTreeSet<String> = codes(&run_value(messages), |_| true);
    let other: Vec<&String> = other.iter().filter(|code| !to_fill.contains(&code.as_str())).collect();
    assert!(other.is_empty(), "{other:?}\n{messages:#?}");
}

#[test]
fn a_new_topic_is_in_the_site_once_it_is_filled_in() {
    let handbook = Handbook::copy();
    handbook.run(&["new", "topic", "neues-thema", "--title", "Ein neues Thema"]).expect(0);
    assert!(handbook.path("content/topics/neues-thema.md").is_file());
    let run = handbook.run(&["check", "--format", "json"]);
    let syntax = codes(&json(&run.stdout), |message| {
        let code = message["code"].as_str().unwrap();
        ["yaml-syntax", "unknown-key", "missing-key", "wrong-type", "front-matter-missing"].contains(&code)
    });
    assert!(syntax.is_empty(), "{}", run.stdout);
}

#[test]
fn new_refuses_what_cannot_be_an_address() {
    let handbook = Handbook::copy();
    let before = tree(handbook.root());
    for what in ["case", "topic"] {
        for slug in [
            "Großer Fall",
            "../draussen",
            "a/b",
            "GROSS",
            "",
            " ",
            "-",
            "mit_strich",
            "punkt.html",
            "ü",
            "a--b",
            "-a",
            "a-",
        ] {
            let run = praxis(["new", what, "--root", handbook.root().to_str().unwrap(), "--", slug]).expect(2);
            assert!(!run.stderr.is_empty());
        }
    }
    let run = handbook.run(&["new", "case", "Großer Fall"]).expect(2);
    assert!(run.stderr.contains("grosser-fall"), "a better name is offered: {}", run.stderr);
    assert_same(&before, &tree(handbook.root()));
}

#[test]
fn new_refuses_what_exists() {
    let handbook = Handbook::copy();
    let before = tree(handbook.root());
    let run = handbook.run(&["new", "case", "netzwerk-halle"]).expect(2);
    assert!(run.stderr.contains("netzwerk-halle"), "{}", run.stderr);
    handbook.run(&["new", "topic", "netzwerke"]).expect(2);
    assert_same(&before, &tree(handbook.root()));

    // A folder that has only half of a case is left alone as well.
    fs::create_dir_all(handbook.path("content/cases/halb")).unwrap();
    fs::write(handbook.path("content/cases/halb/case.md"), "meins").unwrap();
    handbook.run(&["new", "case", "halb"]).expect(2);
    assert_eq!(fs::read_to_string(handbook.path("content/cases/halb/case.md")).unwrap(), "meins");
    assert!(!handbook.path("content/cases/halb/case.yaml").exists());
}

#[test]
fn new_needs_a_handbook() {
    let empty = tempfile::tempdir().unwrap();
    let run = praxis(["new", "case", "fall", "--root", empty.path().to_str().unwrap()]).expect(2);
    assert!(run.stderr.contains("--root"), "{}", run.stderr);
    assert!(tree(empty.path()).is_empty());
}

#[test]
fn the_schemas_of_the_repository_are_up_to_date() {
    praxis(["schema", "--check", "--root", repository().to_str().unwrap()]).expect(0);
}

#[test]
fn schemas_grow_stale_with_a_new_topic_and_are_renewed() {
    let handbook = Handbook::copy();
    handbook.run(&["schema", "--check"]).expect(0);
    let original = fs::read_to_string(handbook.path("content/topics/netzwerke.md")).unwrap();
    fs::write(handbook.path("content/topics/neues-thema.md"), original).unwrap();
    let before = tree(handbook.root());
    let stale = handbook.run(&["schema", "--check"]).expect(1);
    assert!(stale.stderr.contains("content/schema/case.schema.json"), "{}", stale.stderr);
    let noticed = handbook.run(&["check", "--format", "json"]);
    assert!(codes(&json(&noticed.stdout), |_| true).contains("schema-stale"), "{}", noticed.stdout);
    assert_same(&before, &tree(handbook.root()));

    handbook.run(&["schema"]).expect(0);
    handbook.run(&["schema", "--check"]).expect(0);
    assert!(fs::read_to_string(handbook.path("content/schema/case.schema.json")).unwrap().contains("neues-thema"));
    handbook.expect_no_leftovers();
}

#[test]
fn reports_as_json() {
    let handbook = troubled();
    let messages = json(&report(&handbook, "json"));
    let messages = messages.as_array().unwrap();
    let severities = |severity: &str| messages.iter().filter(|message| message["severity"] == severity).count();
    assert!(severities("error") == 1 && severities("warning") > 0, "{messages:#?}");
    for message in messages {
        assert!(
            message["code"].is_string() && message["message"].is_string() && message["line"].is_u64(),
            "{message:#}"
        );
        let path = handbook.root().parent().unwrap().join(message["file"].as_str().unwrap());
        assert!(path.is_file(), "{} leads to a file", path.display());
    }
    let error = messages.iter().find(|message| message["severity"] == "error").unwrap();
    assert_eq!(error["code"], "unknown-key");
    assert!(error["file"].as_str().unwrap().ends_with("content/cases/netzwerk-halle/case.yaml"));
    let source = fs::read_to_string(handbook.path("content/cases/netzwerk-halle/case.yaml")).unwrap();
    let line = source.lines().nth(error["line"].as_u64().unwrap() as usize - 1).unwrap();
    let column = error["column"].as_u64().unwrap() as usize - 1;
    let marked: String = line.chars().skip(column).take(error["length"].as_u64().unwrap() as usize).collect();
    assert!(marked.contains(KEY), "{marked}");
    assert_eq!(
        json(&Handbook::copy().run(&["check", "-q", "--format", "json"]).expect(0).stdout),
        Value::Array(Vec::new())
    );
}

#[test]
fn reports_for_gitlab() {
    let messages = json(&report(&troubled(), "gitlab"));
    let mut fingerprints = BTreeSet::new();
    for message in messages.as_array().unwrap() {
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&message["severity"].as_str().unwrap()));
        assert!(message["description"].is_string() && message["check_name"].is_string(), "{message:#}");
        assert!(message["location"]["path"].is_string(), "{message:#}");
        assert!(message["location"]["lines"]["begin"].as_u64().unwrap() >= 1, "{message:#}");
        assert!(
            fingerprints.insert(message["fingerprint"].as_str().unwrap().to_owned()),
            "twice the same: {message:#}"
        );
    }
    assert!(fingerprints.len() > 1);
}

#[test]
fn reports_for_github() {
    let report = report(&troubled(), "github");
    let lines: Vec<&str> = report.lines().collect();
    assert!(lines.len() > 1);
    for line in &lines {
        let rest = line.strip_prefix("::").unwrap_or_else(|| panic!("{line}"));
        let (level, rest) = rest.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&level), "{line}");
        let (properties, message) = rest.split_once("::").unwrap();
        let keys: Vec<&str> = properties.split(',').map(|property| property.split_once('=').unwrap().0).collect();
        assert_eq!(keys, ["file", "line", "col", "title"], "{line}");
        assert!(!message.is_empty(), "{line}");
    }
    let error = lines.iter().find(|line| line.starts_with("::error")).unwrap();
    assert!(error.contains("100 %25 <neu>"), "percent signs are escaped: {error}");
}

#[test]
fn reports_as_sarif() {
    let sarif = json(&report(&troubled(), "sarif"));
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules: BTreeSet<&str> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let results = run["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["level"] == "error"));
    for result in results {
        assert!(rules.contains(result["ruleId"].as_str().unwrap()), "{result:#}");
        assert!(result["message"]["text"].is_string(), "{result:#}");
        let place = &result["locations"][0]["physicalLocation"];
        let address = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!address.contains([' ', '"', '<']), "an address: {address}");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1, "{result:#}");
    }
}

#[test]
fn reports_for_machines_stand_alone_on_standard_output() {
    let handbook = troubled();
    for format in ["json", "gitlab", "sarif", "github"] {
        for command in ["check", "build"] {
            let run = handbook.run(&[command, "--format", format]).expect(1);
            assert!(!run.stdout.contains("geprüft:") && !run.stdout.contains("nicht geschrieben"), "{}", run.stdout);
            assert!(!run.stderr.contains("unknown-key"), "{}", run.stderr);
        }
    }
}

#[test]
fn messages_speak_the_language_asked_for() {
    let handbook = troubled();
    let german = handbook.run(&["check"]).expect(1).stderr;
    let english = handbook.run(&["check", "--lang", "en"]).expect(1).stderr;
    assert!(german.contains("Fehler[unknown-key]"), "{german}");
    assert!(english.contains("error[unknown-key]"), "{english}");
}

fn codes(messages: &Value, wanted: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let messages = messages.as_array().unwrap().iter();
    messages.filter(|message| wanted(message)).map(|message| message["code"].as_str().unwrap().to_owned()).collect()
}

fn run_value(messages: &[Value]) -> Value {
    Value::Array(messages.to_vec())
}

/// A theme of one's own can break what texts cannot: the report names page and criterion, and fails.
#[test]
fn accessibility_of_pages_is_reported_and_can_fail() {
    let handbook = Handbook::minimal();
    let check = |code| {
        let arguments = ["check", "--accessibility", "--format", "json", "--today", "2026-11-22"];
        json(&handbook.run(&arguments).expect(code).stdout)
    };
    let of_result = |report: &Value, wanted: &str| -> Vec<String> {
        let criteria = report["criteria"].as_array().unwrap().iter();
        criteria.filter(|each| each["result"] == wanted).map(|each| each["wcag"].to_string()).collect()
    };
    let clean = check(0);
    assert!(clean["pages"].as_u64().unwrap() > 20, "{clean:#}");
    assert_eq!(of_result(&clean, "failed"), Vec::<String>::new());
    assert!(of_result(&clean, "untested").len() > 5, "browsers and people are needed: {clean:#}");

    let base = fs::read_to_string(repository().join("themes/handbuch/templates/base.html")).unwrap();
    let broken = base.replace(" lang=\"{{ handbook.language }}\"", "").replace("<main", "<h1>x</h1><main");
    fs::create_dir_all(handbook.path("themes/handbuch/templates")).unwrap();
    fs::write(handbook.path("themes/handbuch/templates/base.html"), broken).unwrap();
    let found = check(1);
    assert_eq!(of_result(&found, "failed"), ["[\"1.3.1\"]", "[\"3.1.1\"]"]);
    let messages = found["findings"].as_array().unwrap().iter().map(|each| each["message"].as_str().unwrap());
    let messages: Vec<&str> = messages.collect();
    assert!(messages.iter().any(|message| message.starts_with("die Seite hat 2 Hauptüberschriften")), "{messages:?}");
}
