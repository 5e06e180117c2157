//! Answers queries from an archive. No threads, no files, no clock; nothing a reader types makes it fail.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::DocId;

use crate::analysis::{self, TokenKind};
use crate::archive::OpenError;
use crate::expand::{self, Expansion, Kind};
use crate::extract::{self, Wanted};
use crate::facets::FacetColumn;
use crate::layers::Layers;
use crate::query::{self, Asked, Form, Hit, Query, Results, Sort};
use crate::rank::{self, Ranker, Step, Unit, Way};
use crate::schema;
use crate::texts::Texts;
use crate::words::{Entry, Words};
use crate::{Facet, Lexicon, TextField};

/// Fewer hits than this are few: then cases count that answer only a part of the query.
const FEW: usize = 3;

/// An open index.
pub struct Searcher {
    layers: Layers,
    words: Words,
    ranker: Ranker,
    /// Groups of synonyms, each a list of phrases, each a list of stems with the folded words.
    synonyms: Vec<Vec<Vec<Synonym>>>,
    facets: Vec<FacetColumn>,
    /// Day of the last review of each case.
    updated: Vec<u64>,
    texts: Texts,
    meanings: Mutex<Meanings>,
}

/// What words came to, by word and whether it is unfinished: a query that is typed asks for its first words again with
/// every letter of the last one.
type Meanings = FxHashMap<(String, bool), Meaning>;

/// Ways in which a case can answer a word, and a word to suggest in its place.
type Meaning = (Vec<Way>, Option<String>);

/// Words whose meanings are kept.
const MEANINGS: usize = 300;

/// A case that answers a query.
#[derive(Clone, Copy)]
struct Ranked {
    document: DocId,
    score: f32,
    /// Number of parts of the query that it answers.
    answered: usize,
}

struct Synonym {
    word: String,
    stem: String,
    position: usize,
}

impl Searcher {
    /// Opens an archive that [`crate::build`] wrote, with those of [`crate::build_layer`] behind it.
    pub fn open(bytes: Vec<u8>) -> Result<Searcher, OpenError> {
        let (layers, lexicon) = Layers::open(bytes)?;
        Ok(Searcher {
            words: layers.words(&lexicon.exceptions)?,
            ranker: Ranker::new(&layers).map_err(OpenError::unusable)?,
            synonyms: synonyms(&lexicon),
            facets: Facet::ALL.map(|facet| FacetColumn::open(&layers, facet)).into_iter().collect::<Result<_, _>>()?,
            updated: layers.column(schema::UPDATED)?,
            texts: Texts::default(),
            meanings: Mutex::default(),
            layers,
        })
    }

    /// Adds the texts from which extracts are cut. Without them, extracts come from the summaries.
    pub fn add_texts(&mut self, bytes: Vec<u8>) -> Result<(), OpenError> {
        self.texts = self.layers.texts(bytes)?;
        Ok(())
    }

    /// Number of cases in the index.
    pub fn len(&self) -> usize {
        self.layers.len()
    }

    /// Whether there is no case.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of every case.
    fn cases(&self) -> std::ops::Range<DocId> {
        0..DocId::try_from(self.len()).unwrap_or(DocId::MAX)
    }

    /// Answers a query.
    pub fn search(&self, query: &Query) -> Results {
        let asked = query::read(&query.text);
        let (units, suggestions) = self.units(&asked);
        let ranked = match (units.is_empty(), query.text.trim().is_empty()) {
            (true, true) => self.cases().map(|document| Ranked { document, score: 0.0, answered: 0 }).collect(),
            // Something was typed, but nothing that could be found.
            (true, false) => Vec::new(),
            (false, _) => self.ranked(&units),
        };
        let (mut found, facets) = self.filtered(&ranked, &query.filters);
        self.order(&mut found, query.sort);
        let page: Vec<Ranked> = found.iter().copied().skip(query.offset).take(query.limit).collect();
        let suggestions = suggestions.into_iter().map(|words| replaced(&query.text, &words)).collect();
        Results {
            total: found.len(),
            hits: self.hits(&page, &units, query.explain),
            facets,
            suggestions,
            completions: self.completions(&asked, query.completions),
        }
    }

    fn order(&self, found: &mut [Ranked], sort: Sort) {
        match sort {
            Sort::Relevance => {}
            Sort::Newest => {
                found.sort_by_key(|case| (Reverse(self.updated.get(case.document as usize)), case.document))
            }
            Sort::Title => found.sort_by_key(|case| self.layers.title_order.get(case.document as usize)),
        }
    }

    /// Words that begin with the last word, if that is unfinished.
    fn completions(&self, asked: &[Asked], most: usize) -> Vec<String> {
        const SHORTEST: usize = 3;
        let last = asked.last().filter(|part| part.form == Form::Unfinished && part.whole.len() >= SHORTEST);
        let Some(last) = last.filter(|_| most > 0) else { return Vec::new() };
        let longer =
            self.words.starting_with(&last.whole).filter(|entry| !entry.whole.is_empty() && entry.word != last.whole);
        let mut longer: Vec<(Reverse<u32>, &Entry)> =
            longer.map(|entry| (Reverse(self.ranker.frequency(entry)), entry)).collect();
        longer.sort_by_key(|(frequency, _)| *frequency);
        let mut stems = BTreeSet::new();
        let different = longer.into_iter().filter(|(_, entry)| stems.insert(entry.stem()));
        different.filter_map(|(_, entry)| self.surface(&entry.word)).take(most).collect()
    }

    /// Everything that answers each part of a query, and words to suggest in place of unknown ones.
    fn units(&self, asked: &[Asked]) -> (Vec<Unit>, Vec<Vec<(String, String)>>) {
        let mut units = Vec::new();
        let mut replacements: Vec<(String, String)> = Vec::new();
        let mut rest = asked;
        while let Some(first) = rest.first() {
            if let Some((length, places)) = self.synonym(rest) {
                units.push(self.synonymous(&rest[..length], &places));
                rest = &rest[length..];
                continue;
            }
            let (ways, better) = self.ways(first);
            replacements.extend(better.map(|word| (first.text.clone(), word)));
            units.push(Unit { text: first.text.clone(), ways });
            rest = &rest[1..];
        }
        let suggestions = if replacements.is_empty() { Vec::new() } else { vec![replacements] };
        (units, suggestions)
    }

    fn ways(&self, asked: &Asked) -> Meaning {
        match asked.form {
            Form::Phrase => {
                let exact = |word: &String| exact_only(expand::direct(&self.words, word));
                let steps = steps(asked.positions.iter().copied(), asked.words.iter().map(exact));
                (vec![Way::Row { steps, kind: Kind::Phrase }], None)
            }
            Form::Hyphenated | Form::UnfinishedHyphenated => self.hyphenated(asked),
            Form::Word | Form::Unfinished => self.word(&asked.whole, asked.form == Form::Unfinished),
        }
    }

    /// A hyphenated word is a compound whose halves are known.
    fn hyphenated(&self, asked: &Asked) -> Meaning {
        const SHORTEST_PART: usize = 3;
        let is_unfinished = asked.form == Form::UnfinishedHyphenated;
        let found = |word: &String, is_last: bool| {
            let direct = expand::direct(&self.words, word);
            let is_open = is_last && is_unfinished && !is_exact(&direct);
            if is_open { expand::merged([direct, expand::unfinished(&self.words, word)]) } else { direct }
        };
        let whole = found(&asked.whole, true);
        let parts: Vec<Vec<Expansion>> =
            (1..).zip(&asked.words).map(|(number, word)| found(word, number == asked.words.len())).collect();
        let is_known = !whole.is_empty() || parts.iter().all(|part| !part.is_empty());
        let row = steps(asked.positions.iter().copied(), parts.iter().cloned());
        let mut ways = vec![Way::Row { steps: row, kind: Kind::Phrase }, Way::Any(whole)];
        if asked.words.iter().all(|word| word.len() >= SHORTEST_PART) {
            ways.push(Way::All { parts, kind: Kind::Split });
        }
        if is_known {
            return (ways, None);
        }
        let (more, better) = self.word(&asked.whole, false);
        ways.extend(more);
        (ways, better)
    }

    fn word(&self, word: &str, unfinished: bool) -> Meaning {
        let mut meanings = self.meanings.lock().unwrap_or_else(PoisonError::into_inner);
        if meanings.len() >= MEANINGS {
            meanings.clear();
        }
        let meaning = meanings.entry((word.to_owned(), unfinished));
        meaning.or_insert_with(|| self.meaning(word, unfinished)).clone()
    }

    fn meaning(&self, word: &str, unfinished: bool) -> Meaning {
        let direct = expand::direct(&self.words, word);
        let compounds = expand::compounds(&self.words, word);
        let prefixed =
            if unfinished && !is_exact(&direct) { expand::unfinished(&self.words, word) } else { Vec::new() };
        let is_known = !direct.is_empty();
        let is_found = is_known || !prefixed.is_empty() || compounds.iter().any(|found| found.kind == Kind::Compound);
        let mut ways = vec![Way::Any(expand::merged([direct, prefixed, compounds]))];
        let split = if is_known { None } else { expand::split(&self.words, word) };
        // A part that is no word of its own makes the split a guess; a word that looks alike is the better one.
        let is_certain = |parts: &Vec<String>| parts.iter().all(|part| self.words.knows(part));
        let is_answered = is_found || split.as_ref().is_some_and(is_certain);
        let similar = if is_answered { None } else { self.similar(word) };
        let split = split.filter(|_| similar.is_none());
        if let Some(parts) = &split {
            let parts = parts.iter().map(|part| self.related(part)).collect();
            ways.push(Way::All { parts, kind: Kind::Split });
        }
        if is_found || split.is_some() {
            return (ways, None);
        }
        if let Some(similar) = similar {
            ways.push(Way::Any(expand::because(Kind::Typo, self.related(&similar))));
            return (ways, self.surface(&similar));
        }
        if let Some(piece) = expand::remainder(&self.words, word) {
            ways.push(Way::Any(expand::because(Kind::Split, self.related(&piece))));
        }
        (ways, None)
    }

    /// A word with its inflections and compounds.
    fn related(&self, word: &str) -> Vec<Expansion> {
        expand::merged([expand::direct(&self.words, word), expand::compounds(&self.words, word)])
    }

    /// The most frequent of the words that look most alike.
    fn similar(&self, word: &str) -> Option<String> {
        let candidates = expand::similar(&self.words, word).into_iter().rev();
        candidates.max_by_key(|candidate| self.ranker.frequency(candidate)).map(|entry| entry.word.clone())
    }

    /// The longest phrase with synonyms with which the query goes on: words taken, and in which groups it is which phrase.
    fn synonym(&self, asked: &[Asked]) -> Option<(usize, Vec<(usize, usize)>)> {
        let stems: Vec<String> =
            asked.iter().take_while(|part| part.form != Form::Phrase).map(|part| analysis::stem(&part.whole)).collect();
        let mut best: Option<(usize, Vec<(usize, usize)>)> = None;
        for (group, phrases) in self.synonyms.iter().enumerate() {
            for (index, phrase) in phrases.iter().enumerate() {
                let fits =
                    phrase.len() <= stems.len() && phrase.iter().zip(&stems).all(|(own, stem)| own.stem == *stem);
                match &mut best {
                    _ if !fits => {}
                    Some((length, places)) if phrase.len() == *length => places.push((group, index)),
                    Some((length, _)) if phrase.len() < *length => {}
                    _ => best = Some((phrase.len(), vec![(group, index)])),
                }
            }
        }
        best
    }

    fn synonymous(&self, asked: &[Asked], places: &[(usize, usize)]) -> Unit {
        let text = asked.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
        let mut ways = match asked {
            [one] => self.ways(one).0,
            several => {
                let direct = |part: &Asked| expand::direct(&self.words, &part.whole);
                vec![
                    Way::Row {
                        steps: steps(several.iter().map(Asked::position), several.iter().map(direct)),
                        kind: Kind::Phrase,
                    },
                    Way::All { parts: several.iter().map(direct).collect(), kind: Kind::Split },
                ]
            }
        };
        let others = places.iter().flat_map(|(group, own)| {
            let phrases = self.synonyms.get(*group).into_iter().flatten().enumerate();
            phrases.filter(move |(index, _)| index != own).map(|(_, phrase)| phrase)
        });
        for phrase in others {
            let found: Vec<Vec<Expansion>> =
                phrase.iter().map(|synonym| expand::direct(&self.words, &synonym.word)).collect();
            ways.push(match <[Vec<Expansion>; 1]>::try_from(found) {
                Ok([one]) => Way::Any(expand::because(Kind::Synonym, one)),
                Err(found) => {
                    Way::Row { steps: steps(phrase.iter().map(|synonym| synonym.position), found), kind: Kind::Synonym }
                }
            });
        }
        Unit { text, ways }
    }

    /// Cases with their scores, the best first. Where few cases answer everything, those count as well that answer less.
    fn ranked(&self, units: &[Unit]) -> Vec<Ranked> {
        let mut totals = vec![(0_usize, 0.0_f32); self.len()];
        for unit in units {
            let scores = self.ranker.scores(unit);
            let rarity = rank::rarity(scores.iter().filter(|score| **score > 0.0).count(), self.len());
            for ((answered, total), score) in totals.iter_mut().zip(scores).filter(|(_, score)| *score > 0.0) {
                *answered += 1;
                *total += rarity * score;
            }
        }
        let count = |least: usize| totals.iter().filter(|(answered, _)| *answered >= least).count();
        let lowest = units.len().div_ceil(2);
        let needed = (lowest..=units.len()).rev().find(|least| count(*least) >= FEW).unwrap_or(lowest);
        let share = |answered: usize| answered as f32 / units.len() as f32;
        let mut ranked: Vec<Ranked> = self
            .cases()
            .zip(totals)
            .filter(|(_, (answered, _))| *answered >= needed)
            .map(|(document, (answered, total))| {
                let score = rounded(total * share(answered) * share(answered));
                Ranked { document, score, answered }
            })
            .collect();
        ranked.sort_by(|left, right| right.score.total_cmp(&left.score).then(left.document.cmp(&right.document)));
        ranked
    }

    /// Keeps what fits the filters, and counts what each value of a facet would give.
    #[allow(clippy::type_complexity)]
    fn filtered(
        &self,
        ranked: &[Ranked],
        filters: &BTreeMap<Facet, BTreeSet<String>>,
    ) -> (Vec<Ranked>, BTreeMap<Facet, BTreeMap<String, usize>>) {
        let chosen: Vec<Option<Vec<bool>>> =
            self.facets.iter().map(|column| Some(column.chosen(filters.get(&column.facet)?))).collect();
        let mut counts: Vec<Vec<usize>> = self.facets.iter().map(|column| vec![0; column.values.len()]).collect();
        let mut found = Vec::new();
        for case in ranked {
            let misses = |(column, chosen): (&FacetColumn, &Option<Vec<bool>>)| {
                chosen
                    .as_ref()
                    .is_some_and(|chosen| !column.of(case.document).iter().any(|number| chosen[*number as usize]))
            };
            let mut missed = (0..).zip(self.facets.iter().zip(&chosen)).filter(|(_, facet)| misses(*facet));
            // A case counts for a value if it fits everything chosen in the other facets.
            let counted = match (missed.next(), missed.next()) {
                (None, _) => {
                    found.push(*case);
                    0..self.facets.len()
                }
                (Some((index, _)), None) => index..index + 1,
                (Some(_), Some(_)) => 0..0,
            };
            for index in counted {
                for number in self.facets[index].of(case.document) {
                    counts[index][*number as usize] += 1;
                }
            }
        }
        let named = self.facets.iter().zip(counts).map(|(column, counts)| {
            (column.facet, column.values.iter().cloned().zip(counts).collect::<BTreeMap<String, usize>>())
        });
        (found, named.collect())
    }

    fn hits(&self, page: &[Ranked], units: &[Unit], explain: bool) -> Vec<Hit> {
        let wanted = Wanted::new(units.iter().map(Unit::terms));
        let numbers: Vec<DocId> = page.iter().map(|case| case.document).collect();
        let mut reasons: BTreeMap<DocId, Vec<query::Match>> = BTreeMap::new();
        for unit in units.iter().filter(|_| explain) {
            for (document, matches) in self.ranker.explain(unit, &numbers) {
                reasons.entry(document).or_default().extend(matches);
            }
        }
        let hit = |case: &Ranked| {
            let home = self.layers.home(case.document)?;
            let stored = self.layers.stored(home)?;
            let one = |field| schema::stored(&stored, field).next().unwrap_or_default().to_owned();
            let many = |field| schema::stored(&stored, self.layers.fields.text(field)).collect::<Vec<&str>>();
            let texts = many(TextField::Summary).into_iter().chain(self.texts.of(home));
            let mut matches = reasons.remove(&case.document).unwrap_or_default();
            matches.sort_by(|left, right| right.weight.total_cmp(&left.weight));
            Some(Hit {
                slug: one(self.layers.fields.slug),
                url: one(self.layers.fields.url),
                title: extract::marked(&one(self.layers.fields.text(TextField::Title)), &wanted),
                places: many(TextField::Places).into_iter().map(str::to_owned).collect(),
                organisations: many(TextField::Organisations).into_iter().map(str::to_owned).collect(),
                extract: extract::best(texts, &wanted, case.answered),
                score: case.score,
                matches,
            })
        };
        page.iter().filter_map(hit).collect()
    }

    /// A word of the index as it stands in a text.
    fn surface(&self, word: &str) -> Option<String> {
        let (document, field) = self.ranker.example(word)?;
        let in_text = |text: &str| {
            let tokens = analysis::tokens(text);
            let token = tokens.into_iter().find(|token| token.kind != TokenKind::Part && token.word == word)?;
            text.get(token.span).map(str::to_owned)
        };
        let home = self.layers.home(document)?;
        let stored = self.layers.stored(home)?;
        schema::stored(&stored, self.layers.fields.text(field))
            .find_map(in_text)
            .or_else(|| self.texts.of(home).find_map(in_text))
    }
}

fn synonyms(lexicon: &Lexicon) -> Vec<Vec<Vec<Synonym>>> {
    let synonym =
        |part: Asked| Synonym { stem: analysis::stem(&part.whole), position: part.position(), word: part.whole };
    // What query words are made of: hyphenated words as a whole, function words left out.
    let phrase =
        |text: &String| -> Vec<Synonym> { query::read(&format!("{text} ")).into_iter().map(synonym).collect() };
    let group = |words: &Vec<String>| words.iter().map(phrase).filter(|phrase| !phrase.is_empty()).collect();
    lexicon.synonyms.iter().map(group).collect()
}

/// A row of words from their places in a text.
fn steps(positions: impl IntoIterator<Item = usize>, found: impl IntoIterator<Item = Vec<Expansion>>) -> Vec<Step> {
    let mut first = None;
    let step = |(position, expansions): (usize, Vec<Expansion>)| {
        let start = *first.get_or_insert(position);
        Step { at: u32::try_from(position.saturating_sub(start)).unwrap_or(u32::MAX), expansions }
    };
    positions.into_iter().zip(found).map(step).collect()
}

fn is_exact(expansions: &[Expansion]) -> bool {
    expansions.iter().any(|expansion| matches!(expansion.kind, Kind::Exact | Kind::Part))
}

fn exact_only(expansions: Vec<Expansion>) -> Vec<Expansion> {
    expansions.into_iter().filter(|expansion| matches!(expansion.kind, Kind::Exact | Kind::Part)).collect()
}

fn replaced(text: &str, words: &[(String, String)]) -> String {
    words.iter().fold(text.trim().to_owned(), |text, (old, new)| text.replacen(old, new, 1))
}

/// Rounded so that every machine comes to the same number.
fn rounded(score: f32) -> f32 {
    (score * 1000.0).round() / 1000.0
}
