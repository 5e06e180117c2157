//! Groups of synonyms that do not do what their editor meant: the same word twice, in two groups, or also among the words
//! that are never split, and groups that only repeat the glossary.

use std::collections::HashMap;

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Text};
use crate::model::{Located, Slug, SynonymGroup, Term};

const FILE: &str = "content/vocabulary/synonyms.yaml";

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.has_vocabulary("synonyms") {
        return Vec::new();
    }
    let vocabularies = &context.site.vocabularies;
    let synonyms = &vocabularies.synonyms;
    let mut found = repeated(&synonyms.entries);
    found.extend(unsplit(&synonyms.entries, &synonyms.exceptions));
    if context.has_vocabulary("glossary") {
        found.extend(explained(&synonyms.entries, &vocabularies.glossary.entries));
    }
    found
}

/// A word or phrase as the search compares it, whatever its capitals, umlauts and hyphens: „Job-Börse“ is „Jobboerse“.
fn folded(phrase: &str) -> String {
    const SAME: [(&str, &str); 4] = [("-", ""), ("ae", "a"), ("oe", "o"), ("ue", "u")];
    let fold = |word: &str| SAME.iter().fold(Slug::suggest(word), |word, (from, to)| word.replace(from, to));
    phrase.split_whitespace().map(fold).collect::<Vec<String>>().join(" ")
}

/// Words that stand twice, in one group or in two.
fn repeated(groups: &[SynonymGroup]) -> Vec<Diagnostic> {
    let mut seen: HashMap<String, (usize, &Located<String>)> = HashMap::new();
    let mut found = Vec::new();
    let words = groups.iter().enumerate().flat_map(|(group, entry)| entry.words.iter().map(move |word| (group, word)));
    for (group, word) in words {
        match seen.get(&folded(word)) {
            None => drop(seen.insert(folded(word), (group, word))),
            Some((first_group, first)) if *first_group == group => found.push(twice(word, first)),
            Some((_, first)) => found.push(in_two_groups(word, first)),
        }
    }
    found
}

fn twice(word: &Located<String>, first: &Located<String>) -> Diagnostic {
    let (name, first) = (&word.value, &first.value);
    message(
        Code::DuplicateSynonym,
        word,
        text!(
            "„{name}“ ist für die Suche dasselbe wie „{first}“",
            "\"{name}\" is the same as \"{first}\" to the search"
        ),
        text!(
            "eines streichen; Großschreibung, Umlaute und Bindestriche kennt die Suche schon",
            "remove one of them; the search knows capitals, umlauts and hyphens already"
        ),
    )
}

fn in_two_groups(word: &Located<String>, first: &Located<String>) -> Diagnostic {
    let (name, line) = (&word.value, first.at.line);
    message(
        Code::SynonymInTwoGroups,
        word,
        text!(
            "„{name}“ steht schon in der Gruppe in Zeile {line}",
            "\"{name}\" is already in the group on line {line}"
        ),
        text!(
            "die Gruppen zusammenlegen, wenn alle Wörter dasselbe meinen, oder das Wort aus einer streichen",
            "join the groups if all of their words mean the same, or remove the word from one of them"
        ),
    )
}

/// Synonyms that are also words that are never split.
fn unsplit(groups: &[SynonymGroup], exceptions: &[String]) -> Vec<Diagnostic> {
    let exceptions: Vec<String> = exceptions.iter().map(|word| folded(word)).collect();
    let words = groups.iter().flat_map(|group| &group.words).filter(|word| exceptions.contains(&folded(word)));
    let found = words.map(|word| {
        let name = &word.value;
        message(
            Code::SynonymException,
            word,
            text!("„{name}“ steht auch unter „exceptions“", "\"{name}\" is also among the exceptions"),
            text!(
                "aus „exceptions“ streichen, wenn das Wort nur keine Synonyme haben sollte; die Ausnahme verhindert allein, dass es zerlegt wird",
                "remove it from \"exceptions\" if it was only meant to have no synonyms; an exception only keeps it from being split"
            ),
        )
    });
    found.collect()
}

/// Groups in which every word is a spelling of one term of the glossary. A group with one more word is none of them: the
/// words it shares with the glossary say what the other one means.
fn explained(groups: &[SynonymGroup], terms: &[Term]) -> Vec<Diagnostic> {
    let spellings = |term: &Term| -> Vec<String> {
        std::iter::once(&term.term).chain(&term.long).chain(&term.also).map(|word| folded(word)).collect()
    };
    let terms: Vec<(&Term, Vec<String>)> = terms.iter().map(|term| (term, spellings(term))).collect();
    let found = groups.iter().filter_map(|group| {
        let first = group.words.first()?;
        let has_all = |spellings: &[String]| group.words.iter().all(|word| spellings.contains(&folded(word)));
        let (term, _) = terms.iter().find(|(_, spellings)| has_all(spellings))?;
        let name = &term.term;
        Some(message(
            Code::SynonymInGlossary,
            first,
            text!(
                "alle Wörter dieser Gruppe stehen im Glossar bei „{name}“",
                "every word of this group is in the glossary at \"{name}\""
            ),
            text!(
                "die Gruppe streichen; das Glossar kennt die Suche schon",
                "remove the group; the search knows the glossary already"
            ),
        ))
    });
    found.collect()
}

fn message(code: Code, word: &Located<String>, message: Text, hint: Text) -> Diagnostic {
    Diagnostic::new(code, FILE, word.at, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_words_as_the_search_does() {
        for spelling in ["Jobbörse", "jobboerse", "JOBBORSE", "Job-Börse"] {
            assert_eq!(folded(spelling), "jobborse", "{spelling}");
        }
        assert_eq!(folded("Großwäscherei"), folded("Grosswaescherei"));
        assert_eq!(folded("kommunales  Jobcenter"), folded("Kommunales Jobcenter"));
        assert_ne!(folded("MY TURN"), folded("Myturn"));
        assert_ne!(folded("Kita"), folded("Kitas"));
    }
}
