//! Works that the handbook cites: `vocabulary/literature.yaml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Located, Pages};

/// All works.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Literatur", description = "Alle zitierten Werke.")]
pub struct Literature {
    /// Works in any order.
    #[schemars(title = "Werke")]
    pub entries: Vec<Work>,
}

/// One work.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Werk")]
pub struct Work {
    /// Name by which texts cite it.
    #[schemars(
        title = "Kennung",
        description = "So wird das Werk in den Texten genannt, zum Beispiel knapp-2017.",
        regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$")
    )]
    pub id: Located<String>,
    /// Kind of publication.
    #[serde(rename = "type")]
    #[schemars(title = "Art")]
    pub kind: WorkKind,
    /// Authors.
    #[serde(default)]
    #[schemars(title = "Autor*innen")]
    pub authors: Vec<Person>,
    /// Editors.
    #[serde(default)]
    #[schemars(title = "Herausgeber*innen")]
    pub editors: Vec<Person>,
    /// Title.
    #[schemars(title = "Titel")]
    pub title: String,
    /// Journal, book or site it appeared in.
    #[serde(default)]
    #[schemars(title = "Erschienen in")]
    pub container: Option<String>,
    /// Publisher.
    #[serde(default)]
    #[schemars(title = "Verlag oder herausgebende Stelle")]
    pub publisher: Option<String>,
    /// Place of publication.
    #[serde(default)]
    #[schemars(title = "Ort")]
    pub place: Option<String>,
    /// Date of publication.
    #[serde(default)]
    #[schemars(title = "Datum")]
    pub date: Option<Located<Date>>,
    /// Pages within the container.
    #[serde(default)]
    #[schemars(title = "Seiten")]
    pub pages: Option<Pages>,
    /// Volume.
    #[serde(default)]
    #[schemars(title = "Band oder Jahrgang")]
    pub volume: Option<String>,
    /// Issue or report number.
    #[serde(default)]
    #[schemars(title = "Heft oder Nummer")]
    pub issue: Option<String>,
    /// Address.
    #[serde(default)]
    #[schemars(title = "Adresse", description = "Beginnt mit https://.")]
    pub url: Option<Located<String>>,
    /// When the address was last opened.
    #[serde(default)]
    #[schemars(title = "Abgerufen am")]
    pub accessed: Option<Located<Date>>,
    /// Digital object identifier.
    #[serde(default)]
    #[schemars(title = "DOI")]
    pub doi: Option<String>,
    /// International standard book number.
    #[serde(default)]
    #[schemars(title = "ISBN")]
    pub isbn: Option<String>,
    /// Anything a reader must know.
    #[serde(default)]
    #[schemars(title = "Anmerkung")]
    pub note: Option<String>,
}

/// A person or a body.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Person oder Körperschaft", description = "Entweder family und given oder literal.")]
pub struct Person {
    /// Family name.
    #[serde(default)]
    #[schemars(title = "Nachname")]
    pub family: Option<String>,
    /// Given name.
    #[serde(default)]
    #[schemars(title = "Vorname")]
    pub given: Option<String>,
    /// Name of a body.
    #[serde(default)]
    #[schemars(title = "Name der Körperschaft")]
    pub literal: Option<String>,
}

/// Kind of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkKind {
    /// Book.
    #[schemars(description = "Buch")]
    Book,
    /// Chapter of a book.
    #[schemars(description = "Beitrag in einem Buch")]
    Chapter,
    /// Report, brochure.
    #[schemars(description = "Bericht, Broschüre, Handreichung")]
    Report,
    /// Article of a journal.
    #[schemars(description = "Zeitschriftenartikel")]
    Article,
    /// Web page.
    #[schemars(description = "Internetseite")]
    Web,
    /// Press release.
    #[schemars(description = "Pressemitteilung oder Nachricht")]
    Press,
    /// Letter.
    #[schemars(description = "Schreiben")]
    Letter,
    /// Act, ordinance.
    #[schemars(description = "Gesetz oder Verordnung")]
    Law,
    /// Directive of an authority.
    #[schemars(description = "Weisung")]
    Directive,
}
