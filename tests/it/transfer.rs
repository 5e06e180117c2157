//! `praxis transfer`, as processes, on the small handbook in `tests/sites/minimal/` and on that of the repository.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Handbook, Run, praxis, repository};

const CASE: &str = "job-messe-musterstadt";
const ITEM: &str = "messe-01";
const TEXT: &str = "Ein Raum für vierzig Tische ist gebucht.";

/// Runs `praxis transfer` on the small handbook.
fn small(arguments: &[&str]) -> Run {
    let root = repository().join("tests/sites/minimal");
    praxis(["transfer"].iter().chain(arguments).chain(&["--root", root.to_str().unwrap()]))
}

/// A folder with one file in it.
fn file(content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    fs::write(&path, content).unwrap();
    (folder, path)
}

/// Checks a file against the small handbook.
fn check(content: impl AsRef<[u8]>, arguments: &[&str]) -> Run {
    let (_folder, path) = file(content);
    small(&[&["check", path.to_str().unwrap()], arguments].concat())
}

/// The first item of the small handbook, as a plan that fits it answers it.
fn fitting() -> Value {
    let matrix = small(&["matrix", "--json"]).expect(0).stdout;
    let handbook = &serde_json::from_str::<Value>(&matrix).unwrap()["handbook"];
    json!({
        "format": "praxis-plan", "version": 1,
        "handbook": { "key": handbook["key"], "title": "Kleines Handbuch", "edition": handbook["edition"] },
        "saved": "2026-11-22T10:00:00Z",
        "institution": "Jobcenter Beispielkreis", "date": "2026-11-30",
        "profile": { "form": "ge" },
        "cases": [{ "slug": CASE, "title": "Messe" }],
        "answers": [{
            "item": ITEM, "case": CASE, "dimension": "aufwand", "kind": "requirement", "text": TEXT,
            "answer": "missing", "note": "<b>fett</b>", "role": "Teamleitung", "due": "2026-12-15",
            "changed": "2026-11-22T10:00:00.123Z",
        }],
        "own": [{
            "item": "eigen-1", "dimension": "aufwand", "text": "Schlüssel besorgen", "answer": "open",
            "changed": "2026-11-22T10:00:00Z",
        }],
    })
}

/// The plan that fits, with one value put in place of another.
fn with(pointer: &str, value: Value) -> String {
    let mut plan = fitting();
    *plan.pointer_mut(pointer).unwrap() = value;
    plan.to_string()
}

/// The plan that fits, with one member more.
fn with_member(object: &str, name: &str, value: Value) -> String {
    let mut plan = fitting();
    plan.pointer_mut(object).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
    plan.to_string()
}

/// What a file that cannot be opened is told: place and message of every problem.
#[track_caller]
fn check_refused(content: impl AsRef<[u8]>, expected: &[(&str, &str)]) {
    let run = check(content, &["--json"]).expect(1);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let problems: Vec<(&str, &str)> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["place"].as_str().unwrap(), problem["message"].as_str().unwrap()))
        .collect();
    assert_eq!(problems, expected);
    assert_eq!((&report["readable"], &report["differences"]), (&json!(false), &json!([])));
}

/// Where a plan that can be opened does not fit.
#[track_caller]
fn check_differences(content: String, expected: Value) {
    let run = check(content, &["--json"]).expect(1);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["readable"], &report["differences"]), (&json!(true), &expected));
}

#[test]
fn the_matrix_is_a_table_for_people() {
    let expected = "\
Beispiel                A  Summe
Job-Messe Musterstadt   1      1
Netzwerk Beispielkreis  noch nicht erhoben
Summe                   1      1

Art              A  Summe
Voraussetzung    1      1
Stolperstein     ·      ·
Klärungsfrage    ·      ·
Gelingensfaktor  ·      ·
Aufwand          ·      ·
Variante         ·      ·
Frist            ·      ·

A  Aufwand
";
    assert_eq!(small(&["matrix"]).expect(0).stdout, expected);
    assert!(small(&["matrix", "--lang", "en"]).expect(0).stdout.starts_with("case "));
}

#[test]
fn the_matrix_is_a_table_for_spreadsheets() {
    let expected = "\u{feff}Kennung;Beispiel;Dimension;Voraussetzung;Stolperstein;Klärungsfrage;Gelingensfaktor;Aufwand;Variante;Frist\r
job-messe-musterstadt;Job-Messe Musterstadt;Aufwand;1;0;0;0;0;0;0\r
netzwerk-beispielkreis;Netzwerk Beispielkreis;Aufwand;;;;;;;\r
";
    assert_eq!(small(&["matrix", "--csv"]).expect(0).stdout, expected);
    small(&["matrix", "--csv", "--json"]).expect(2);
}

#[test]
fn the_matrix_counts_every_item_once() {
    let run = praxis(["transfer", "matrix", "--json", "--root", repository().to_str().unwrap()]).expect(0);
    let matrix: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut all = 0;
    for case in matrix["cases"].as_array().unwrap() {
        let Some(dimensions) = case["items"].as_object() else {
            assert_eq!(case["total"], Value::Null, "{case}");
            continue;
        };
        let counts = dimensions.values().flat_map(|kinds| kinds.as_object().unwrap().values());
        let sum: u64 = counts.map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(case["total"], sum, "{case}");
        all += sum;
    }
    let site: Value = serde_json::from_slice(&Handbook::copy().build()["daten/faelle.json"]).unwrap();
    let lists = site["cases"].as_array().unwrap().iter().filter_map(|case| case["checklist"].as_array());
    assert_eq!(lists.map(Vec::len).sum::<usize>() as u64, all);
}

#[test]
fn a_plan_that_fits_is_clean() {
    let run = check(fitting().to_string(), &[]).expect(0);
    assert_eq!((&*run.stdout, &*run.stderr), ("1 Beispiel, 1 Antwort, 1 eigener Punkt; Ausgabe 2026-11\n", ""));
    check(format!("\u{feff}{}", fitting()), &[]).expect(0);
}

#[test]
fn another_edition_alone_is_no_problem() {
    let run = check(with("/handbook/edition", json!("2025-06")), &["--lang", "en"]).expect(0);
    assert_eq!(run.stdout, "1 case, 1 answer, 1 own item; edition 2025-06, the handbook has 2026-11\n");
}

#[test]
fn shows_both_texts_of_a_changed_item() {
    let run = check(with("/answers/0/text", json!("Ein Raum ist da.\u{1b}[2J")), &[]).expect(1);
    let expected = "\
1 Beispiel, 1 Antwort, 1 eigener Punkt; Ausgabe 2026-11
geänderter Text: messe-01 (job-messe-musterstadt)
  damals: Ein Raum ist da.<U+001B>[2J
  jetzt: Ein Raum für vierzig Tische ist gebucht.
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn lists_what_does_not_fit_the_handbook() {
    check_differences(
        with("/cases", json!([{ "slug": "messe-musterstadt", "title": "M" }, { "slug": "weg", "title": "Weg" }])),
        json!([
            { "difference": "renamed-case", "was": "messe-musterstadt", "is": CASE },
            { "difference": "unknown-case", "case": "weg", "title": "Weg" },
        ]),
    );
    check_differences(
        with("/answers/0/item", json!("messe-99")),
        json!([{ "difference": "removed-item", "item": "messe-99", "case": CASE, "text": TEXT }]),
    );
    check_differences(
        with("/answers/0/case", json!("netzwerk-beispielkreis")),
        json!([{ "difference": "moved-item", "item": ITEM, "was": "netzwerk-beispielkreis", "is": CASE }]),
    );
    check_differences(
        with("/answers/0/kind", json!("success-factor")),
        json!([{ "difference": "changed-kind", "item": ITEM, "case": CASE, "was": "success-factor", "is": "requirement" }]),
    );
    check_differences(
        with("/own/0/dimension", json!("raum")),
        json!([{ "difference": "unknown-dimension", "item": "eigen-1", "dimension": "raum" }]),
    );
    check_differences(
        with("/profile", json!({ "state": "atlantis" })),
        json!([{ "difference": "unknown-profile", "value": "atlantis" }]),
    );
}

#[test]
fn an_item_of_another_handbook_was_never_here() {
    let mut plan = fitting();
    plan["handbook"] = json!({ "key": "anderes", "title": "Anderes", "edition": "2026" });
    plan["answers"][0]["item"] = json!("fremd-1");
    let report = check(plan.to_string(), &["--json"]).expect(1).stdout;
    let report: Value = serde_json::from_str(&report).unwrap();
    let kinds: Vec<&Value> = report["differences"].as_array().unwrap().iter().map(|each| &each["difference"]).collect();
    assert_eq!(kinds, ["other-handbook", "unknown-item"]);
}

#[test]
fn a_former_name_of_the_case_is_no_move() {
    check(with("/answers/0/case", json!("messe-musterstadt")), &[]).expect(0);
}

#[test]
fn refuses_other_formats_and_versions_in_one_line() {
    let newer = "der Plan hat die Fassung 2, dieses Programm liest Fassung 1; nehmen Sie die Ausgabe des Programms, mit der \
        er gespeichert wurde";
    check_refused(with("/version", json!(2)), &[("/version", newer)]);
    check_refused(with("/version", json!("1")), &[("/version", "„1“ ist hier nicht vorgesehen")]);
    let no_plan = "das ist kein gespeicherter Plan; ein Plan hat „\"format\": \"praxis-plan\"“";
    for content in ["{}", "[]", "null", "7", r#"{"format":{}}"#] {
        check_refused(content, &[("/format", no_plan)]);
    }
}

#[test]
fn names_the_place_of_wrong_values() {
    check_refused(with("/institution", json!(["x"])), &[("/institution", "hierher gehört Text")]);
    check_refused(with("/answers", json!({})), &[("/answers", "hierher gehört eine Liste")]);
    check_refused(with("/answers/0", json!(1)), &[("/answers/0", "hierher gehört eine Gruppe von Angaben")]);
    check_refused(with("/answers/0/item", json!("../x")), &[("/answers/0/item", "„../x“ ist hier nicht vorgesehen")]);
    check_refused(with("/answers/0/answer", json!("ja")), &[("/answers/0/answer", "„ja“ ist hier nicht vorgesehen")]);
    check_refused(with("/date", json!("2026-02-30")), &[("/date", "den Tag „2026-02-30“ gibt es nicht")]);
    check_refused(with("/saved", json!("gestern")), &[("/saved", "„gestern“ ist hier nicht vorgesehen")]);
    check_refused(
        with("/answers/0/answer", json!("solved")),
        &[("/answers/0/answer", "die Antwort „solved“ passt nicht zur Art des Punkts")],
    );
    let own = fitting()["own"][0].clone();
    check_refused(with("/own", json!([own, own])), &[("/own/1/item", "den Punkt „eigen-1“ gibt es zweimal")]);
}

#[test]
fn keeps_the_limits() {
    check(with("/answers/0/note", json!("ü".repeat(5000))), &[]).expect(0);
    check_refused(
        with("/answers/0/note", json!("ü".repeat(5001))),
        &[("/answers/0/note", "der Text hat mehr als 5000 Zeichen")],
    );
    check_refused(
        with("/answers/0/role", json!("r".repeat(201))),
        &[("/answers/0/role", "der Text hat mehr als 200 Zeichen")],
    );
    let cases = vec![json!({ "slug": CASE, "title": "" }); 501];
    check_refused(with("/cases", json!(cases)), &[("/cases", "die Liste hat mehr als 500 Einträge")]);
}

#[test]
fn refuses_names_that_poison_objects_in_scripts() {
    for name in ["__proto__", "constructor", "toString"] {
        let message = format!("die Angabe „{name}“ gehört nicht hierher");
        check_refused(with_member("", name, json!({ "polluted": true })), &[("", &message)]);
        check_refused(with_member("/answers/0", name, json!("x")), &[("/answers/0", &message)]);
    }
    let message = "„__proto__“ ist hier nicht vorgesehen";
    check_refused(with("/answers/0/item", json!("__proto__")), &[("/answers/0/item", message)]);
}

#[test]
fn refuses_what_is_no_json() {
    check_refused("", &[("1:0", "die Datei ist unvollständig")]);
    check_refused("{\n  \"format\": praxis", &[("2:13", "das ist kein gültiges JSON")]);
    let deep = "die Angaben sind zu tief verschachtelt";
    check_refused("[".repeat(1_000_000), &[("1:128", deep)]);
    check_refused(format!("{{\"format\":{}", "{\"a\":".repeat(100_000)), &[("1:641", deep)]);
}

#[test]
fn refuses_what_is_no_text_or_too_much_of_it() {
    check_refused(b"{\"format\": \"\xff\"}", &[("", "die Datei ist kein Text in UTF-8")]);
    check_refused(vec![0xff, 0xfe, b'{', 0], &[("", "die Datei ist kein Text in UTF-8")]);
    let large = "die Datei ist größer als 1 MB";
    check_refused(with("/answers/0/note", json!("x".repeat(1_100_000))), &[("", large)]);
    check_refused(vec![b' '; 1024 * 1024 + 1], &[("", large)]);
}

#[test]
fn tells_at_most_fifty_problems() {
    let run = check(with("/cases", json!(vec![1; 400])), &[]).expect(1);
    assert_eq!(run.stdout.lines().count(), 50);
    assert_eq!(run.stdout.lines().next(), Some("/cases/0: hierher gehört eine Gruppe von Angaben"));
}

#[test]
fn a_file_that_cannot_be_read_is_wrong_use() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("fehlt.json")] {
        let run = small(&["check", path.to_str().unwrap()]).expect(2);
        assert!(run.stderr.contains("lässt sich nicht lesen") && run.stdout.is_empty(), "{run:?}");
    }
    small(&["check"]).expect(2);
}

#[test]
fn half_a_handbook_is_no_measure() {
    let handbook = Handbook::copy();
    handbook.edit("content/cases/netzwerk-halle/case.yaml", |text| text + "\nfremd: 1\n");
    let (_folder, path) = file(fitting().to_string());
    for arguments in [&["transfer", "matrix"][..], &["transfer", "check", path.to_str().unwrap()]] {
        let run = handbook.run(arguments).expect(1);
        assert!(run.stderr.contains("unknown-key") && run.stdout.is_empty(), "{run:?}");
    }
}

#[test]
fn the_site_publishes_the_schema_of_plans() {
    let schema: Value = serde_json::from_slice(&Handbook::copy().build()["daten/plan.schema.json"]).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&fitting()));
    assert!(!validator.is_valid(&json!({ "format": "praxis-plan", "version": 1 })));
}
