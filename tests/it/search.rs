//! `praxis search` and `praxis eval`, as processes. Exact answers come from the small handbook in `tests/sites/minimal/`.

use std::fs;

use serde_json::Value;

use crate::support::{Handbook, Run, praxis, repository};

/// Runs a command on the small handbook.
fn small(arguments: &[&str]) -> Run {
    let root = repository().join("tests/sites/minimal");
    praxis(arguments.iter().copied().chain(["--root", root.to_str().unwrap()]))
}

/// Runs a command on the handbook of this repository.
fn large(arguments: &[&str]) -> Run {
    praxis(arguments.iter().copied().chain(["--root", repository().to_str().unwrap()]))
}

fn json(run: Run) -> Value {
    serde_json::from_str(&run.expect(0).stdout).unwrap()
}

fn slugs(results: &Value) -> Vec<&str> {
    results["hits"].as_array().unwrap().iter().map(|hit| hit["slug"].as_str().unwrap()).collect()
}

/// The cases that a search finds, in its order.
#[track_caller]
fn check_found(arguments: &[&str], expected: &[&str]) {
    let results = json(small(&[&["search", "--json"], arguments].concat()));
    assert_eq!(slugs(&results), expected, "{arguments:?}");
    assert_eq!(results["total"], expected.len(), "{arguments:?}");
}

const FAIR: &str = "job-messe-musterstadt";
const NETWORK: &str = "netzwerk-beispielkreis";

#[test]
fn prints_title_place_extract_and_page() {
    let run = small(&["search", "Vereine"]).expect(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let [total, blank, title, place, extract, page] = lines[..] else { panic!("{}", run.stdout) };
    assert_eq!((total, blank), ("1 Treffer", ""));
    assert_eq!(title, "1. Netzwerk für Arbeit und Ankommen im Beispielkreis");
    assert_eq!(place, "   Beispielkreis, Musterland · Jobcenter Beispielkreis");
    assert!(extract.contains(" ›Vereine‹ viermal im Jahr."), "{extract}");
    assert!(page.trim().ends_with("tests/sites/minimal/public/praxis/netzwerk-beispielkreis.html"), "{page}");
    assert_eq!(run.stderr, "");
}

#[test]
fn answers_in_german_and_english() {
    assert!(small(&["search"]).expect(0).stdout.starts_with("2 Treffer\n"));
    assert!(small(&["search", "--lang", "en"]).expect(0).stdout.starts_with("2 hits\n"));
    assert!(small(&["search", "Messe", "--lang", "en"]).expect(0).stdout.starts_with("1 hit\n"));
}

#[test]
fn says_what_to_do_when_nothing_is_found() {
    let german = small(&["search", "Xylophon"]).expect(0).stdout;
    assert_eq!(german, "0 Treffer\nweniger oder andere Wörter versuchen\n");
    let english = small(&["search", "Xylophon", "--lang", "en"]).expect(0).stdout;
    assert_eq!(english, "0 hits\ntry fewer or other words\n");
}

#[test]
fn suggests_the_word_that_was_meant() {
    let results = json(small(&["search", "Beispielkries", "--json"]));
    assert_eq!(results["suggestions"], serde_json::json!(["Beispielkreis"]));
    let german = small(&["search", "Beispielkries"]).expect(0).stdout;
    assert_eq!(german.lines().nth(1), Some("Meinten Sie: Beispielkreis"));
    let english = small(&["search", "Beispielkries", "--lang", "en"]).expect(0).stdout;
    assert_eq!(english.lines().nth(1), Some("Did you mean: Beispielkreis"));
}

#[test]
fn json_counts_the_facets_of_all_hits() {
    let results = json(small(&["search", "--json", "--limit", "1"]));
    assert_eq!(results["total"], 2);
    assert_eq!(slugs(&results).len(), 1);
    assert_eq!(results["facets"]["form"], serde_json::json!({ "ge": 1, "zkt": 1 }));
    assert_eq!(results["facets"]["state"], serde_json::json!({ "musterland": 2 }));
    assert_eq!(results["facets"]["status"], serde_json::json!({ "running": 1, "unknown": 1 }));
    let hit = &results["hits"][0];
    assert!(hit["url"].as_str().unwrap().starts_with("praxis/"), "{hit}");
    assert_eq!(hit["matches"], serde_json::json!([]));
}

#[test]
fn limits_the_hits() {
    assert_eq!(slugs(&json(small(&["search", "--json", "--limit", "0"]))), [""; 0]);
    assert_eq!(small(&["search", "--limit", "1"]).expect(0).stdout.matches("\n\n").count(), 1);
    small(&["search", "--limit", "viele"]).expect(2);
}

#[test]
fn explains_why_a_case_was_found() {
    let results = json(small(&["search", "Vereinen", "--json", "--explain"]));
    let [reason] = results["hits"][0]["matches"].as_array().unwrap().as_slice() else { panic!("{results:#}") };
    assert_eq!((&reason["field"], &reason["kind"]), (&"summary".into(), &"stem".into()));
    assert_eq!((&reason["word"], &reason["term"]), (&"Vereinen".into(), &"vereine".into()));
    assert!(reason["weight"].as_f64().unwrap() > 0.0);
    let plain = small(&["search", "Vereinen", "--explain"]).expect(0).stdout;
    let last: Vec<&str> = plain.lines().last().unwrap().split_whitespace().skip(1).collect();
    assert_eq!(last, ["summary", "stem", "vereine", "←", "Vereinen"]);
}

#[test]
fn filters_by_id_name_abbreviation_and_number() {
    check_found(&["--form", "zkt"], &[NETWORK]);
    check_found(&["--form", "ZKT"], &[NETWORK]);
    check_found(&["--form", "ge", "--form", "zkt"], &[FAIR, NETWORK]);
    check_found(&["--form", "zkt", "--status", "running"], &[]);
    check_found(&["--phase", "2"], &[FAIR]);
    check_found(&["--phase", "phase-2"], &[FAIR]);
    check_found(&["--phase", "Phase 2: Arbeiten"], &[FAIR]);
    check_found(&["--activity", "messe"], &[FAIR]);
    check_found(&["Beispielkreis", "--partner", "betriebe"], &[FAIR]);

    let of = |land: &str| json(large(&["search", "--json", "--limit", "50", "--land", land]));
    let bavarian = of("BY");
    assert!(bavarian["total"].as_u64().unwrap() > 0);
    assert_eq!(slugs(&bavarian), slugs(&of("bayern")));
    assert_eq!(slugs(&bavarian), slugs(&of("Bayern")));
}

#[test]
fn refuses_a_value_that_no_case_can_have() {
    let run = large(&["search", "Messe", "--land", "Bayren"]).expect(2);
    assert_eq!(run.stderr, "praxis: „Bayren“ ist bei --land nicht vorgesehen; meinten Sie „bayern“?\n");
    assert_eq!(run.stdout, "");
    let run = large(&["search", "--land", "XX", "--lang", "en"]).expect(2);
    assert!(run.stderr.contains("--land does not know \"XX\"; possible are: baden-wuerttemberg, "), "{}", run.stderr);
    small(&["search", "--colour", "blau"]).expect(2);
}

#[test]
fn reports_what_keeps_it_from_searching() {
    let empty = tempfile::tempdir().unwrap();
    let run = praxis(["search", "Messe", "--root", empty.path().to_str().unwrap()]).expect(1);
    assert!(run.stderr.contains("handbook-missing"), "{}", run.stderr);

    // An error in the theme is found only when the theme is used.
    let handbook = Handbook::copy();
    fs::create_dir_all(handbook.path("themes/handbuch/templates")).unwrap();
    fs::write(handbook.path("themes/handbuch/templates/card.html"), "{{ nothing.like.this }}").unwrap();
    let run = handbook.run(&["search", "Messe"]).expect(1);
    assert!(run.stderr.contains("template-error"), "{}", run.stderr);
}

#[test]
fn takes_any_query() {
    let long = "lang".repeat(3_000);
    for words in ["", "\"", "(*:&|)", "<script>", "🙂", "-", "AND OR NOT", &long] {
        json(small(&["search", "--json", "--limit", "3", words]));
    }
}

// -----------------------------------------------------------------------------------------------------------------

const QUERIES: &str = "# query, class, slugs

Messe\ttitle\tjob-messe-musterstadt
Netzwerk\ttitle\tjob-messe-musterstadt
Netzwerk\tother\tjob-messe-musterstadt, netzwerk-beispielkreis
Xylophon\tother\tnetzwerk-beispielkreis
";

/// Measures on the small handbook.
fn measure(queries: &str, options: &[&str]) -> (String, Run) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Fragen.tsv");
    fs::write(&file, queries).unwrap();
    let file = file.to_str().unwrap();
    (file.to_owned(), small(&[&["eval", file], options].concat()))
}

/// The relevant case stands first, second, first and nowhere: (1 + 1/2 + 1 + 0) / 4 = 0.625.
#[test]
fn eval_prints_figures_by_class_and_what_was_missed() {
    let run = measure(QUERIES, &[]).1.expect(0);
    let expected = "              Fragen success@1 success@3  MRR@10
other              2     0.500     0.500   0.500
title              2     0.500     1.000   0.750
gesamt             4     0.500     0.750   0.625
Netzwerk\t2\tjob-messe-musterstadt\tnetzwerk-beispielkreis,job-messe-musterstadt
Xylophon\t–\tnetzwerk-beispielkreis\t
";
    assert_eq!(run.stdout.trim_start(), expected.trim_start());
    assert_eq!(run.stderr, "");
}

#[test]
fn eval_prints_the_rank_of_every_query_as_json() {
    let report = json(measure(QUERIES, &["--json"]).1);
    assert_eq!(
        report["total"],
        serde_json::json!({ "queries": 4, "success@1": 0.5, "success@3": 0.75, "mrr@10": 0.625 })
    );
    assert_eq!(report["classes"]["title"]["mrr@10"], 0.75);
    let ranks: Vec<&Value> = report["queries"].as_array().unwrap().iter().map(|query| &query["rank"]).collect();
    assert_eq!(ranks, [&Value::from(1), &Value::from(2), &Value::from(1), &Value::Null]);
    assert_eq!(report["queries"][1]["found"], serde_json::json!([NETWORK, FAIR]));
}

#[test]
fn eval_names_the_line_that_is_no_query() {
    for line in ["Messe", "Messe title", "Messe\ttitle", "Messe\ttitle\t", "\ttitle\ta", "a\tb\tc\td"] {
        let (file, run) = measure(&format!("{QUERIES}{line}\n"), &[]);
        let expected = format!("praxis: {file}:7: erwartet wird: Frage <TAB> Klasse <TAB> Beispiel,Beispiel\n");
        assert_eq!(run.expect(2).stderr, expected);
    }
}

#[test]
fn eval_names_cases_that_do_not_exist() {
    let (file, run) = measure("Messe\ttitle\tjob-messe\n", &[]);
    assert_eq!(run.expect(0).stderr, format!("praxis: {file}:1: kein Beispiel heißt „job-messe“\n"));
}

#[test]
fn eval_reads_windows_lines_and_needs_a_file() {
    let unix = measure(QUERIES, &["--json"]).1.expect(0).stdout;
    let windows = measure(&QUERIES.replace('\n', "\r\n"), &["--json"]).1.expect(0).stdout;
    assert_eq!(unix, windows);
    let run = small(&["eval", "gibt-es-nicht.tsv"]).expect(2);
    assert_eq!(run.stderr, "praxis: gibt-es-nicht.tsv lässt sich nicht als Text lesen\n");
}
