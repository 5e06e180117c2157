//! What a handbook can be searched for: the document type and the facets.
//!
//! Contract of this crate: everything that ranks, filters or analyses German text lives here and nowhere else, and the
//! half that answers queries uses neither threads nor the file system, so that the same code runs in the command line
//! tool, in the development server and, compiled to WebAssembly, in the browser. The crate never uses the root crate.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A property by which cases are filtered. Within one facet values are alternatives (OR), across facets they add up (AND).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Facet {
    /// Subject chapter of the handbook.
    Topic,
    /// Land in which the case takes place.
    State,
    /// Legal form of the institution: gE, zkT, Agentur für Arbeit …
    Form,
    /// Whom the case is for.
    TargetGroup,
    /// Kind of activity: job fair, working group …
    Format,
    /// Who takes part besides the implementing institution.
    Partner,
    /// Phase of the Job-Turbo (1–3).
    Phase,
    /// Rechtskreis: SGB II, SGB III …
    LegalScope,
    /// Settlement type of the district (BBSR, four classes).
    Settlement,
    /// Running, ended, continued …
    Status,
}

impl Facet {
    /// Every facet, in the order in which pages show them.
    pub const ALL: [Facet; 10] = [
        Facet::Topic,
        Facet::State,
        Facet::Form,
        Facet::TargetGroup,
        Facet::Format,
        Facet::Partner,
        Facet::Phase,
        Facet::LegalScope,
        Facet::Settlement,
        Facet::Status,
    ];

    /// Folder of the facet's pages and name of its parameter in a search URL. German, as readers see it.
    pub fn key(self) -> &'static str {
        match self {
            Facet::Topic => "themen",
            Facet::State => "regionen",
            Facet::Form => "traegerschaft",
            Facet::TargetGroup => "zielgruppen",
            Facet::Format => "formate",
            Facet::Partner => "partner",
            Facet::Phase => "phasen",
            Facet::LegalScope => "rechtskreise",
            Facet::Settlement => "siedlungstypen",
            Facet::Status => "stand",
        }
    }
}

/// One case as the search sees it: plain text by field, and its facet values.
///
/// Field order is rank order: a hit in the title counts more than one in the summary, in the checklist, in the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Stable name of the case.
    pub slug: String,
    /// Page, relative to the root of the site, e.g. `praxis/netzwerk-halle.html`.
    pub url: String,
    /// Full title.
    pub title: String,
    /// Title for lists.
    pub short_title: String,
    /// Summary of 80 to 300 characters.
    pub summary: String,
    /// Institutions by their official names.
    pub organisations: Vec<String>,
    /// Names of districts, their seats and Länder.
    pub places: Vec<String>,
    /// Texts of the checklist items.
    pub checklist: Vec<String>,
    /// Prose of the case as plain text.
    pub body: String,
    /// Values by facet, as used in URLs.
    pub facets: BTreeMap<Facet, Vec<String>>,
}
