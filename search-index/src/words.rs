//! The words of an index, in memory and in order: what a query word can mean is found by looking through them.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{self, PART};

/// A word of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The folded word.
    pub word: String,
    /// Stands by itself somewhere.
    pub whole: bool,
    /// Is part of a hyphenated word somewhere.
    pub part: bool,
    /// Its letters as a set, to pass over most words quickly.
    letters: u32,
}

/// The words of an index in alphabetical order.
#[derive(Debug, Default)]
pub struct Words {
    entries: Vec<Entry>,
    exceptions: BTreeSet<String>,
}

impl Words {
    /// Collects terms, in any order and with repetitions.
    pub fn new(terms: impl IntoIterator<Item = String>, exceptions: &[String]) -> Self {
        let mut found: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        for term in terms {
            match term.strip_prefix(PART) {
                Some(part) => found.entry(part.to_owned()).or_default().1 = true,
                None => found.entry(term).or_default().0 = true,
            }
        }
        let entry =
            |(word, (whole, part)): (String, (bool, bool))| Entry { letters: letters(&word), word, whole, part };
        Words {
            entries: found.into_iter().map(entry).collect(),
            exceptions: exceptions.iter().map(|word| analysis::stem(&analysis::fold(word))).collect(),
        }
    }

    /// The word itself.
    pub fn get(&self, word: &str) -> Option<&Entry> {
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
        self.starting_with(start).filter(move |entry| analysis::stem(&entry.word) == stem)
    }

    /// Words that hold `piece` and more.
    pub fn containing<'a>(&'a self, piece: &'a str) -> impl Iterator<Item = (&'a Entry, usize)> {
        let wanted = letters(piece);
        let longer = move |entry: &&Entry| entry.letters & wanted == wanted && entry.word.len() > piece.len();
        self.entries.iter().filter(longer).filter_map(move |entry| Some((entry, entry.word.rfind(piece)?)))
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
        self.get(word).is_some() || self.with_stem(&analysis::stem(word)).next().is_some()
    }

    /// Whether editors say that the word is no compound.
    pub fn is_exception(&self, word: &str) -> bool {
        !self.exceptions.is_empty() && self.exceptions.contains(&analysis::stem(word))
    }
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
        let terms = ["netzwerk", "-turbo", "jobturbo", "vermittlungsbudget", "budget"].map(str::to_owned);
        let words = Words::new(terms, &[]);
        assert!(words.get("turbo").is_some_and(|entry| entry.part && !entry.whole));
        assert!(words.knows("netzwerke"));
        assert_eq!(words.starting_with("net").count(), 1);
        let found: Vec<&str> = words.containing("budget").map(|(entry, _)| entry.word.as_str()).collect();
        assert_eq!(found, ["vermittlungsbudget"]);
        assert_eq!(words.nearest("netzwrek", 2).1[0].word, "netzwerk");
    }
}
