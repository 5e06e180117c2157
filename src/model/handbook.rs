//! The handbook as a whole: `content/handbook.yaml`. Defaults are decided here and nowhere else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Located};

/// What holds for every page.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Handbuch", description = "Angaben, die für das ganze Handbuch gelten.")]
pub struct Handbook {
    /// Title.
    #[schemars(title = "Titel")]
    pub title: Located<String>,
    /// Title in the header and in page titles.
    #[schemars(title = "Kurztitel")]
    pub short_title: Located<String>,
    /// One or two sentences.
    #[schemars(title = "Beschreibung")]
    pub description: String,
    /// Who publishes it.
    #[schemars(title = "Herausgeber")]
    pub publisher: Publisher,
    /// Language of pages and messages.
    #[serde(default)]
    #[schemars(title = "Sprache", description = "Sprache der Meldungen und der Seiten: de oder en.")]
    pub language: Language,
    /// Address under which the site is published, with a final slash.
    #[serde(default)]
    #[schemars(
        title = "Adresse",
        description = "Adresse der Veröffentlichung mit Schrägstrich am Ende; ohne sie gibt es weder sitemap.xml noch feed.xml."
    )]
    pub base_url: Option<Located<String>>,
    /// Name of the theme.
    #[serde(default = "default_theme")]
    #[schemars(
        title = "Gestaltung",
        description = "Name eines Ordners in themes/; ohne Angabe die eingebaute Gestaltung handbuch."
    )]
    pub theme: Located<String>,
    /// State of the texts.
    #[schemars(title = "Stand", description = "Stand der Texte, steht im Fuß jeder Seite.")]
    pub edition: Located<Date>,
    /// Mailbox for questions, new cases and reports of barriers.
    #[schemars(title = "Postfach", description = "Funktionspostfach für Rückmeldungen und gemeldete Barrieren.")]
    pub feedback_email: Located<String>,
    /// Under which terms the texts may be used.
    #[schemars(title = "Rechte am Inhalt")]
    pub content_licence: String,
    /// Funding statement.
    #[serde(default)]
    #[schemars(title = "Förderhinweis")]
    pub funding: Option<String>,
    /// Phases of the programme that cases refer to.
    #[serde(default)]
    #[schemars(title = "Phasen des Job-Turbos")]
    pub phases: Vec<Phase>,
    /// Mailboxes that may stand in texts.
    #[serde(default)]
    #[schemars(title = "Erlaubte Postfächer", description = "Funktionspostfächer, die in Texten stehen dürfen.")]
    pub mailboxes: Vec<Located<String>>,
    /// Limits.
    #[serde(default)]
    #[schemars(title = "Grenzen")]
    pub limits: Limits,
}

/// Who publishes the handbook.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Herausgeber")]
pub struct Publisher {
    /// Name.
    #[schemars(title = "Name")]
    pub name: String,
    /// Site.
    #[serde(default)]
    #[schemars(title = "Adresse", description = "Beginnt mit https://.")]
    pub url: Option<Located<String>>,
}

/// Language of pages and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    #[default]
    #[schemars(description = "Deutsch")]
    De,
    /// English.
    #[schemars(description = "Englisch")]
    En,
}

/// A phase of the programme.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Phase")]
pub struct Phase {
    /// Number, from 1.
    #[schemars(title = "Nummer", range(min = 1, max = 9))]
    pub number: Located<u8>,
    /// Name.
    #[schemars(title = "Name")]
    pub name: String,
    /// One sentence.
    #[schemars(title = "Beschreibung")]
    pub description: String,
}

/// Limits that keep pages light.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Grenzen")]
pub struct Limits {
    /// Largest image, in kilobytes (1,000 bytes).
    #[schemars(title = "Größtes Bild", description = "In Kilobyte.")]
    pub image_kilobytes: u32,
    /// Largest side of an image, in pixels.
    #[schemars(title = "Längste Bildseite", description = "In Pixeln.")]
    pub image_pixels: u32,
    /// Cases on one page of a list.
    #[schemars(title = "Beispiele je Listenseite", range(min = 1, max = 1000))]
    pub cases_per_page: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { image_kilobytes: 500, image_pixels: 2400, cases_per_page: 60 }
    }
}

/// Theme that is built into the program.
fn default_theme() -> Located<String> {
    Located { value: "handbuch".to_owned(), ..Located::default() }
}
