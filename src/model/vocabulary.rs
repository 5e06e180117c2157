//! Lists of choices: `vocabulary/*.yaml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, Reference};

/// A plain list of choices: target groups, formats, partners.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Auswahlliste")]
pub struct Vocabulary {
    /// Choices in the order in which pages show them.
    #[schemars(title = "Einträge")]
    pub entries: Vec<VocabularyEntry>,
}

/// One choice.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Eintrag")]
pub struct VocabularyEntry {
    /// Name used in files and URLs.
    #[schemars(title = "Kennung", regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Located<String>,
    /// Name on pages.
    #[schemars(title = "Name")]
    pub name: String,
    /// One sentence.
    #[schemars(title = "Beschreibung", description = "Ein Satz.")]
    pub description: String,
}

/// The dimensions of the checklist.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Dimensionen der Prüfliste")]
pub struct Dimensions {
    /// Dimensions in the order in which pages show them.
    #[schemars(title = "Einträge")]
    pub entries: Vec<Dimension>,
}

/// One dimension.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Dimension")]
pub struct Dimension {
    /// Name used in files.
    #[schemars(title = "Kennung", regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Located<String>,
    /// Letter for narrow tables.
    #[schemars(title = "Buchstabe", description = "Ein Buchstabe für enge Tabellen.", length(min = 1, max = 1))]
    pub letter: String,
    /// Name on pages.
    #[schemars(title = "Name")]
    pub name: String,
    /// Question that a team asks itself.
    #[schemars(title = "Leitfrage")]
    pub question: String,
    /// What belongs here.
    #[schemars(title = "Beschreibung")]
    pub description: String,
}

/// Factors that hold across all cases.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Querschnittsfaktoren")]
pub struct Factors {
    /// Factors in order.
    #[schemars(title = "Einträge")]
    pub entries: Vec<Factor>,
}

/// One factor.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Querschnittsfaktor")]
pub struct Factor {
    /// Stable name.
    #[schemars(title = "Kennung", regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Located<String>,
    /// Dimensions it belongs to.
    #[schemars(title = "Dimensionen", extend("x-vocabulary" = "dimensions"))]
    pub dimensions: Vec<Located<String>>,
    /// Short name.
    #[schemars(title = "Name")]
    pub name: String,
    /// The factor itself.
    #[schemars(title = "Text")]
    pub text: String,
    /// Where it is said.
    #[schemars(title = "Fundstelle")]
    pub source: Reference,
}

/// What the search knows about words.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Wortliste der Suche")]
pub struct Synonyms {
    /// Groups in any order.
    #[schemars(title = "Einträge")]
    pub entries: Vec<SynonymGroup>,
    /// Words that look like compounds but are not.
    #[serde(default)]
    #[schemars(title = "Ausnahmen", description = "Wörter, die nie zerlegt werden: „Deutschland“ ist kein „Land“.")]
    pub exceptions: Vec<String>,
}

/// Words that mean the same to whoever searches.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Gruppe gleichbedeutender Wörter")]
pub struct SynonymGroup {
    /// The words; each may consist of several.
    #[schemars(title = "Wörter", description = "Mindestens zwei, in der Grundform.", length(min = 2))]
    pub words: Vec<Located<String>>,
    /// Why they belong together.
    #[serde(default)]
    #[schemars(title = "Anmerkung", description = "Für die Redaktion; erscheint nirgends.")]
    pub note: Option<String>,
}

/// Terms and abbreviations.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Glossar")]
pub struct Glossary {
    /// Terms in any order.
    #[schemars(title = "Einträge")]
    pub entries: Vec<Term>,
}

/// A term with its explanation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Begriff")]
pub struct Term {
    /// Name used in links.
    #[schemars(title = "Kennung", regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Located<String>,
    /// The term as it stands in texts.
    #[schemars(title = "Begriff", description = "So, wie er in den Texten steht.")]
    pub term: String,
    /// What an abbreviation stands for.
    #[serde(default)]
    #[schemars(title = "Langform", description = "Wofür eine Abkürzung steht.")]
    pub long: Option<String>,
    /// Other spellings that are marked in texts as well.
    #[serde(default)]
    #[schemars(title = "Auch", description = "Andere Schreibweisen, die in den Texten ebenfalls markiert werden.")]
    pub also: Vec<String>,
    /// One to three sentences.
    #[schemars(title = "Erklärung", description = "Ein bis drei Sätze in einfachen Worten.")]
    pub definition: String,
    /// Ids of related terms.
    #[serde(default)]
    #[schemars(title = "Siehe auch", extend("x-vocabulary" = "terms"))]
    pub see: Vec<Located<String>>,
    /// Where the explanation comes from.
    #[serde(default)]
    #[schemars(title = "Fundstelle")]
    pub source: Option<Reference>,
}
