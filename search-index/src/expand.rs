//! What a word of a query can mean in an index: the word itself, its inflections, compounds with it, compounds that it is
//! made of, synonyms, and, where nothing else is found, words that look alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::analysis;
use crate::schema::FieldSet;
use crate::words::{Entry, Words};

/// How a term of the index relates to what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The very word, apart from umlauts, capitals and gender.
    Exact,
    /// Several words in a row.
    Phrase,
    /// Part of a hyphenated word.
    Part,
    /// Another inflection.
    Stem,
    /// Means the same, says the handbook.
    Synonym,
    /// Starts like the unfinished word.
    Prefix,
    /// A compound that holds the word, both halves of which are words.
    Compound,
    /// A longer word that holds the word.
    Contains,
    /// Part of the compound that was typed.
    Split,
    /// Looks like the word.
    Typo,
}

impl Kind {
    /// How much a term counts, with the word itself as the unit. Exact beats stem beats compound beats typo.
    pub fn weight(self) -> f32 {
        match self {
            Kind::Exact | Kind::Phrase => 1.0,
            // „Sachsen“ in „Sachsen-Anhalt“ is something else, „Turbo“ in „Job-Turbo“ nearly the same.
            Kind::Part => 0.7,
            // Nearly always the same meaning; a little less, so that „Stelle“ ranks before „stellen“.
            Kind::Stem => 0.85,
            // The editors vouch for it, but the reader's own word comes first.
            Kind::Synonym => 0.8,
            // The reader is still typing; what is typed in full comes first.
            Kind::Prefix => 0.55,
            // „Budget“ in „Vermittlungsbudget“: related, mostly a special case.
            Kind::Compound => 0.5,
            // „Anerkennung“ and „Beruf“ for „Berufsanerkennung“: related, once all parts are there.
            Kind::Split => 0.45,
            // May be chance.
            Kind::Contains => 0.2,
            // A guess.
            Kind::Typo => 0.3,
        }
    }
}

/// A term of the index that answers a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Expansion {
    /// The term as it stands in the index.
    pub term: String,
    /// How it relates to the word.
    pub kind: Kind,
    /// How much it counts.
    pub weight: f32,
    /// Where it stands.
    pub fields: FieldSet,
}

/// Shortest piece that is looked for inside longer words; shorter ones are found everywhere.
const SHORTEST_PIECE: usize = 4;

/// Longest word that is split; longer ones are no words.
const LONGEST_SPLIT: usize = 40;

/// Most terms for an unfinished word: the shortest ones, which are nearest to what was typed.
const MOST_PREFIXED: usize = 200;

/// What may stand between the halves of a compound.
const LINKS: [&str; 7] = ["", "s", "n", "en", "es", "er", "e"];

/// Endings that make another word, but no compound; several may follow each other.
const SUFFIXES: [&str; 13] =
    ["ung", "lich", "keit", "heit", "schaft", "ig", "isch", "bar", "sam", "los", "haft", "ier", "ler"];

/// The word itself, its inflections and its place in hyphenated words.
pub fn direct(words: &Words, word: &str) -> Vec<Expansion> {
    let mut found = Found::default();
    if let Some(entry) = words.get(word) {
        found.add(entry, Kind::Exact, 1.0);
    }
    let stem = analysis::stem(word);
    for entry in words.with_stem(&stem).filter(|entry| entry.word != word) {
        found.add(entry, Kind::Stem, 1.0);
    }
    found.into()
}

/// Words that the unfinished word may become.
pub fn unfinished(words: &Words, start: &str) -> Vec<Expansion> {
    const SHORTEST: usize = 2;
    let mut found = Found::default();
    if start.chars().count() >= SHORTEST {
        let mut entries: Vec<&Entry> = words.starting_with(start).collect();
        entries.sort_by_key(|entry| entry.word.len());
        entries.into_iter().take(MOST_PREFIXED).for_each(|entry| found.add(entry, Kind::Prefix, 1.0));
    }
    found.into()
}

/// Compounds that hold the word. The end of a German compound says what it is, so it counts more than the rest.
pub fn compounds(words: &Words, word: &str) -> Vec<Expansion> {
    let mut found = Found::default();
    let stem = analysis::stem(word);
    if stem.len() < SHORTEST_PIECE || words.is_exception(word) {
        return found.into();
    }
    for (entry, at) in words.containing(&stem) {
        if entry.stem() == stem {
            continue;
        }
        // The stem may be cut short: „Budget“ has „budg“.
        let (at, length) = entry.word.rfind(word).map_or((at, stem.len()), |at| (at, word.len()));
        let (before, after) = (&entry.word[..at], &entry.word[at + length..]);
        let Some((kind, share)) = place_in_compound(words, before, after, entry, &stem) else { continue };
        if !words.is_exception(&entry.word) {
            found.add(entry, kind, share);
        }
    }
    found.into()
}

/// How much a word counts that stands between these halves of a compound.
fn place_in_compound(words: &Words, before: &str, after: &str, whole: &Entry, stem: &str) -> Option<(Kind, f32)> {
    const END: f32 = 1.0;
    const START: f32 = 0.85;
    const MIDDLE: f32 = 0.7;
    let at_end = whole.stem().ends_with(stem);
    let before_known = half(words, before, |rest, link| rest.strip_suffix(link));
    if before_known == Half::Nothing {
        return None;
    }
    let after_known = if at_end { Half::Word } else { half(words, after, |rest, link| rest.strip_prefix(link)) };
    // In the middle, a guess on either side is one too many: „Land“ in „Vogtlandkreis“.
    let is_guess = before_known == Half::Unknown || after_known == Half::Unknown;
    let in_middle = !before.is_empty() && !at_end;
    if after_known == Half::Nothing || in_middle && is_guess {
        return None;
    }
    let kind = if is_guess { Kind::Contains } else { Kind::Compound };
    Some((
        kind,
        if at_end {
            END
        } else if before.is_empty() {
            START
        } else {
            MIDDLE
        },
    ))
}

/// What stands beside a word inside a longer one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    /// A word of the index.
    Word,
    /// Could be a word.
    Unknown,
    /// A syllable.
    Nothing,
}

fn half<'t>(words: &Words, rest: &'t str, strip: impl Fn(&'t str, &'static str) -> Option<&'t str>) -> Half {
    if rest.is_empty() {
        return Half::Word;
    }
    if is_prefix(rest) || is_ending(rest) {
        return Half::Nothing;
    }
    let candidates = || LINKS.into_iter().filter_map(|link| strip(rest, link)).filter(|word| !word.is_empty());
    let is_word = |found: fn(&Words, &str) -> bool| candidates().any(|word| word.len() >= 3 && found(words, word));
    // Looking a word up costs less than taking its stem.
    if is_word(|words, word| words.get(word).is_some()) || is_word(Words::knows) {
        return Half::Word;
    }
    let longest = candidates().map(str::len).max().unwrap_or_default();
    if longest >= SHORTEST_PIECE { Half::Unknown } else { Half::Nothing }
}

/// Whether a piece is a first syllable that makes another word of a verb, and no half of a compound.
fn is_prefix(piece: &str) -> bool {
    matches!(piece, "be" | "ent" | "er" | "ge" | "ver" | "zer" | "un" | "miss" | "emp")
}

/// Whether a piece is an inflection that may follow [`SUFFIXES`].
#[rustfmt::skip]
fn is_inflection(piece: &str) -> bool {
    matches!(
        piece,
        "" | "e" | "en" | "er" | "es" | "em" | "n" | "s" | "t" | "te" | "ten" | "ter" | "tes" | "end" | "ende" | "enden"
    )
}

/// Whether a piece consists of endings only: „-barung“, „-lichen“.
fn is_ending(piece: &str) -> bool {
    is_inflection(piece) || SUFFIXES.iter().filter_map(|suffix| piece.strip_prefix(suffix)).any(is_ending)
}

/// Splits a compound that the index does not have into words that it has.
pub fn split(words: &Words, word: &str) -> Option<Vec<String>> {
    if word.len() > LONGEST_SPLIT || words.is_exception(word) || !word.is_ascii() {
        return None;
    }
    // Guesses cost more than any number of known words, and to look for them takes long: only if there is nothing else.
    cheapest_split(word, |part, _| cost_of_known_part(words, part))
        .or_else(|| cheapest_split(word, |part, is_first| cost_of_part(words, part, is_first)))
}

/// The cheapest way through a word, part by part. `cost` is asked with each part and whether it is the first.
fn cheapest_split(word: &str, cost: impl Fn(&str, bool) -> Option<usize>) -> Option<Vec<String>> {
    let mut best: Vec<Option<(usize, Vec<&str>)>> = vec![None; word.len() + 1];
    best[word.len()] = Some((0, Vec::new()));
    for start in (0..word.len()).rev() {
        let mut cheapest: Option<(usize, Vec<&str>)> = None;
        for end in start + 3..=word.len() {
            let follows = |link: &&&str| end < word.len() && word[end..].starts_with(**link) || link.is_empty();
            // A linking element at the very end is none.
            let is_inside = |link: &&&str| link.is_empty() || end + link.len() < word.len();
            let rests = LINKS.iter().filter(follows).filter(is_inside);
            let rests = rests.filter_map(|link| Some((link.len(), best.get(end + link.len())?.as_ref()?)));
            let Some((rest_cost, rest)) = rests
                .map(|(link, (cost, rest))| (cost + link, rest))
                .reduce(|best, next| if next.0 < best.0 { next } else { best })
            else {
                continue;
            };
            let part = &word[start..end];
            let Some(part_cost) = cost(part, start == 0) else { continue };
            let total = part_cost + rest_cost;
            if cheapest.as_ref().is_none_or(|(least, _)| total < *least) {
                cheapest = Some((total, [&[part], rest.as_slice()].concat()));
            }
        }
        best[start] = cheapest;
    }
    let (cost, parts) = best.into_iter().next().flatten()?;
    (parts.len() > 1 && cost < 2 * GUESS).then(|| parts.into_iter().map(str::to_owned).collect())
}

/// What a part costs that the index has only inside other words. One such part is taken; of two, the whole is a guess.
const GUESS: usize = 1000;

/// What each part costs: fewer are better.
const EACH: usize = 10;

/// What it costs to take a piece for a word of the index.
fn cost_of_known_part(words: &Words, part: &str) -> Option<usize> {
    if analysis::is_function_word(part) {
        return None;
    }
    if words.get(part).is_some() {
        return Some(EACH);
    }
    (part.len() >= SHORTEST_PIECE && words.knows(part)).then_some(EACH + 1)
}

/// The same, where also what words of the index begin or end with may be a word.
fn cost_of_part(words: &Words, part: &str, is_first: bool) -> Option<usize> {
    if let Some(cost) = cost_of_known_part(words, part) {
        return Some(cost);
    }
    if part.len() <= SHORTEST_PIECE || analysis::is_function_word(part) {
        return None;
    }
    let starts_another = words.starting_with(part).next().is_some();
    let ends_another = || {
        let stem = analysis::stem(part);
        stem.len() > SHORTEST_PIECE && words.ends_with_stem(&stem)
    };
    (starts_another || !is_first && ends_another()).then_some(EACH + GUESS)
}

/// Words of the index that look like the word: one step away, two from eight letters on.
pub fn similar<'a>(words: &'a Words, word: &str) -> Vec<&'a Entry> {
    const SHORTEST: usize = 4;
    const LONG: usize = 8;
    let length = word.chars().count();
    if !(SHORTEST..=LONGEST_SPLIT).contains(&length) {
        return Vec::new();
    }
    words.nearest(word, if length < LONG { 1 } else { 2 }).1
}

/// The longest word of the index with which the word ends, or else starts.
pub fn remainder(words: &Words, word: &str) -> Option<String> {
    const SHORTEST: usize = 5;
    if word.len() > LONGEST_SPLIT || !word.is_ascii() || words.is_exception(word) {
        return None;
    }
    let ends = (1..word.len().saturating_sub(SHORTEST - 1)).map(|at| &word[at..]);
    let starts = (SHORTEST..word.len()).rev().map(|at| &word[..at]);
    ends.chain(starts).find(|piece| words.knows(piece)).map(str::to_owned)
}

/// Terms, each with the best reason for it.
#[derive(Default)]
struct Found(BTreeMap<String, Expansion>);

impl Found {
    fn add(&mut self, entry: &Entry, kind: Kind, share: f32) {
        let weight = kind.weight() * share;
        if !entry.whole.is_empty() {
            self.keep(Expansion { term: entry.word.clone(), kind, weight, fields: entry.whole });
        }
        if !entry.part.is_empty() {
            let kind = if kind == Kind::Exact { Kind::Part } else { kind };
            let weight = weight * Kind::Part.weight();
            let term = format!("{}{}", analysis::PART, entry.word);
            self.keep(Expansion { term, kind, weight, fields: entry.part });
        }
    }

    fn keep(&mut self, expansion: Expansion) {
        let better = self.0.get(&expansion.term).is_none_or(|known| known.weight < expansion.weight);
        if better {
            self.0.insert(expansion.term.clone(), expansion);
        }
    }
}

impl From<Found> for Vec<Expansion> {
    fn from(found: Found) -> Self {
        found.0.into_values().collect()
    }
}

/// Joins lists of expansions; of equal terms the weightier stays.
pub fn merged(lists: impl IntoIterator<Item = Vec<Expansion>>) -> Vec<Expansion> {
    let mut found = Found::default();
    lists.into_iter().flatten().for_each(|expansion| found.keep(expansion));
    found.into()
}

/// The same expansions for another reason, damped by its weight.
pub fn because(kind: Kind, expansions: Vec<Expansion>) -> Vec<Expansion> {
    let damped = |expansion: Expansion| Expansion { kind, weight: expansion.weight * kind.weight(), ..expansion };
    expansions.into_iter().map(damped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TextField;
    use crate::words;

    fn words(text: &str) -> Words {
        let tokens = analysis::tokens(text);
        let terms = tokens.iter().map(|token| (token.term().into_owned(), FieldSet::of(TextField::Body))).collect();
        Words::of(words::collect(terms), &["Deutschland".to_owned()])
    }

    fn check_compounds(text: &str, word: &str, expected: &[(&str, Kind)]) {
        let found = compounds(&words(text), &analysis::fold(word));
        let found: Vec<(&str, Kind)> = found.iter().map(|found| (found.term.as_str(), found.kind)).collect();
        assert_eq!(found, expected, "{word} in {text}");
    }

    fn check_split(text: &str, word: &str, expected: Option<&[&str]>) {
        let found = split(&words(text), &analysis::fold(word));
        let found: Option<Vec<&str>> = found.as_ref().map(|parts| parts.iter().map(String::as_str).collect());
        assert_eq!(found.as_deref(), expected, "{word} in {text}");
    }

    #[test]
    fn finds_compounds_by_any_half() {
        let text = "Vermittlungsbudget Vermittlung Budgetplanung Planung";
        check_compounds(text, "Budget", &[("budgetplanung", Kind::Compound), ("vermittlungsbudget", Kind::Compound)]);
        check_compounds("Anerkennungsberatung Anerkennung", "Beratung", &[("anerkennungsberatung", Kind::Compound)]);
        check_compounds("Branchenblick", "Branche", &[("branchenblick", Kind::Contains)]);
    }

    #[test]
    fn takes_no_syllable_for_a_word() {
        check_compounds("Vereinbarung vereinbaren", "Verein", &[]);
        check_compounds("bearbeiten erarbeitet", "Arbeit", &[]);
        check_compounds("deutsch Deutschland", "Land", &[]);
    }

    #[test]
    fn splits_compounds_into_known_words() {
        check_split("Anerkennung von Berufen", "Berufsanerkennung", Some(&["berufs", "anerkennung"]));
        check_split("kleine Gruppen", "Kleingruppen", Some(&["klein", "gruppen"]));
        check_split("Gesundheitswesen und Beruf", "Gesundheitsberufe", Some(&["gesundheits", "berufe"]));
        check_split("Sport Halle", "Sporthallen", Some(&["sport", "hallen"]));
        check_split("Sport Halle", "Wasserball", None);
    }
}
