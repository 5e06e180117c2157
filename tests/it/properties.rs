//! What holds for every text, name, plan, archive and query: the fuzz targets of `tests/fuzz` in small, without a nightly
//! compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use search_index::{Document, Facet, Hit, Lexicon, OpenError, Query, Results, Searcher, Segment, build};

use crate::invariants;

/// Magic, version and checksum; the checksum is taken over what follows.
const HEADER: usize = 16;

const TITLES: [&str; 4] = [
    "Externe Anerkennungsberatung im Jobcenter",
    "Job-Turbo Taskforces: Führungskräfte und Bewerber*innen",
    "Großwäscherei „MY TURN“ – Übersetzer:innen",
    "Netzwerk Integration und Migration der Stadt Halle (Saale)",
];

const BODY: &str = "Die Integrationsfachkräfte laden jeden Monat Bewerber*innen ein. Straße, Café, naïv, ﬁ, İstanbul, 🙂 und 10.000 €.\n\
    Das Jobcenter ist ein zugelassener kommunaler Träger (zkT). Stellen-Bewerber-Relation, „OnSite-Büros“ und e\u{301}tudes.";

static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let document = |(number, title): (usize, &&str)| Document {
        slug: format!("case-{number}"),
        url: format!("praxis/case-{number}.html"),
        title: (*title).to_owned(),
        short_title: title.chars().take(20).collect(),
        places: vec!["Vogtlandkreis, Plauen, Sachsen".to_owned()],
        summary: BODY.chars().skip(number).take(90).collect(),
        checklist: BODY.split(". ").map(str::to_owned).collect(),
        body: BODY.repeat(number + 1),
        facets: BTreeMap::from([(Facet::Topic, vec![format!("topic-{}", number % 2)])]),
        ..Document::default()
    };
    TITLES.iter().enumerate().map(document).collect()
});

static ARCHIVE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let group = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let synonyms =
        vec![group(&["zkT", "Optionskommune", "zugelassener kommunaler Träger"]), group(&["Betrieb", "Firma"])];
    build(DOCUMENTS.clone(), &Lexicon { synonyms, exceptions: group(&["Deutschland"]) }).unwrap().index
});

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| Searcher::open(ARCHIVE.clone()).unwrap());

/// Anything, and what lies nearer: words of the index cut, joined and put into quotation marks.
fn text() -> impl Strategy<Value = String> {
    let words: Vec<&str> = BODY.split(' ').chain(TITLES.iter().flat_map(|title| title.split(' '))).collect();
    let word =
        (prop::sample::select(words), 0..12_usize).prop_map(|(word, length)| word.chars().take(length).collect());
    let piece = prop_oneof![3 => word, 1 => any::<String>(), 1 => "[-\"„“*:/_. ]{1,3}"];
    vec(piece, 0..8).prop_map(|pieces: Vec<String>| pieces.join(" "))
}

prop_compose! {
    fn query()(
        text in text(),
        filters in btree_map(prop::sample::select(&Facet::ALL), btree_set("topic-[012]", 0..3), 0..3),
        offset in 0..6_usize,
        limit in 0..6_usize,
        explain: bool,
    ) -> Query {
        Query { text, filters, offset, limit, explain, ..Query::default() }
    }
}

/// Pieces of Markdown in any order, and now and then anything.
fn markdown() -> impl Strategy<Value = String> {
    const PIECES: [&str; 58] = [
        "a",
        "Kund*innen",
        "gE",
        "Arbeit",
        " ",
        "  ",
        "\n",
        "\n",
        "\n\n",
        "  \n",
        "\t",
        "    ",
        "# ",
        "## ",
        "### a {#b}\n",
        "## a\n",
        "## a-2\n",
        "{#x\"y}",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "~~~ x\"y\n",
        "- ",
        "1. ",
        "7) ",
        "> ",
        "---\n",
        "| a | b |\n",
        "|---|:-:|\n",
        "[",
        "]",
        "](",
        "[a](",
        "![",
        "![a](",
        "(b.png)",
        ")",
        "case:x",
        "https://a.de/\"x",
        "javascript:alert(1)",
        "#a",
        "[^a]",
        "[^a]: ",
        "[^b]",
        "[^b]: b\n\n",
        "[[",
        "]]",
        "<b>",
        "</p>",
        "<script>",
        "<!--",
        "&lt;",
        "&#0;",
        ": ",
        "\\",
        "[a]: b\n",
    ];
    let piece = prop_oneof![12 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// The data of a case with pieces cut out, doubled or put in.
fn case() -> impl Strategy<Value = String> {
    const MODEL: &str = include_str!("../sites/minimal/content/cases/netzwerk-beispielkreis/case.yaml");
    const PIECES: [&str; 30] = [
        "\n",
        ": ",
        "- ",
        "  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "|\n",
        ">\n",
        "&a ",
        "*a",
        "!!binary ",
        "!x ",
        "<<: *a\n",
        "---\n",
        "...\n",
        "# ",
        "null",
        "~",
        "0x1f",
        "1e999",
        "99999999999999999999",
        "2025-13-01",
        "title: x\n",
        "? a\n: b\n",
        "%YAML 9.9\n",
    ];
    let piece = prop_oneof![4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    vec((any::<prop::sample::Index>(), 0..40_usize, piece), 0..4).prop_map(|changes| {
        let mut text: Vec<char> = MODEL.chars().collect();
        for (at, length, piece) in changes {
            let start = at.index(text.len() + 1);
            text.splice(start..(start + length).min(text.len()), piece.chars());
        }
        text.into_iter().collect()
    })
}

/// A plan with one place changed.
fn plan() -> impl Strategy<Value = Vec<u8>> {
    const MODEL: &str = r#"{"format":"praxis-plan","version":1,"handbook":{"key":"x","title":"x","edition":"2026-11"},"saved":"2026-11-22T10:00:00Z","institution":"","date":"2026-11-30","profile":{"state":"sachsen"},"cases":[{"slug":"netzwerk-beispielkreis","title":"x"}],"answers":[{"item":"a","case":"netzwerk-beispielkreis","dimension":"b","kind":"condition","text":"x","answer":"","note":"","role":"","due":"","changed":"2026-11-22T10:00:00Z"}],"own":[]}"#;
    const PIECES: [&str; 16] = [
        "",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        "null",
        "1e400",
        "-1",
        "\"\\u0000\"",
        "2026-02-30",
        "\u{feff}",
        "[[[[",
        "\"a\":1,",
        "x",
    ];
    (0..MODEL.len(), 0..6_usize, prop::sample::select(&PIECES[..])).prop_map(|(start, length, piece)| {
        let end = (start + length).min(MODEL.len());
        [&MODEL.as_bytes()[..start], piece.as_bytes(), &MODEL.as_bytes()[end..]].concat()
    })
}

fn shown(segments: &[Segment]) -> String {
    segments.iter().map(|segment| segment.text.as_str()).collect()
}

fn document(hit: &Hit) -> &'static Document {
    DOCUMENTS.iter().find(|document| document.slug == hit.slug).unwrap()
}

/// Puts a fitting checksum into an archive.
fn with_checksum(mut archive: Vec<u8>) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&archive[HEADER..]);
    let checksum = crc.sum();
    archive[HEADER - 4..HEADER].copy_from_slice(&checksum.to_le_bytes());
    archive
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn an_answer_holds_together(query in query()) {
        let Results { total, hits, facets, .. } = SEARCHER.search(&query);
        prop_assert!(total <= DOCUMENTS.len());
        prop_assert_eq!(hits.len(), total.saturating_sub(query.offset).min(query.limit));
        prop_assert!(facets.values().flat_map(BTreeMap::values).all(|count| *count <= DOCUMENTS.len()));
        prop_assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        let different: BTreeSet<&str> = hits.iter().map(|hit| hit.slug.as_str()).collect();
        prop_assert_eq!(different.len(), hits.len());
    }

    #[test]
    fn marks_are_pieces_of_the_texts(text in text()) {
        for hit in SEARCHER.search(&Query { text, limit: 10, ..Query::default() }).hits {
            let document = document(&hit);
            prop_assert_eq!(hit.plain_title(), document.title.as_str());
            let extract = shown(&hit.extract);
            let extract = extract.strip_prefix("… ").unwrap_or(&extract);
            let extract = extract.strip_suffix(" …").unwrap_or(extract);
            let mut texts = document.checklist.iter().chain([&document.summary, &document.body]);
            prop_assert!(texts.any(|text| text.contains(extract)), "{extract:?}");
            prop_assert!(hit.title.iter().chain(&hit.extract).all(|segment| !segment.text.is_empty()));
        }
    }

    #[test]
    fn what_is_damaged_is_refused(at in 0..ARCHIVE.len(), bits in 1..=u8::MAX) {
        let mut damaged = ARCHIVE.clone();
        damaged[at] ^= bits;
        prop_assert!(Searcher::open(damaged).is_err());
    }

    #[test]
    fn what_is_cut_is_refused(length in 0..ARCHIVE.len()) {
        prop_assert!(Searcher::open(ARCHIVE[..length].to_vec()).is_err());
    }

    #[test]
    fn any_other_bytes_are_refused(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(Searcher::open(bytes.clone()).is_err());
        let headed = [&ARCHIVE[..HEADER], &bytes].concat();
        prop_assert!(matches!(
            Searcher::open(with_checksum(headed)),
            Err(OpenError::Truncated | OpenError::Corrupt | OpenError::Unusable(_))
        ));
    }

    #[test]
    fn a_case_is_read_or_an_error_says_where(text in case()) {
        invariants::case(&text);
    }

    #[test]
    fn a_name_leads_downwards(text in prop_oneof![any::<String>(), "[-a-z0-9./\\\\:#?äß ]{0,90}", "(con|nul|com1|\\.\\.|case|https)[-:./a]{0,5}"]) {
        invariants::name(&text);
    }

    #[test]
    fn a_plan_is_read_or_refused(bytes in plan()) {
        invariants::saved_plan(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn markup_is_well_formed(text in markdown()) {
        invariants::markdown(&text);
    }
}
