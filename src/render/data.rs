//! The cases as data: JSON with its schema, and CSV that a German Excel opens, with a description of its columns.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Recipe, Renderer};
use crate::model::{Case, Checklist, ItemKind, SaidBy, Stage};
use crate::site;
use search_index::Facet;

/// `daten/faelle.json`, its schema, `daten/faelle.csv` and the description of its columns.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    vec![
        Recipe::new("daten/faelle.json".to_owned(), || {
            let export = Export {
                schema: "faelle.schema.json",
                handbook: renderer.site.handbook.title.value.clone(),
                edition: renderer.site.handbook.edition.to_string(),
                cases: Cases(renderer),
            };
            // One line: spaces would be a third of the file.
            Ok(serde_json::to_vec(&export).unwrap_or_default())
        }),
        Recipe::new("daten/faelle.schema.json".to_owned(), || Ok(pretty(&schemars::schema_for!(Export)))),
        Recipe::new("daten/faelle.csv".to_owned(), || Ok(renderer.csv())),
        Recipe::new("daten/faelle.csv-metadata.json".to_owned(), || Ok(pretty(&csv_metadata()))),
    ]
}

pub(super) fn pretty<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// All cases of a handbook.
#[derive(Serialize, JsonSchema)]
#[schemars(
    title = "Praxisbeispiele",
    description = "Alle Beispiele eines Handbuchs. Neue Felder können dazukommen; vorhandene behalten Namen und Bedeutung."
)]
struct Export<'a> {
    #[serde(rename = "$schema")]
    #[schemars(description = "Dieses Schema.")]
    schema: &'static str,
    #[schemars(description = "Titel des Handbuchs.")]
    handbook: String,
    #[schemars(description = "Stand der Texte: JJJJ, JJJJ-MM oder JJJJ-MM-TT.")]
    edition: String,
    #[schemars(description = "Die Beispiele, nach Kennung geordnet.", with = "Vec<ExportedCase>")]
    cases: Cases<'a>,
}

/// The cases of an export, each made when its turn comes: all at once they would be the largest thing in memory.
struct Cases<'a>(&'a Renderer<'a>);

impl Serialize for Cases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.site.cases().map(|case| self.0.export(case)))
    }
}

/// A case.
#[derive(Serialize, JsonSchema)]
struct ExportedCase {
    #[schemars(description = "Kennung, zugleich Name der Seite.")]
    slug: String,
    #[schemars(description = "Seite, vom Ordner daten aus.")]
    page: String,
    #[schemars(description = "Titel.")]
    title: String,
    #[schemars(description = "Zusammenfassung.")]
    summary: String,
    #[schemars(description = "Einrichtungen.")]
    organisations: Vec<ExportedOrganisation>,
    #[schemars(description = "Orte: amtlicher Regionalschlüssel (12 Ziffern) und Name; leer heißt bundesweit.")]
    places: Vec<ExportedPlace>,
    #[schemars(description = "Themen.")]
    topics: Vec<String>,
    #[schemars(description = "Zielgruppen.")]
    target_groups: Vec<String>,
    #[schemars(description = "Formate.")]
    formats: Vec<String>,
    #[schemars(description = "Partner.")]
    partners: Vec<String>,
    #[schemars(description = "Phasen des Job-Turbos.")]
    phases: Vec<u8>,
    #[schemars(description = "Rechtskreise.")]
    legal_scopes: Vec<String>,
    #[schemars(description = "Stand: running, trial, ended, continued-as oder unknown.")]
    status: String,
    #[schemars(description = "Aufwand in Worten, ohne Stunden oder Euro.")]
    effort: String,
    #[schemars(description = "Belegart in Worten.")]
    evidence: Vec<String>,
    #[schemars(description = "Zahlen mit Stand und Quelle.")]
    figures: Vec<ExportedFigure>,
    #[schemars(description = "Punkte der Prüfliste; null heißt: noch nicht erhoben.")]
    checklist: Option<Vec<ExportedItem>>,
    #[schemars(description = "Quellen.")]
    sources: Vec<ExportedSource>,
    #[schemars(description = "Rechtsstand: JJJJ, JJJJ-MM oder JJJJ-MM-TT.")]
    legal_state: String,
    #[schemars(description = "Zuletzt geprüft.")]
    reviewed: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ExportedOrganisation {
    name: String,
    #[schemars(description = "Trägerschaft: ge, zkt, agentur …")]
    form: String,
    #[schemars(description = "Fünfstellige Trägernummer des Jobcenters.")]
    key: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ExportedPlace {
    ars: String,
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct ExportedFigure {
    value: f64,
    unit: Option<String>,
    label: String,
    base: Option<String>,
    as_of: String,
    source: ExportedSource,
}

#[derive(Serialize, JsonSchema)]
struct ExportedItem {
    #[schemars(description = "Kennung; bleibt über alle Ausgaben gleich.")]
    id: String,
    #[schemars(description = "Kennung der Dimension.")]
    dimension: String,
    kind: ItemKind,
    text: String,
    said_by: SaidBy,
    stage: Stage,
    #[schemars(description = "Frist.")]
    due: Option<String>,
    source: ExportedSource,
}

#[derive(Serialize, JsonSchema)]
struct ExportedSource {
    #[schemars(description = "Kennung des Werks; Anker werk-KENNUNG auf literatur.html.")]
    work: String,
    pages: Option<String>,
}

impl Renderer<'_> {
    fn names(&self, case: &Case, facet: Facet) -> Vec<String> {
        self.site.values_of(case, facet).iter().map(|value| self.value_name(facet, value)).collect()
    }

    fn export(&self, case: &Case) -> ExportedCase {
        let data = &case.data;
        let source = |reference: &crate::model::Reference| ExportedSource {
            work: reference.work.value.clone(),
            pages: reference.page.as_ref().map(|pages| pages.0.clone()),
        };
        let item = |item: &crate::model::ChecklistItem| ExportedItem {
            id: item.id.value.clone(),
            dimension: item.dimension.value.clone(),
            kind: item.kind,
            text: item.text.clone(),
            said_by: item.said_by,
            stage: item.stage,
            due: item.due.as_ref().map(|due| due.to_string()),
            source: source(&item.source),
        };
        ExportedCase {
            slug: case.slug.to_string(),
            page: format!("../{}", site::case_path(case.slug.as_str())),
            title: data.title.value.clone(),
            summary: data.summary.value.clone(),
            organisations: data
                .organisations
                .iter()
                .map(|organisation| ExportedOrganisation {
                    name: organisation.name.value.clone(),
                    form: site::form_id(organisation.form).to_owned(),
                    key: organisation.key.clone(),
                })
                .collect(),
            places: data
                .places
                .iter()
                .filter_map(|ars| {
                    Some(ExportedPlace { ars: ars.value.clone(), name: self.place_name(self.site.place(ars)?) })
                })
                .collect(),
            topics: self.names(case, Facet::Topic),
            target_groups: self.names(case, Facet::TargetGroup),
            formats: self.names(case, Facet::Format),
            partners: self.names(case, Facet::Partner),
            phases: data.phases.iter().map(|phase| phase.value).collect(),
            legal_scopes: self.names(case, Facet::LegalScope),
            status: site::status_id(data.status.state).to_owned(),
            effort: self.words.effort(data.effort.level),
            evidence: data.evidence.iter().map(|evidence| self.words.evidence(*evidence)).collect(),
            figures: data
                .results
                .iter()
                .map(|figure| ExportedFigure {
                    value: figure.value,
                    unit: figure.unit.clone(),
                    label: figure.label.clone(),
                    base: figure.base.clone(),
                    as_of: figure.as_of.to_string(),
                    source: source(&figure.source),
                })
                .collect(),
            checklist: match &data.checklist {
                Checklist::NotRecorded => None,
                Checklist::Items(items) => Some(items.iter().map(item).collect()),
            },
            sources: data
                .sources
                .iter()
                .map(|cited| ExportedSource {
                    work: cited.work.value.clone(),
                    pages: cited.pages.as_ref().map(|pages| pages.0.clone()),
                })
                .collect(),
            legal_state: data.legal_state.to_string(),
            reviewed: data.reviewed.as_ref().map(|date| date.to_string()),
        }
    }

    fn csv(&self) -> Vec<u8> {
        let mut writer = spreadsheet();
        // Writing to memory cannot fail.
        let _ = writer.write_record(COLUMNS.map(|(name, _)| name));
        for case in self.site.cases() {
            let data = &case.data;
            let places: Vec<String> = self.site.places(case).map(|place| self.place_name(place)).collect();
            let organisations: Vec<&str> =
                data.organisations.iter().map(|organisation| organisation.name.as_str()).collect();
            let items = match &data.checklist {
                Checklist::NotRecorded => String::new(),
                Checklist::Items(items) => items.len().to_string(),
            };
            let joined = |facet| self.names(case, facet).join(", ");
            let _ = writer.write_record([
                case.slug.to_string(),
                safe(&data.title),
                safe(&data.summary),
                safe(&organisations.join(", ")),
                joined(Facet::Form),
                safe(&places.join(", ")),
                joined(Facet::State),
                joined(Facet::Topic),
                joined(Facet::TargetGroup),
                joined(Facet::Format),
                joined(Facet::Partner),
                joined(Facet::Phase),
                joined(Facet::LegalScope),
                self.words.status(data.status.state),
                self.words.effort(data.effort.level),
                items,
                data.legal_state.to_string(),
                data.reviewed.as_ref().map(|date| date.to_string()).unwrap_or_default(),
            ]);
        }
        writer.into_inner().unwrap_or_default()
    }
}

/// A table in memory as a German spreadsheet program opens it: semicolons, byte order mark, lines of Windows.
pub fn spreadsheet() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec())
}

/// Text that a spreadsheet will not take for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() }
}

/// Columns of the CSV file with their meaning.
const COLUMNS: [(&str, &str); 18] = [
    ("Kennung", "Name der Seite ohne .html"),
    ("Titel", "Voller Titel"),
    ("Zusammenfassung", "80 bis 300 Zeichen"),
    ("Einrichtungen", "Amtliche Namen, mit Komma getrennt"),
    ("Trägerschaft", "gE, zkT, Agentur für Arbeit …"),
    ("Orte", "Kreis und Land; leer heißt bundesweit"),
    ("Länder", "Namen der Länder"),
    ("Themen", "Kurztitel der Themen"),
    ("Zielgruppen", "Namen der Zielgruppen"),
    ("Formate", "Namen der Formate"),
    ("Partner", "Namen der Partner"),
    ("Phasen", "Phasen des Job-Turbos"),
    ("Rechtskreise", "SGB II, SGB III, SGB VIII, AsylbLG"),
    ("Stand", "läuft, beendet …"),
    ("Aufwand", "in Worten der Quelle, ohne Stunden oder Euro"),
    ("Punkte der Prüfliste", "Anzahl; leer heißt: noch nicht erhoben"),
    ("Rechtsstand", "JJJJ, JJJJ-MM oder JJJJ-MM-TT"),
    ("Geprüft am", "JJJJ-MM-TT; leer heißt: noch nicht geprüft"),
];

/// Description of the CSV file after the W3C recommendation „Metadata Vocabulary for Tabular Data“.
fn csv_metadata() -> Value {
    let columns: Vec<Value> =
        COLUMNS.iter().map(|(name, meaning)| json!({ "titles": name, "dc:description": meaning })).collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "de" }],
        "url": "faelle.csv",
        "dialect": { "delimiter": ";", "encoding": "utf-8", "header": true },
        "tableSchema": { "columns": columns },
    })
}
