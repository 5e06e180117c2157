//! Answers queries from an archive. No threads, no files, no clock; nothing a reader types makes it fail.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::store::StoreReader;
use tantivy::{DocId, Index, SegmentReader, TantivyDocument};

use crate::analysis::{self, TokenKind};
use crate::archive::{self, LEXICON, OpenError, STEMS};
use crate::directory::Archived;
use crate::expand::{self, Expansion, Kind};
use crate::extract::{self, Wanted};
use crate::query::{self, Asked, Form, Hit, Query, Results, Sort};
use crate::rank::{self, Ranker, Step, Unit, Way};
use crate::schema::{self, Fields};
use crate::texts::Texts;
use crate::words::{Entry, Words};
use crate::{Facet, Lexicon, TextField};

/// Fewer hits than this are few: then cases count that answer only a part of the query.
const FEW: usize = 3;

/// Cached blocks of stored texts.
const CACHE: usize = 8;

/// An open index.
pub struct Searcher {
    fields: Fields,
    ranker: Ranker,
    words: Words,
    /// Groups of synonyms, each a list of phrases, each a list of stems with the folded words.
    synonyms: Vec<Vec<Vec<Synonym>>>,
    facets: Vec<FacetColumn>,
    /// Day of the last review of each document.
    updated: Vec<u64>,
    /// Place of each document among all titles.
    title_order: Vec<u64>,
    store: StoreReader,
    texts: Texts,
    documents: u32,
    /// Checksum of the archive.
    checksum: u32,
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

/// The values of all documents for one facet.
struct FacetColumn {
    facet: Facet,
    /// In alphabetical order.
    values: Vec<String>,
    /// Places of values in the list above, one document after the other.
    numbers: Vec<usize>,
    /// Where the numbers of each document end.
    ends: Vec<usize>,
}

impl Searcher {
    /// Opens an archive that [`crate::build`] wrote.
    pub fn open(bytes: Vec<u8>) -> Result<Searcher, OpenError> {
        let parts = archive::unpack(&bytes)?;
        let checksum = archive::checksum(&bytes);
        let archived = Archived::new(bytes, parts);
        let lexicon = archived.part(LEXICON).ok_or_else(|| OpenError::Unusable(format!("{LEXICON} is missing")))?;
        let lexicon: Lexicon = serde_json::from_slice(&lexicon).map_err(unusable)?;
        let index = Index::open(archived.clone()).map_err(unusable)?;
        let fields = Fields::of(&index.schema()).map_err(unusable)?;
        let segments = index.searchable_segments().map_err(unusable)?;
        let Some(segment) = segments.first() else { return Err(OpenError::Unusable("no segment".to_owned())) };
        let segment = SegmentReader::open(segment).map_err(unusable)?;
        let ranker = Ranker::new(&segment, &fields).map_err(unusable)?;
        let stems = archived.part(STEMS).ok_or_else(|| OpenError::Unusable(format!("{STEMS} is missing")))?;
        let words = Words::with_stems(ranker.terms(), &lexicon.exceptions, &stems)
            .ok_or_else(|| OpenError::Unusable(format!("{STEMS} are not those of this index")))?;
        let facets = Facet::ALL.map(|facet| FacetColumn::open(&segment, facet)).into_iter();
        Ok(Searcher {
            fields,
            ranker,
            words,
            synonyms: synonyms(&lexicon),
            facets: facets.collect::<Result<_, _>>()?,
            updated: numbers(&segment, schema::UPDATED)?,
            title_order: numbers(&segment, schema::TITLE_ORDER)?,
            store: segment.get_store_reader(CACHE).map_err(unusable)?,
            texts: Texts::default(),
            documents: segment.max_doc(),
            checksum,
            meanings: Mutex::default(),
        })
    }

    /// Adds the texts from which extracts are cut. Without them, extracts come from the summaries.
    pub fn add_texts(&mut self, bytes: &[u8]) -> Result<(), OpenError> {
        self.texts = Texts::open(bytes, self.checksum, self.len())?;
        Ok(())
    }

    /// Number of cases in the index.
    pub fn len(&self) -> usize {
        self.documents as usize
    }

    /// Whether there is no case.
    pub fn is_empty(&self) -> bool {
        self.documents == 0
    }

    /// Answers a query.
    pub fn search(&self, query: &Query) -> Results {
        let asked = query::read(&query.text);
        let (units, suggestions) = self.units(&asked);
        let ranked = match (units.is_empty(), query.text.trim().is_empty()) {
            (true, true) => (0..self.documents).map(|document| Ranked { document, score: 0.0, answered: 0 }).collect(),
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
        let number = |numbers: &[u64], document: DocId| numbers.get(document as usize).copied().unwrap_or_default();
        match sort {
            Sort::Relevance => {}
            Sort::Newest => found.sort_by_key(|case| (Reverse(number(&self.updated, case.document)), case.document)),
            Sort::Title => found.sort_by_key(|case| number(&self.title_order, case.document)),
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
        let mut ranked: Vec<Ranked> = (0..self.documents)
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
                chosen.as_ref().is_some_and(|chosen| !column.of(case.document).iter().any(|number| chosen[*number]))
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
                    counts[index][*number] += 1;
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
            let stored = self.store.get::<TantivyDocument>(case.document).ok()?;
            let one = |field| schema::stored(&stored, field).next().unwrap_or_default().to_owned();
            let many = |field| schema::stored(&stored, self.fields.text(field)).collect::<Vec<&str>>();
            let texts = many(TextField::Summary).into_iter().chain(self.texts.of(case.document));
            let mut matches = reasons.remove(&case.document).unwrap_or_default();
            matches.sort_by(|left, right| right.weight.total_cmp(&left.weight));
            Some(Hit {
                slug: one(self.fields.slug),
                url: one(self.fields.url),
                title: extract::marked(&one(self.fields.text(TextField::Title)), &wanted),
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
        let stored = self.store.get::<TantivyDocument>(document).ok()?;
        schema::stored(&stored, self.fields.text(field))
            .find_map(in_text)
            .or_else(|| self.texts.of(document).find_map(in_text))
    }
}

impl FacetColumn {
    fn open(segment: &SegmentReader, facet: Facet) -> Result<FacetColumn, OpenError> {
        let mut read = FacetColumn { facet, values: Vec::new(), numbers: Vec::new(), ends: Vec::new() };
        let Some(column) = segment.fast_fields().str(facet.key()).map_err(unusable)? else { return Ok(read) };
        for number in 0..column.num_terms() as u64 {
            let mut value = String::new();
            if !column.ord_to_str(number, &mut value).map_err(unusable)? {
                return Err(unusable("a facet has fewer values than it says"));
            }
            read.values.push(value);
        }
        for document in 0..segment.max_doc() {
            let known = column.term_ords(document).map(|number| number as usize);
            read.numbers.extend(known.filter(|number| *number < read.values.len()));
            read.ends.push(read.numbers.len());
        }
        Ok(read)
    }

    fn of(&self, document: DocId) -> &[usize] {
        let document = document as usize;
        let start = document.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(document).and_then(|end| self.numbers.get(start..*end)).unwrap_or_default()
    }

    /// For each value whether it was chosen.
    fn chosen(&self, values: &BTreeSet<String>) -> Vec<bool> {
        self.values.iter().map(|value| values.contains(value)).collect()
    }
}

/// One number of every document.
fn numbers(segment: &SegmentReader, field: &str) -> Result<Vec<u64>, OpenError> {
    let column = segment.fast_fields().u64(field).map_err(unusable)?;
    Ok((0..segment.max_doc()).map(|document| column.first(document).unwrap_or_default()).collect())
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

fn unusable(error: impl ToString) -> OpenError {
    OpenError::Unusable(error.to_string())
}
