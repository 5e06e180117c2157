//! Cases side by side: the comparison, and the matrix of cases and dimensions.

use std::collections::BTreeMap;

use search_index::Facet;

use super::lists::level;
use super::view::{
    CompareCaseView, CompareRowView, CompareView, CountNameView, Section, TransferCellView, TransferRowView,
    TransferView,
};
use super::words::{KINDS, SPEAKERS};
use super::{LARGEST_TABLE, Recipe, Renderer, link};
use crate::model::{Case, Checklist, ChecklistItem};
use crate::site;

/// Cases that a reader may compare at once; more columns do not fit on a sheet.
const COMPARED: usize = 4;

/// Steps of colour in the matrix.
const STEPS: usize = 4;

/// `vergleich.html` and `transfer.html`.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    vec![
        renderer.page_recipe("vergleich.html".to_owned(), "compare.html", Renderer::compare),
        renderer.page_recipe("transfer.html".to_owned(), "transfer.html", Renderer::transfer),
    ]
}

impl<'a> Renderer<'a> {
    fn compare(&'a self) -> CompareView {
        let cases: Vec<&Case> = self.site.cases().take(LARGEST_TABLE).collect();
        let columns = cases.iter().map(|case| CompareCaseView {
            slug: case.slug.to_string(),
            short_title: case.data.short_title.value.clone(),
            href: site::case_path(case.slug.as_str()),
        });
        let row = |name: &str, cell: &dyn Fn(&Case) -> Vec<String>| CompareRowView {
            label: self.words.0.text(&format!("compare.{name}")).to_owned(),
            cells: cases.iter().map(|case| cell(case)).collect(),
        };
        let names = |case: &Case, facet: Facet| {
            self.site.values_of(case, facet).iter().map(|value| self.value_name(facet, value)).collect()
        };
        let rows = vec![
            row("organisations", &|case| {
                case.data.organisations.iter().map(|organisation| self.organisation_name(organisation)).collect()
            }),
            row("place", &|case| {
                let places: Vec<String> = self.site.places(case).map(|place| self.place_name(place)).collect();
                if places.is_empty() { vec![self.words.0.text("place.nationwide").to_owned()] } else { places }
            }),
            row("topics", &|case| names(case, Facet::Topic)),
            row("target_groups", &|case| names(case, Facet::TargetGroup)),
            row("formats", &|case| names(case, Facet::Format)),
            row("partners", &|case| names(case, Facet::Partner)),
            row("phases", &|case| names(case, Facet::Phase)),
            row("legal_scopes", &|case| names(case, Facet::LegalScope)),
            row("status", &|case| vec![self.words.status(case.data.status.state)]),
            row("effort", &|case| {
                let effort = &case.data.effort;
                let said_by = effort.said_by.map(|said_by| self.words.said_by(said_by));
                [Some(self.words.effort(effort.level)), effort.wording.clone(), said_by].into_iter().flatten().collect()
            }),
            row("evidence", &|case| case.data.evidence.iter().map(|evidence| self.words.evidence(*evidence)).collect()),
            row("figures", &|case| {
                case.data
                    .results
                    .iter()
                    .map(|figure| {
                        let figure = self.figure(figure);
                        format!(
                            "{}{} {} ({})",
                            figure.value,
                            figure.unit.map(|unit| format!(" {unit}")).unwrap_or_default(),
                            figure.label,
                            figure.as_of
                        )
                    })
                    .collect()
            }),
            row("mechanism", &|case| case.data.mechanism.iter().map(|remark| remark.text.clone()).collect()),
            row("setbacks", &|case| case.data.setbacks.iter().map(|remark| remark.text.clone()).collect()),
            row("checklist", &|case| self.checklist_lines(case)),
            row("legal_state", &|case| vec![self.words.date(case.data.legal_state.value)]),
        ];
        CompareView {
            page: self.themed_page("vergleich.html", "compare", Section::Cases),
            cases: columns.collect(),
            rows,
            limit: COMPARED,
            left_out: self.site.cases.len().saturating_sub(LARGEST_TABLE),
        }
    }

    /// `Sprache, Vertrauen und Zugang: 2 Stolpersteine`.
    fn checklist_lines(&self, case: &Case) -> Vec<String> {
        let items = match &case.data.checklist {
            Checklist::NotRecorded => return vec![self.words.items(None)],
            Checklist::Items(items) => items,
        };
        let dimensions = self.site.vocabularies.dimensions.entries.iter();
        let own = dimensions.map(|dimension| {
            (dimension, items.iter().filter(|item| item.dimension.value == dimension.id.value).collect::<Vec<_>>())
        });
        own.filter(|(_, items)| !items.is_empty())
            .map(|(dimension, items)| format!("{}: {}", dimension.name, self.kinds(&items)))
            .collect()
    }

    /// `2 Voraussetzungen, 1 Stolperstein`.
    fn kinds(&self, items: &[&ChecklistItem]) -> String {
        let counts = KINDS.iter().map(|kind| (*kind, items.iter().filter(|item| item.kind == *kind).count()));
        counts
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| self.words.kind_count(kind, count))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn transfer(&'a self) -> TransferView {
        let dimensions = &self.site.vocabularies.dimensions.entries;
        let recorded = || self.site.cases().filter(|case| matches!(case.data.checklist, Checklist::Items(_)));
        let all_items = || recorded().flat_map(|case| case.data.checklist.items());
        let mut by_cell: BTreeMap<(&str, &str), Vec<&ChecklistItem>> = BTreeMap::new();
        for case in recorded() {
            for item in case.data.checklist.items() {
                by_cell.entry((case.slug.as_str(), item.dimension.as_str())).or_default().push(item);
            }
        }
        let most = by_cell.values().map(Vec::len).max().unwrap_or(0);
        let cell = |case: &Case, dimension: &str| {
            let items = by_cell.get(&(case.slug.as_str(), dimension)).map_or(&[][..], Vec::as_slice);
            let href = format!("{}#dimension-{dimension}", site::case_path(case.slug.as_str()));
            TransferCellView {
                count: items.len(),
                level: level(items.len(), most, STEPS),
                href: (!items.is_empty()).then_some(href),
                kinds: self.kinds(items),
            }
        };
        let rows = recorded().take(LARGEST_TABLE).map(|case| TransferRowView {
            case: link(&case.data.short_title, site::case_path(case.slug.as_str())),
            cells: dimensions.iter().map(|dimension| cell(case, &dimension.id)).collect(),
            total: case.data.checklist.items().len(),
        });
        let count = |name: String, count: usize| CountNameView { name, count };
        TransferView {
            page: self.themed_page("transfer.html", "transfer", Section::Transfer),
            dimensions: self.dimensions(),
            rows: rows.collect(),
            not_recorded: self
                .site
                .cases
                .iter()
                .filter(|case| matches!(case.data.checklist, Checklist::NotRecorded))
                .take(LARGEST_TABLE)
                .map(|case| link(&case.data.short_title, site::case_path(case.slug.as_str())))
                .collect(),
            kinds: KINDS
                .iter()
                .map(|kind| count(self.words.kind(*kind), all_items().filter(|item| item.kind == *kind).count()))
                .collect(),
            said_by: SPEAKERS
                .iter()
                .map(|said_by| {
                    count(self.words.said_by(*said_by), all_items().filter(|item| item.said_by == *said_by).count())
                })
                .collect(),
            total: all_items().count(),
            factors: self.site.vocabularies.factors.entries.iter().map(|factor| self.factor(factor)).collect(),
            left_out: recorded().count().saturating_sub(LARGEST_TABLE),
        }
    }
}
