//! Pages that are mostly text: topics, pages beside the cases, and the print edition of everything.

use search_index::Facet;

use super::view::{
    CaseView, EnforcementView, FactorView, GapView, PageView, PrintTopicView, PrintView, RemarkView, Section,
    StatementView, TextView, TopicView,
};
use super::{LARGEST_TABLE, Recipe, Renderer};
use crate::model::{Page, PageKind, Statement, Topic};
use crate::site::{self, value_path};

/// Pages and the print edition. Topics are a facet, so `lists` asks for them with [`topic_recipes`].
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let pages = renderer.site.pages.iter().map(|page| {
        renderer.page_recipe(site::page_path(page.slug.as_str()), "page.html", move |renderer| renderer.text(page))
    });
    let print = renderer.page_recipe("druck.html".to_owned(), "print.html", Renderer::print);
    pages.chain([print]).collect()
}

/// A page for every part of the list of every topic.
pub fn topic_recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    renderer.value_recipes(Facet::Topic, "topic.html", |renderer, slug, number| {
        let topic = renderer.site.topic(slug)?;
        let page = renderer.page(
            &value_path(Facet::Topic, slug, number),
            &topic.data.title,
            &topic.data.summary,
            Section::Topics,
        );
        Some(renderer.topic(topic, renderer.numbered(page, number, Some(Facet::Topic)), number, "", 0))
    })
}

impl<'a> Renderer<'a> {
    fn topic(&self, topic: &Topic, page: PageView, number: usize, prefix: &str, shift: u8) -> TopicView {
        let (data, slug) = (&topic.data, topic.slug.as_str());
        let factors = data.success_factors.iter().map(|factor| FactorView {
            id: format!("{prefix}{}", factor.id.value),
            name: None,
            text: factor.text.clone(),
            dimensions: self.dimension_names(&factor.dimension),
            source: self.reference(&factor.source),
        });
        let (body_html, outline) = self.html(&topic.text, &page, None, prefix, shift);
        TopicView {
            chapter: data.chapter.clone(),
            summary: data.summary.value.clone(),
            outline,
            body_html,
            factors: factors.collect(),
            gap: data.gap.as_ref().map(|gap| RemarkView {
                text: gap.text.clone(),
                source: gap.source.as_ref().map(|source| self.reference(source)),
            }),
            listing: self
                .listing(self.site.cases_with(Facet::Topic, slug), number, |page| value_path(Facet::Topic, slug, page)),
            sources: self.sources(&data.sources),
            review: self.review(Some(&data.legal_state), data.reviewed.as_ref(), Some(&data.next_review)),
            others: self
                .site
                .topics
                .iter()
                .filter(|other| other.slug != topic.slug)
                .map(|other| self.count(Facet::Topic, other.slug.as_str()))
                .collect(),
            page,
        }
    }

    fn text(&self, text: &Page) -> TextView {
        let data = &text.data;
        let (section, kind) = match data.kind {
            PageKind::Imprint => (Section::None, "imprint"),
            PageKind::Privacy => (Section::None, "privacy"),
            PageKind::Accessibility => (Section::None, "accessibility"),
            PageKind::PlainLanguage => (Section::None, "plain-language"),
            PageKind::Background => (Section::Knowledge, "background"),
            PageKind::About => (Section::Knowledge, "about"),
        };
        let page = self.page(&site::page_path(text.slug.as_str()), &data.title, &data.summary, section);
        let (body_html, outline) = self.html(&text.text, &page, None, "", 0);
        TextView {
            kind: kind.to_owned(),
            summary: data.summary.value.clone(),
            outline,
            body_html,
            figures: data.figures.iter().map(|figure| self.figure(figure)).collect(),
            sources: self.sources(&data.sources),
            review: self.review(data.legal_state.as_ref(), data.reviewed.as_ref(), data.next_review.as_ref()),
            statement: data.statement.as_ref().map(|statement| self.statement(statement)),
            page,
        }
    }

    fn statement(&self, statement: &Statement) -> StatementView {
        let (contact, enforcement) = (&statement.contact, &statement.enforcement);
        StatementView {
            standard: statement.standard.clone(),
            status: statement.status,
            gaps: statement
                .gaps
                .iter()
                .map(|gap| GapView {
                    content: gap.content.clone(),
                    reason: gap.reason.clone(),
                    instead: gap.instead.clone(),
                })
                .collect(),
            created: statement.created.as_ref().map(|date| self.words.date(date.value)),
            tested_on: self.words.date(statement.tested_on.value),
            method: statement.method.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            post: contact.post.clone(),
            enforcement: EnforcementView {
                name: enforcement.name.clone(),
                url: enforcement.url.value.clone(),
                email: enforcement.email.clone(),
            },
        }
    }

    /// Everything on one page. Anchors carry the name of their case, headings stand two levels lower.
    fn print(&'a self) -> PrintView {
        let page = self.themed_page("druck.html", "print", Section::None);
        let shown = self.site.cases.iter().enumerate().take(LARGEST_TABLE);
        let shown: Vec<(usize, &str)> = shown
            .map(|(position, case)| (position, case.data.topics.first().map_or("", |topic| topic.as_str())))
            .collect();
        let case = |position: usize| -> CaseView {
            let case = &self.site.cases[position];
            let prefix = format!("{}-", case.slug);
            let page = PageView { title: case.data.title.value.clone(), ..page.clone() };
            self.case(case, page, &prefix, 2)
        };
        let topics = self.site.topics.iter().map(|topic| {
            let page = PageView { title: topic.data.title.value.clone(), ..page.clone() };
            PrintTopicView {
                topic: self.topic(topic, page, 1, &format!("{}-", topic.slug), 1),
                cases: shown
                    .iter()
                    .filter(|(_, first)| *first == topic.slug.as_str())
                    .map(|(position, _)| case(*position))
                    .collect(),
            }
        });
        PrintView {
            topics: topics.collect(),
            terms: self.terms_view(),
            works: self.works_view(),
            left_out: self.site.cases.len().saturating_sub(LARGEST_TABLE),
            page,
        }
    }
}
