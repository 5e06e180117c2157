//! Evidence: which work, which pages.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::Located;

/// Printed pages of a work as cited: `18`, `17–18`, `26, 28`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages(pub String);

impl<'de> Deserialize<'de> for Pages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The dash between pages is an en dash in print; editors may type a hyphen.
        String::deserialize(deserializer).map(|text| Pages(text.trim().replace('-', "–")))
    }
}

impl JsonSchema for Pages {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Pages".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "pattern": "^[0-9IVXivx]+([–,-] ?[0-9IVXivx]+)*$", "minimum": 1 })
    }
}

/// A passage of a work: what a single statement rests on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Fundstelle", description = "Worauf eine einzelne Aussage beruht: Werk und Seite.")]
pub struct Reference {
    /// Id of a work.
    #[schemars(title = "Werk", description = "Kennung eines Werks aus vocabulary/literature.yaml.", extend("x-vocabulary" = "works"))]
    pub work: Located<String>,
    /// Page, where the work has any.
    #[serde(default)]
    #[schemars(title = "Seite", description = "Gedruckte Seite oder Seiten, zum Beispiel 18 oder 17–18.")]
    pub page: Option<Pages>,
}

/// A work that a whole text rests on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Quelle", description = "Werk, auf dem der ganze Text beruht, mit den Seiten.")]
pub struct CitedWork {
    /// Id of a work.
    #[schemars(title = "Werk", description = "Kennung eines Werks aus vocabulary/literature.yaml.", extend("x-vocabulary" = "works"))]
    pub work: Located<String>,
    /// Pages, where the work has any.
    #[serde(default)]
    #[schemars(title = "Seiten", description = "Gedruckte Seiten, zum Beispiel 17–18.")]
    pub pages: Option<Pages>,
}
