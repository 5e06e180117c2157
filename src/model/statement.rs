//! What public bodies have to declare about the accessibility of a site, in the head of the page of that kind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Located};

/// Accessibility statement (§ 12b BGG and Implementing Decision (EU) 2018/1523).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Erklärung", description = "Was die Erklärung zur Barrierefreiheit enthalten muss.")]
pub struct Statement {
    /// What was tested against.
    #[schemars(title = "Maßstab", description = "Norm mit Fassung, zum Beispiel EN 301 549 V3.2.1.", length(min = 1))]
    pub standard: String,
    /// How far the site complies.
    #[schemars(title = "Stand")]
    pub status: Conformance,
    /// What is not accessible; empty where nothing is known.
    #[schemars(title = "Mängel", description = "Was nicht barrierefrei ist und warum; leer, wenn nichts bekannt ist.")]
    pub gaps: Vec<AccessibilityGap>,
    /// When the statement was made first.
    #[serde(default)]
    #[schemars(title = "Erstellt am")]
    pub created: Option<Located<Date>>,
    /// Day of the last test.
    #[schemars(title = "Geprüft am", description = "Tag der letzten Prüfung; nach einem Jahr ist die nächste fällig.")]
    pub tested_on: Located<Date>,
    /// How it was tested, and what was not.
    #[schemars(
        title = "Verfahren",
        description = "Womit geprüft wurde, wer geprüft hat und was nicht geprüft ist.",
        length(min = 1)
    )]
    pub method: Vec<String>,
    /// Where barriers are reported.
    #[schemars(title = "Kontakt")]
    pub contact: StatementContact,
    /// Who helps where there is no good answer.
    #[schemars(title = "Schlichtung")]
    pub enforcement: Enforcement,
}

/// How far a site complies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Conformance {
    /// Everything.
    #[schemars(description = "vollständig vereinbar")]
    Full,
    /// With gaps.
    #[schemars(description = "teilweise vereinbar")]
    Partial,
    /// Little.
    #[schemars(description = "nicht vereinbar")]
    None,
}

/// Something that is not accessible.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Mangel")]
pub struct AccessibilityGap {
    /// What.
    #[schemars(title = "Inhalt", length(min = 1))]
    pub content: String,
    /// Why.
    #[schemars(title = "Grund", length(min = 1))]
    pub reason: String,
    /// What there is instead, or when it will be mended.
    #[serde(default)]
    #[schemars(title = "Ersatz oder Plan")]
    pub instead: Option<String>,
}

/// Where barriers are reported.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Kontakt für Barrieren")]
pub struct StatementContact {
    /// Mailbox.
    #[schemars(title = "E-Mail", length(min = 1))]
    pub email: String,
    /// Telephone.
    #[serde(default)]
    #[schemars(title = "Telefon")]
    pub phone: Option<String>,
    /// Postal address.
    #[serde(default)]
    #[schemars(title = "Post")]
    pub post: Option<String>,
}

/// Body that enforces or mediates.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Schlichtungsstelle")]
pub struct Enforcement {
    /// Name.
    #[schemars(title = "Name", length(min = 1))]
    pub name: String,
    /// Address.
    #[schemars(title = "Adresse", description = "Beginnt mit https://.")]
    pub url: Located<String>,
    /// Mailbox.
    #[serde(default)]
    #[schemars(title = "E-Mail")]
    pub email: Option<String>,
}
