//! Every class of words that a reader may type, on a handful of invented cases; and everything else one may type.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has to stop")]

use std::collections::{BTreeMap, BTreeSet};

use search_index::{Document, Facet, Kind, Lexicon, OpenError, Query, Results, Searcher, Segment, build};

fn document(slug: &str, title: &str, places: &[&str], topic: &str, body: &str) -> Document {
    Document {
        slug: slug.to_owned(),
        url: format!("praxis/{slug}.html"),
        title: title.to_owned(),
        short_title: title.to_owned(),
        places: places.iter().map(|place| (*place).to_owned()).collect(),
        body: body.to_owned(),
        facets: BTreeMap::from([
            (Facet::Topic, vec![topic.to_owned()]),
            (Facet::State, places.last().map(|place| place.to_lowercase()).into_iter().collect()),
        ]),
        ..Document::default()
    }
}

fn documents() -> Vec<Document> {
    vec![
        document(
            "beratung",
            "Anerkennungsberatung im Jobcenter",
            &["Vogtlandkreis", "Plauen", "Sachsen"],
            "netzwerke",
            "Fachkräfte beraten zur Anerkennung von Berufsabschlüssen. Das Projekt „MY TURN“ war beteiligt. Ein Budget half.",
        ),
        document(
            "boerse",
            "Stellenbörse für Bewerber*innen",
            &["München", "Bayern"],
            "vermittlung",
            "Die Qualifizierung beginnt sofort. Betriebe stellen Bewerberinnen und Bewerber ein. Das Vermittlungsbudget hilft.",
        ),
        document(
            "netz",
            "Netzwerk der Vereine",
            &["Halle (Saale)", "Sachsen-Anhalt"],
            "netzwerke",
            "Migrantenselbstorganisationen treffen sich mit dem zugelassenen kommunalen Träger. In Deutschland gilt das. Turn my page.",
        ),
        document(
            "waesche",
            "Job-Speed-Dating in der Großwäscherei",
            &["Aschaffenburg", "Bayern"],
            "vermittlung",
            "Der Arbeitgeber-Service lädt ein. Kleine Gruppen gehen durch den Betrieb, eine Vereinbarung hilft.",
        ),
    ]
}

fn lexicon() -> Lexicon {
    let group = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Lexicon {
        synonyms: vec![
            group(&["zkT", "Optionskommune", "zugelassener kommunaler Träger"]),
            group(&["MSO", "Migrantenselbstorganisation"]),
            group(&["AG-S", "Arbeitgeber-Service"]),
        ],
        exceptions: vec!["Deutschland".to_owned()],
    }
}

fn searcher() -> Searcher {
    let archives = build(documents(), &lexicon()).unwrap();
    let mut searcher = Searcher::open(archives.index).unwrap();
    searcher.add_texts(archives.texts).unwrap();
    searcher
}

fn ask(searcher: &Searcher, text: &str) -> Results {
    searcher.search(&Query { text: text.to_owned(), limit: 10, explain: true, ..Query::default() })
}

fn slugs(results: &Results) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.slug.as_str()).collect()
}

#[track_caller]
fn check_found(text: &str, expected: &[&str]) {
    assert_eq!(slugs(&ask(&searcher(), text)), expected, "{text}");
}

#[track_caller]
fn check_first(text: &str, slug: &str, kind: Kind) {
    let results = ask(&searcher(), text);
    let first = results.hits.first().unwrap_or_else(|| panic!("nothing found for {text}"));
    assert_eq!((first.slug.as_str(), first.matches.first().map(|found| found.kind)), (slug, Some(kind)), "{text}");
}

#[test]
fn inflections() {
    check_first("qualifizieren", "boerse", Kind::Stem);
    check_first("Verein", "netz", Kind::Stem);
    check_found("Berufsabschluss", &["beratung"]);
}

#[test]
fn compounds_both_ways() {
    check_found("Beratung Anerkennung", &["beratung"]);
    check_first("Berufsanerkennung", "beratung", Kind::Split);
    check_found("Budget", &["beratung", "boerse"]);
    check_found("Kleingruppen", &["waesche"]);
    check_found("Land", &[]);
}

#[test]
fn spelling_without_umlauts() {
    for word in ["München", "Muenchen", "Munchen", "muenchen"] {
        check_first(word, "boerse", Kind::Exact);
    }
    check_first("Grosswaescherei", "waesche", Kind::Exact);
}

#[test]
fn gender_forms() {
    for word in ["Bewerber*innen", "Bewerber:innen", "Bewerber_innen", "BewerberInnen", "Bewerberinnen und Bewerber"] {
        check_first(word, "boerse", Kind::Exact);
    }
}

#[test]
fn typing_errors() {
    for (typed, slug, meant) in [
        ("Aschafenburg", "waesche", "Aschaffenburg"),
        ("Anerkenungsberatung", "beratung", "Anerkennungsberatung"),
        ("Netzwrek", "netz", "Netzwerk"),
    ] {
        check_first(typed, slug, Kind::Typo);
        assert_eq!(ask(&searcher(), typed).suggestions, [meant]);
    }
    assert!(ask(&searcher(), "Netzwerk").suggestions.is_empty());
}

#[test]
fn unfinished_words() {
    check_first("Anerk", "beratung", Kind::Prefix);
}

#[test]
fn synonyms_and_abbreviations() {
    for word in ["zkT", "Optionskommune", "Optionskommunen", "MSO"] {
        check_first(word, "netz", Kind::Synonym);
    }
    check_first("zugelassener kommunaler Träger", "netz", Kind::Phrase);
    check_first("AG-S", "waesche", Kind::Synonym);
    check_first("Arbeitgeberservice", "waesche", Kind::Exact);
}

#[test]
fn places() {
    check_found("Bayern", &["boerse", "waesche"]);
    check_found("Sachsen", &["beratung", "netz"]);
    check_found("Sachsen-Anhalt", &["netz"]);
    check_found("Plauen", &["beratung"]);
}

#[test]
fn phrases() {
    check_found("\"MY TURN\"", &["beratung"]);
    check_found("„my turn“", &["beratung"]);
    check_found("my turn", &["beratung", "netz"]);
}

#[test]
fn a_title_outweighs_the_text() {
    check_first("Vereine", "netz", Kind::Exact);
    check_found("Verein ", &["netz"]);
}

#[test]
fn facets_count_what_choosing_would_give() {
    let searcher = searcher();
    let counts =
        |results: &Results, facet| -> Vec<(String, usize)> { results.facets[&facet].clone().into_iter().collect() };
    let all = searcher.search(&Query { limit: 10, ..Query::default() });
    assert_eq!(all.total, 4);
    assert_eq!(counts(&all, Facet::Topic), [("netzwerke".to_owned(), 2), ("vermittlung".to_owned(), 2)]);
    let choose = |values: &[&str]| {
        BTreeMap::from([(Facet::State, values.iter().map(|v| (*v).to_owned()).collect::<BTreeSet<_>>())])
    };
    let bavarian = searcher.search(&Query { filters: choose(&["bayern"]), limit: 10, ..Query::default() });
    assert_eq!(slugs(&bavarian), ["boerse", "waesche"]);
    assert_eq!(counts(&bavarian, Facet::Topic), [("netzwerke".to_owned(), 0), ("vermittlung".to_owned(), 2)]);
    let states = [("bayern", 2), ("sachsen", 1), ("sachsen-anhalt", 1)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counts(&bavarian, Facet::State), states);
    let two = searcher.search(&Query { filters: choose(&["bayern", "sachsen"]), limit: 1, ..Query::default() });
    assert_eq!((two.total, two.hits.len()), (3, 1));
    let nowhere = searcher.search(&Query { filters: choose(&["atlantis"]), limit: 10, ..Query::default() });
    assert_eq!(nowhere.total, 0);
}

#[test]
fn extracts_show_why() {
    let results = ask(&searcher(), "Berufsabschlüsse");
    let hit = &results.hits[0];
    let marked: Vec<&str> =
        hit.extract.iter().filter(|segment| segment.marked).map(|segment| segment.text.as_str()).collect();
    assert_eq!(marked, ["Berufsabschlüssen"]);
    assert_eq!(hit.title, [Segment { text: "Anerkennungsberatung im Jobcenter".to_owned(), marked: false }]);
}

#[test]
fn anything_may_be_typed() {
    let searcher = searcher();
    let long = "ä".repeat(10_000);
    let many = (0..300).map(|number| format!("wort{number}")).collect::<Vec<_>>().join(" ");
    let hostile = [
        long.as_str(),
        &many,
        "…!?***",
        "🙂🙃",
        "\"",
        "\"\"\"",
        "„offen",
        "\"a\"b\"",
        "<script>alert(1)</script>",
        "-",
        "--- -",
        "a-",
        "*innen",
        "\u{0}\u{1}",
        "٣٤٥",
        "漢字",
        "ﬁ",
        "İstanbul",
        "ẞ",
        "\u{301}",
        "%00",
        "SELECT * FROM",
        "((((((",
        "a*b*c*d",
        "AND OR NOT",
    ];
    for text in hostile {
        let results = ask(&searcher, text);
        assert!(results.total <= searcher.len(), "{text}");
    }
    assert_eq!(ask(&searcher, "…!?").total, 0);
    assert_eq!(ask(&searcher, "  ").total, 4);
}

#[test]
fn equal_documents_give_equal_bytes() {
    assert_eq!(build(documents(), &lexicon()).unwrap(), build(documents(), &lexicon()).unwrap());
}

#[test]
fn an_empty_handbook_can_be_searched() {
    let searcher = Searcher::open(build(Vec::new(), &Lexicon::default()).unwrap().index).unwrap();
    assert_eq!(ask(&searcher, "Netzwerk").total, 0);
    assert!(searcher.is_empty());
}

#[test]
fn damaged_archives_are_refused() {
    let archive = build(documents(), &lexicon()).unwrap().index;
    let error = |bytes: Vec<u8>| Searcher::open(bytes).err();
    for length in (0..archive.len()).step_by(97) {
        assert!(error(archive[..length].to_vec()).is_some(), "cut to {length}");
    }
    for at in (0..archive.len()).step_by(31) {
        let mut damaged = archive.clone();
        damaged[at] ^= 0x55;
        assert!(error(damaged).is_some(), "byte {at}");
    }
    assert_eq!(error(b"PK\x03\x04 something else".to_vec()), Some(OpenError::Foreign));
    assert_eq!(error([archive.as_slice(), &[0]].concat()), Some(OpenError::Corrupt));
}
