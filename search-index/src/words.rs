//! The words of an index, in memory and in order: what a query word can mean is found by looking through them.

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::sync::OnceLock;

use memchr::memmem;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::analysis::{self, PART};
use crate::schema::FieldSet;

/// A word of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The folded word.
    pub word: String,
    /// Where it stands by itself.
    pub whole: FieldSet,
    /// Where it is part of a hyphenated word.
    pub part: FieldSet,
    /// Its letters as a set, to pass over most words quickly.
    letters: u32,
    stem: Stem,
}

/// The stem of a word: nearly always its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stem {
    Start(usize),
    Other(Box<str>),
}

impl Entry {
    /// The stem of the word.
    pub fn stem(&self) -> &str {
        match &self.stem {
            Stem::Start(length) => self.word.get(..*length).unwrap_or_default(),
            Stem::Other(stem) => stem,
        }
    }
}

/// In place of a length: the stem is not the beginning of the word.
const OTHER_STEM: u8 = u8::MAX;

/// The words of an index in alphabetical order.
#[derive(Debug, Default)]
pub struct Words {
    entries: Vec<Entry>,
    /// Places of the words by their hashes. One compound asks for a dozen pieces of every word that holds it.
    places: FxHashMap<u64, usize>,
    /// Hashes of all stems.
    stems: FxHashSet<u64>,
    /// Hashes of the last letters of the stems of longer words, collected when they are asked for: few queries do.
    endings: OnceLock<FxHashSet<u64>>,
    exceptions: BTreeSet<String>,
}

impl Words {
    /// The words of an index. `exceptions` are no compounds.
    pub fn of(entries: Vec<Entry>, exceptions: &[String]) -> Words {
        let exceptions = exceptions.iter().map(|word| analysis::stem(&analysis::fold(word))).collect();
        let places = entries.iter().enumerate().map(|(place, entry)| (hash(&entry.word), place)).collect();
        let stems = entries.iter().map(|entry| hash(entry.stem())).collect();
        Words { entries, places, stems, endings: OnceLock::new(), exceptions }
    }

    /// The word itself.
    pub fn get(&self, word: &str) -> Option<&Entry> {
        let found = self.entries.get(*self.places.get(&hash(word))?)?;
        if found.word == word {
            return Some(found);
        }
        // Another word has the same hash.
        let at = self.entries.binary_search_by(|entry| entry.word.as_str().cmp(word)).ok()?;
        self.entries.get(at)
    }

    /// Words that start so.
    pub fn starting_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a Entry> {
        let first = self.entries.partition_point(|entry| entry.word.as_str() < start);
        self.entries.iter().skip(first).take_while(move |entry| entry.word.starts_with(start))
    }

    /// Words with this stem. It may differ from the start of the word in its last letter: „vermittl“, „vermitteln“.
    pub fn with_stem<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = &'a Entry> {
        let start = stem.char_indices().next_back().map_or("", |(last, _)| &stem[..last]);
        self.starting_with(start).filter(move |entry| entry.stem() == stem)
    }

    /// Words that hold `piece` and more.
    pub fn containing<'a>(&'a self, piece: &'a str) -> impl Iterator<Item = (&'a Entry, usize)> {
        let wanted = letters(piece);
        let longer = move |entry: &&Entry| entry.letters & wanted == wanted && entry.word.len() > piece.len();
        let finder = memmem::FinderRev::new(piece);
        let last = move |entry: &'a Entry| Some((entry, finder.rfind(entry.word.as_bytes())?));
        self.entries.iter().filter(longer).filter_map(last)
    }

    /// Whether a longer word has a stem that ends so.
    pub fn ends_with_stem(&self, stem: &str) -> bool {
        let endings = || self.entries.iter().filter_map(|entry| ending(entry.stem())).map(hash).collect();
        if ending(stem).is_some_and(|ending| !self.endings.get_or_init(endings).contains(&hash(ending))) {
            return false;
        }
        let wanted = letters(stem);
        let ends = |entry: &Entry| {
            entry.letters & wanted == wanted && entry.word.len() > stem.len() && entry.stem().ends_with(stem)
        };
        self.entries.iter().any(ends)
    }

    /// The nearest words within an edit distance; empty if there is none.
    pub fn nearest(&self, word: &str, most: usize) -> (usize, Vec<&Entry>) {
        let wanted: Vec<char> = word.chars().collect();
        let set = letters(word);
        let mut best = (most, Vec::new());
        for entry in &self.entries {
            let differing = (entry.letters ^ set).count_ones() as usize;
            if differing > 2 * best.0 || entry.word.len().abs_diff(word.len()) > 2 * best.0 {
                continue;
            }
            match distance(&wanted, &entry.word.chars().collect::<Vec<char>>(), best.0) {
                Some(found) if found < best.0 => best = (found, vec![entry]),
                Some(_) => best.1.push(entry),
                None => {}
            }
        }
        best
    }

    /// Whether the index has the word, in any inflection.
    pub fn knows(&self, word: &str) -> bool {
        self.get(word).is_some() || {
            let stem = analysis::stem(word);
            self.stems.contains(&hash(&stem)) && self.with_stem(&stem).next().is_some()
        }
    }

    /// Whether editors say that the word is no compound.
    pub fn is_exception(&self, word: &str) -> bool {
        !self.exceptions.is_empty() && self.exceptions.contains(&analysis::stem(word))
    }
}

/// The words of terms, which come in any order and with repetitions, in alphabetical order.
#[cfg(any(feature = "write", test))]
pub fn collect(terms: Vec<(String, FieldSet)>) -> Vec<Entry> {
    let stem = |word: &str| {
        let stem = analysis::stem(word);
        if word.starts_with(&stem) { Stem::Start(stem.len()) } else { Stem::Other(stem.into()) }
    };
    collected(terms, |word| Some(stem(word))).unwrap_or_default()
}

/// The same where the stems are known, as [`stems`] wrote them down; none if they are those of other terms. Stemming tens of
/// thousands of words anew would take longer than everything else when an index is opened.
pub fn collect_with_stems(terms: Vec<(String, FieldSet)>, mut stems: &[u8]) -> Option<Vec<Entry>> {
    let mut take = |length: usize| {
        let (taken, rest) = stems.split_at_checked(length)?;
        stems = rest;
        Some(taken)
    };
    let entries = collected(terms, |word| match take(1)?[0] {
        OTHER_STEM => {
            let length = usize::from(take(1)?[0]);
            Some(Stem::Other(str::from_utf8(take(length)?).ok()?.into()))
        }
        length => word.is_char_boundary(length.into()).then_some(Stem::Start(length.into())),
    })?;
    stems.is_empty().then_some(entries)
}

fn collected(mut terms: Vec<(String, FieldSet)>, mut stem: impl FnMut(&str) -> Option<Stem>) -> Option<Vec<Entry>> {
    // Stable sorting would need memory.
    terms.sort_unstable_by(|(left, _), (right, _)| plain(left).cmp(plain(right)));
    let mut entries: Vec<Entry> = Vec::with_capacity(terms.len());
    for (term, fields) in terms {
        let is_part = term.starts_with(PART);
        let is_new = entries.last().is_none_or(|last| last.word != plain(&term));
        if is_new {
            let word = if is_part { plain(&term).to_owned() } else { term };
            let (letters, stem) = (letters(&word), stem(&word)?);
            entries.push(Entry { letters, stem, whole: FieldSet::default(), part: FieldSet::default(), word });
        }
        if let Some(entry) = entries.last_mut() {
            if is_part { &mut entry.part } else { &mut entry.whole }.add(fields);
        }
    }
    Some(entries)
}

/// The words of two indexes.
pub fn joined(entries: Vec<Entry>, others: Vec<Entry>) -> Vec<Entry> {
    let mut joined: Vec<Entry> = Vec::with_capacity(entries.len() + others.len());
    let mut others = others.into_iter().peekable();
    for mut entry in entries {
        while let Some(other) = others.next_if(|other| other.word <= entry.word) {
            if other.word == entry.word {
                entry.whole.add(other.whole);
                entry.part.add(other.part);
            } else {
                joined.push(other);
            }
        }
        joined.push(entry);
    }
    joined.extend(others);
    joined
}

/// The stems of all words in a form that [`collect_with_stems`] reads: for each a byte with the length of the stem, or
/// [`OTHER_STEM`], a byte with its length and the stem.
#[cfg(feature = "write")]
pub fn stems(entries: &[Entry]) -> Vec<u8> {
    let mut stems = Vec::with_capacity(entries.len());
    for entry in entries {
        match (&entry.stem, u8::try_from(entry.stem().len())) {
            (Stem::Start(_), Ok(length)) if length != OTHER_STEM => stems.push(length),
            (_, length) => {
                let length = length.unwrap_or(u8::MAX);
                stems.extend([OTHER_STEM, length]);
                stems.extend(entry.stem().bytes().take(length.into()));
            }
        }
    }
    stems
}

fn hash(word: &str) -> u64 {
    FxBuildHasher.hash_one(word)
}

/// The last letters of a stem, by which most questions for an ending are answered; none if it is shorter.
fn ending(stem: &str) -> Option<&str> {
    const LETTERS: usize = 5;
    stem.get(stem.len().checked_sub(LETTERS)?..)
}

/// A term without the mark of a part.
fn plain(term: &str) -> &str {
    term.strip_prefix(PART).unwrap_or(term)
}

/// Letters of a word as a set of 32 bits.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |set, letter| set | 1 << (u32::from(letter) % 32))
}

/// Edit distance with neighbours swapped as one step (optimal string alignment); none if it is more than `most`.
fn distance(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(above.len());
        current.push(row + 1);
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != other);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && left[row - 1] == *other && right[column - 1] == *letter && letter != other;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        if current.iter().all(|steps| *steps > most) {
            return None;
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().filter(|steps| *steps <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TextField;

    fn check_distance(left: &str, right: &str, most: usize, expected: Option<usize>) {
        let letters = |word: &str| word.chars().collect::<Vec<char>>();
        assert_eq!(distance(&letters(left), &letters(right), most), expected, "{left} {right}");
    }

    #[test]
    fn counts_steps_between_words() {
        check_distance("aschafenburg", "aschaffenburg", 2, Some(1));
        check_distance("anerkenung", "anerkennung", 1, Some(1));
        check_distance("netzwekr", "netzwerk", 1, Some(1));
        check_distance("verein", "verein", 1, Some(0));
        check_distance("haus", "maus", 1, Some(1));
        check_distance("haus", "verein", 2, None);
        check_distance("", "ab", 2, Some(2));
    }

    #[test]
    fn finds_words() {
        let terms = ["netzwerk", "-turbo", "jobturbo", "vermittlungsbudget", "budget"];
        let terms = terms.map(|term| (term.to_owned(), FieldSet::of(TextField::Body)));
        let words = Words::of(collect(terms.to_vec()), &[]);
        assert!(words.get("turbo").is_some_and(|entry| !entry.part.is_empty() && entry.whole.is_empty()));
        assert!(words.ends_with_stem("turbo") && !words.ends_with_stem("netzwerk"));
        assert!(words.knows("netzwerke"));
        assert_eq!(words.starting_with("net").count(), 1);
        let found: Vec<&str> = words.containing("budget").map(|(entry, _)| entry.word.as_str()).collect();
        assert_eq!(found, ["vermittlungsbudget"]);
        assert_eq!(words.nearest("netzwrek", 2).1[0].word, "netzwerk");
    }
}
