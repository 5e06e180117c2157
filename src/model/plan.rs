//! A plan as readers save it: answers to the items of several cases, in a file that colleagues open in any edition.
//! The notation is fixed: what is not named here is no plan. Texts are plain text; nothing in them is markup.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Deserializer};

use super::{Answer, ItemKind};

/// A saved plan.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Plan",
    description = "Antworten eines Hauses auf die Prüflisten mehrerer Beispiele. Höchstens 1 MiB, UTF-8."
)]
pub struct Plan {
    /// Tells a plan from other JSON: [`Plan::FORMAT`].
    #[schemars(description = "Woran man einen Plan erkennt.", schema_with = "format_schema")]
    pub format: String,
    /// Version of the notation: [`Plan::VERSION`].
    #[schemars(description = "Fassung dieser Beschreibung.", schema_with = "version_schema")]
    pub version: u32,
    /// The handbook it was made with.
    #[schemars(description = "Handbuch, mit dem der Plan entstand.")]
    pub handbook: PlanHandbook,
    /// When it was saved.
    #[schemars(description = "Wann gespeichert wurde.", schema_with = "time_schema")]
    pub saved: String,
    /// Whose plan it is.
    #[serde(default)]
    #[schemars(description = "Haus oder Team.", length(max = 200))]
    pub institution: String,
    /// Day of the meeting.
    #[serde(default)]
    #[schemars(description = "Tag der Besprechung.", schema_with = "day_schema")]
    pub date: String,
    /// What the institution is like.
    #[serde(default)]
    #[schemars(description = "Eigenes Profil.")]
    pub profile: PlanProfile,
    /// Chosen cases in the order of the reader.
    #[serde(default)]
    #[schemars(description = "Ausgewählte Beispiele, in der Reihenfolge der Merkliste.", length(max = 500))]
    pub cases: Vec<PlanCase>,
    /// Answers to items of the handbook.
    #[serde(default)]
    #[schemars(description = "Antworten auf Punkte der Prüflisten.", length(max = 5000))]
    pub answers: Vec<PlanAnswer>,
    /// Items that the team added.
    #[serde(default)]
    #[schemars(description = "Eigene Punkte.", length(max = 500))]
    pub own: Vec<OwnItem>,
}

impl Plan {
    /// What every plan names as its format.
    pub const FORMAT: &'static str = "praxis-plan";

    /// The version that this program reads and the site writes.
    pub const VERSION: u32 = 1;

    /// Largest file, in bytes.
    pub const LARGEST_FILE: usize = 1024 * 1024;
}

/// The handbook that a plan was made with.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "Handbuch, mit dem ein Plan entstand.")]
pub struct PlanHandbook {
    /// What tells it from others.
    #[schemars(description = "Kennung des Handbuchs.", length(min = 1, max = 200))]
    pub key: String,
    /// Its title.
    #[schemars(description = "Titel.", length(max = 1000))]
    pub title: String,
    /// State of its texts.
    #[schemars(
        description = "Stand der Texte: JJJJ, JJJJ-MM oder JJJJ-MM-TT.",
        regex(pattern = r"^[0-9]{4}(-[0-9]{2}){0,2}$")
    )]
    pub edition: String,
}

/// What the reader's institution is like; whatever was not said is missing.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Wie das eigene Haus ist; was nicht gesagt wurde, fehlt.")]
pub struct PlanProfile {
    /// Slug of a Land.
    #[schemars(description = "Land.", length(max = 200))]
    pub state: Option<String>,
    /// Id of a legal form.
    #[schemars(description = "Trägerschaft.", length(max = 200))]
    pub form: Option<String>,
    /// Id of a settlement type.
    #[schemars(description = "Siedlungstyp.", length(max = 200))]
    pub settlement: Option<String>,
}

/// A chosen case.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "Ein ausgewähltes Beispiel.")]
pub struct PlanCase {
    /// Name of its page.
    #[schemars(description = "Name der Seite ohne .html.", schema_with = "id_schema")]
    pub slug: String,
    /// Title when it was chosen.
    #[schemars(description = "Titel, als das Beispiel ausgewählt wurde.", length(max = 1000))]
    pub title: String,
}

/// An answer to an item of the handbook.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "Die Antwort auf einen Punkt einer Prüfliste.")]
pub struct PlanAnswer {
    /// Id of the item; stays the same in every edition.
    #[schemars(description = "Kennung des Punkts; bleibt über alle Ausgaben gleich.", schema_with = "id_schema")]
    pub item: String,
    /// Name of the case that it belongs to.
    #[schemars(description = "Name des Beispiels.", schema_with = "id_schema")]
    pub case: String,
    /// Id of the dimension.
    #[schemars(description = "Kennung der Dimension.", schema_with = "id_schema")]
    pub dimension: String,
    /// Kind of the item.
    #[schemars(description = "Art des Punkts.")]
    pub kind: ItemKind,
    /// Text of the item when it was answered.
    #[schemars(description = "Text des Punkts, als er beantwortet wurde.", length(max = 5000))]
    pub text: String,
    /// The answer.
    #[serde(deserialize_with = "answer_or_empty")]
    #[schemars(description = "Antwort; leer: noch keine.", schema_with = "answer_schema")]
    pub answer: Option<Answer>,
    /// A note.
    #[serde(default)]
    #[schemars(description = "Notiz.", length(max = 5000))]
    pub note: String,
    /// Who sees to it.
    #[serde(default)]
    #[schemars(description = "Zuständige Rolle.", length(max = 200))]
    pub role: String,
    /// Until when.
    #[serde(default)]
    #[schemars(description = "Bis wann.", schema_with = "day_schema")]
    pub due: String,
    /// When it was answered.
    #[schemars(description = "Wann zuletzt geändert.", schema_with = "time_schema")]
    pub changed: String,
}

/// An item that the team added.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "Ein eigener Punkt.")]
pub struct OwnItem {
    /// Name within the plan.
    #[schemars(description = "Kennung innerhalb des Plans.", schema_with = "id_schema")]
    pub item: String,
    /// Id of the dimension.
    #[schemars(description = "Kennung der Dimension.", schema_with = "id_schema")]
    pub dimension: String,
    /// The item.
    #[schemars(description = "Der Punkt.", length(max = 5000))]
    pub text: String,
    /// The answer: [`Answer::OWN`].
    #[serde(deserialize_with = "answer_or_empty")]
    #[schemars(description = "open, settled oder leer.", schema_with = "own_answer_schema")]
    pub answer: Option<Answer>,
    /// A note.
    #[serde(default)]
    #[schemars(description = "Notiz.", length(max = 5000))]
    pub note: String,
    /// Who sees to it.
    #[serde(default)]
    #[schemars(description = "Zuständige Rolle.", length(max = 200))]
    pub role: String,
    /// Until when.
    #[serde(default)]
    #[schemars(description = "Bis wann.", schema_with = "day_schema")]
    pub due: String,
    /// When it was written.
    #[schemars(description = "Wann zuletzt geändert.", schema_with = "time_schema")]
    pub changed: String,
}

/// Text that is empty where nothing was answered yet.
fn answer_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Answer>, D::Error> {
    let code = Cow::<str>::deserialize(deserializer)?;
    if code.is_empty() { Ok(None) } else { Answer::deserialize(code.into_deserializer()).map(Some) }
}

fn format_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": Plan::FORMAT })
}

fn version_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": Plan::VERSION })
}

fn answer_schema(_: &mut SchemaGenerator) -> Schema {
    answers(&Answer::ALL)
}

fn own_answer_schema(_: &mut SchemaGenerator) -> Schema {
    answers(Answer::OWN)
}

fn answers(known: &[Answer]) -> Schema {
    let codes: Vec<&str> = std::iter::once("").chain(known.iter().map(|answer| answer.code())).collect();
    json_schema!({ "enum": codes })
}

fn id_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "maxLength": 200, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" })
}

/// A day, or nothing.
fn day_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$" })
}

/// A moment in UTC, as browsers write it.
fn time_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$" })
}
