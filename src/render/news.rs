//! What is new: the history of a case on its page, `neu.html`, and the feed.

use std::collections::BTreeMap;

use atom_syndication::{Entry, Feed, FixedDateTime, Generator, Link, Person, Text};
use jiff::civil;

use super::view::{ChangeView, HistoryView, NewsEntryView, NewsMonthView, NewsView, Section};
use super::{Recipe, Renderer, language, link};
use crate::history::{CaseHistory, Moment, News, State, by_day};
use crate::model::{Case, Date};
use crate::site::{Site, case_path};

/// Days with changes on the page of a case, at most.
const CHANGES: usize = 50;

/// Entries of `neu.html`, at most.
const NEWS: usize = 100;

/// Entries of the feed, at most.
const ENTRIES: usize = 50;

/// Path of the feed.
pub const FEED: &str = "feed.xml";

/// `neu.html`; the feed where it has something to say and the address that its links need is known.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let page = renderer.page_recipe("neu.html".to_owned(), "news.html", Renderer::news);
    let feed = has_feed(renderer.site).then(|| {
        Recipe::new(FEED.to_owned(), || {
            Ok(renderer.feed().map(|feed| feed.to_string().into_bytes()).unwrap_or_default())
        })
    });
    std::iter::once(page).chain(feed).collect()
}

/// Whether there is a feed.
pub fn has_feed(site: &Site) -> bool {
    site.handbook.base_url.is_some() && !news(site, 1).is_empty()
}

/// The latest news about the cases of the site.
fn news(site: &Site, limit: usize) -> Vec<News<'_>> {
    site.history.news(|slug| site.case(slug).is_some(), limit)
}

/// When the page of a case was changed last, for machines; where git does not know, when it was checked last.
pub(super) fn last_modified(site: &Site, case: &Case) -> Option<Date> {
    let changed = site.history.case(case.slug.as_str()).map(|history| Date::day(history.last().day()));
    changed.or(case.data.reviewed.as_ref().map(|date| date.value))
}

impl<'a> Renderer<'a> {
    /// When a case was published and changed; none where that is not known.
    pub(super) fn history(&self, case: &Case) -> Option<HistoryView> {
        let slug = case.slug.as_str();
        let history: &CaseHistory = self.site.history.case(slug)?;
        let days: Vec<News<'_>> = by_day(slug, &history.changes).collect();
        Some(HistoryView {
            first: self.day(history.first.day()),
            last: self.day(history.last().day()),
            changes: days.iter().take(CHANGES).map(|day| self.change(day)).collect(),
            left_out: days.len().saturating_sub(CHANGES),
        })
    }

    fn day(&self, day: civil::Date) -> String {
        self.words.date(Date::day(day))
    }

    fn change(&self, news: &News<'_>) -> ChangeView {
        let day = news.at.day();
        ChangeView {
            date: self.day(day),
            day: day.to_string(),
            is_new: news.is_new,
            lines: news.summaries.iter().map(|line| (*line).to_owned()).collect(),
        }
    }

    fn news(&'a self) -> NewsView {
        let known = self.site.history.state == State::Known;
        let mut page = self.themed_page("neu.html", "news", Section::Cases);
        page.noindex = !known;
        let mut months: BTreeMap<String, Vec<NewsEntryView>> = BTreeMap::new();
        for news in news(self.site, NEWS) {
            let entry = self.site.case(news.slug).map(|case| NewsEntryView {
                case: link(&case.data.title, case_path(news.slug)),
                place: self.place_line(case),
                summary: case.data.summary.value.clone(),
                change: self.change(&news),
            });
            months.entry(news.at.day().strftime("%Y-%m").to_string()).or_default().extend(entry);
        }
        let month = |(month, entries): (String, _)| NewsMonthView {
            id: format!("monat-{month}"),
            name: Date::parse(&month).map_or_else(|| month.clone(), |month| self.words.date(month)),
            entries,
        };
        NewsView { page, known, months: months.into_iter().rev().map(month).collect() }
    }

    fn feed(&self) -> Option<Feed> {
        let handbook = &self.site.handbook;
        let news = news(self.site, ENTRIES);
        let address = self.address(FEED)?;
        Some(Feed {
            title: self.words.0.fill("feed.title", &[("name", &handbook.title)]).into(),
            subtitle: Some(Text::plain(self.words.0.text("description.news"))),
            id: address.clone(),
            updated: time(news.first()?.at)?,
            authors: vec![Person {
                name: handbook.publisher.name.clone(),
                uri: handbook.publisher.url.as_ref().map(|url| url.value.clone()),
                ..Person::default()
            }],
            generator: Some(Generator {
                value: "praxis".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
                uri: None,
            }),
            links: vec![
                linked("self", address, "application/atom+xml"),
                linked("alternate", self.address("neu.html")?, "text/html"),
            ],
            lang: Some(language(self.site).to_owned()),
            entries: news.iter().filter_map(|news| self.entry(news)).collect(),
            ..Feed::default()
        })
    }

    /// One case on one day. The id stays the same when the case is renamed later, or another commit follows on that day.
    fn entry(&self, news: &News<'_>) -> Option<Entry> {
        let case = self.site.case(news.slug)?;
        let title = if news.is_new { "feed.new" } else { "feed.changed" };
        let summary = if news.is_new { case.data.summary.value.clone() } else { news.summaries.join("\n") };
        Some(Entry {
            title: self.words.0.fill(title, &[("name", &case.data.title)]).into(),
            id: format!("{}#{}", self.address(&case_path(news.former_slug))?, news.at.day()),
            updated: time(news.at)?,
            links: vec![linked("alternate", self.address(&case_path(news.slug))?, "text/html")],
            summary: (!summary.is_empty()).then(|| Text::plain(summary)),
            ..Entry::default()
        })
    }
}

fn linked(relation: &str, address: String, kind: &str) -> Link {
    Link { href: address, rel: relation.to_owned(), mime_type: Some(kind.to_owned()), ..Link::default() }
}

/// A point in time as the library has it.
fn time(at: Moment) -> Option<FixedDateTime> {
    at.to_string().parse().ok()
}
