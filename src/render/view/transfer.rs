//! Views of the pages across cases.

use serde::Serialize;

use super::{ChecklistItemView, FactorView, LinkView, PageView, RemarkView, TransferDimensionView};

/// `transfer/<dimension>.html`: what all cases say about one dimension. Template `dimension.html`.
#[derive(Clone, Debug, Serialize)]
pub struct DimensionView {
    /// What every page has.
    pub page: PageView,
    /// `A`.
    pub letter: String,
    /// `Aufwand und Ressourcen`.
    pub name: String,
    /// Question that a team asks itself.
    pub question: String,
    /// What belongs here.
    pub description: String,
    /// Number of items on the page.
    pub total: usize,
    /// Number of cases that they come from.
    pub cases: usize,
    /// Items by kind, in the order requirement, obstacle, question, success factor, effort, variant, deadline; kinds without
    /// items left out.
    pub kinds: Vec<DimensionKindView>,
    /// Cases with a checklist that says nothing about this.
    pub silent: Vec<LinkView>,
    /// Factors across all cases that belong here.
    pub factors: Vec<FactorView>,
    /// All dimensions, this one included.
    pub dimensions: Vec<TransferDimensionView>,
    /// Number of cases left out because a page of all would be too large.
    pub left_out: usize,
}

/// Items of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct DimensionKindView {
    /// `requirement`; anchor `art-requirement`.
    pub id: String,
    /// `6 Voraussetzungen`.
    pub label: String,
    /// The items, by case.
    pub items: Vec<SharedItemView>,
}

/// An item with the case that it comes from.
#[derive(Clone, Debug, Serialize)]
pub struct SharedItemView {
    /// The item.
    pub item: ChecklistItemView,
    /// The case; leads to the item on its page.
    pub case: LinkView,
    /// `Vogtlandkreis, Sachsen`, or `bundesweit`.
    pub place: String,
}

/// `luecken.html`: what no case speaks of yet. Template `gaps.html`.
#[derive(Clone, Debug, Serialize)]
pub struct GapsView {
    /// What every page has.
    pub page: PageView,
    /// Länder, legal forms, settlement types, phases, topics.
    pub facets: Vec<GapFacetView>,
    /// Gaps that the source itself names, by topic.
    pub topics: Vec<GapTopicView>,
    /// Cases whose checklist was not recorded yet.
    pub not_recorded: Vec<LinkView>,
    /// Number of cases that are valid nationwide and so count for no Land.
    pub nationwide: usize,
    /// Number of cases whose settlement type is not known.
    pub unsettled: usize,
    /// Number of cases whose checklist was not recorded and that are not listed, because the list would be too long.
    pub left_out: usize,
}

/// The gaps of a facet.
#[derive(Clone, Debug, Serialize)]
pub struct GapFacetView {
    /// `regionen`.
    pub key: String,
    /// `Länder`.
    pub label: String,
    /// `Land`.
    pub name: String,
    /// Path of the overview of the facet.
    pub href: String,
    /// Values without a case.
    pub none: Vec<LinkView>,
    /// Values with a single case.
    pub single: Vec<SingleView>,
}

/// A value that only one case has.
#[derive(Clone, Debug, Serialize)]
pub struct SingleView {
    /// The value.
    pub value: LinkView,
    /// The case.
    pub case: LinkView,
}

/// A gap that the source names.
#[derive(Clone, Debug, Serialize)]
pub struct GapTopicView {
    /// The topic.
    pub topic: LinkView,
    /// What is missing, and where that is said.
    pub gap: RemarkView,
}
