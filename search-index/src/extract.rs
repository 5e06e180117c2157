//! Pieces of text with what was found marked.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::analysis::{self, Beginnings, PART, Token, TokenKind};
use crate::query::Segment;

/// Length of an extract in words: about two lines.
const WORDS: usize = 30;

/// Parts of a query that make an extract good enough; looking for more would mean to read every text of a case.
const ENOUGH: usize = 2;

/// Words before the first one that was found.
const LEAD: usize = 6;

/// What is to be marked: every term of a query, with the number of the first part of the query that it answers.
pub struct Wanted<'a> {
    words: FxHashMap<&'a str, usize>,
    /// Parts of hyphenated words.
    parts: FxHashMap<&'a str, usize>,
    beginnings: Beginnings,
}

impl<'a> Wanted<'a> {
    /// Collects the terms of each part of a query.
    pub fn new(parts_of_query: impl IntoIterator<Item = impl IntoIterator<Item = &'a str>>) -> Wanted<'a> {
        let (mut words, mut parts) = (FxHashMap::default(), FxHashMap::default());
        for (number, terms) in parts_of_query.into_iter().enumerate() {
            for term in terms {
                match term.strip_prefix(PART) {
                    Some(part) => parts.entry(part).or_insert(number),
                    None => words.entry(term).or_insert(number),
                };
            }
        }
        let beginnings = Beginnings::of(words.keys().chain(parts.keys()).copied());
        Wanted { words, parts, beginnings }
    }

    /// The part of the query that a word of a text answers.
    fn answered(&self, token: &Token) -> Option<usize> {
        let terms = if token.kind == TokenKind::Part { &self.parts } else { &self.words };
        terms.get(token.word.as_str()).copied()
    }
}

/// The whole text with marks.
pub fn marked(text: &str, wanted: &Wanted<'_>) -> Vec<Segment> {
    let tokens = analysis::tokens_like(text, &wanted.beginnings);
    let spans: Vec<Range<usize>> = found(&tokens, wanted).into_iter().map(|found| found.span).collect();
    segments(text, 0..text.len(), &spans)
}

/// The stretch that shows the most parts of the query, of the text that comes first among equals. There are no more than
/// `most` parts to be found, and [`ENOUGH`] will do.
pub fn best<'t>(texts: impl IntoIterator<Item = &'t str>, wanted: &Wanted<'_>, most: usize) -> Vec<Segment> {
    let mut best: Option<(&str, Window)> = None;
    for text in texts {
        let window = window(text, wanted);
        let is_complete = window.parts >= most.min(ENOUGH);
        if best.as_ref().is_none_or(|(_, best)| window.parts > best.parts) {
            best = Some((text, window));
        }
        if is_complete {
            break;
        }
    }
    let Some((text, window)) = best else { return Vec::new() };
    let mut segments = segments(text, window.span.clone(), &window.marks);
    if window.span.start > 0 {
        segments.insert(0, Segment { text: "… ".to_owned(), marked: false });
    }
    if text.get(window.span.end..).is_some_and(|rest| rest.chars().any(char::is_alphanumeric)) {
        segments.push(Segment { text: " …".to_owned(), marked: false });
    }
    segments
}

struct Found {
    part: usize,
    /// Number of the word in the text.
    word: usize,
    span: Range<usize>,
}

struct Window {
    /// Different parts of the query in it.
    parts: usize,
    span: Range<usize>,
    marks: Vec<Range<usize>>,
}

fn found(tokens: &[Token], wanted: &Wanted<'_>) -> Vec<Found> {
    let mark =
        |token: &Token| Some(Found { part: wanted.answered(token)?, word: token.position, span: token.span.clone() });
    tokens.iter().filter_map(mark).collect()
}

fn window(text: &str, wanted: &Wanted<'_>) -> Window {
    let tokens = analysis::tokens_like(text, &wanted.beginnings);
    let found = found(&tokens, wanted);
    let inside = |start: usize| found.iter().filter(move |one| one.word >= start && one.word < start + WORDS - LEAD);
    let parts = |start: usize| inside(start).map(|one| one.part).collect::<BTreeSet<usize>>().len();
    let starts = found.iter().map(|one| one.word);
    // The earliest of the best.
    let first = starts.rev().max_by_key(|start| parts(*start));
    let from = first.unwrap_or_default().saturating_sub(LEAD);
    let place = |word: usize| tokens.iter().find(|token| token.position >= word).map(|token| token.span.start);
    let start = if from == 0 { 0 } else { place(from).unwrap_or_default() };
    let end =
        tokens.iter().rev().find(|token| token.position < from + WORDS).map_or(text.len(), |token| token.span.end);
    let is_last = tokens.last().is_none_or(|token| token.position < from + WORDS);
    let span = start..if is_last { text.len() } else { end };
    let marks = found.iter().filter(|one| one.span.start >= span.start && one.span.end <= span.end);
    Window { parts: first.map_or(0, parts), marks: marks.map(|one| one.span.clone()).collect(), span }
}

fn segments(text: &str, span: Range<usize>, marks: &[Range<usize>]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut push = |range: Range<usize>, marked: bool| {
        if let Some(piece) = text.get(range).filter(|piece| !piece.is_empty()) {
            segments.push(Segment { text: piece.to_owned(), marked });
        }
    };
    let mut at = span.start;
    for mark in marks.iter().filter(|mark| mark.start >= span.start && mark.end <= span.end) {
        // A hyphenated word and its parts overlap.
        if mark.start < at {
            continue;
        }
        push(at..mark.start, false);
        push(mark.clone(), true);
        at = mark.end;
    }
    push(at..span.end, false);
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(segments: &[Segment]) -> String {
        let show =
            |segment: &Segment| if segment.marked { format!("[{}]", segment.text) } else { segment.text.clone() };
        segments.iter().map(show).collect()
    }

    #[test]
    fn marks_what_was_found() {
        let wanted = Wanted::new([vec!["bewerber"], vec!["jobturbo", "-turbo"]]);
        assert_eq!(shown(&marked("Bewerber*innen im Job-Turbo.", &wanted)), "[Bewerber*innen] im [Job-Turbo].");
        assert_eq!(shown(&marked("nichts", &wanted)), "nichts");
        assert_eq!(shown(&marked("", &wanted)), "");
    }

    #[test]
    fn shows_the_stretch_with_most_parts() {
        let long = format!(
            "{} Anerkennung {} Beratung zur Anerkennung folgt. {}",
            "wort ".repeat(40),
            "wort ".repeat(40),
            "wort ".repeat(40)
        );
        let wanted = Wanted::new([["anerkennung"], ["beratung"]]);
        let shown = shown(&best(["Eine Beratung.", &long], &wanted, 2));
        assert!(shown.contains("[Beratung] zur [Anerkennung] folgt."), "{shown}");
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
    }
}
