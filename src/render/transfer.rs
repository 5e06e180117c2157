//! Pages across cases: what all checklists say about one dimension, and what no case speaks of yet.

use search_index::Facet;

use super::view::{
    DimensionKindView, DimensionView, FactorView, GapFacetView, GapTopicView, GapsView, LinkView, PageView, RemarkView,
    Section, SharedItemView, SingleView, TransferDimensionView,
};
use super::words::{KINDS, kind_id};
use super::{LARGEST_TABLE, Recipe, Renderer, link};
use crate::model::{Case, Checklist, ChecklistItem, Dimension, Factor, Form};
use crate::site::{self, dimension_path, facet_path};

/// Facets in which a missing value is a gap, in the order of the page. Nobody misses a target group or a partner that no case
/// has; of these there could be any number.
const FACETS: [Facet; 5] = [Facet::State, Facet::Form, Facet::Settlement, Facet::Phase, Facet::Topic];

/// `transfer/<dimension>.html` for every dimension, and `luecken.html`.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let dimensions = renderer.site.vocabularies.dimensions.entries.iter().map(|dimension| {
        renderer
            .page_recipe(dimension_path(&dimension.id), "dimension.html", move |renderer| renderer.dimension(dimension))
    });
    let gaps = renderer.page_recipe("luecken.html".to_owned(), "gaps.html", Renderer::gaps);
    dimensions.chain([gaps]).collect()
}

impl<'a> Renderer<'a> {
    fn dimension(&'a self, dimension: &Dimension) -> DimensionView {
        let own =
            |case: &'a Case| case.data.checklist.items().iter().filter(|item| item.dimension.value == *dimension.id);
        let speaking = || self.site.cases().filter(|case| own(case).next().is_some());
        let shown: Vec<&Case> = speaking().take(LARGEST_TABLE).collect();
        let kinds = KINDS.iter().map(|kind| {
            let items = shown
                .iter()
                .flat_map(|case| own(case).filter(|item| item.kind == *kind).map(|item| self.shared_item(case, item)));
            let items: Vec<SharedItemView> = items.collect();
            let label = self.words.kind_count(*kind, items.len());
            DimensionKindView { id: kind_id(*kind).to_owned(), label, items }
        });
        let kinds: Vec<DimensionKindView> = kinds.filter(|kind| !kind.items.is_empty()).collect();
        let total = kinds.iter().map(|kind| kind.items.len()).sum();
        let silent = self.site.cases().filter(|case| is_recorded(case) && own(case).next().is_none());
        let factors = self.site.vocabularies.factors.entries.iter();
        let factors = factors.filter(|factor| factor.dimensions.iter().any(|id| id.value == *dimension.id));
        DimensionView {
            page: self.dimension_page(dimension, total, shown.len()),
            letter: dimension.letter.clone(),
            name: dimension.name.clone(),
            question: dimension.question.clone(),
            description: dimension.description.clone(),
            total,
            cases: shown.len(),
            kinds,
            silent: silent.take(LARGEST_TABLE).map(case_link).collect(),
            factors: factors.map(|factor| self.factor(factor)).collect(),
            dimensions: self.dimensions(),
            left_out: speaking().count().saturating_sub(LARGEST_TABLE),
        }
    }

    fn dimension_page(&self, dimension: &Dimension, items: usize, cases: usize) -> PageView {
        let filled = |label: &str| {
            let (items, cases) = (items.to_string(), cases.to_string());
            let values =
                [("name", &*dimension.name), ("question", &*dimension.question), ("n", &items), ("cases", &cases)];
            self.words.0.fill(label, &values)
        };
        let (title, description) = (filled("title.dimension"), filled("description.dimension"));
        let mut page = self.page(&dimension_path(&dimension.id), &title, &description, Section::Transfer);
        page.breadcrumbs = vec![self.transfer_link()];
        page
    }

    fn transfer_link(&self) -> LinkView {
        link(self.words.0.text("title.transfer"), "transfer.html".to_owned())
    }

    fn shared_item(&self, case: &Case, item: &ChecklistItem) -> SharedItemView {
        let href = format!("{}#{}", site::case_path(case.slug.as_str()), item.id.value);
        SharedItemView { item: self.item(item), case: link(&case.data.short_title, href), place: self.place_line(case) }
    }

    /// A factor that holds across all cases.
    pub(super) fn factor(&self, factor: &Factor) -> FactorView {
        FactorView {
            id: factor.id.value.clone(),
            name: Some(factor.name.clone()),
            text: factor.text.clone(),
            dimensions: self.dimension_names(&factor.dimensions),
            source: self.reference(&factor.source),
        }
    }

    /// Every dimension with the number of its items in all cases.
    pub(super) fn dimensions(&self) -> Vec<TransferDimensionView> {
        let items = || self.site.cases().flat_map(|case| case.data.checklist.items());
        let dimensions = self.site.vocabularies.dimensions.entries.iter();
        dimensions
            .map(|dimension| TransferDimensionView {
                id: dimension.id.value.clone(),
                letter: dimension.letter.clone(),
                name: dimension.name.clone(),
                question: dimension.question.clone(),
                description: dimension.description.clone(),
                href: dimension_path(&dimension.id),
                count: items().filter(|item| item.dimension.value == dimension.id.value).count(),
            })
            .collect()
    }

    fn gaps(&'a self) -> GapsView {
        let mut page = self.themed_page("luecken.html", "gaps", Section::Transfer);
        page.breadcrumbs = vec![self.transfer_link()];
        let named = self.site.topics.iter().filter_map(|topic| Some((topic, topic.data.gap.as_ref()?)));
        let not_recorded = || self.site.cases().filter(|case| !is_recorded(case));
        let is_unsettled = |case: &&Case| self.site.values_of(case, Facet::Settlement).is_empty();
        GapsView {
            page,
            facets: FACETS.iter().map(|facet| self.gaps_in(*facet)).collect(),
            topics: named
                .map(|(topic, gap)| GapTopicView {
                    topic: self.value_link(Facet::Topic, topic.slug.as_str()),
                    gap: RemarkView {
                        text: gap.text.clone(),
                        source: gap.source.as_ref().map(|source| self.reference(source)),
                    },
                })
                .collect(),
            not_recorded: not_recorded().take(LARGEST_TABLE).map(case_link).collect(),
            nationwide: self.site.nationwide().count(),
            unsettled: self.site.cases().filter(is_unsettled).count(),
            left_out: not_recorded().count().saturating_sub(LARGEST_TABLE),
        }
    }

    fn gaps_in(&self, facet: Facet) -> GapFacetView {
        // „Andere Stelle“ is what is left over, so nobody can fill that gap.
        let leftover = |value: &String| facet == Facet::Form && value == site::form_id(Form::Other);
        let values: Vec<String> = self.site.values(facet).into_iter().filter(|value| !leftover(value)).collect();
        let none = values.iter().filter(|value| self.site.count(facet, value) == 0);
        let single = values.iter().filter(|value| self.site.count(facet, value) == 1);
        let single = single.filter_map(|value| {
            let case = self.site.cases_with(facet, value).next()?;
            Some(SingleView { value: self.value_link(facet, value), case: case_link(case) })
        });
        GapFacetView {
            key: facet.key().to_owned(),
            label: self.words.0.text(&format!("facet_plural.{}", facet.key())).to_owned(),
            name: self.words.0.text(&format!("facet.{}", facet.key())).to_owned(),
            href: facet_path(facet),
            none: none.map(|value| self.value_link(facet, value)).collect(),
            single: single.collect(),
        }
    }
}

fn is_recorded(case: &Case) -> bool {
    match case.data.checklist {
        Checklist::Items(_) => true,
        Checklist::NotRecorded => false,
    }
}

fn case_link(case: &Case) -> LinkView {
    link(&case.data.short_title, site::case_path(case.slug.as_str()))
}
