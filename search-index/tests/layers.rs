//! Cases laid over an index answer as an index of everything that is built anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has to stop")]

use std::collections::BTreeMap;

use search_index::{
    Archives, Document, Facet, Lexicon, OpenError, Query, Results, Searcher, Sort, Standing, build, build_layer,
};

const WORDS: [&str; 16] = [
    "Anerkennungsberatung",
    "Anerkennung",
    "Beratung",
    "Bewerber*innen",
    "Job-Turbo",
    "Netzwerk",
    "Vereine",
    "Budget",
    "Vermittlungsbudget",
    "Großwäscherei",
    "Qualifizierung",
    "qualifizieren",
    "Sprachkurs",
    "Arbeitgeber-Service",
    "Plauen",
    "und",
];

/// The next of a row of numbers that look like chance.
fn next(seed: &mut u32) -> usize {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*seed >> 16) as usize
}

fn text(seed: &mut u32, words: usize) -> String {
    (0..words).map(|_| WORDS[next(seed) % WORDS.len()]).collect::<Vec<&str>>().join(" ")
}

fn document(slug: &str, seed: u32) -> Document {
    let mut seed = seed;
    let value = |seed: &mut u32| format!("wert-{}", next(seed) % 3);
    Document {
        slug: slug.to_owned(),
        url: format!("praxis/{slug}.html"),
        title: format!("{} {slug}", text(&mut seed, 2)),
        short_title: text(&mut seed, 1),
        places: vec![text(&mut seed, 1)],
        summary: text(&mut seed, 8),
        checklist: vec![text(&mut seed, 6)],
        body: format!("{}\n{}", text(&mut seed, 30), text(&mut seed, 20)),
        updated: format!("2025-01-{:02}", 1 + next(&mut seed) % 28),
        facets: BTreeMap::from([
            (Facet::Topic, vec![value(&mut seed), "alle".to_owned()]),
            (Facet::State, vec![value(&mut seed)]),
        ]),
        ..Document::default()
    }
}

/// A case that has every word: words of replaced texts stay known until an index is built anew.
fn anchor() -> Document {
    Document { body: WORDS.join(" "), ..document("anker", 0) }
}

fn lexicon() -> Lexicon {
    Lexicon { synonyms: vec![vec!["Vereine".to_owned(), "Netzwerk".to_owned()]], exceptions: Vec::new() }
}

/// Lays the documents of `now` that are not those of `before` over the index of those.
fn layered(before: &[Document], now: &[Document]) -> Archives {
    let below = build(before.to_vec(), &lexicon()).unwrap();
    let place = |document: &Document| now.iter().position(|other| other == document);
    let mut numbers: Vec<Option<u32>> =
        before.iter().map(|document| place(document).map(|number| number.try_into().unwrap())).collect();
    let new = (0..).zip(now).filter(|(_, document)| !before.contains(document));
    let (own, documents): (Vec<u32>, Vec<Document>) = new.map(|(number, document)| (number, document.clone())).unzip();
    numbers.extend(own.into_iter().map(Some));
    let titles = now.iter().map(|document| document.title.as_str()).collect();
    let above = build_layer(documents, &lexicon(), &Standing { numbers, titles }).unwrap();
    Archives { index: [below.index, above.index].concat(), texts: [below.texts, above.texts].concat() }
}

fn open(archives: Archives) -> Searcher {
    let mut searcher = Searcher::open(archives.index).unwrap();
    searcher.add_texts(archives.texts).unwrap();
    searcher
}

fn answers(searcher: &Searcher) -> Vec<Results> {
    let more = [
        "",
        "Anerkenung",
        "Beratung Anerkennung",
        "\"Job-Turbo Netzwerk\"",
        "Berufsanerkennung",
        "Netz",
        "Vereine Budget",
    ];
    let chosen = BTreeMap::from([(Facet::Topic, ["wert-1".to_owned()].into())]);
    let mut answers = Vec::new();
    for text in WORDS.into_iter().chain(more) {
        for sort in [Sort::Relevance, Sort::Newest, Sort::Title] {
            for filters in [BTreeMap::new(), chosen.clone()] {
                let text = text.to_owned();
                let query = Query { text, filters, sort, limit: 50, completions: 5, explain: true, ..Query::default() };
                let mut results = searcher.search(&query);
                // Words of replaced texts count for how frequent a word is.
                results.completions.sort();
                answers.push(results);
            }
        }
    }
    answers
}

#[track_caller]
fn check_same(before: &[Document], now: &[Document]) {
    assert_eq!(answers(&open(layered(before, now))), answers(&open(build(now.to_vec(), &lexicon()).unwrap())));
}

#[test]
fn changed_new_and_deleted_cases_answer_as_in_an_index_of_all() {
    let before: Vec<Document> =
        (0..20).map(|number| document(&format!("fall-{number:02}"), number)).chain([anchor()]).collect();
    let mut changed = before.clone();
    changed[3] = document("fall-03", 100);
    check_same(&before, &changed);

    let mut deleted = before.clone();
    deleted.remove(7);
    check_same(&before, &deleted);

    // In the order of names, as cases stand in a handbook.
    let mut several = changed;
    several.remove(11);
    several.insert(0, document("aa", 101));
    several.insert(9, document("fall-08-neu", 102));
    several[15] = document("fall-15", 103);
    check_same(&before, &several);
    check_same(&several, &before);

    check_same(&before, &before);
    check_same(&[], &before);
}

#[test]
fn layers_that_do_not_fit_are_refused() {
    let documents = vec![document("a", 1), document("b", 2)];
    let below = build(documents.clone(), &lexicon()).unwrap();
    let refused = |numbers: &[Option<u32>], titles: usize| {
        let standing = Standing { numbers: numbers.to_vec(), titles: vec!["Titel"; titles] };
        let above = build_layer(vec![document("c", 3)], &lexicon(), &standing).unwrap();
        let opened = Searcher::open([below.index.as_slice(), &above.index].concat());
        matches!(opened, Err(OpenError::Unusable(_)))
    };
    assert!(!refused(&[Some(0), Some(1), Some(2)], 3));
    assert!(!refused(&[Some(0), None, Some(1)], 2));
    assert!(refused(&[Some(0), Some(1)], 3), "too few numbers");
    assert!(refused(&[Some(0), Some(1), Some(2), Some(3)], 4), "too many");
    assert!(refused(&[Some(0), Some(0), Some(1)], 3), "two cases of one number");
    assert!(refused(&[Some(0), Some(1), Some(7)], 3), "no such number");
    assert!(refused(&[Some(0), Some(1), Some(2)], 2), "too few titles");

    // Texts of other layers.
    let mut searcher = Searcher::open(layered(&documents, &documents[..1]).index).unwrap();
    assert!(searcher.add_texts(below.texts.clone()).is_err());
    assert!(searcher.add_texts([below.texts.as_slice(), &below.texts].concat()).is_err());
    assert!(searcher.add_texts(layered(&documents, &documents[..1]).texts).is_ok());
}
