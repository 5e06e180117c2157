//! Länder, districts, regional directorates: `vocabulary/regions.yaml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, Settlement};

/// Everything about places.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Regionen")]
pub struct Regions {
    /// Regional directorates of the Bundesagentur für Arbeit.
    #[schemars(title = "Regionaldirektionen")]
    pub directorates: Vec<Directorate>,
    /// Länder.
    #[schemars(title = "Länder")]
    pub states: Vec<State>,
    /// Districts that cases refer to.
    #[schemars(title = "Kreise")]
    pub districts: Vec<District>,
}

/// A regional directorate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Regionaldirektion")]
pub struct Directorate {
    /// Name used in files.
    #[schemars(title = "Kennung", regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Located<String>,
    /// Official name.
    #[schemars(title = "Name")]
    pub name: String,
    /// Beginnings of the numbers of its Jobcenters.
    #[serde(default)]
    #[schemars(
        title = "Anfänge der Trägernummern",
        description = "Womit die fünfstelligen Nummern der Jobcenter des Bezirks beginnen, in Anführungszeichen."
    )]
    pub key_prefixes: Vec<String>,
}

/// One of the sixteen Länder.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Land")]
pub struct State {
    /// First two digits of every key of the Land.
    #[schemars(
        title = "Schlüssel",
        description = "Zwei Ziffern, in Anführungszeichen.",
        regex(pattern = r"^[0-9]{2}$")
    )]
    pub ars: Located<String>,
    /// Name of the page.
    #[schemars(title = "Kennung", regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub slug: Located<String>,
    /// Name.
    #[schemars(title = "Name")]
    pub name: String,
    /// Two letters.
    #[schemars(title = "Kürzel", length(min = 2, max = 2))]
    pub abbreviation: String,
    /// Id of a directorate.
    #[schemars(title = "Regionaldirektion", extend("x-vocabulary" = "directorates"))]
    pub directorate: Located<String>,
    /// Slugs of Länder with a common border.
    #[schemars(title = "Nachbarländer", extend("x-vocabulary" = "states"))]
    pub neighbours: Vec<Located<String>>,
    /// Column on the tile map, from 1.
    #[schemars(title = "Spalte der Kachelkarte", range(min = 1, max = 12))]
    pub column: u8,
    /// Row on the tile map, from 1.
    #[schemars(title = "Zeile der Kachelkarte", range(min = 1, max = 12))]
    pub row: u8,
}

/// A district or an independent city.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Kreis")]
pub struct District {
    /// Key of twelve digits.
    #[schemars(
        title = "Amtlicher Regionalschlüssel",
        description = "Zwölf Ziffern, in Anführungszeichen.",
        regex(pattern = r"^[0-9]{12}$")
    )]
    pub ars: Located<String>,
    /// Official name.
    #[schemars(title = "Name")]
    pub name: String,
    /// Seat of the administration.
    #[serde(default)]
    #[schemars(title = "Sitz")]
    pub seat: Option<String>,
    /// Settlement type; left out where it was not verified.
    #[serde(default)]
    #[schemars(
        title = "Siedlungstyp",
        description = "Nur eintragen, wenn er in der Tabelle des BBSR nachgesehen wurde."
    )]
    pub settlement: Option<Settlement>,
}
