//! A site to files: every page and every export as a recipe that can be cooked on its own. Never reads files, never asks
//! the clock or git. Recipes and not finished bytes, because ten thousand pages at once would not fit into memory.

mod case;
mod citation;
mod data;
mod lists;
mod news;
mod offline;
mod plan;
mod provenance;
mod reference;
mod search;
mod sitemap;
mod start;
mod tables;
mod text;
mod transfer;
pub mod view;
pub mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::hashed::Hashed;
use crate::markdown::{self, Image, MarkedTerm, Resolve, Resolved, Style, StyleWords, Target, Terms};
use crate::memory::Memory;
use crate::model::{Case, CitedWork, Date, Figure, Language, Located, PageKind, Reference, Work};
use crate::site::{self, Site};
use crate::theme::Theme;
use citation::Citation;
pub use data::spreadsheet;
pub use offline::{Edition, Offer};
pub use provenance::{Provenance, Revision};
pub use search::KeptIndex;
use view::{
    CardPageView, FigureView, HandbookView, LinkView, OutlineView, PageView, ReferenceView, ReviewView, RootView,
    Section, SourceView,
};
use words::Words;

/// A file of the site, not yet made, or several that come from the same work.
pub struct Recipe<'a> {
    /// Paths from the root of the site, with `/`.
    pub paths: Vec<String>,
    make: Make<'a>,
}

/// Makes the bytes of each path.
type Make<'a> = Box<dyn Fn() -> Result<Vec<Vec<u8>>, Diagnostic> + Send + Sync + 'a>;

impl<'a> Recipe<'a> {
    /// A file that is made when it is needed.
    pub fn new(path: String, make: impl Fn() -> Result<Vec<u8>, Diagnostic> + Send + Sync + 'a) -> Self {
        Recipe::several([path], move || Ok([make()?]))
    }

    /// Files that are made together.
    pub fn several<const N: usize>(
        paths: [String; N],
        make: impl Fn() -> Result<[Vec<u8>; N], Diagnostic> + Send + Sync + 'a,
    ) -> Self {
        Recipe { paths: paths.into(), make: Box::new(move || make().map(Vec::from)) }
    }

    /// Makes the bytes of each file.
    pub fn make(&self) -> Result<Vec<Vec<u8>>, Diagnostic> {
        (self.make)()
    }
}

/// One kind of output: what it is called and the files it consists of.
type Format = for<'a> fn(&'a Renderer<'a>) -> Vec<Recipe<'a>>;

/// Everything that is written. A new kind of output is a file beside this one and a row here.
const FORMATS: &[(&str, Format)] = &[
    // The few large files first, so that none of them is left over when everything else is done.
    ("data", data::recipes),
    ("search index", search::recipes),
    ("plan", plan::recipes),
    ("texts", text::recipes),
    ("tables", tables::recipes),
    ("transfer", transfer::recipes),
    ("reference", reference::recipes),
    ("start", start::recipes),
    ("offline", offline::recipes),
    ("provenance", provenance::recipes),
    ("cases", case::recipes),
    ("lists", lists::recipes),
    ("news", news::recipes),
    ("sitemap", sitemap::recipes),
    ("static files", statics),
];

/// Most cases that stand on one page in full, in print, in the comparison or in the matrix. Larger handbooks are beyond what
/// a browser shows or a printer prints; the pages then say how many are left out.
pub const LARGEST_TABLE: usize = 300;

/// A site and a theme, ready to be rendered.
pub struct Renderer<'a> {
    site: &'a Site,
    theme: &'a Theme,
    memory: &'a Memory,
    provenance: &'a Provenance,
    words: Words<'a>,
    terms: Terms,
    /// Works by the files that cite them.
    used_by: BTreeMap<&'a str, Vec<LinkView>>,
    short_citations: HashMap<&'a str, String>,
    /// Of a preview. Its files are for a browser on this machine, where time counts and size does not.
    kept_index: Option<Arc<KeptIndex>>,
    /// Finished list items by case.
    cards: HashMap<&'a str, Arc<str>>,
}

/// Prepares a theme for a site: makes the handbook known to every template, and finds words that are missing.
pub fn dress(site: &Site, theme: &mut Theme) -> Vec<Diagnostic> {
    theme.set_global("handbook", &handbook_view(site, Words(&theme.labels)));
    theme.labels.missing(&site.handbook.theme, words::needed())
}

impl<'a> Renderer<'a> {
    /// Works out what several pages need.
    pub fn new(
        site: &'a Site,
        theme: &'a Theme,
        provenance: &'a Provenance,
        memory: &'a Memory,
    ) -> Result<Self, Diagnostic> {
        let words = Words(&theme.labels);
        let entries = site.vocabularies.glossary.entries.iter();
        let terms = Terms::new(
            entries
                .map(|term| MarkedTerm {
                    href: site::term_path(&term.id),
                    explanation: term
                        .long
                        .as_ref()
                        .map_or_else(|| term.definition.clone(), |long| format!("{long}: {}", term.definition)),
                    spellings: std::iter::once(&term.term).chain(&term.also).cloned().collect(),
                })
                .collect(),
        );
        let works = site.vocabularies.literature.entries.iter();
        let short_citations = works.map(|work| (work.id.as_str(), Citation::of(work).short(words))).collect();
        let mut renderer = Renderer {
            site,
            theme,
            memory,
            provenance,
            words,
            terms,
            used_by: reference::used_by(site),
            short_citations,
            kept_index: None,
            cards: HashMap::new(),
        };
        renderer.cards = renderer.make_cards()?;
        Ok(renderer)
    }

    /// The list item of every case. A case stands in a dozen lists; making it once takes a third off a large build.
    fn make_cards(&self) -> Result<HashMap<&'a str, Arc<str>>, Diagnostic> {
        let make = |case: &'a Hashed<Case>| {
            let card = self.memory.recall("render::card", &[case.hash(), self.site.frame.as_bytes()], || {
                let view = CardPageView { page: RootView { root: "../" }, card: self.card(case) };
                self.theme.render("card.html", &view).map(|card| String::from_utf8_lossy(&card).into())
            });
            Ok((case.slug.as_str(), card?))
        };
        self.site.cases.par_iter().map(make).collect()
    }

    /// Makes files for a browser on this machine, with the index that was kept from the edition before.
    pub fn preview(self, kept_index: Arc<KeptIndex>) -> Self {
        Renderer { kept_index: Some(kept_index), ..self }
    }

    /// The site that is rendered.
    pub fn site(&self) -> &'a Site {
        self.site
    }

    /// Every file of the site, in the order of the paths' formats. No two have the same path.
    pub fn recipes(&'a self) -> Vec<Recipe<'a>> {
        FORMATS.iter().flat_map(|(_, format)| format(self)).collect()
    }

    /// A recipe for a page made from a template.
    fn page_recipe<View: Serialize>(
        &'a self,
        path: String,
        template: &'static str,
        view: impl Fn(&'a Renderer<'a>) -> View + Send + Sync + 'a,
    ) -> Recipe<'a> {
        Recipe::new(path, move || self.theme.render(template, &view(self)))
    }

    /// What every page has. The way to the root follows from the path.
    fn page(&self, path: &str, title: &str, description: &str, section: Section) -> PageView {
        PageView {
            title: title.to_owned(),
            description: description.to_owned(),
            path: path.to_owned(),
            root: "../".repeat(path.matches('/').count()),
            canonical: self.address(path),
            section,
            breadcrumbs: Vec::new(),
            json_ld: None,
            noindex: false,
        }
    }

    /// A page whose words come from the theme.
    fn themed_page(&self, path: &str, name: &str, section: Section) -> PageView {
        self.page(
            path,
            self.words.0.text(&format!("title.{name}")),
            self.words.0.text(&format!("description.{name}")),
            section,
        )
    }

    /// Full address of a page, where a base URL is known. An index is addressed by its folder.
    pub fn address(&self, path: &str) -> Option<String> {
        let base = self.site.handbook.base_url.as_ref()?;
        let path = if path == "index.html" {
            ""
        } else {
            path.strip_suffix("/index.html").map_or(path, |folder| &path[..=folder.len()])
        };
        Some(format!("{}/{path}", base.trim_end_matches('/')))
    }

    /// A text as markup for a page, and its headings.
    fn html(
        &self,
        text: &str,
        page: &PageView,
        folder: Option<&str>,
        prefix: &str,
        shift: u8,
    ) -> (String, Vec<OutlineView>) {
        let style = Style {
            root: &page.root,
            prefix,
            shift,
            words: StyleWords { table: self.words.0.text("table"), back: self.words.0.text("footnote_back") },
            terms: &self.terms,
        };
        let written = markdown::to_html(text, &style, &Links { site: self.site, folder });
        let headings = written.headings.into_iter().filter(|heading| (2..=3).contains(&heading.level));
        let outline = headings.map(|heading| OutlineView { id: heading.id, text: heading.text, level: heading.level });
        (written.html, outline.collect())
    }

    fn reference(&self, reference: &Reference) -> ReferenceView {
        let id = reference.work.as_str();
        let work = self.short_citations.get(id).map_or(id, String::as_str).to_owned();
        let page = reference.page.as_ref().map(|pages| self.words.pages(pages));
        let short = page.as_ref().map_or_else(|| work.clone(), |page| format!("{work}, {page}"));
        ReferenceView { short, page: page.unwrap_or(work), href: site::work_path(id) }
    }

    fn sources(&self, sources: &[CitedWork]) -> Vec<SourceView> {
        let known = sources.iter().filter_map(|cited| Some((cited, self.site.work(&cited.work)?)));
        known
            .map(|(cited, work): (&CitedWork, &Work)| SourceView {
                citation_html: Citation::of(work).html(self.words, cited.pages.as_ref()),
                href: site::work_path(&work.id),
            })
            .collect()
    }

    /// Names of the dimensions that exist.
    fn dimension_names<'d>(&self, ids: impl IntoIterator<Item = &'d Located<String>>) -> Vec<String> {
        let known = ids.into_iter().filter_map(|id| self.site.dimension(id));
        known.map(|dimension| dimension.name.clone()).collect()
    }

    fn figure(&self, figure: &Figure) -> FigureView {
        FigureView {
            value: self.words.number(figure.value),
            unit: figure.unit.clone(),
            label: figure.label.clone(),
            base: figure.base.clone(),
            as_of: self.words.date(figure.as_of.value),
            source: self.reference(&figure.source),
        }
    }

    fn review(
        &self,
        legal_state: Option<&Located<Date>>,
        reviewed: Option<&Located<Date>>,
        next_review: Option<&Located<Date>>,
    ) -> ReviewView {
        let word = |date: Option<&Located<Date>>| date.map(|date| self.words.date(date.value));
        ReviewView {
            legal_state: word(legal_state),
            reviewed: word(reviewed),
            next_review: word(next_review),
            overdue: next_review.is_some_and(|date| is_over(date.value, self.site.today)),
        }
    }
}

/// Whether the last day that a date can mean lies before today.
pub fn is_over(date: Date, today: civil::Date) -> bool {
    date.last_day() < today
}

/// JSON that can stand inside `<script>`: no `<` that could end the element.
fn json_for_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// A link inside the site.
fn link(text: &str, href: String) -> LinkView {
    LinkView { text: text.to_owned(), href: Some(href) }
}

/// Answers where links of a text lead.
struct Links<'a> {
    site: &'a Site,
    /// Name of the case whose files the text may show.
    folder: Option<&'a str>,
}

impl Resolve for Links<'_> {
    fn link(&self, target: &Target<'_>) -> Option<Resolved> {
        let with_anchor =
            |path: String, anchor: &Option<&str>| anchor.map_or(path.clone(), |anchor| format!("{path}#{anchor}"));
        let inside = |href: String| Some(Resolved { href, external: false });
        match target {
            Target::Case(slug, anchor) => {
                self.site.case(slug).and_then(|_| inside(with_anchor(site::case_path(slug), anchor)))
            }
            Target::Topic(slug, anchor) => self
                .site
                .topic(slug)
                .and_then(|_| inside(with_anchor(site::value_path(search_index::Facet::Topic, slug, 1), anchor))),
            Target::Page(slug, anchor) => {
                self.site.page(slug).and_then(|_| inside(with_anchor(site::page_path(slug), anchor)))
            }
            Target::Work(id) => self.site.work(id).and_then(|_| inside(site::work_path(id))),
            Target::Term(id) => self.site.term(id).and_then(|_| inside(site::term_path(id))),
            Target::File(name) => self.folder.and_then(|folder| inside(site::attachment_path(folder, name))),
            Target::Web(url) | Target::Mail(url) => Some(Resolved { href: (*url).to_owned(), external: true }),
            Target::Anchor(_) | Target::Language(_) | Target::Refused(_) => None,
        }
    }

    fn image(&self, name: &str) -> Option<Image> {
        let folder = self.folder?;
        let bytes = self.site.attachments.get(&format!("content/cases/{folder}/{name}"))?;
        let size = imagesize::blob_size(bytes).ok();
        let size = size.and_then(|size| Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)));
        Some(Image { href: site::attachment_path(folder, name), size })
    }
}

/// Code of the language of a handbook.
fn language(site: &Site) -> &'static str {
    match site.handbook.language {
        Language::De => "de",
        Language::En => "en",
    }
}

fn handbook_view(site: &Site, words: Words<'_>) -> HandbookView {
    let handbook = &site.handbook;
    let kind = |kind: PageKind| match kind {
        PageKind::Imprint => "imprint",
        PageKind::Privacy => "privacy",
        PageKind::Accessibility => "accessibility",
        PageKind::PlainLanguage => "plain-language",
        PageKind::Background => "background",
        PageKind::About => "about",
    };
    let mut pages = BTreeMap::new();
    for page in &site.pages {
        let title = page.data.short_title.as_ref().unwrap_or(&page.data.title);
        pages
            .entry(kind(page.data.kind).to_owned())
            .or_insert_with(|| link(title, site::page_path(page.slug.as_str())));
    }
    let topic = |topic: &crate::model::Topic| {
        link(&topic.data.short_title, site::value_path(search_index::Facet::Topic, topic.slug.as_str(), 1))
    };
    HandbookView {
        title: handbook.title.value.clone(),
        short_title: handbook.short_title.value.clone(),
        description: handbook.description.clone(),
        language: language(site).to_owned(),
        publisher: handbook.publisher.name.clone(),
        publisher_url: handbook.publisher.url.as_ref().map(|url| url.value.clone()),
        edition: words.date(handbook.edition.value),
        feedback_email: handbook.feedback_email.value.clone(),
        content_licence: handbook.content_licence.clone(),
        funding: handbook.funding.clone(),
        generator: provenance::PROGRAM.to_owned(),
        pages,
        topics: site.topics.iter().map(topic).collect(),
        case_count: site.cases.len(),
        feed: news::has_feed(site).then(|| news::FEED.to_owned()),
    }
}

/// Files of the theme and of the cases, as they are.
fn statics<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let of_theme = renderer
        .theme
        .statics
        .iter()
        .map(|(name, bytes)| Recipe::new(format!("assets/{name}"), move || Ok(bytes.to_vec())));
    let of_cases = renderer.site.cases.iter().flat_map(move |case| {
        case.attachments.iter().filter_map(move |name| {
            let bytes = renderer.site.attachments.get(&format!("content/cases/{}/{name}", case.slug))?;
            Some(Recipe::new(site::attachment_path(case.slug.as_str(), name), move || Ok(bytes.to_vec())))
        })
    });
    of_theme.chain(of_cases).collect()
}
