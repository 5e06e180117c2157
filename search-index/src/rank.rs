//! How much each case has to do with a query.
//!
//! For one word, a field counts with BM25 (k1 = 1.2, b = 0.75; Robertson & Zaragoza 2009) times the weights of the field
//! and of the reason; the best field counts in full, the others a little. A word's own weight is its rarity, taken over
//! everything that answers it, so that a rare inflection never outweighs the word itself. Words add up, and a case that
//! answers only some of them loses more than their share.

use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

use crate::TextField;
use crate::expand::{Expansion, Kind};
use crate::layers::{Layers, REPLACED};
use crate::query::Match;
use crate::words::Entry;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// What a word in a further field adds: it confirms, but a mention in five fields is not five times the case.
const FURTHER_FIELDS: f32 = 0.3;

/// A part of a query with everything that answers it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// As it was typed.
    pub text: String,
    /// Ways in which a case can answer; the best counts.
    pub ways: Vec<Way>,
}

/// One way in which a case can answer a part of a query.
#[derive(Clone, Debug)]
pub enum Way {
    /// With any of these terms.
    Any(Vec<Expansion>),
    /// With terms in a row, one of each step.
    Row {
        /// The steps.
        steps: Vec<Step>,
        /// The reason.
        kind: Kind,
    },
    /// With one of each list, anywhere.
    All {
        /// The lists.
        parts: Vec<Vec<Expansion>>,
        /// The reason.
        kind: Kind,
    },
}

/// A place in a row of words, and what may stand there.
#[derive(Clone, Debug)]
pub struct Step {
    /// Words after the first step; passes over function words.
    pub at: u32,
    /// What may stand there.
    pub expansions: Vec<Expansion>,
}

impl Unit {
    /// Every term that may be marked in a hit.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        let lists = self.ways.iter().flat_map(|way| match way {
            Way::Any(expansions) => vec![expansions],
            Way::Row { steps, .. } => steps.iter().map(|step| &step.expansions).collect(),
            Way::All { parts, .. } => parts.iter().collect(),
        });
        lists.flatten().map(|expansion| expansion.term.as_str())
    }
}

/// Reads postings and weighs them.
pub struct Ranker {
    fields: Vec<RankedField>,
    documents: usize,
}

/// A field of a layer. No case stands in two layers, so that they count like further fields.
struct RankedField {
    field: TextField,
    schema_field: tantivy::schema::Field,
    postings: Arc<InvertedIndexReader>,
    lengths: FieldNormReader,
    /// Length of the field in all layers.
    average: f32,
    /// The number of each document, or [`REPLACED`].
    numbers: Arc<[DocId]>,
}

impl Ranker {
    /// Opens the fields of all layers.
    pub fn new(layers: &Layers) -> tantivy::Result<Ranker> {
        let documents = layers.len();
        let mut fields = Vec::new();
        for field in TextField::ALL {
            let first = fields.len();
            let mut total = 0;
            for layer in &layers.layers {
                let schema_field = layers.fields.text(field);
                let postings = layer.segment.inverted_index(schema_field)?;
                let lengths = layer.segment.get_fieldnorms_reader(schema_field)?;
                let known = (0..).zip(&*layer.numbers).filter(|(_, number)| **number != REPLACED);
                total += known.map(|(document, _)| u64::from(lengths.fieldnorm(document))).sum::<u64>();
                let numbers = Arc::clone(&layer.numbers);
                fields.push(RankedField { field, schema_field, postings, lengths, average: 0.0, numbers });
            }
            let average = (total as f32 / documents.max(1) as f32).max(1.0);
            fields.iter_mut().skip(first).for_each(|field| field.average = average);
        }
        Ok(Ranker { fields, documents })
    }

    /// The cases that answer a part of a query, by number; 0 for those that do not.
    pub fn scores(&self, unit: &Unit) -> Vec<f32> {
        let mut best = vec![0.0_f32; self.documents];
        for way in &unit.ways {
            let scores = self.way_scores(way);
            best.iter_mut().zip(scores).for_each(|(best, score)| *best = best.max(score));
        }
        best
    }

    fn way_scores(&self, way: &Way) -> Vec<f32> {
        match way {
            Way::Any(expansions) => self.combined(|field, note| self.any(field, expansions, note)),
            Way::Row { steps, kind } => self.combined(|field, note| self.row(field, steps, *kind, note)),
            Way::All { parts, kind } => {
                let each: Vec<Vec<f32>> =
                    parts.iter().map(|part| self.combined(|field, note| self.any(field, part, note))).collect();
                let of = |document: usize| {
                    let scores = each.iter().map(|scores| scores.get(document).copied().unwrap_or_default());
                    let all = scores.clone().all(|score| score > 0.0);
                    if all { kind.weight() * scores.sum::<f32>() / parts.len().max(1) as f32 } else { 0.0 }
                };
                (0..self.documents).map(of).collect()
            }
        }
    }

    /// Puts the fields together: the best in full, the others a little.
    fn combined(&self, visit: impl Fn(&RankedField, &mut dyn FnMut(DocId, &str, Kind, f32))) -> Vec<f32> {
        let mut best = vec![0.0_f32; self.documents];
        let mut sum = vec![0.0_f32; self.documents];
        let mut here = vec![0.0_f32; self.documents];
        for field in &self.fields {
            let mut is_found = false;
            visit(field, &mut |document, _, _, score| {
                if let Some(known) = here.get_mut(document as usize) {
                    *known = known.max(score);
                    is_found = true;
                }
            });
            if !is_found {
                continue;
            }
            for ((best, sum), here) in best.iter_mut().zip(&mut sum).zip(&mut here) {
                *best = best.max(*here);
                *sum += *here;
                *here = 0.0;
            }
        }
        best.iter().zip(sum).map(|(best, sum)| best + FURTHER_FIELDS * (sum - best)).collect()
    }

    fn any(&self, field: &RankedField, expansions: &[Expansion], note: &mut dyn FnMut(DocId, &str, Kind, f32)) {
        for expansion in expansions.iter().filter(|expansion| expansion.fields.holds(field.field)) {
            let term = Term::from_field_text(field.schema_field, &expansion.term);
            let found = field.postings.read_postings(&term, IndexRecordOption::WithFreqs);
            let Ok(Some(mut postings)) = found else { continue };
            let mut document = postings.doc();
            while document != TERMINATED {
                let score = expansion.weight * field.score(document, postings.term_freq() as f32);
                note(field.number(document), &expansion.term, expansion.kind, score);
                document = postings.advance();
            }
        }
    }

    fn row(&self, field: &RankedField, steps: &[Step], kind: Kind, note: &mut dyn FnMut(DocId, &str, Kind, f32)) {
        let is_there = |step: &Step| step.expansions.iter().any(|expansion| expansion.fields.holds(field.field));
        if !steps.iter().all(is_there) {
            return;
        }
        let mut ends: Option<BTreeMap<DocId, BTreeMap<u32, f32>>> = None;
        for step in steps {
            let places = field.places(step);
            ends = Some(match ends {
                None => places,
                Some(ends) => ends
                    .into_iter()
                    .filter_map(|(document, known)| {
                        let here = places.get(&document)?;
                        let both = known.into_iter().filter_map(|(at, weight)| Some((at, weight + here.get(&at)?)));
                        Some((document, both.collect::<BTreeMap<u32, f32>>())).filter(|(_, both)| !both.is_empty())
                    })
                    .collect(),
            });
        }
        let text =
            steps.iter().filter_map(|step| Some(step.expansions.first()?.term.as_str())).collect::<Vec<_>>().join(" ");
        for (document, places) in ends.unwrap_or_default() {
            let weight = places.values().copied().fold(0.0_f32, f32::max) / steps.len() as f32;
            let score = kind.weight() * weight * field.score(document, places.len() as f32);
            note(field.number(document), &text, kind, score);
        }
    }

    /// Why cases answer a part of a query.
    pub fn explain(&self, unit: &Unit, documents: &[DocId]) -> BTreeMap<DocId, Vec<Match>> {
        let mut reasons: BTreeMap<DocId, Vec<Match>> = BTreeMap::new();
        for field in &self.fields {
            let mut note = |document: DocId, term: &str, kind: Kind, weight: f32| {
                if documents.contains(&document) {
                    let found =
                        Match { word: unit.text.clone(), field: field.field, term: term.to_owned(), kind, weight };
                    reasons.entry(document).or_default().push(found);
                }
            };
            for way in &unit.ways {
                match way {
                    Way::Any(expansions) => self.any(field, expansions, &mut note),
                    Way::Row { steps, kind } => self.row(field, steps, *kind, &mut note),
                    Way::All { parts, kind } => parts.iter().for_each(|part| {
                        let share = kind.weight() / parts.len().max(1) as f32;
                        self.any(field, part, &mut |document, term, _, weight| {
                            note(document, term, *kind, weight * share)
                        });
                    }),
                }
            }
        }
        reasons
    }

    /// A case that holds a term, with the field.
    pub fn example(&self, word: &str) -> Option<(DocId, TextField)> {
        self.fields.iter().find_map(|field| {
            let term = Term::from_field_text(field.schema_field, word);
            let mut postings = field.postings.read_postings(&term, IndexRecordOption::Basic).ok()??;
            while postings.doc() != TERMINATED && field.number(postings.doc()) == REPLACED {
                postings.advance();
            }
            Some((field.number(postings.doc()), field.field)).filter(|(number, _)| *number != REPLACED)
        })
    }

    /// Number of cases that hold a word by itself, summed over the fields.
    pub fn frequency(&self, entry: &Entry) -> u32 {
        let of = |field: &RankedField| {
            let term = Term::from_field_text(field.schema_field, &entry.word);
            field.postings.doc_freq(&term).unwrap_or_default()
        };
        self.fields.iter().filter(|field| entry.whole.holds(field.field)).map(of).sum()
    }
}

impl RankedField {
    /// Number of the case, which is no case at all if another layer has replaced it.
    fn number(&self, document: DocId) -> DocId {
        self.numbers.get(document as usize).copied().unwrap_or(REPLACED)
    }

    fn score(&self, document: DocId, frequency: f32) -> f32 {
        let length = self.lengths.fieldnorm(document) as f32 / self.average;
        self.field.weight() * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * length))
    }

    /// Where the terms stand, moved back to where the row begins, with the weight of the best.
    fn places(&self, step: &Step) -> BTreeMap<DocId, BTreeMap<u32, f32>> {
        let mut places: BTreeMap<DocId, BTreeMap<u32, f32>> = BTreeMap::new();
        for expansion in step.expansions.iter().filter(|expansion| expansion.fields.holds(self.field)) {
            let term = Term::from_field_text(self.schema_field, &expansion.term);
            let found = self.postings.read_postings(&term, IndexRecordOption::WithFreqsAndPositions);
            let Ok(Some(mut postings)) = found else { continue };
            let mut positions = Vec::new();
            while postings.doc() != TERMINATED {
                postings.positions(&mut positions);
                let known = places.entry(postings.doc()).or_default();
                for start in positions.iter().filter_map(|position| position.checked_sub(step.at)) {
                    let weight = known.entry(start).or_default();
                    *weight = weight.max(expansion.weight);
                }
                postings.advance();
            }
        }
        places
    }
}

/// How rare something is that `found` of `all` cases have. Rounded, so that every machine comes to the same number.
pub fn rarity(found: usize, all: usize) -> f32 {
    const STEPS: f32 = 1024.0;
    let (found, all) = (found as f32, all as f32);
    ((1.0 + (all - found + 0.5) / (found + 0.5)).ln() * STEPS).round() / STEPS
}
