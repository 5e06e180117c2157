//! A case as search servers take it. The comments are the descriptions in the JSON Schema; `x-search` says how a field is
//! searched, and both configurations in `mapping` follow from it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use search_index::Facet;
use serde::{Serialize, Serializer};

use crate::model::{Case, Date, Handbook, Language, Slug};
use crate::render::Renderer;

/// A case of a handbook, as one document of a search index. Fields may be added; those that exist keep name and meaning.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Exported case")]
pub struct Exported {
    /// Name of the document: handbook and case, `gute-praxis.netzwerk-halle`. The same in every export.
    pub id: String,
    /// Name of the case within its handbook.
    slug: String,
    /// The handbook.
    handbook: HandbookName,
    /// Language of the texts: `de` or `en`.
    language: Language,
    /// Page of the case, from the root of the site.
    page: String,
    /// Full address of the page; only where the handbook has a base URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    url: Option<String>,
    /// Full title.
    #[schemars(extend("x-search" = "text"))]
    title: String,
    /// Title for lists.
    #[schemars(extend("x-search" = "text"))]
    short_title: String,
    /// District, its seat and Land of each place.
    #[schemars(extend("x-search" = "text"))]
    places: Vec<String>,
    /// Summary of 80 to 300 characters.
    #[schemars(extend("x-search" = "text"))]
    summary: String,
    /// Institutions by their official names.
    #[schemars(extend("x-search" = "text"))]
    organisations: Vec<String>,
    /// Names of the facet values that are found as words.
    #[schemars(extend("x-search" = "text"))]
    keywords: Vec<String>,
    /// Texts of the checklist items.
    #[schemars(extend("x-search" = "text"))]
    checklist: Vec<String>,
    /// Prose of the case as plain text.
    #[schemars(extend("x-search" = "text"))]
    body: String,
    /// Subject chapters.
    topic: Values,
    /// Länder.
    state: Values,
    /// Legal forms of the institutions.
    form: Values,
    /// For whom.
    target_group: Values,
    /// Kinds of activity.
    format: Values,
    /// With whom.
    partner: Values,
    /// Phases of the Job-Turbo.
    phase: Values,
    /// Codes of law.
    legal_scope: Values,
    /// Settlement types of the districts.
    settlement: Values,
    /// Whether it still runs.
    status: Values,
    /// The last day on which somebody vouched for the case: its review, else its legal state.
    #[schemars(with = "String", extend("format" = "date-time"))]
    updated: Moment,
    /// State of the law that the case assumes.
    #[schemars(with = "String", extend("format" = "date-time"))]
    legal_state: Moment,
    /// When the editors look at it again.
    #[schemars(with = "String", extend("format" = "date-time"))]
    next_review: Moment,
}

/// Where a case comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HandbookName {
    /// Name that tells this handbook from others.
    id: String,
    /// Title.
    title: String,
    /// Who publishes it.
    publisher: String,
}

/// Values of a case in one facet. The lists run in parallel.
#[derive(Debug, Serialize, JsonSchema)]
struct Values {
    /// Names as in URLs.
    id: Vec<String>,
    /// Names as on pages.
    name: Vec<String>,
}

/// Midnight (UTC) of a day, in the notation of RFC 3339. A month or a year stands for its last day.
#[derive(Debug)]
struct Moment(String);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}T00:00:00Z", self.0))
    }
}

impl HandbookName {
    /// Name of a handbook under an id.
    pub fn new(handbook: &Handbook, id: &Slug) -> Self {
        HandbookName {
            id: id.to_string(),
            title: handbook.title.value.clone(),
            publisher: handbook.publisher.name.clone(),
        }
    }
}

impl Exported {
    /// A case of a handbook.
    pub fn new(renderer: &Renderer<'_>, case: &Case, handbook: &HandbookName) -> Self {
        let document = renderer.document(case);
        let site = renderer.site();
        let values = |facet: Facet| {
            let id = site.values_of(case, facet);
            Values { name: id.iter().map(|value| renderer.name_of_value(facet, value)).collect(), id }
        };
        let moment = |date: &Date| Moment(date.last_day().to_string());
        Exported {
            id: format!("{}.{}", handbook.id, case.slug),
            slug: document.slug,
            handbook: handbook.clone(),
            language: site.handbook.language,
            url: renderer.address(&document.url),
            page: document.url,
            title: document.title,
            short_title: document.short_title,
            places: document.places,
            summary: document.summary,
            organisations: document.organisations,
            keywords: document.keywords,
            checklist: document.checklist,
            body: document.body,
            topic: values(Facet::Topic),
            state: values(Facet::State),
            form: values(Facet::Form),
            target_group: values(Facet::TargetGroup),
            format: values(Facet::Format),
            partner: values(Facet::Partner),
            phase: values(Facet::Phase),
            legal_scope: values(Facet::LegalScope),
            settlement: values(Facet::Settlement),
            status: values(Facet::Status),
            updated: Moment(document.updated),
            legal_state: moment(&case.data.legal_state),
            next_review: moment(&case.data.next_review),
        }
    }
}

/// JSON Schema of a document, with every part in its place.
pub fn schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Exported>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_days_as_moments() {
        let day = Moment("2026-11-01".to_owned());
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2026-11-01T00:00:00Z\"");
    }
}
