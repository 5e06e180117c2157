//! What is asked and what is answered, and how the text of a query is read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::analysis::{self, Token, TokenKind};
use crate::expand::Kind;
use crate::{Facet, TextField};

/// A question to an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Query {
    /// What was typed; words in quotation marks are a phrase. Blank asks for every case.
    pub text: String,
    /// Chosen values by facet: OR inside a facet, AND across facets.
    pub filters: BTreeMap<Facet, BTreeSet<String>>,
    /// Order of the hits.
    pub sort: Sort,
    /// Hits to pass over.
    pub offset: usize,
    /// Most hits to return; 0 only counts.
    pub limit: usize,
    /// Most words to return that would finish the last word.
    pub completions: usize,
    /// Say why each hit was found.
    pub explain: bool,
}

/// Order of hits. Equal ones follow in the order of the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// The one reviewed last first.
    Newest,
    /// By title, from A to Z.
    Title,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Results {
    /// Number of cases found.
    pub total: usize,
    /// The hits asked for, in the order asked for.
    pub hits: Vec<Hit>,
    /// By facet and value, the hits with this value under the choices made in the other facets.
    pub facets: BTreeMap<Facet, BTreeMap<String, usize>>,
    /// „Meinten Sie …?“: the query with words of the index in place of unknown ones.
    pub suggestions: Vec<String>,
    /// Words of the index that begin with the last, unfinished word of the query, the most frequent first.
    pub completions: Vec<String>,
}

/// A case found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Hit {
    /// Stable name of the case.
    pub slug: String,
    /// Page, relative to the root of the site.
    pub url: String,
    /// Full title, with what was found in it marked.
    pub title: Vec<Segment>,
    /// District, seat and Land of each place.
    pub places: Vec<String>,
    /// Institutions.
    pub organisations: Vec<String>,
    /// A stretch of text that shows why it was found.
    pub extract: Vec<Segment>,
    /// Rank; only comparable within one answer.
    pub score: f32,
    /// Why it was found, the weightiest reason first; empty unless asked for.
    pub matches: Vec<Match>,
}

impl Hit {
    /// The title without marks.
    pub fn plain_title(&self) -> String {
        self.title.iter().map(|segment| segment.text.as_str()).collect()
    }
}

/// A piece of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The text.
    pub text: String,
    /// Was found.
    pub marked: bool,
}

/// A reason for a hit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Match {
    /// What was typed.
    pub word: String,
    /// Where it was found.
    pub field: TextField,
    /// What was found.
    pub term: String,
    /// How it relates to what was typed.
    pub kind: Kind,
    /// What it adds to the score of this word before the word's own weight.
    pub weight: f32,
}

/// Longest query in characters that is looked at; more is no question.
const LONGEST_QUERY: usize = 500;

/// Most words of a query that are looked at, function words not counted: a long sentence. What comes after them is no better
/// question, only a slower one.
const MOST_WORDS: usize = 12;

/// A part of a query, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// One word, the parts of a hyphenated word, or the words of a phrase.
    pub words: Vec<String>,
    /// Place of each word among all words of the query, function words included.
    pub positions: Vec<usize>,
    /// The word as a whole.
    pub whole: String,
    /// As it was typed.
    pub text: String,
    /// What it is.
    pub form: Form,
}

impl Asked {
    /// Place of its first word among all words of the query.
    pub fn position(&self) -> usize {
        self.positions.first().copied().unwrap_or_default()
    }
}

/// What a part of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A finished word.
    Word,
    /// The last word, to which the reader may still add letters.
    Unfinished,
    /// A hyphenated word.
    Hyphenated,
    /// A hyphenated word at the end, to whose last part the reader may still add letters.
    UnfinishedHyphenated,
    /// Words in quotation marks.
    Phrase,
}

/// Reads the text of a query; whatever is in it, no more than [`MOST_WORDS`] parts come out.
pub fn read(text: &str) -> Vec<Asked> {
    let text: String = text.chars().take(LONGEST_QUERY).collect();
    let mut asked = Vec::new();
    let is_quote = |character| matches!(character, '"' | '„' | '“' | '”' | '«' | '»');
    let pieces: Vec<&str> = text.split(is_quote).collect();
    for (index, piece) in pieces.iter().enumerate() {
        // Between two quotation marks; the last piece follows the last mark, so an open one opens nothing.
        let is_phrase = index % 2 == 1 && index + 1 < pieces.len();
        let tokens = analysis::tokens(piece);
        if is_phrase && tokens.iter().filter(|token| token.kind != TokenKind::Joined).count() > 1 {
            asked.push(phrase(piece, &tokens));
        } else {
            asked.extend(loose_words(piece, &tokens));
        }
    }
    if let Some(last) = asked.last_mut().filter(|_| text.ends_with(char::is_alphanumeric)) {
        last.form = match last.form {
            Form::Word | Form::Unfinished => Form::Unfinished,
            Form::Hyphenated | Form::UnfinishedHyphenated => Form::UnfinishedHyphenated,
            Form::Phrase => Form::Phrase,
        };
    }
    without_function_words(&mut asked);
    asked.truncate(MOST_WORDS);
    asked
}

fn phrase(piece: &str, tokens: &[Token]) -> Asked {
    let words = tokens.iter().filter(|token| token.kind != TokenKind::Joined && !analysis::is_left_out(token));
    let (words, positions) = words.map(|token| (token.word.clone(), token.position)).unzip();
    Asked { words, positions, whole: String::new(), text: piece.trim().to_owned(), form: Form::Phrase }
}

fn loose_words(piece: &str, tokens: &[Token]) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for token in tokens {
        let text = || piece.get(token.span.clone()).unwrap_or_default().to_owned();
        if let (TokenKind::Part, Some(last)) = (token.kind, asked.last_mut()) {
            last.words.push(token.word.clone());
            last.positions.push(token.position);
            continue;
        }
        let (words, positions, form) = match token.kind {
            TokenKind::Joined => (Vec::new(), Vec::new(), Form::Hyphenated),
            TokenKind::Word | TokenKind::Part => (vec![token.word.clone()], vec![token.position], Form::Word),
        };
        asked.push(Asked { words, positions, whole: token.word.clone(), text: text(), form });
    }
    asked
}

/// Leaves out „für“ and „und“ unless there is nothing else, and what is said twice.
fn without_function_words(asked: &mut Vec<Asked>) {
    let is_function_word =
        |part: &Asked| matches!(part.form, Form::Word | Form::Unfinished) && analysis::is_function_word(&part.whole);
    if asked.iter().any(|part| !is_function_word(part)) {
        asked.retain(|part| !is_function_word(part));
    }
    let mut seen = BTreeSet::new();
    asked.retain(|part| seen.insert((part.whole.clone(), part.words.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_read(text: &str, expected: &[(&str, Form)]) {
        let asked = read(text);
        let found: Vec<(&str, Form)> = asked.iter().map(|part| (part.text.as_str(), part.form)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn reads_words_and_phrases() {
        check_read("Beratung zur Anerkennung", &[("Beratung", Form::Word), ("Anerkennung", Form::Unfinished)]);
        check_read("Anerkennung ", &[("Anerkennung", Form::Word)]);
        check_read("„MY TURN“ Plauen ", &[("MY TURN", Form::Phrase), ("Plauen", Form::Word)]);
        check_read("Job-Speed-Dating", &[("Job-Speed-Dating", Form::UnfinishedHyphenated)]);
        check_read("Job-Speed-Dating ", &[("Job-Speed-Dating", Form::Hyphenated)]);
        check_read("für und", &[("für", Form::Word), ("und", Form::Unfinished)]);
    }

    #[test]
    fn takes_anything() {
        check_read("\"offen", &[("offen", Form::Unfinished)]);
        check_read("\"\" \" ", &[]);
        check_read("…!?*** 🙂", &[]);
        assert!(read(&"wort ".repeat(300)).len() == 1);
        assert!(read(&(0..300).map(|number| format!("w{number} ")).collect::<String>()).len() <= MOST_WORDS);
        assert!(read(&"ä".repeat(10_000)).len() == 1);
    }
}
