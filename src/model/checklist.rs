//! The transferability checklist: what to consider before doing a case elsewhere.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Date, Form, Located, Reference, Settlement};

/// The items, or the honest statement that nobody has recorded them yet.
#[derive(Clone, Debug)]
pub enum Checklist {
    /// The source has nothing on this and it was not asked yet: `checklist: not-recorded`.
    NotRecorded,
    /// Items in the order of the file.
    Items(Vec<ChecklistItem>),
}

impl Checklist {
    /// The word that stands for a checklist not yet recorded.
    pub const NOT_RECORDED: &'static str = "not-recorded";

    /// The items; none where nothing was recorded.
    pub fn items(&self) -> &[ChecklistItem] {
        match self {
            Checklist::NotRecorded => &[],
            Checklist::Items(items) => items,
        }
    }
}

/// Written by hand because an untagged enum would lose the positions of the items.
impl<'de> Deserialize<'de> for Checklist {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Checklist;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "a list of items or the word {}", Checklist::NOT_RECORDED)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Checklist, E> {
                match text {
                    Checklist::NOT_RECORDED => Ok(Checklist::NotRecorded),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, items: A) -> Result<Checklist, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(items)).map(Checklist::Items)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Checklist {
    fn schema_name() -> Cow<'static, str> {
        "Checklist".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<ChecklistItem>();
        json_schema!({ "anyOf": [
            { "const": Checklist::NOT_RECORDED, "description": "Noch nicht erhoben." },
            { "type": "array", "items": item, "minItems": 1 },
        ] })
    }
}

/// One point of the checklist.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Punkt der Prüfliste")]
pub struct ChecklistItem {
    /// Stable for ever, unique in the handbook.
    #[schemars(
        title = "Kennung",
        description = "Bleibt für immer gleich und ist im Handbuch einmalig: Notizen der Leser*innen hängen daran.",
        regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$")
    )]
    pub id: Located<String>,
    /// Id of vocabulary/dimensions.yaml.
    #[schemars(title = "Dimension", description = "Kennung aus vocabulary/dimensions.yaml.", extend("x-vocabulary" = "dimensions"))]
    pub dimension: Located<String>,
    /// Requirement, obstacle …
    #[schemars(title = "Art")]
    pub kind: ItemKind,
    /// The point itself.
    #[schemars(title = "Text", description = "In eigenen Worten, allein verständlich.")]
    pub text: String,
    /// Who says so.
    #[schemars(title = "Wer sagt es?")]
    pub said_by: SaidBy,
    /// When it matters.
    #[schemars(title = "Wann?")]
    pub stage: Stage,
    /// For whom it matters, where not for all.
    #[serde(default)]
    #[schemars(title = "Gilt für", description = "Nur ausfüllen, wenn der Punkt nicht für alle gilt.")]
    pub applies_to: AppliesTo,
    /// Date of a deadline.
    #[serde(default)]
    #[schemars(title = "Frist", description = "Nur bei kind: deadline.")]
    pub due: Option<Located<Date>>,
    /// Where it is said.
    #[schemars(title = "Fundstelle")]
    pub source: Reference,
}

/// Conditions under which an item matters; empty means always.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Gilt für")]
pub struct AppliesTo {
    /// Legal forms.
    #[schemars(title = "Trägerschaft")]
    pub forms: Vec<Form>,
    /// Settlement types.
    #[schemars(title = "Siedlungstyp")]
    pub settlement: Vec<Settlement>,
}

/// Kind of a checklist item; it decides which answers make sense. In the order in which pages show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// Must be there before the start.
    #[schemars(description = "Voraussetzung: muss vor dem Start da sein")]
    Requirement,
    /// A known risk.
    #[schemars(description = "Stolperstein: bekanntes Risiko")]
    Obstacle,
    /// A decision to take.
    #[schemars(description = "Klärungsfrage: muss vor Ort entschieden werden")]
    Question,
    /// Raises the odds.
    #[schemars(description = "Gelingensfaktor: erhöht die Chance")]
    SuccessFactor,
    /// Says how much work it is.
    #[schemars(description = "Aufwand: Angabe zum Aufwand")]
    Effort,
    /// An option for another local situation.
    #[schemars(description = "Variante: Möglichkeit für andere Verhältnisse")]
    Variant,
    /// Bound to a date.
    #[schemars(description = "Frist: an ein Datum gebunden")]
    Deadline,
}

/// Who makes a statement. Readers weigh these differently, so they are never blurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SaidBy {
    /// The institution that does it.
    #[schemars(description = "das umsetzende Haus")]
    Implementer,
    /// Other institutions that took part in the exchange.
    #[schemars(description = "andere beteiligte Häuser")]
    Participants,
    /// Somebody else, for example the network IQ.
    #[schemars(description = "eine dritte Stelle")]
    ThirdParty,
    /// The text names nobody.
    #[schemars(description = "im Text keiner Stelle zugeordnet")]
    Unattributed,
}

/// When an item matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Before.
    #[schemars(description = "Vorbereitung")]
    Preparation,
    /// During.
    #[schemars(description = "Durchführung")]
    Delivery,
    /// After.
    #[schemars(description = "Nachbereitung")]
    FollowUp,
}
