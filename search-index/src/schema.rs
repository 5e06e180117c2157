//! What is indexed, how much each field counts, and the facets by which cases are filtered.

use serde::{Deserialize, Serialize};
use tantivy::schema::{Field, Schema, Value};
use tantivy::{TantivyDocument, TantivyError};

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

    /// Name of the facet's parameter in a search URL. German, as readers see it.
    pub fn parameter(self) -> &'static str {
        match self {
            Facet::Topic => "thema",
            Facet::State => "land",
            Facet::Form => "form",
            Facet::TargetGroup => "zielgruppe",
            Facet::Format => "format",
            Facet::Partner => "partner",
            Facet::Phase => "phase",
            Facet::LegalScope => "rechtskreis",
            Facet::Settlement => "siedlungstyp",
            Facet::Status => "stand",
        }
    }

    /// Folder of the facet's pages. German, as readers see it.
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

/// A field in which words are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextField {
    /// Full and short title.
    Title,
    /// Places.
    Places,
    /// Summary.
    Summary,
    /// Institutions by their official names.
    Organisations,
    /// Names of the facet values: target groups, formats, partners …
    Keywords,
    /// Items of the checklist.
    Checklist,
    /// Prose of the case.
    Body,
}

impl TextField {
    /// Every field, the weightiest first.
    pub const ALL: [TextField; 7] = [
        TextField::Title,
        TextField::Places,
        TextField::Summary,
        TextField::Organisations,
        TextField::Keywords,
        TextField::Checklist,
        TextField::Body,
    ];

    /// How much a word counts here, with the body as the unit.
    pub fn weight(self) -> f32 {
        match self {
            // Titles are what readers remember and type again.
            TextField::Title => 6.0,
            // Who asks for a place means cases from there, not cases that mention it.
            TextField::Places => 5.0,
            // Says what the case is about, in 300 characters without asides.
            TextField::Summary => 3.0,
            // Names of places in them are part of a name: „Regionaldirektion Rheinland-Pfalz-Saarland“.
            TextField::Organisations => 2.5,
            // Chosen from a list by an editor: true, but shared by many cases.
            TextField::Keywords => 2.0,
            // Single sentences, each of them an aspect of the case.
            TextField::Checklist => 1.5,
            // Mentions much in passing.
            TextField::Body => 1.0,
        }
    }

    /// Name of the field in the index.
    pub fn name(self) -> &'static str {
        match self {
            TextField::Title => "title",
            TextField::Places => "places",
            TextField::Organisations => "organisations",
            TextField::Summary => "summary",
            TextField::Keywords => "keywords",
            TextField::Checklist => "checklist",
            TextField::Body => "body",
        }
    }
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(u8);

impl FieldSet {
    /// The set of one field.
    pub fn of(field: TextField) -> FieldSet {
        FieldSet(1 << field as u8)
    }

    /// Whether the field is among them.
    pub fn holds(self, field: TextField) -> bool {
        self.0 & FieldSet::of(field).0 != 0
    }

    /// Whether there is no field.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set as a byte.
    #[cfg(feature = "write")]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set of a byte.
    pub fn from_bits(bits: u8) -> FieldSet {
        FieldSet(bits)
    }

    /// Takes in the fields of another set.
    pub fn add(&mut self, other: FieldSet) {
        self.0 |= other.0;
    }
}

/// The fields that are read by number.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Address of the case.
    pub slug: Field,
    /// Page of the case.
    pub url: Field,
    /// Texts, in the order of [`TextField::ALL`].
    pub texts: [Field; TextField::ALL.len()],
}

/// Name of the field with the day of the last review as a number, 20251231.
pub const UPDATED: &str = "updated";

impl Fields {
    /// Field of a kind of text.
    pub fn text(&self, field: TextField) -> Field {
        self.texts[field as usize]
    }

    /// Finds the fields in the schema of an existing index.
    pub fn of(schema: &Schema) -> Result<Fields, TantivyError> {
        let mut texts = [Field::from_field_id(0); TextField::ALL.len()];
        for (slot, field) in texts.iter_mut().zip(TextField::ALL) {
            *slot = schema.get_field(field.name())?;
        }
        Ok(Fields { slug: schema.get_field("slug")?, url: schema.get_field("url")?, texts })
    }
}

/// Stored values of a field.
pub fn stored(document: &TantivyDocument, field: Field) -> impl Iterator<Item = &str> {
    document.get_all(field).filter_map(|value| value.as_str())
}
