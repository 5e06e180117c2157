//! A case of good practice: `cases/<slug>/case.yaml` and `case.md`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::hashed::Hashed;

use super::{Checklist, CitedWork, Date, Located, Reference, SaidBy, Slug};

/// A case as it stands in its folder.
#[derive(Clone, Debug)]
pub struct Case {
    /// Name of the folder, and of the page.
    pub slug: Slug,
    /// Path of `case.yaml` below the handbook, with `/`.
    pub file: String,
    /// Path of `case.md`.
    pub text_file: String,
    /// What `case.yaml` says.
    pub data: CaseData,
    /// What `case.md` says.
    pub text: Hashed<str>,
    /// Further files of the folder, by name.
    pub attachments: Vec<String>,
}

/// The structured part of a case.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Praxisbeispiel", description = "Der strukturierte Teil eines Praxisbeispiels (case.yaml).")]
pub struct CaseData {
    /// Full title.
    #[schemars(title = "Titel", description = "Voller Titel der Seite, 10 bis 140 Zeichen.")]
    pub title: Located<String>,
    /// Title in lists.
    #[schemars(title = "Kurztitel", description = "Höchstens 45 Zeichen, in einer Liste allein verständlich.")]
    pub short_title: Located<String>,
    /// Summary of 80 to 300 characters.
    #[schemars(
        title = "Zusammenfassung",
        description = "80 bis 300 Zeichen in eigenen Worten, allein verständlich: wer tut was für wen, wo, mit welchem Kniff."
    )]
    pub summary: Located<String>,
    /// Slugs of topics, the most important first.
    #[schemars(
        title = "Themen",
        description = "Ein bis drei Themen (Dateinamen aus content/topics), das wichtigste zuerst.",
        length(min = 1, max = 3), extend("x-vocabulary" = "topics"))]
    pub topics: Vec<Located<String>>,
    /// Institutions that carry the case.
    #[schemars(title = "Einrichtungen", description = "Alle Einrichtungen, die das Beispiel tragen.", length(min = 1))]
    pub organisations: Vec<Organisation>,
    /// ARS of Länder and districts; empty means nationwide.
    #[schemars(
        title = "Orte",
        description = "Amtliche Regionalschlüssel (12 Ziffern, in Anführungszeichen) aus vocabulary/regions.yaml; leer heißt bundesweit.", extend("x-vocabulary" = "places"))]
    pub places: Vec<Located<String>>,
    /// Phases of the Job-Turbo.
    #[schemars(
        title = "Phasen des Job-Turbos",
        description = "1, 2 und 3; leer, wenn das Beispiel keiner Phase zugeordnet ist.", extend("x-vocabulary" = "phases"))]
    pub phases: Vec<Located<u8>>,
    /// Codes of law.
    #[schemars(title = "Rechtskreise", description = "sgb2, sgb3, sgb8, asylblg.")]
    pub legal_scopes: Vec<LegalScope>,
    /// Ids of vocabulary/target-groups.yaml.
    #[schemars(title = "Zielgruppen", description = "Kennungen aus vocabulary/target-groups.yaml.", extend("x-vocabulary" = "target-groups"))]
    pub target_groups: Vec<Located<String>>,
    /// Ids of vocabulary/formats.yaml.
    #[schemars(title = "Formate", description = "Kennungen aus vocabulary/formats.yaml.", extend("x-vocabulary" = "formats"))]
    pub formats: Vec<Located<String>>,
    /// Ids of vocabulary/partners.yaml.
    #[schemars(title = "Partner", description = "Kennungen aus vocabulary/partners.yaml.", extend("x-vocabulary" = "partners"))]
    pub partners: Vec<Located<String>>,
    /// Is it still done?
    #[schemars(title = "Stand", description = "Läuft es noch?")]
    pub status: Status,
    /// How much work it is, in the words of the source.
    #[schemars(title = "Aufwand", description = "In den Worten der Quelle, nie in erfundenen Stunden oder Euro.")]
    pub effort: Effort,
    /// What the statements rest on.
    #[schemars(title = "Belegart", description = "Worauf die Aussagen beruhen.", length(min = 1))]
    pub evidence: Vec<Evidence>,
    /// Numbers with what they count, since when, as of when, from where.
    #[serde(default)]
    #[schemars(title = "Zahlen", description = "Jede Zahl mit dem, was sie zählt, mit Stand und Fundstelle.")]
    pub results: Vec<Figure>,
    /// Why it works.
    #[serde(default)]
    #[schemars(title = "Wodurch wirkt es?", description = "Ein bis zwei Sätze mit Fundstelle.")]
    pub mechanism: Option<Remark>,
    /// What did not work.
    #[serde(default)]
    #[schemars(title = "Was hat nicht funktioniert?", description = "Rückschläge mit Fundstelle.")]
    pub setbacks: Vec<Remark>,
    /// The transferability checklist.
    #[schemars(
        title = "Prüfliste",
        description = "Was bei einer Umsetzung vor Ort zu beachten ist: Liste der Punkte oder das Wort not-recorded."
    )]
    pub checklist: Checklist,
    /// Works the case rests on.
    #[schemars(title = "Quellen", description = "Werke, auf denen das Beispiel beruht, mit Seiten.", length(min = 1))]
    pub sources: Vec<CitedWork>,
    /// Legal state.
    #[schemars(title = "Rechtsstand", description = "Stand des Rechts, von dem das Beispiel ausgeht.")]
    pub legal_state: Located<Date>,
    /// Last checked by an editor.
    #[serde(default)]
    #[schemars(
        title = "Geprüft am",
        description = "Wann die Redaktion das Beispiel zuletzt gegen die Quelle geprüft hat."
    )]
    pub reviewed: Option<Located<Date>>,
    /// Next review.
    #[schemars(
        title = "Nächste Prüfung",
        description = "Bis wann das Beispiel wieder geprüft wird; danach warnt der Bau und die Seite trägt einen Hinweis."
    )]
    pub next_review: Located<Date>,
    /// Links that the source gives.
    #[serde(default)]
    #[schemars(title = "Links", description = "Adressen, die die Quelle nennt (https).")]
    pub links: Vec<Link>,
    /// A role and a functional mailbox.
    #[serde(default)]
    #[schemars(title = "Kontakt", description = "Rolle und Funktionspostfach, keine Namen von Personen.")]
    pub contact: Option<Contact>,
    /// Related cases, chosen by hand; otherwise computed.
    #[serde(default)]
    #[schemars(title = "Verwandte Beispiele", description = "Nur ausfüllen, wenn die berechnete Auswahl nicht passt.", extend("x-vocabulary" = "cases"))]
    pub related: Vec<Located<String>>,
    /// Former slugs.
    #[serde(default)]
    #[schemars(title = "Frühere Namen", description = "Frühere Ordnernamen; jeder hinterlässt eine Weiterleitung.")]
    pub aliases: Vec<Located<String>>,
    /// Left out of the site unless drafts are asked for.
    #[serde(default)]
    #[schemars(title = "Entwurf", description = "true: erscheint nur mit praxis build --drafts.")]
    pub draft: bool,
}

/// An institution that carries a case.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Einrichtung")]
pub struct Organisation {
    /// Official name.
    #[schemars(title = "Name", description = "Amtlicher Name.")]
    pub name: Located<String>,
    /// Legal form.
    #[schemars(
        title = "Trägerschaft",
        description = "ge: gemeinsame Einrichtung, zkt: zugelassener kommunaler Träger, agentur: Agentur für Arbeit …"
    )]
    pub form: Form,
    /// Leads or takes part.
    #[schemars(title = "Rolle", description = "lead: federführend, partner: beteiligt.")]
    pub role: OrganisationRole,
    /// Number of the Jobcenter.
    #[serde(default)]
    #[schemars(
        title = "Trägernummer",
        description = "Fünfstellige Nummer des Jobcenters, in Anführungszeichen.",
        regex(pattern = r"^[0-9]{5}$")
    )]
    pub key: Option<String>,
}

/// Legal form of an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Jobcenter run jointly by Agentur and Kommune (§ 44b SGB II).
    #[schemars(description = "Jobcenter als gemeinsame Einrichtung (§ 44b SGB II)")]
    Ge,
    /// Jobcenter run by the Kommune alone (§ 6a SGB II).
    #[schemars(description = "Jobcenter als zugelassener kommunaler Träger (§ 6a SGB II)")]
    Zkt,
    /// Agentur für Arbeit.
    #[schemars(description = "Agentur für Arbeit")]
    Agentur,
    /// Regional directorate of the Bundesagentur.
    #[schemars(description = "Regionaldirektion der Bundesagentur für Arbeit")]
    Regionaldirektion,
    /// Town, district or municipality.
    #[schemars(description = "Stadt, Landkreis oder Gemeinde")]
    Kommune,
    /// Authority of a Land.
    #[schemars(description = "Behörde eines Landes")]
    Land,
    /// Authority of the Federation.
    #[schemars(description = "Behörde oder Körperschaft des Bundes")]
    Bund,
    /// Partner of the network IQ.
    #[schemars(description = "Netzwerk IQ")]
    Iq,
    /// Association or migrant organisation.
    #[schemars(description = "Verein oder Migrantenorganisation")]
    Verein,
    /// Provider of training or welfare.
    #[schemars(description = "Bildungsträger oder Wohlfahrtsverband")]
    Traeger,
    /// Any other institution.
    #[schemars(description = "andere Einrichtung")]
    Other,
}

/// Part that an institution plays in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationRole {
    /// Leads the case.
    #[schemars(description = "federführend")]
    Lead,
    /// Takes part.
    #[schemars(description = "beteiligt")]
    Partner,
}

/// Rechtskreis: the law under which people are looked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LegalScope {
    /// Basic income support for jobseekers.
    #[schemars(description = "Grundsicherung für Arbeitsuchende (SGB II)")]
    Sgb2,
    /// Employment promotion.
    #[schemars(description = "Arbeitsförderung (SGB III)")]
    Sgb3,
    /// Child and youth services.
    #[schemars(description = "Kinder- und Jugendhilfe (SGB VIII)")]
    Sgb8,
    /// Benefits for asylum seekers.
    #[schemars(description = "Asylbewerberleistungsgesetz")]
    Asylblg,
}

/// Settlement type of a district, after the Bundesinstitut für Bau-, Stadt- und Raumforschung (BBSR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Settlement {
    /// Independent city of 100,000 inhabitants and more.
    #[schemars(description = "kreisfreie Großstadt")]
    Grossstadt,
    /// Urban district.
    #[schemars(description = "städtischer Kreis")]
    Staedtisch,
    /// Rural district with some density.
    #[schemars(description = "ländlicher Kreis mit Verdichtungsansätzen")]
    LaendlichVerdichtet,
    /// Sparsely populated rural district.
    #[schemars(description = "dünn besiedelter ländlicher Kreis")]
    LaendlichDuenn,
}

/// Whether the case is still done.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Stand")]
pub struct Status {
    /// Running, ended …
    #[schemars(title = "Zustand", description = "running, trial, ended, continued-as oder unknown.")]
    pub state: StatusState,
    /// Since when.
    #[serde(default)]
    #[schemars(title = "Seit")]
    pub since: Option<Located<Date>>,
    /// Until when.
    #[serde(default)]
    #[schemars(title = "Bis")]
    pub until: Option<Located<Date>>,
    /// What it became.
    #[serde(default)]
    #[schemars(title = "Überführt in", description = "Wie die Fortsetzung heißt.")]
    pub continued_as: Option<String>,
    /// A short explanation.
    #[serde(default)]
    #[schemars(title = "Erläuterung")]
    pub note: Option<String>,
}

/// State of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatusState {
    /// Still done.
    #[schemars(description = "läuft")]
    Running,
    /// Done once or on trial.
    #[schemars(description = "erprobt oder einmalig")]
    Trial,
    /// No longer done.
    #[schemars(description = "beendet")]
    Ended,
    /// Continued under another name.
    #[schemars(description = "überführt in ein anderes Format")]
    ContinuedAs,
    /// The source does not say.
    #[schemars(description = "nicht bekannt")]
    Unknown,
}

/// How much work a case is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Aufwand")]
pub struct Effort {
    /// Level, built from the words of the source.
    #[schemars(title = "Stufe", description = "low, manageable, considerable, staged oder not-stated.")]
    pub level: EffortLevel,
    /// Words of the source.
    #[serde(default)]
    #[schemars(title = "Wortlaut", description = "Wie die Quelle den Aufwand nennt.")]
    pub wording: Option<String>,
    /// Who says so.
    #[serde(default)]
    #[schemars(title = "Wer sagt es?")]
    pub said_by: Option<SaidBy>,
    /// Where it is said.
    #[serde(default)]
    #[schemars(title = "Fundstelle")]
    pub source: Option<Reference>,
}

/// Level of effort, never hours or euros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EffortLevel {
    /// Low.
    #[schemars(description = "gering")]
    Low,
    /// Manageable.
    #[schemars(description = "überschaubar")]
    Manageable,
    /// Considerable.
    #[schemars(description = "erheblich")]
    Considerable,
    /// Depends on the stage.
    #[schemars(description = "gestuft")]
    Staged,
    /// Not stated.
    #[schemars(description = "nicht genannt")]
    NotStated,
}

/// What the statements of a case rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Report of those who did it.
    #[schemars(description = "Erfahrungsbericht der umsetzenden Stelle")]
    Experience,
    /// Feedback of other institutions.
    #[schemars(description = "Rückmeldung weiterer Einrichtungen")]
    Feedback,
    /// Figures are given.
    #[schemars(description = "Zahlen genannt")]
    Figures,
    /// An evaluation exists.
    #[schemars(description = "Evaluation")]
    Evaluation,
}

/// A number that means something: what it counts, as of when, from where.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Zahl")]
pub struct Figure {
    /// The number.
    #[schemars(
        title = "Wert",
        description = "Die Zahl ohne Einheit und ohne Tausenderpunkt; Dezimalpunkt statt Komma."
    )]
    pub value: f64,
    /// Unit, for example `%`.
    #[serde(default)]
    #[schemars(title = "Einheit", description = "Zum Beispiel %.")]
    pub unit: Option<String>,
    /// What is counted.
    #[schemars(title = "Was wird gezählt?")]
    pub label: String,
    /// Of what, since when.
    #[serde(default)]
    #[schemars(title = "Bezug", description = "Wovon, seit wann, mit welcher Einschränkung.")]
    pub base: Option<String>,
    /// As of when.
    #[schemars(title = "Stand", description = "Stand der Zahl.")]
    pub as_of: Located<Date>,
    /// Where it is said.
    #[schemars(title = "Fundstelle")]
    pub source: Reference,
}

/// A statement with its source.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Aussage mit Fundstelle")]
pub struct Remark {
    /// The statement.
    #[schemars(title = "Text")]
    pub text: String,
    /// Where it is said.
    #[schemars(title = "Fundstelle")]
    pub source: Reference,
}

/// A link to another site.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Link")]
pub struct Link {
    /// What is found there.
    #[schemars(title = "Linktext", description = "Sagt, was dort zu finden ist.")]
    pub text: String,
    /// Address, https only.
    #[schemars(title = "Adresse", description = "Beginnt mit https://.")]
    pub url: Located<String>,
    /// Language of the target, where it is not the handbook's.
    #[serde(default)]
    #[schemars(title = "Sprache", description = "Zum Beispiel en.")]
    pub language: Option<String>,
}

/// Whom to ask.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Kontakt")]
pub struct Contact {
    /// Role, no name.
    #[schemars(title = "Rolle", description = "Zum Beispiel: Arbeitgeber-Service.")]
    pub role: String,
    /// Functional mailbox.
    #[schemars(title = "Funktionspostfach", description = "Muss auch in handbook.yaml unter mailboxes stehen.")]
    pub email: Located<String>,
}
