//! Lists of cases: all of them, and one for every value of every facet, cut into pages of readable length.

use std::collections::BTreeMap;

use search_index::Facet;

use super::text::topic_recipes;
use super::view::{
    CasesView, CountView, FacetIndexView, FacetView, LinkView, Listing, NearestView, PageView, PaginationLink, Section,
    StateView, TileView, ValueView,
};
use super::{Recipe, Renderer, link};
use crate::model::{Case, State};
use crate::site::{Nearness, cases_path, facet_path, value_path};

/// A Land with fewer cases than this shows the nearest ones elsewhere.
const FEW: usize = 3;

/// Number of nearest cases shown.
const NEAREST: usize = 4;

/// The list of all cases, the overviews of the facets, a list for every value.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let all = (1..=renderer.pages(renderer.site.cases.len())).map(|number| {
        let path = cases_path(number);
        renderer.page_recipe(path.clone(), "cases.html", move |renderer| {
            let page = renderer.numbered(renderer.themed_page(&path, "cases", Section::Cases), number, None);
            CasesView {
                page,
                listing: renderer.listing(renderer.site.cases(), number, cases_path),
                facets: renderer.facets(),
                neighbours: renderer.neighbours(),
            }
        })
    });
    let overviews = Facet::ALL.into_iter().map(|facet| {
        renderer.page_recipe(facet_path(facet), "facet.html", move |renderer| renderer.facet_index(facet))
    });
    let values = Facet::ALL.into_iter().flat_map(move |facet| match facet {
        Facet::Topic => topic_recipes(renderer),
        Facet::State => renderer.value_recipes(facet, "state.html", Renderer::state),
        Facet::Form
        | Facet::TargetGroup
        | Facet::Format
        | Facet::Partner
        | Facet::Phase
        | Facet::LegalScope
        | Facet::Settlement
        | Facet::Status => renderer.value_recipes(facet, "value.html", move |renderer, value, number| {
            Some(renderer.value(facet, value, number))
        }),
    });
    all.chain(overviews).chain(values).collect()
}

impl<'a> Renderer<'a> {
    /// A page for every part of the list of every value.
    pub(super) fn value_recipes<View: serde::Serialize + 'a>(
        &'a self,
        facet: Facet,
        template: &'static str,
        view: impl Fn(&'a Renderer<'a>, &str, usize) -> Option<View> + Copy + Send + Sync + 'a,
    ) -> Vec<Recipe<'a>> {
        let recipe = |value: String, number: usize| {
            self.page_recipe(value_path(facet, &value, number), template, move |renderer| {
                view(renderer, &value, number)
            })
        };
        let numbers =
            |value: String| (1..=self.pages(self.site.count(facet, &value))).map(move |number| (value.clone(), number));
        self.site.values(facet).into_iter().flat_map(numbers).map(|(value, number)| recipe(value, number)).collect()
    }

    /// Number of pages that a list of so many cases takes.
    fn pages(&self, cases: usize) -> usize {
        cases.div_ceil(self.cases_per_page()).max(1)
    }

    fn cases_per_page(&self) -> usize {
        usize::try_from(self.site.handbook.limits.cases_per_page).unwrap_or(usize::MAX).max(1)
    }

    /// A page of a list says its number in its title, and where it belongs.
    pub(super) fn numbered(&self, mut page: PageView, number: usize, facet: Option<Facet>) -> PageView {
        if let Some(facet) = facet {
            page.breadcrumbs =
                vec![link(self.words.0.text(&format!("facet_plural.{}", facet.key())), facet_path(facet))];
        }
        if number > 1 {
            page.title =
                format!("{} – {}", page.title, self.words.0.fill("title.page-number", &[("n", &number.to_string())]));
        }
        page
    }

    /// One page of a list.
    pub(super) fn listing<'c>(
        &self,
        cases: impl Iterator<Item = &'c Case>,
        number: usize,
        path: impl Fn(usize) -> String,
    ) -> Listing {
        let cases: Vec<&Case> = cases.collect();
        let (pages, length) = (self.pages(cases.len()), self.cases_per_page());
        let shown = || cases.iter().skip((number - 1) * length).take(length).map(|case| case.slug.as_str());
        Listing {
            total: cases.len(),
            cards_html: shown().filter_map(|slug| self.cards.get(slug)).map(|card| &**card).collect(),
            slugs: shown().map(str::to_owned).collect(),
            number,
            pages,
            links: if pages > 1 { pagination(number, pages, &path) } else { Vec::new() },
            previous: (number > 1).then(|| path(number - 1)),
            next: (number < pages).then(|| path(number + 1)),
        }
    }

    /// Facets with the values that have cases.
    pub(super) fn facets(&self) -> Vec<FacetView> {
        let facets = Facet::ALL.iter().map(|facet| self.facet(*facet, false));
        facets.filter(|facet| !facet.values.is_empty()).collect()
    }

    fn facet(&self, facet: Facet, with_empty: bool) -> FacetView {
        let values = self.site.values(facet).into_iter().map(|value| self.count(facet, &value));
        FacetView {
            key: facet.key().to_owned(),
            parameter: facet.parameter().to_owned(),
            facet,
            label: self.words.0.text(&format!("facet.{}", facet.key())).to_owned(),
            href: facet_path(facet),
            values: values.filter(|value| with_empty || value.count > 0).collect(),
        }
    }

    /// Länder that border on a Land, by its slug.
    fn neighbours(&self) -> BTreeMap<String, Vec<String>> {
        let slugs = |state: &State| state.neighbours.iter().map(|neighbour| neighbour.value.clone()).collect();
        let states = self.site.vocabularies.regions.states.iter();
        states.map(|state| (state.slug.value.clone(), slugs(state))).collect()
    }

    pub(super) fn count(&self, facet: Facet, value: &str) -> CountView {
        CountView {
            id: value.to_owned(),
            text: self.value_name(facet, value),
            href: value_path(facet, value, 1),
            count: self.site.count(facet, value),
            description: self.value_description(facet, value),
        }
    }

    /// A value as pages call it.
    pub(super) fn value_name(&self, facet: Facet, value: &str) -> String {
        let entry = |entry: Option<&crate::model::VocabularyEntry>| entry.map(|entry| entry.name.clone());
        let label = |group: &str| Some(self.words.0.text(&format!("{group}.{value}.short")).to_owned());
        let name = match facet {
            Facet::Topic => self.site.topic(value).map(|topic| topic.data.short_title.value.clone()),
            Facet::State => self.site.state(value).map(|state| state.name.clone()),
            Facet::TargetGroup => entry(self.site.target_group(value)),
            Facet::Format => entry(self.site.format(value)),
            Facet::Partner => entry(self.site.partner(value)),
            Facet::Phase => self.phase(value).map(|phase| format!("Phase {}: {}", phase.number.value, phase.name)),
            Facet::Form => label("form"),
            Facet::LegalScope => label("legal_scope"),
            Facet::Settlement => label("settlement"),
            Facet::Status => label("status"),
        };
        name.unwrap_or_else(|| value.to_owned())
    }

    pub(super) fn value_description(&self, facet: Facet, value: &str) -> Option<String> {
        let entry = |entry: Option<&crate::model::VocabularyEntry>| entry.map(|entry| entry.description.clone());
        let label = |group: &str| Some(self.words.0.text(&format!("{group}.{value}.description")).to_owned());
        match facet {
            Facet::Topic => self.site.topic(value).map(|topic| topic.data.summary.value.clone()),
            Facet::State => None,
            Facet::TargetGroup => entry(self.site.target_group(value)),
            Facet::Format => entry(self.site.format(value)),
            Facet::Partner => entry(self.site.partner(value)),
            Facet::Phase => self.phase(value).map(|phase| phase.description.clone()),
            Facet::Form => label("form"),
            Facet::LegalScope => label("legal_scope"),
            Facet::Settlement => label("settlement"),
            Facet::Status => label("status"),
        }
    }

    fn phase(&self, value: &str) -> Option<&crate::model::Phase> {
        self.site.phase(value.strip_prefix("phase-")?.parse().ok()?)
    }

    /// A link to the page of a value.
    pub(super) fn value_link(&self, facet: Facet, value: &str) -> LinkView {
        link(&self.value_name(facet, value), value_path(facet, value, 1))
    }

    fn facet_index(&self, facet: Facet) -> FacetIndexView {
        let key = facet.key();
        let (title, description) = (
            self.words.0.text(&format!("facet_plural.{key}")).to_owned(),
            self.words.0.text(&format!("facet_description.{key}")).to_owned(),
        );
        FacetIndexView {
            page: self.page(&facet_path(facet), &title, &description, section(facet)),
            facet: self.facet(facet, true),
            tiles: if facet == Facet::State { self.tiles(None) } else { Vec::new() },
        }
    }

    fn value(&self, facet: Facet, value: &str, number: usize) -> ValueView {
        let name = self.value_name(facet, value);
        let description = self.value_description(facet, value);
        let label = self.words.0.text(&format!("facet.{}", facet.key())).to_owned();
        let about = description.clone().unwrap_or_else(|| format!("{label}: {name}"));
        let others =
            self.site.values(facet).into_iter().filter(|other| other != value && self.site.count(facet, other) > 0);
        let page = self.page(&value_path(facet, value, number), &format!("{label}: {name}"), &about, section(facet));
        ValueView {
            page: self.numbered(page, number, Some(facet)),
            facet_label: label,
            facet_href: facet_path(facet),
            name,
            description,
            listing: self.listing(self.site.cases_with(facet, value), number, |page| value_path(facet, value, page)),
            others: others.map(|other| self.count(facet, &other)).collect(),
        }
    }

    fn state(&'a self, slug: &str, number: usize) -> Option<StateView> {
        let state = self.site.state(slug)?;
        let listing =
            self.listing(self.site.cases_with(Facet::State, slug), number, |page| value_path(Facet::State, slug, page));
        let same_directorate =
            self.site.vocabularies.regions.states.iter().filter(|other| {
                other.directorate.value == state.directorate.value && other.slug.value != state.slug.value
            });
        let neighbours = state.neighbours.iter().filter(|neighbour| self.site.state(neighbour).is_some());
        let nearest = if listing.total < FEW { self.site.nearest(state, NEAREST) } else { Vec::new() };
        let page = self.page(
            &value_path(Facet::State, slug, number),
            &state.name,
            &self.state_description(state, listing.total),
            Section::Regions,
        );
        Some(StateView {
            page: self.numbered(page, number, Some(Facet::State)),
            name: state.name.clone(),
            directorate: self.site.directorate(&state.directorate).unwrap_or_default().to_owned(),
            directorate_states: same_directorate.map(|other| self.value_link(Facet::State, &other.slug)).collect(),
            neighbours: neighbours.map(|neighbour| self.count(Facet::State, neighbour)).collect(),
            nearest: nearest
                .into_iter()
                .map(|near| NearestView { reasons: vec![self.nearness(near.reason)], card: self.card(near.case) })
                .collect(),
            tiles: self.tiles(Some(slug)),
            nationwide: self.site.nationwide().take(NEAREST).map(|case| self.card(case)).collect(),
            listing,
        })
    }

    fn state_description(&self, state: &State, cases: usize) -> String {
        self.words.0.fill("description.state", &[("name", &state.name), ("n", &cases.to_string())])
    }

    fn nearness(&self, reason: Nearness<'_>) -> String {
        let (name, value) = match reason {
            Nearness::Directorate(directorate) => ("directorate", directorate.to_owned()),
            Nearness::Neighbour(state) => ("neighbour", state.name.clone()),
            Nearness::Settlement(settlement) => ("settlement", self.words.settlement(settlement)),
            Nearness::Near(state) => ("near", state.name.clone()),
        };
        self.words.0.fill(&format!("reason.{name}"), &[("name", &value)])
    }

    /// The tile map; colour in three steps up to the largest number of cases.
    pub(super) fn tiles(&self, current: Option<&str>) -> Vec<TileView> {
        let states = &self.site.vocabularies.regions.states;
        let most = states.iter().map(|state| self.site.count(Facet::State, &state.slug)).max().unwrap_or(0);
        let mut tiles: Vec<TileView> = states
            .iter()
            .map(|state| {
                let count = self.site.count(Facet::State, &state.slug);
                TileView {
                    abbreviation: state.abbreviation.clone(),
                    name: state.name.clone(),
                    href: value_path(Facet::State, &state.slug, 1),
                    count,
                    column: state.column,
                    row: state.row,
                    level: level(count, most, 3),
                    current: current == Some(&*state.slug.value),
                }
            })
            .collect();
        tiles.sort_by_key(|tile| (tile.row, tile.column));
        tiles
    }
}

/// Depth of colour: 0 for none, then 1 to `steps` in equal parts of the largest number.
pub fn level(count: usize, most: usize, steps: usize) -> u8 {
    if count == 0 { 0 } else { u8::try_from((count * steps).div_ceil(most.max(1)).clamp(1, steps)).unwrap_or(1) }
}

fn section(facet: Facet) -> Section {
    match facet {
        Facet::Topic => Section::Topics,
        Facet::State => Section::Regions,
        Facet::Form
        | Facet::TargetGroup
        | Facet::Format
        | Facet::Partner
        | Facet::Phase
        | Facet::LegalScope
        | Facet::Settlement
        | Facet::Status => Section::Cases,
    }
}

/// First, last and the neighbours of the present page, with gaps marked.
fn pagination(number: usize, pages: usize, path: &impl Fn(usize) -> String) -> Vec<PaginationLink> {
    let mut links = Vec::new();
    let mut last = 0;
    for page in (1..=pages).filter(|page| *page == 1 || *page == pages || page.abs_diff(number) <= 1) {
        if page > last + 1 {
            links.push(PaginationLink { number: None, href: path(last + 1), current: false });
        }
        links.push(PaginationLink { number: Some(page), href: path(page), current: page == number });
        last = page;
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pagination_keeps_ends_and_neighbours() {
        let numbers = |number, pages| -> Vec<Option<usize>> {
            pagination(number, pages, &|page| page.to_string()).into_iter().map(|link| link.number).collect()
        };
        assert_eq!(numbers(1, 2), [Some(1), Some(2)]);
        assert_eq!(numbers(5, 9), [Some(1), None, Some(4), Some(5), Some(6), None, Some(9)]);
    }

    #[test]
    fn levels_use_the_whole_scale() {
        assert_eq!([0, 1, 2, 3, 6].map(|count| level(count, 6, 3)), [0, 1, 1, 2, 3]);
    }
}
