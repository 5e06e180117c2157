//! What templates see: one typed view for each template, built fresh for every page.
//!
//! Every `href` names a file relative to the root of the site (`praxis/netzwerk-halle.html`); templates write
//! `{{ page.root }}{{ link.href }}`. Fields that end in `_html` are finished markup; everything else is plain text that the
//! template engine escapes. Dates and numbers are already written out in the language of the handbook.

mod history;
mod transfer;

use std::collections::BTreeMap;

use search_index::Facet;
use serde::Serialize;

use crate::model::Conformance;

pub use history::{ChangeView, HistoryView, NewsEntryView, NewsMonthView, NewsView};
pub use transfer::{
    DimensionKindView, DimensionView, GapFacetView, GapTopicView, GapsView, SharedItemView, SingleView,
};

/// What every page has. In templates: `page`.
#[derive(Clone, Debug, Serialize)]
pub struct PageView {
    /// Heading of the page and first part of `<title>`.
    pub title: String,
    /// Text for `<meta name="description">`.
    pub description: String,
    /// Path of this page from the root of the site.
    pub path: String,
    /// Way from this page to the root of the site: empty or `../`; the path of the base URL on the 404 page.
    pub root: String,
    /// Full address, where a base URL is known.
    pub canonical: Option<String>,
    /// Entry of the main navigation that this page belongs to.
    pub section: Section,
    /// Pages above this one, the start page left out.
    pub breadcrumbs: Vec<LinkView>,
    /// Finished JSON-LD, safe inside `<script>`.
    pub json_ld: Option<String>,
    /// Search engines are asked to leave the page out.
    pub noindex: bool,
}

/// Entry of the main navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Start page.
    Start,
    /// Cases and every list of cases that is neither topic nor region.
    Cases,
    /// Topics.
    Topics,
    /// Länder.
    Regions,
    /// Transfer matrix.
    Transfer,
    /// Glossary, literature, background: everything to look up.
    Knowledge,
    /// No entry is marked.
    None,
}

/// What holds for the whole handbook. In templates: `handbook`.
#[derive(Clone, Debug, Serialize)]
pub struct HandbookView {
    /// Title.
    pub title: String,
    /// Title for header and `<title>`.
    pub short_title: String,
    /// One or two sentences.
    pub description: String,
    /// `de` or `en`.
    pub language: String,
    /// Name of the publisher.
    pub publisher: String,
    /// Site of the publisher.
    pub publisher_url: Option<String>,
    /// State of the texts: `November 2026`.
    pub edition: String,
    /// Functional mailbox.
    pub feedback_email: String,
    /// Terms of use of the texts.
    pub content_licence: String,
    /// Funding statement.
    pub funding: Option<String>,
    /// `praxis 0.1.0`.
    pub generator: String,
    /// Pages of kind imprint, privacy, accessibility, plain language, about, background, by kind in kebab case.
    pub pages: BTreeMap<String, LinkView>,
    /// Topics for the navigation.
    pub topics: Vec<LinkView>,
    /// Number of cases.
    pub case_count: usize,
    /// Path of the feed of changes, where there is one.
    pub feed: Option<String>,
}

/// A link inside the site, or only a name where there is no page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LinkView {
    /// Text of the link.
    pub text: String,
    /// Path from the root of the site.
    pub href: Option<String>,
}

/// A link with the number of cases behind it.
#[derive(Clone, Debug, Serialize)]
pub struct CountView {
    /// Value as in URLs.
    pub id: String,
    /// Text of the link.
    pub text: String,
    /// Path from the root of the site.
    pub href: String,
    /// Cases behind the link.
    pub count: usize,
    /// One sentence about it, where there is one.
    pub description: Option<String>,
}

/// Where a statement stands: `S. 18`, linked to the list of works.
#[derive(Clone, Debug, Serialize)]
pub struct ReferenceView {
    /// Short form: `Korte u. a. 2025, S. 18`.
    pub short: String,
    /// `S. 18`, or the short form where the work has no pages.
    pub page: String,
    /// Path to the work.
    pub href: String,
}

/// A case in a list.
#[derive(Clone, Debug, Serialize)]
pub struct CardView {
    /// Name of the case.
    pub slug: String,
    /// Path of the case.
    pub href: String,
    /// Full title.
    pub title: String,
    /// Short title.
    pub short_title: String,
    /// Summary.
    pub summary: String,
    /// `Jobcenter Vogtland (gE) und 2 weitere`.
    pub organisations: String,
    /// `Vogtlandkreis, Sachsen`, or `bundesweit`.
    pub place: String,
    /// Topics.
    pub topics: Vec<LinkView>,
    /// The same three or four facts for every case.
    pub facts: Vec<FactView>,
    /// The case is over or was continued as something else.
    pub ended: bool,
}

/// A named fact.
#[derive(Clone, Debug, Serialize)]
pub struct FactView {
    /// `Aufwand`.
    pub label: String,
    /// `überschaubar`.
    pub value: String,
}

/// `index.html`.
#[derive(Clone, Debug, Serialize)]
pub struct StartView {
    /// What every page has.
    pub page: PageView,
    /// Topics with their summaries.
    pub topics: Vec<CountView>,
    /// The sixteen Länder.
    pub tiles: Vec<TileView>,
    /// Cases that are valid nationwide.
    pub nationwide: usize,
    /// A few cases to start with: the ones last reviewed, by slug where equal.
    pub cases: Vec<CardView>,
    /// Ways in by other facets.
    pub facets: Vec<FacetView>,
    /// Figures of the handbook itself.
    pub checklist_items: usize,
    /// Number of Länder with at least one case.
    pub states_with_cases: usize,
}

/// A Land on the tile map.
#[derive(Clone, Debug, Serialize)]
pub struct TileView {
    /// `SN`.
    pub abbreviation: String,
    /// `Sachsen`.
    pub name: String,
    /// Path of the page of the Land.
    pub href: String,
    /// Number of cases.
    pub count: usize,
    /// Column, from 1.
    pub column: u8,
    /// Row, from 1.
    pub row: u8,
    /// Depth of colour: 0 for none, up to 3.
    pub level: u8,
    /// This is the Land of the page.
    pub current: bool,
}

/// A facet with its values.
#[derive(Clone, Debug, Serialize)]
pub struct FacetView {
    /// `zielgruppen`.
    pub key: String,
    /// Name of its parameter in the address of a search: `zielgruppe`.
    pub parameter: String,
    /// What the search engine calls it: `target-group`.
    pub facet: Facet,
    /// `Zielgruppe`.
    pub label: String,
    /// Path of the overview of the facet.
    pub href: String,
    /// Values with at least one case, in the order of the vocabulary.
    pub values: Vec<CountView>,
}

/// One page of a list of cases: `praxis/index.html`, every facet page.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// Number of cases on all pages.
    pub total: usize,
    /// Cases of this page, each a finished list item made with the template `card.html`.
    pub cards_html: String,
    /// Names of these cases, for addresses.
    pub slugs: Vec<String>,
    /// Number of this page, from 1.
    pub number: usize,
    /// Number of pages.
    pub pages: usize,
    /// Pages of the list as links, the present one included; empty when there is one page only.
    pub links: Vec<PaginationLink>,
    /// Page before.
    pub previous: Option<String>,
    /// Page after.
    pub next: Option<String>,
}

/// A step of the pagination.
#[derive(Clone, Debug, Serialize)]
pub struct PaginationLink {
    /// Page number; none for an ellipsis.
    pub number: Option<usize>,
    /// Path of the page.
    pub href: String,
    /// This page.
    pub current: bool,
}

/// `praxis/index.html` and its further pages. Template `cases.html`.
#[derive(Clone, Debug, Serialize)]
pub struct CasesView {
    /// What every page has.
    pub page: PageView,
    /// The list.
    pub listing: Listing,
    /// Ways to narrow the list down.
    pub facets: Vec<FacetView>,
    /// By the value of a Land, the values of those that border on it.
    pub neighbours: BTreeMap<String, Vec<String>>,
}

/// All values of one facet. Template `facet.html`.
#[derive(Clone, Debug, Serialize)]
pub struct FacetIndexView {
    /// What every page has.
    pub page: PageView,
    /// The facet; here with the values that have no case, too.
    pub facet: FacetView,
    /// The Länder, only for the facet of that name.
    pub tiles: Vec<TileView>,
}

/// All cases with one value of a facet. Template `value.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ValueView {
    /// What every page has.
    pub page: PageView,
    /// Name of the facet: `Zielgruppe`.
    pub facet_label: String,
    /// Path of the overview of the facet.
    pub facet_href: String,
    /// Name of the value.
    pub name: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// The list.
    pub listing: Listing,
    /// The other values of the facet.
    pub others: Vec<CountView>,
}

/// A Land. Template `state.html`.
#[derive(Clone, Debug, Serialize)]
pub struct StateView {
    /// What every page has.
    pub page: PageView,
    /// Name of the Land.
    pub name: String,
    /// Name of the regional directorate.
    pub directorate: String,
    /// Other Länder of the same directorate.
    pub directorate_states: Vec<LinkView>,
    /// Länder with a common border.
    pub neighbours: Vec<CountView>,
    /// The list; may be empty.
    pub listing: Listing,
    /// Cases elsewhere that are nearest, each with the reason in words. Given when the Land has fewer than three cases.
    pub nearest: Vec<NearestView>,
    /// The tile map with this Land marked.
    pub tiles: Vec<TileView>,
    /// Cases that are valid nationwide.
    pub nationwide: Vec<CardView>,
}

/// A case from elsewhere with the reasons why it is shown here.
#[derive(Clone, Debug, Serialize)]
pub struct NearestView {
    /// The case.
    pub card: CardView,
    /// `benachbartes Land: Sachsen`.
    pub reasons: Vec<String>,
}

/// A case that resembles another, with the reasons.
#[derive(Clone, Debug, Serialize)]
pub struct RelatedView {
    /// Name of the case.
    pub slug: String,
    /// Path of the case.
    pub href: String,
    /// Short title.
    pub short_title: String,
    /// `Jobcenter Vogtland (gE) und 2 weitere`.
    pub organisations: String,
    /// `Vogtlandkreis, Sachsen`, or `bundesweit`.
    pub place: String,
    /// The case is over or was continued as something else.
    pub ended: bool,
    /// `dasselbe Thema: Netzwerke`.
    pub reasons: Vec<String>,
}

/// The one variable of the template `card.html`, beside the way to the root.
#[derive(Clone, Debug, Serialize)]
pub struct CardPageView {
    /// Only `root`, which is `../` for every list.
    pub page: RootView,
    /// The case.
    pub card: CardView,
}

/// Way to the root of the site.
#[derive(Clone, Debug, Serialize)]
pub struct RootView {
    /// `../`.
    pub root: &'static str,
}

/// A topic. Template `topic.html`.
#[derive(Clone, Debug, Serialize)]
pub struct TopicView {
    /// What every page has.
    pub page: PageView,
    /// `2.1`.
    pub chapter: Option<String>,
    /// Summary.
    pub summary: String,
    /// Headings of the text.
    pub outline: Vec<OutlineView>,
    /// Text.
    pub body_html: String,
    /// What holds across the cases.
    pub factors: Vec<FactorView>,
    /// What is missing.
    pub gap: Option<RemarkView>,
    /// The list; may be empty.
    pub listing: Listing,
    /// Works.
    pub sources: Vec<SourceView>,
    /// Dates of the text.
    pub review: ReviewView,
    /// The other topics.
    pub others: Vec<CountView>,
}

/// A heading of a text.
#[derive(Clone, Debug, Serialize)]
pub struct OutlineView {
    /// Anchor.
    pub id: String,
    /// Text of the heading.
    pub text: String,
    /// 2 or 3.
    pub level: u8,
}

/// Something that holds across cases.
#[derive(Clone, Debug, Serialize)]
pub struct FactorView {
    /// Anchor.
    pub id: String,
    /// Short name, where there is one.
    pub name: Option<String>,
    /// The factor.
    pub text: String,
    /// Names of dimensions.
    pub dimensions: Vec<String>,
    /// Where it is said.
    pub source: ReferenceView,
}

/// A statement with its source.
#[derive(Clone, Debug, Serialize)]
pub struct RemarkView {
    /// The statement.
    pub text: String,
    /// Where it is said.
    pub source: Option<ReferenceView>,
}

/// A work with the pages used.
#[derive(Clone, Debug, Serialize)]
pub struct SourceView {
    /// Full citation with the pages used.
    pub citation_html: String,
    /// Path to the work.
    pub href: String,
}

/// Dates of a text.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewView {
    /// `September 2025`.
    pub legal_state: Option<String>,
    /// `22. November 2026`; none: not checked yet.
    pub reviewed: Option<String>,
    /// `Mai 2027`.
    pub next_review: Option<String>,
    /// The next review is over due.
    pub overdue: bool,
}

/// A number that means something.
#[derive(Clone, Debug, Serialize)]
pub struct FigureView {
    /// `1.200`, `46,3`.
    pub value: String,
    /// `%`.
    pub unit: Option<String>,
    /// What is counted.
    pub label: String,
    /// Of what, since when.
    pub base: Option<String>,
    /// `September 2025`.
    pub as_of: String,
    /// Where it is said.
    pub source: ReferenceView,
}

/// A case. Template `case.html`.
#[derive(Clone, Debug, Serialize)]
pub struct CaseView {
    /// What every page has.
    pub page: PageView,
    /// Name of the case.
    pub slug: String,
    /// Short title.
    pub short_title: String,
    /// Summary.
    pub summary: String,
    /// Institutions.
    pub organisations: Vec<OrganisationView>,
    /// Districts and Länder.
    pub places: Vec<PlaceView>,
    /// Topics.
    pub topics: Vec<LinkView>,
    /// Target groups.
    pub target_groups: Vec<LinkView>,
    /// Formats.
    pub formats: Vec<LinkView>,
    /// Partners.
    pub partners: Vec<LinkView>,
    /// Phases of the Job-Turbo.
    pub phases: Vec<LinkView>,
    /// Codes of law.
    pub legal_scopes: Vec<LinkView>,
    /// Settlement types of the places; empty where not known.
    pub settlements: Vec<LinkView>,
    /// Is it still done?
    pub status: StatusView,
    /// How much work.
    pub effort: EffortView,
    /// What the statements rest on.
    pub evidence: Vec<String>,
    /// Numbers.
    pub figures: Vec<FigureView>,
    /// Why it works.
    pub mechanism: Option<RemarkView>,
    /// What did not work.
    pub setbacks: Vec<RemarkView>,
    /// Headings of the text.
    pub outline: Vec<OutlineView>,
    /// Text.
    pub body_html: String,
    /// The checklist; none: not recorded yet.
    pub checklist: Option<ChecklistView>,
    /// Related cases.
    pub related: Vec<RelatedView>,
    /// Works.
    pub sources: Vec<SourceView>,
    /// Links that the source gives.
    pub links: Vec<ExternalLinkView>,
    /// How to cite this page.
    pub citation: CitationView,
    /// Dates of the text.
    pub review: ReviewView,
    /// When the page was published and changed; none: not known.
    pub history: Option<HistoryView>,
    /// Whom to ask.
    pub contact: Option<ContactView>,
    /// Not yet to be published.
    pub draft: bool,
    /// What a script compares with the reader's own profile.
    pub traits: TraitsView,
}

/// What a case is, as ids: for scripts.
#[derive(Clone, Debug, Serialize)]
pub struct TraitsView {
    /// `ge`, `zkt` …
    pub forms: Vec<String>,
    /// Slugs of the Länder; empty: nationwide.
    pub states: Vec<String>,
    /// `grossstadt` …; empty where not known.
    pub settlements: Vec<String>,
}

/// An institution.
#[derive(Clone, Debug, Serialize)]
pub struct OrganisationView {
    /// Official name.
    pub name: String,
    /// `gE`: short name of the form, linked to its page.
    pub form: LinkView,
    /// `federführend`.
    pub role: String,
}

/// A place of a case.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceView {
    /// `Vogtlandkreis`; empty for a whole Land.
    pub district: Option<String>,
    /// The Land.
    pub state: LinkView,
    /// Name of the regional directorate.
    pub directorate: String,
}

/// Whether a case is still done.
#[derive(Clone, Debug, Serialize)]
pub struct StatusView {
    /// `running`, `ended` …
    pub state: String,
    /// `beendet`.
    pub label: String,
    /// `seit Mai 2024`, explanation, name of the continuation.
    pub details: Vec<String>,
    /// The case is over or was continued as something else.
    pub ended: bool,
}

/// How much work a case is.
#[derive(Clone, Debug, Serialize)]
pub struct EffortView {
    /// `low`, `manageable` …
    pub level: String,
    /// `überschaubar`.
    pub label: String,
    /// Words of the source.
    pub wording: Option<String>,
    /// Who says so.
    pub said_by: Option<String>,
    /// Where it is said.
    pub source: Option<ReferenceView>,
}

/// The checklist of a case.
#[derive(Clone, Debug, Serialize)]
pub struct ChecklistView {
    /// Number of items.
    pub total: usize,
    /// Every dimension, also those without items.
    pub dimensions: Vec<ChecklistDimensionView>,
}

/// A dimension of the checklist.
#[derive(Clone, Debug, Serialize)]
pub struct ChecklistDimensionView {
    /// Name used in files; anchor `dimension-<id>`.
    pub id: String,
    /// `A`.
    pub letter: String,
    /// `Aufwand und Ressourcen`.
    pub name: String,
    /// Question that a team asks itself.
    pub question: String,
    /// Items in the order requirement, obstacle, question, success factor, effort, variant, deadline.
    pub items: Vec<ChecklistItemView>,
}

/// An item of the checklist.
#[derive(Clone, Debug, Serialize)]
pub struct ChecklistItemView {
    /// Stable name; also the anchor.
    pub id: String,
    /// `requirement`, `obstacle` …
    pub kind: String,
    /// `Voraussetzung`.
    pub kind_label: String,
    /// The item.
    pub text: String,
    /// `sagt das umsetzende Haus`.
    pub said_by: String,
    /// `Vorbereitung`.
    pub stage: String,
    /// Id of its dimension.
    pub dimension: String,
    /// For whom it matters: `gE`, `Großstadt`; empty: for all.
    pub applies_to: Vec<String>,
    /// The same as ids: forms.
    pub applies_to_forms: Vec<String>,
    /// The same as ids: settlement types.
    pub applies_to_settlements: Vec<String>,
    /// By when.
    pub due: Option<DueView>,
    /// Answers to choose from; empty where a note or a date is the answer.
    pub answers: Vec<AnswerView>,
    /// Where it is said.
    pub source: ReferenceView,
}

/// A deadline.
#[derive(Clone, Debug, Serialize)]
pub struct DueView {
    /// `29. April 2025`.
    pub text: String,
    /// `2025`, `2025-04` or `2025-04-29`: for scripts.
    pub date: String,
    /// It had passed on the day of the build.
    pub passed: bool,
}

/// An answer to choose.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerView {
    /// `present`, `missing` …
    pub code: String,
    /// `vorhanden`.
    pub label: String,
}

/// A link to another site.
#[derive(Clone, Debug, Serialize)]
pub struct ExternalLinkView {
    /// What is found there.
    pub text: String,
    /// Address.
    pub url: String,
    /// Language of the target.
    pub language: Option<String>,
}

/// How to cite something, in three notations.
#[derive(Clone, Debug, Serialize)]
pub struct CitationView {
    /// German style.
    pub text: String,
    /// BibTeX entry.
    pub bibtex: String,
    /// CSL-JSON.
    pub csl_json: String,
}

/// Whom to ask.
#[derive(Clone, Debug, Serialize)]
pub struct ContactView {
    /// Role.
    pub role: String,
    /// Functional mailbox.
    pub email: String,
}

/// `vergleich.html`: all cases side by side; a script shows the chosen ones. Template `compare.html`.
#[derive(Clone, Debug, Serialize)]
pub struct CompareView {
    /// What every page has.
    pub page: PageView,
    /// Columns of the table.
    pub cases: Vec<CompareCaseView>,
    /// Rows of the table.
    pub rows: Vec<CompareRowView>,
    /// Largest number of cases that can be chosen.
    pub limit: usize,
    /// Number of cases left out because a table of all would be too large; 0 in a handbook of ordinary size.
    pub left_out: usize,
}

/// A column of the comparison.
#[derive(Clone, Debug, Serialize)]
pub struct CompareCaseView {
    /// Name of the case.
    pub slug: String,
    /// Short title.
    pub short_title: String,
    /// Path.
    pub href: String,
}

/// A row of the comparison.
#[derive(Clone, Debug, Serialize)]
pub struct CompareRowView {
    /// `Aufwand`.
    pub label: String,
    /// One cell for each case, in the order of the columns; each a list of lines. Empty: not stated.
    pub cells: Vec<Vec<String>>,
}

/// `transfer.html`: cases × dimensions. Template `transfer.html`.
#[derive(Clone, Debug, Serialize)]
pub struct TransferView {
    /// What every page has.
    pub page: PageView,
    /// Columns.
    pub dimensions: Vec<TransferDimensionView>,
    /// Rows: cases with a checklist.
    pub rows: Vec<TransferRowView>,
    /// Cases whose checklist was not recorded yet.
    pub not_recorded: Vec<LinkView>,
    /// Number of items by kind.
    pub kinds: Vec<CountNameView>,
    /// Number of items by who says so.
    pub said_by: Vec<CountNameView>,
    /// Number of all items.
    pub total: usize,
    /// Factors that hold across all cases.
    pub factors: Vec<FactorView>,
    /// Number of cases left out because a table of all would be too large.
    pub left_out: usize,
}

/// A column of the matrix.
#[derive(Clone, Debug, Serialize)]
pub struct TransferDimensionView {
    /// Name used in files.
    pub id: String,
    /// `A`.
    pub letter: String,
    /// Name.
    pub name: String,
    /// Question.
    pub question: String,
    /// What belongs here.
    pub description: String,
    /// Path of its page.
    pub href: String,
    /// Number of items in all cases.
    pub count: usize,
}

/// A row of the matrix.
#[derive(Clone, Debug, Serialize)]
pub struct TransferRowView {
    /// The case.
    pub case: LinkView,
    /// One cell for each dimension.
    pub cells: Vec<TransferCellView>,
    /// Number of items.
    pub total: usize,
}

/// A cell of the matrix.
#[derive(Clone, Debug, Serialize)]
pub struct TransferCellView {
    /// Number of items.
    pub count: usize,
    /// Depth of colour: 0 for none, up to 4.
    pub level: u8,
    /// Path to the items; none where there are none.
    pub href: Option<String>,
    /// `2 Voraussetzungen, 1 Stolperstein`, for screen readers and on hover.
    pub kinds: String,
}

/// A name with a number.
#[derive(Clone, Debug, Serialize)]
pub struct CountNameView {
    /// Name.
    pub name: String,
    /// Number.
    pub count: usize,
}

/// `glossar.html`. Template `glossary.html`.
#[derive(Clone, Debug, Serialize)]
pub struct GlossaryView {
    /// What every page has.
    pub page: PageView,
    /// Terms by first letter.
    pub groups: Vec<GlossaryGroupView>,
}

/// Terms with the same first letter.
#[derive(Clone, Debug, Serialize)]
pub struct GlossaryGroupView {
    /// `A`.
    pub letter: String,
    /// Terms.
    pub terms: Vec<TermView>,
}

/// A term.
#[derive(Clone, Debug, Serialize)]
pub struct TermView {
    /// Anchor.
    pub id: String,
    /// The term.
    pub term: String,
    /// What it stands for.
    pub long: Option<String>,
    /// Other spellings.
    pub also: Vec<String>,
    /// Explanation.
    pub definition: String,
    /// Related terms.
    pub see: Vec<LinkView>,
    /// Where the explanation comes from.
    pub source: Option<ReferenceView>,
}

/// `literatur.html`. Template `literature.html`.
#[derive(Clone, Debug, Serialize)]
pub struct LiteratureView {
    /// What every page has.
    pub page: PageView,
    /// Works in the order of the citations.
    pub works: Vec<WorkView>,
}

/// A work.
#[derive(Clone, Debug, Serialize)]
pub struct WorkView {
    /// Anchor.
    pub id: String,
    /// Citation as markup, with the address as a link.
    pub citation_html: String,
    /// Citation to copy.
    pub citation: CitationView,
    /// Cases, topics and pages that rest on it.
    pub used_by: Vec<LinkView>,
    /// Anything a reader must know.
    pub note: Option<String>,
}

/// A page of text. Template `page.html`.
#[derive(Clone, Debug, Serialize)]
pub struct TextView {
    /// What every page has.
    pub page: PageView,
    /// `imprint`, `background` …
    pub kind: String,
    /// Summary.
    pub summary: String,
    /// Headings of the text.
    pub outline: Vec<OutlineView>,
    /// Text.
    pub body_html: String,
    /// Numbers.
    pub figures: Vec<FigureView>,
    /// Works.
    pub sources: Vec<SourceView>,
    /// Dates of the text.
    pub review: ReviewView,
    /// What the accessibility statement declares.
    pub statement: Option<StatementView>,
}

/// What the accessibility statement declares.
#[derive(Clone, Debug, Serialize)]
pub struct StatementView {
    /// `EN 301 549 V3.2.1 …`.
    pub standard: String,
    /// `full`, `partial` or `none`.
    pub status: Conformance,
    /// What is not accessible.
    pub gaps: Vec<GapView>,
    /// `22. November 2026`.
    pub created: Option<String>,
    /// `22. November 2026`.
    pub tested_on: String,
    /// How it was tested.
    pub method: Vec<String>,
    /// Mailbox for reports.
    pub email: String,
    /// Telephone for reports.
    pub phone: Option<String>,
    /// Postal address for reports.
    pub post: Option<String>,
    /// Who mediates: name, address, mailbox.
    pub enforcement: EnforcementView,
}

/// Something that is not accessible.
#[derive(Clone, Debug, Serialize)]
pub struct GapView {
    /// What.
    pub content: String,
    /// Why.
    pub reason: String,
    /// What there is instead.
    pub instead: Option<String>,
}

/// Body that mediates.
#[derive(Clone, Debug, Serialize)]
pub struct EnforcementView {
    /// Name.
    pub name: String,
    /// Address.
    pub url: String,
    /// Mailbox.
    pub email: Option<String>,
}

/// `druck.html`: everything on one page. Template `print.html`.
#[derive(Clone, Debug, Serialize)]
pub struct PrintView {
    /// What every page has.
    pub page: PageView,
    /// Topics with their cases.
    pub topics: Vec<PrintTopicView>,
    /// Terms.
    pub terms: Vec<TermView>,
    /// Works.
    pub works: Vec<WorkView>,
    /// Number of cases left out because nobody prints so many; 0 in a handbook of ordinary size.
    pub left_out: usize,
}

/// A topic in print.
#[derive(Clone, Debug, Serialize)]
pub struct PrintTopicView {
    /// The topic.
    pub topic: TopicView,
    /// Cases whose first topic it is.
    pub cases: Vec<CaseView>,
}

/// `offline.html`, of which there are three: a site that offers no offline edition, one that does, and the edition itself.
/// Template `offline.html`.
#[derive(Clone, Debug, Serialize)]
pub struct OfflineView {
    /// What every page has.
    pub page: PageView,
    /// The edition that the page is part of.
    pub edition: Option<EditionView>,
    /// The edition that can be downloaded here.
    pub offer: Option<OfferView>,
    /// What the site was made from.
    pub provenance: ProvenanceView,
}

/// What a site was made from.
#[derive(Clone, Debug, Serialize)]
pub struct ProvenanceView {
    /// `praxis 0.1.0`.
    pub program: String,
    /// Commit of the program, where it is known.
    pub program_commit: Option<String>,
    /// The last commit that changed the texts, where it is known.
    pub commit: Option<String>,
    /// Whether the texts have changes that are in no commit.
    pub changed: bool,
    /// BLAKE3 digest of the texts in hexadecimal digits.
    pub digest: String,
    /// The same and more for programs.
    pub href: String,
}

/// `LIESMICH.txt` of an offline edition. Template `readme.txt`.
#[derive(Clone, Debug, Serialize)]
pub struct ReadmeView {
    /// The edition.
    pub edition: EditionView,
}

/// An offline edition, as it speaks of itself.
#[derive(Clone, Debug, Serialize)]
pub struct EditionView {
    /// Name of the zip without its ending.
    pub name: String,
    /// Day on which it was made.
    pub day: String,
    /// Commit, abbreviated.
    pub commit: Option<String>,
    /// Whether the texts have changes that are not in the commit.
    pub changed: bool,
    /// Where the newest edition is, if an address is known.
    pub newest: Option<String>,
}

/// An offline edition to download.
#[derive(Clone, Debug, Serialize)]
pub struct OfferView {
    /// Where the zip is.
    pub href: String,
    /// Where the file with its checksum is.
    pub sums_href: String,
    /// Name of the zip.
    pub file: String,
    /// Day on which it was made.
    pub day: String,
    /// Size in megabytes, rounded up to a tenth.
    pub megabytes: String,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// Pages whose text comes from the theme: `404.html`, `merkliste.html`, `hub.html`. Templates `not-found.html`,
/// `selection.html`, `hub.html`.
#[derive(Clone, Debug, Serialize)]
pub struct PlainView {
    /// What every page has.
    pub page: PageView,
}

/// A page that leads to the present name of a case. Template `redirect.html`.
#[derive(Clone, Debug, Serialize)]
pub struct RedirectView {
    /// What every page has.
    pub page: PageView,
    /// Where to.
    pub target: LinkView,
    /// Address of the target as seen from this page.
    pub location: String,
}
