//! A topic: `topics/<slug>.md`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{CitedWork, Date, Located, Reference, Slug};

/// A topic as it stands in its file.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Name of the file, and of the page.
    pub slug: Slug,
    /// Path below the handbook.
    pub file: String,
    /// Front matter.
    pub data: TopicData,
    /// Text after the front matter.
    pub text: String,
    /// Line of the file on which the text starts, from 1.
    pub text_line: u32,
}

/// Front matter of a topic.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Thema", description = "Kopf einer Themenseite.")]
pub struct TopicData {
    /// Title.
    #[schemars(title = "Titel")]
    pub title: Located<String>,
    /// Title in lists and navigation.
    #[schemars(title = "Kurztitel", description = "Höchstens 30 Zeichen.")]
    pub short_title: Located<String>,
    /// Chapter of the publication.
    #[serde(default)]
    #[schemars(title = "Kapitel", description = "Kapitel der Publikation, in Anführungszeichen.")]
    pub chapter: Option<String>,
    /// Summary of 80 to 300 characters.
    #[schemars(title = "Zusammenfassung", description = "80 bis 300 Zeichen.")]
    pub summary: Located<String>,
    /// Place among the topics.
    #[schemars(title = "Reihenfolge")]
    pub order: u32,
    /// What holds across the cases.
    #[serde(default)]
    #[schemars(title = "Gelingensfaktoren", description = "Was über die Beispiele hinweg gilt.")]
    pub success_factors: Vec<SuccessFactor>,
    /// What is missing.
    #[serde(default)]
    #[schemars(title = "Lücke", description = "Was zu diesem Thema fehlt und warum.")]
    pub gap: Option<Gap>,
    /// Works.
    #[schemars(title = "Quellen", length(min = 1))]
    pub sources: Vec<CitedWork>,
    /// Legal state.
    #[schemars(title = "Rechtsstand")]
    pub legal_state: Located<Date>,
    /// Last checked.
    #[serde(default)]
    #[schemars(title = "Geprüft am")]
    pub reviewed: Option<Located<Date>>,
    /// Next review.
    #[schemars(title = "Nächste Prüfung")]
    pub next_review: Located<Date>,
}

/// Something that holds across the cases of a topic.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Gelingensfaktor")]
pub struct SuccessFactor {
    /// Stable name.
    #[schemars(title = "Kennung", regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Located<String>,
    /// One sentence.
    #[schemars(title = "Text")]
    pub text: String,
    /// Id of vocabulary/dimensions.yaml.
    #[serde(default)]
    #[schemars(title = "Dimension", description = "Kennung aus vocabulary/dimensions.yaml.", extend("x-vocabulary" = "dimensions"))]
    pub dimension: Option<Located<String>>,
    /// Where it is said.
    #[schemars(title = "Fundstelle")]
    pub source: Reference,
}

/// An honest statement about what is missing.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Lücke")]
pub struct Gap {
    /// What is missing.
    #[schemars(title = "Text")]
    pub text: String,
    /// Where it is said.
    #[serde(default)]
    #[schemars(title = "Fundstelle")]
    pub source: Option<Reference>,
}
