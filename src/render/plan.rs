//! What a reader's own plan needs: the items of all checklists as scripts, and the pages that a script fills. Scripts and
//! not JSON, because a page opened from a disk may load a script and nothing else.

use search_index::Facet;
use serde::Serialize;

use super::data::pretty;
use super::view::{PageView, PlainView, Section};
use super::words::{KINDS, kind_id};
use super::{Recipe, Renderer};
use crate::model::{Answer, Case, ChecklistItem, Plan, State};
use crate::site;

/// Cases in one script: small enough to load for one case, few enough files for ten thousand.
const CHUNK: usize = 50;

/// `daten/pruefpunkte/*.js`, `daten/plan.schema.json`, `merkliste.html` and `hub.html`.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let index = Recipe::new("daten/pruefpunkte/index.js".to_owned(), || {
        Ok(format!("HandbookItems.index({});\n", json(&renderer.items_index())).into_bytes())
    });
    let settings = Recipe::new("daten/pruefpunkte/rahmen.js".to_owned(), || {
        let settings: Vec<CaseSetting> = renderer.site.cases().map(|case| renderer.setting(case)).collect();
        Ok(format!("HandbookItems.settings({});\n", json(&settings)).into_bytes())
    });
    let chunks = renderer.site.cases.chunks(CHUNK).enumerate().map(|(number, cases)| {
        Recipe::new(format!("daten/pruefpunkte/{number}.js"), move || {
            let cases: Vec<CaseItems> = cases.iter().map(|case| renderer.items_of(case)).collect();
            Ok(format!("HandbookItems.cases({number},{});\n", json(&cases)).into_bytes())
        })
    });
    let pages = [
        renderer.page_recipe("merkliste.html".to_owned(), "selection.html", |renderer| PlainView {
            page: renderer.themed_page("merkliste.html", "selection", Section::Transfer),
        }),
        renderer.page_recipe("hub.html".to_owned(), "hub.html", |renderer| PlainView {
            page: PageView { noindex: true, ..renderer.themed_page("hub.html", "hub", Section::None) },
        }),
    ];
    let schema = Recipe::new("daten/plan.schema.json".to_owned(), || Ok(pretty(&schemars::schema_for!(Plan))));
    [index, settings, schema].into_iter().chain(chunks).chain(pages).collect()
}

/// JSON is JavaScript, since ECMAScript 2019 with every character.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What all cases share. The one argument of `HandbookItems.index`.
#[derive(Serialize)]
struct ItemsIndex<'a> {
    handbook: HandbookName<'a>,
    dimensions: Vec<DimensionName<'a>>,
    /// Kinds in the order in which pages show them.
    kinds: Vec<KindAnswers>,
    /// Answers to items that a team adds itself.
    own: Vec<AnswerName>,
    forms: Vec<Named>,
    states: Vec<StateName<'a>>,
    settlements: Vec<Described>,
    /// Slug of the first case of every chunk: a case is in the last chunk whose first slug is not greater.
    first: Vec<&'a str>,
}

#[derive(Serialize)]
struct HandbookName<'a> {
    key: String,
    title: &'a str,
    short_title: &'a str,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    edition: String,
}

#[derive(Serialize)]
struct DimensionName<'a> {
    id: &'a str,
    letter: &'a str,
    name: &'a str,
    question: &'a str,
}

#[derive(Serialize)]
struct KindAnswers {
    id: &'static str,
    label: String,
    answers: Vec<AnswerName>,
}

#[derive(Serialize)]
struct AnswerName {
    code: &'static str,
    label: String,
    /// Whether somebody still has to do something.
    open: bool,
}

#[derive(Serialize)]
struct Named {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct Described {
    id: String,
    name: String,
    description: Option<String>,
}

#[derive(Serialize)]
struct StateName<'a> {
    id: &'a str,
    name: &'a str,
    /// Name of the regional directorate.
    directorate: &'a str,
    /// Ids of Länder with a common border.
    neighbours: Vec<&'a str>,
}

/// Where a case takes place and who does it: enough to put cases in order by likeness and to choose one. One entry of the
/// argument of `HandbookItems.settings`.
#[derive(Serialize)]
struct CaseSetting<'a> {
    slug: &'a str,
    short_title: &'a str,
    /// Path from the root of the site.
    href: String,
    place: String,
    organisations: String,
    /// `überschaubar`.
    effort: String,
    forms: Vec<String>,
    /// Slugs of the Länder; empty: nationwide.
    states: Vec<String>,
    settlements: Vec<String>,
}

/// A case with its checklist. One entry of the second argument of `HandbookItems.cases`.
#[derive(Serialize)]
struct CaseItems<'a> {
    slug: &'a str,
    title: &'a str,
    short_title: &'a str,
    /// Path from the root of the site.
    href: String,
    /// `Vogtlandkreis, Sachsen`, or `bundesweit`.
    place: String,
    /// `Jobcenter Vogtland (gE) und 2 weitere`.
    organisations: String,
    /// Items in the order of the page; none: not recorded yet.
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    dimension: &'a str,
    kind: &'static str,
    text: &'a str,
    /// `sagt das umsetzende Haus`.
    said_by: String,
    /// `S. 18`.
    page: String,
    applies_to: AppliesToIds,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    due: Option<String>,
}

#[derive(Serialize)]
struct AppliesToIds {
    forms: Vec<&'static str>,
    settlements: Vec<&'static str>,
}

impl<'a> Renderer<'a> {
    fn items_index(&self) -> ItemsIndex<'a> {
        let handbook = &self.site.handbook;
        let dimensions = self.site.vocabularies.dimensions.entries.iter();
        let named = |facet: Facet| {
            let name = |id: String| Named { name: self.value_name(facet, &id), id };
            self.site.values(facet).into_iter().map(name).collect()
        };
        let settlement = |id: String| Described {
            name: self.value_name(Facet::Settlement, &id),
            description: self.value_description(Facet::Settlement, &id),
            id,
        };
        ItemsIndex {
            handbook: HandbookName {
                key: self.site.key(),
                title: &handbook.title,
                short_title: &handbook.short_title,
                edition: handbook.edition.to_string(),
            },
            dimensions: dimensions
                .map(|dimension| DimensionName {
                    id: &dimension.id,
                    letter: &dimension.letter,
                    name: &dimension.name,
                    question: &dimension.question,
                })
                .collect(),
            kinds: KINDS
                .iter()
                .map(|kind| KindAnswers {
                    id: kind_id(*kind),
                    label: self.words.kind(*kind),
                    answers: self.answer_names(Answer::of(*kind)),
                })
                .collect(),
            own: self.answer_names(Answer::OWN),
            forms: named(Facet::Form),
            states: self.state_names(),
            settlements: self.site.values(Facet::Settlement).into_iter().map(settlement).collect(),
            first: self.site.cases.chunks(CHUNK).filter_map(|chunk| Some(chunk.first()?.slug.as_str())).collect(),
        }
    }

    fn answer_names(&self, answers: &[Answer]) -> Vec<AnswerName> {
        let name = |answer: &Answer| AnswerName {
            code: answer.code(),
            label: self.words.answer(*answer),
            open: answer.is_open(),
        };
        answers.iter().map(name).collect()
    }

    fn state_names(&self) -> Vec<StateName<'a>> {
        let site = self.site;
        let name = |state: &'a State| StateName {
            id: &state.slug,
            name: &state.name,
            directorate: site.directorate(&state.directorate).unwrap_or_default(),
            neighbours: state.neighbours.iter().map(|neighbour| neighbour.as_str()).collect(),
        };
        site.values(Facet::State).iter().filter_map(|slug| site.state(slug)).map(name).collect()
    }

    fn items_of(&self, case: &'a Case) -> CaseItems<'a> {
        CaseItems {
            slug: case.slug.as_str(),
            title: &case.data.title,
            short_title: &case.data.short_title,
            href: site::case_path(case.slug.as_str()),
            place: self.place_line(case),
            organisations: self.organisations_line(case),
            items: self.in_order(case.data.checklist.items()).map(|item| self.plan_item(item)).collect(),
        }
    }

    fn setting(&self, case: &'a Case) -> CaseSetting<'a> {
        let values = |facet| self.site.values_of(case, facet);
        CaseSetting {
            slug: case.slug.as_str(),
            short_title: &case.data.short_title,
            href: site::case_path(case.slug.as_str()),
            place: self.place_line(case),
            organisations: self.organisations_line(case),
            effort: self.words.effort(case.data.effort.level),
            forms: values(Facet::Form),
            states: values(Facet::State),
            settlements: values(Facet::Settlement),
        }
    }

    fn plan_item(&self, item: &'a ChecklistItem) -> Item<'a> {
        Item {
            id: &item.id,
            dimension: &item.dimension,
            kind: kind_id(item.kind),
            text: &item.text,
            said_by: self.words.said_by(item.said_by),
            page: self.reference(&item.source).page,
            applies_to: AppliesToIds {
                forms: item.applies_to.forms.iter().map(|form| site::form_id(*form)).collect(),
                settlements: item.applies_to.settlement.iter().map(|each| site::settlement_id(*each)).collect(),
            },
            due: item.due.as_ref().map(|due| due.to_string()),
        }
    }

    /// Items as the page of their case shows them: by dimension, then by kind.
    fn in_order(&self, items: &'a [ChecklistItem]) -> impl Iterator<Item = &'a ChecklistItem> {
        let dimensions = self.site.vocabularies.dimensions.entries.iter();
        dimensions.flat_map(move |dimension| {
            KINDS.iter().flat_map(move |kind| {
                items.iter().filter(move |item| item.kind == *kind && item.dimension.value == dimension.id.value)
            })
        })
    }
}
