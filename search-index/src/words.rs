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
#[derive(Debug)]
pub struct Words {
    entries: Vec<Entry>,
    /// The letters of each word as a set, close together: most words are passed over with a look at it.
    letters: Vec<u32>,
    /// The same for pairs of letters that follow each other.
    pairs: Vec<u64>,
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
        let letters = entries.iter().map(|entry| letters(&entry.word)).collect();
        let pairs = entries.iter().map(|entry| pairs(&entry.word)).collect();
        Words { entries, letters, pairs, places, stems, endings: OnceLock::new(), exceptions }
    }

    /// Words longer than `piece` that have all of its pairs of letters.
    fn with_pairs<'a>(&'a self, piece: &'a str) -> impl Iterator<Item = &'a Entry> {
        let wanted = pairs(piece);
        let all = self.pairs.iter().zip(&self.entries).filter(move |(pairs, _)| **pairs & wanted == wanted);
        all.map(|(_, entry)| entry).filter(move |entry| entry.word.len() > piece.len())
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
        let finder = memmem::FinderRev::new(piece);
        self.with_pairs(piece).filter_map(move |entry| Some((entry, finder.rfind(entry.word.as_bytes())?)))
    }

    /// Whether a longer word has a stem that ends so.
    pub fn ends_with_stem(&self, stem: &str) -> bool {
        let endings = || self.entries.iter().filter_map(|entry| ending(entry.stem())).map(hash).collect();
        if ending(stem).is_some_and(|ending| !self.endings.get_or_init(endings).contains(&hash(ending))) {
            return false;
        }
        self.with_pairs(stem).any(|entry| entry.stem().ends_with(stem))
    }

    /// The nearest words within an edit distance; empty if there is none.
    pub fn nearest(&self, word: &str, most: usize) -> (usize, Vec<&Entry>) {
        let wanted: Vec<char> = word.chars().collect();
        let set = letters(word);
        let mut best = (most, Vec::new());
        for (letters, entry) in self.letters.iter().zip(&self.entries) {
            let differing = (letters ^ set).count_ones() as usize;
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
pub fn collect(mut terms: Vec<(String, FieldSet)>) -> Vec<Entry> {
    terms.sort_unstable_by(|(left, _), (right, _)| plain(left).cmp(plain(right)));
    let mut entries: Vec<Entry> = Vec::with_capacity(terms.len());
    for (term, fields) in terms {
        let is_part = term.starts_with(PART);
        if entries.last().is_none_or(|last| last.word != plain(&term)) {
            let word = if is_part { plain(&term).to_owned() } else { term };
            let stem = analysis::stem(&word);
            let stem = if word.starts_with(&stem) { Stem::Start(stem.len()) } else { Stem::Other(stem.into()) };
            entries.push(Entry { stem, whole: FieldSet::default(), part: FieldSet::default(), word });
        }
        if let Some(entry) = entries.last_mut() {
            if is_part { &mut entry.part } else { &mut entry.whole }.add(fields);
        }
    }
    entries
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

/// The words in a form that [`unpack`] reads. To take them from the terms of all fields, and to stem them, would take longer
/// than everything else when an index is opened. Like stands by like, which compresses well:
///
/// ```text
/// 4 bytes             number of words, little-endian
/// a byte a word each  letters as before, letters that follow, length of the stem, fields of the word, fields of the part
/// all stems that are not the beginning of their words, those whose length is 255, each behind a byte with its length
/// the letters that follow
/// ```
#[cfg(feature = "write")]
pub fn pack(entries: &[Entry]) -> Vec<u8> {
    let byte = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
    let before = std::iter::once("").chain(entries.iter().map(|entry| entry.word.as_str()));
    let shared: Vec<usize> = before.zip(entries).map(|(before, entry)| shared(before, &entry.word)).collect();
    let rests = || shared.iter().zip(entries).map(|(shared, entry)| &entry.word[*shared..]);
    let mut packed = u32::try_from(entries.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    packed.extend(shared.iter().copied().map(byte));
    packed.extend(rests().map(str::len).map(byte));
    packed.extend(entries.iter().map(|entry| match entry.stem {
        Stem::Start(length) => byte(length),
        Stem::Other(_) => OTHER_STEM,
    }));
    packed.extend(entries.iter().map(|entry| entry.whole.bits()));
    packed.extend(entries.iter().map(|entry| entry.part.bits()));
    for entry in entries {
        if let Stem::Other(stem) = &entry.stem {
            packed.push(byte(stem.len()));
            packed.extend_from_slice(stem.as_bytes());
        }
    }
    rests().for_each(|rest| packed.extend_from_slice(rest.as_bytes()));
    packed
}

/// Number of bytes with which both words begin.
#[cfg(feature = "write")]
fn shared(before: &str, word: &str) -> usize {
    let same = before.char_indices().zip(word.chars()).find(|((_, left), right)| left != right);
    same.map_or(before.len().min(word.len()), |((at, _), _)| at)
}

/// Reads what [`pack`] wrote; none if it is something else.
pub fn unpack(mut packed: &[u8]) -> Option<Vec<Entry>> {
    let mut take = |length: usize| {
        let (taken, rest) = packed.split_at_checked(length)?;
        packed = rest;
        Some(taken)
    };
    let count = u32::from_le_bytes(take(4)?.try_into().ok()?) as usize;
    let (shared, following, lengths) = (take(count)?, take(count)?, take(count)?);
    let (whole, part) = (take(count)?, take(count)?);
    let mut stems = Vec::with_capacity(count);
    for length in lengths {
        stems.push(match *length {
            OTHER_STEM => {
                let length = usize::from(take(1)?[0]);
                Stem::Other(str::from_utf8(take(length)?).ok()?.into())
            }
            length => Stem::Start(length.into()),
        });
    }
    let mut letters = str::from_utf8(packed).ok()?;
    let mut entries: Vec<Entry> = Vec::with_capacity(count);
    let columns = shared.iter().zip(following).zip(stems).zip(whole.iter().zip(part));
    for (((shared, following), stem), (whole, part)) in columns {
        let start = entries.last().map_or("", |last| last.word.as_str()).get(..usize::from(*shared))?;
        let (rest, others) = letters.split_at_checked(usize::from(*following))?;
        letters = others;
        let mut word = String::with_capacity(start.len() + rest.len());
        word.push_str(start);
        word.push_str(rest);
        let is_stem = !matches!(stem, Stem::Start(length) if !word.is_char_boundary(length));
        let is_next = entries.last().is_none_or(|last| last.word < word);
        if !is_stem || !is_next {
            return None;
        }
        entries.push(Entry { word, whole: FieldSet::from_bits(*whole), part: FieldSet::from_bits(*part), stem });
    }
    letters.is_empty().then_some(entries)
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
#[cfg(any(feature = "write", test))]
fn plain(term: &str) -> &str {
    term.strip_prefix(PART).unwrap_or(term)
}

/// Letters of a word as a set of 32 bits.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |set, letter| set | 1 << (u32::from(letter) % 32))
}

/// Pairs of letters of a word as a set of 64 bits.
fn pairs(word: &str) -> u64 {
    const SPREAD: u32 = 0x9E37_79B1;
    let bits = u32::BITS - u64::BITS.ilog2();
    let pair = |first: u8, second: u8| u32::from(u16::from_le_bytes([first, second])).wrapping_mul(SPREAD) >> bits;
    word.bytes().zip(word.bytes().skip(1)).fold(0, |set, (first, second)| set | 1 << pair(first, second))
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

    #[cfg(feature = "write")]
    #[test]
    fn unpacks_what_was_packed() {
        let terms = ["netzwerk", "-turbo", "jobturbo", "turbo", "vermitteln", "робота", "роблю", "a"];
        let terms = terms.map(|term| (term.to_owned(), FieldSet::of(TextField::Body)));
        let entries = collect(terms.to_vec());
        assert!(entries.iter().any(|entry| matches!(entry.stem, Stem::Other(_))), "vermittl");
        let packed = pack(&entries);
        assert_eq!(unpack(&packed), Some(entries));
        assert_eq!(unpack(&pack(&[])), Some(Vec::new()));
        (0..packed.len()).for_each(|end| assert_eq!(unpack(&packed[..end]), None, "{end} bytes"));
        assert_eq!(unpack(&[&packed[..], b"x"].concat()), None);
        let entries: Vec<Entry> = unpack(&packed).unwrap();
        assert_eq!(unpack(&pack(&entries.iter().rev().cloned().collect::<Vec<_>>())), None, "from Z to A");
        let stem = |stem| Entry { stem: Stem::Start(stem), ..entries[1].clone() };
        assert_eq!(unpack(&pack(&[stem(4)])), Some(vec![stem(4)]));
        assert_eq!(unpack(&pack(&[stem(100)])), None, "a stem longer than its word");
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
