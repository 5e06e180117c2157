//! A page of text beside the cases: `pages/<slug>.md`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CitedWork, Date, Figure, Located, Slug, Statement};

/// A page as it stands in its file.
#[derive(Clone, Debug)]
pub struct Page {
    /// Name of the file, and of the page.
    pub slug: Slug,
    /// Path below the handbook.
    pub file: String,
    /// Front matter.
    pub data: PageData,
    /// Text after the front matter.
    pub text: String,
    /// Line of the file on which the text starts, from 1.
    pub text_line: u32,
}

/// Front matter of a page.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Seite", description = "Kopf einer Textseite (Impressum, Hintergrund …).")]
pub struct PageData {
    /// Title.
    #[schemars(title = "Titel")]
    pub title: Located<String>,
    /// Title in navigation.
    #[serde(default)]
    #[schemars(title = "Kurztitel", description = "Für die Navigation, höchstens 30 Zeichen.")]
    pub short_title: Option<Located<String>>,
    /// Summary.
    #[schemars(title = "Zusammenfassung", description = "Ein bis zwei Sätze, 80 bis 300 Zeichen.")]
    pub summary: Located<String>,
    /// What the page is for.
    #[schemars(title = "Art")]
    pub kind: PageKind,
    /// Place in navigation.
    #[serde(default)]
    #[schemars(title = "Reihenfolge")]
    pub order: u32,
    /// Figures with date and source.
    #[serde(default)]
    #[schemars(title = "Zahlen")]
    pub figures: Vec<Figure>,
    /// Works.
    #[serde(default)]
    #[schemars(title = "Quellen")]
    pub sources: Vec<CitedWork>,
    /// Legal state.
    #[serde(default)]
    #[schemars(title = "Rechtsstand")]
    pub legal_state: Option<Located<Date>>,
    /// Last checked.
    #[serde(default)]
    #[schemars(title = "Geprüft am")]
    pub reviewed: Option<Located<Date>>,
    /// Next review.
    #[serde(default)]
    #[schemars(title = "Nächste Prüfung")]
    pub next_review: Option<Located<Date>>,
    /// What the accessibility statement declares.
    #[serde(default)]
    #[schemars(title = "Erklärung", description = "Nur auf der Seite der Art accessibility.")]
    pub statement: Option<Statement>,
}

/// What a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// Imprint.
    #[schemars(description = "Impressum")]
    Imprint,
    /// Privacy statement.
    #[schemars(description = "Datenschutzerklärung")]
    Privacy,
    /// Accessibility statement.
    #[schemars(description = "Erklärung zur Barrierefreiheit")]
    Accessibility,
    /// Leichte Sprache.
    #[schemars(description = "Leichte Sprache")]
    PlainLanguage,
    /// Background.
    #[schemars(description = "Hintergrund")]
    Background,
    /// About the handbook.
    #[schemars(description = "Über das Handbuch")]
    About,
}
