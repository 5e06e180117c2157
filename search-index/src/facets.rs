//! The values of all cases for one facet.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::DocId;

use crate::Facet;
use crate::archive::OpenError;
use crate::layers::{Layers, REPLACED};

/// A facet with what each case has of it.
pub struct FacetColumn {
    pub facet: Facet,
    /// In alphabetical order.
    pub values: Vec<String>,
    /// Places of values in the list above, one case after the other.
    numbers: Vec<u32>,
    /// Where the numbers of each case end.
    ends: Vec<usize>,
}

impl FacetColumn {
    /// Reads the facet from all layers.
    pub fn open(layers: &Layers, facet: Facet) -> Result<FacetColumn, OpenError> {
        // Values from A to Z, each with its cases.
        let mut found: Vec<(String, Vec<DocId>)> = Vec::new();
        for layer in &layers.layers {
            let column = layer.segment.fast_fields().str(facet.key()).map_err(OpenError::unusable)?;
            let Some(column) = column else { continue };
            let mut cases: BTreeMap<u64, Vec<DocId>> = BTreeMap::new();
            for (document, case) in (0..).zip(&*layer.numbers).filter(|(_, case)| **case != REPLACED) {
                for value in column.term_ords(document) {
                    cases.entry(value).or_default().push(*case);
                }
            }
            for (number, cases) in cases {
                let mut value = String::new();
                if !column.ord_to_str(number, &mut value).map_err(OpenError::unusable)? {
                    return Err(OpenError::unusable("too few values"));
                }
                match found.binary_search_by(|(known, _)| known.cmp(&value)) {
                    Ok(place) => found[place].1.extend(cases),
                    Err(place) => found.insert(place, (value, cases)),
                }
            }
        }
        let mut column = FacetColumn { facet, values: Vec::new(), numbers: Vec::new(), ends: vec![0; layers.len()] };
        let all = || found.iter().flat_map(|(_, cases)| cases);
        all().for_each(|case| column.ends[*case as usize] += 1);
        let mut total = 0;
        // For now where the numbers of each case begin; filling them in moves it on.
        for end in &mut column.ends {
            total += std::mem::replace(end, total);
        }
        column.numbers = vec![0; total];
        for (number, (value, cases)) in (0..).zip(found) {
            column.values.push(value);
            for case in cases {
                let end = &mut column.ends[case as usize];
                column.numbers[*end] = number;
                *end += 1;
            }
        }
        Ok(column)
    }

    /// Places of the values of a case.
    pub fn of(&self, case: DocId) -> &[u32] {
        let case = case as usize;
        let start = case.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(case).and_then(|end| self.numbers.get(start..*end)).unwrap_or_default()
    }

    /// For each value whether it was chosen.
    pub fn chosen(&self, values: &BTreeSet<String>) -> Vec<bool> {
        self.values.iter().map(|value| values.contains(value)).collect()
    }
}
