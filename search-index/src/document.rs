//! What the search knows of a case, and of the language of a handbook.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Facet;

/// One case as the search sees it: plain text by field, and its facet values.
///
/// Field order is rank order: a hit in the title counts more than one in the summary, in the checklist, in the body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Stable name of the case.
    pub slug: String,
    /// Page, relative to the root of the site, e.g. `praxis/netzwerk-halle.html`.
    pub url: String,
    /// Full title.
    pub title: String,
    /// Title for lists.
    pub short_title: String,
    /// Names of districts, their seats and Länder.
    pub places: Vec<String>,
    /// Institutions by their official names.
    pub organisations: Vec<String>,
    /// Summary of 80 to 300 characters.
    pub summary: String,
    /// Names of the facet values, as pages show them.
    pub keywords: Vec<String>,
    /// Texts of the checklist items.
    pub checklist: Vec<String>,
    /// Prose of the case as plain text, a line for each paragraph.
    pub body: String,
    /// Day of the last review, `2025-12-31`.
    pub updated: String,
    /// Values by facet, as used in URLs.
    pub facets: BTreeMap<Facet, Vec<String>>,
}

/// What editors know about words. Travels inside the index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lexicon {
    /// Groups of words and phrases that mean the same.
    pub synonyms: Vec<Vec<String>>,
    /// Words that look like compounds but are not: „Deutschland“ is no „Land“.
    pub exceptions: Vec<String>,
}
