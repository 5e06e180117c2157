//! Citations of works and of the handbook's own pages: German style, BibTeX, CSL-JSON.

use biblatex::{Chunk, Entry, EntryType, Spanned};
use pulldown_cmark_escape::{escape_href, escape_html};
use serde_json::{Map, Value, json};

use super::view::CitationView;
use super::words::Words;
use crate::model::{Date, Pages, Person, Work, WorkKind};

/// A work as it is cited.
pub struct Citation<'a> {
    /// Key for BibTeX and CSL-JSON.
    pub id: &'a str,
    /// Kind of publication.
    pub kind: WorkKind,
    /// Authors.
    pub authors: Vec<Name>,
    /// Editors.
    pub editors: Vec<Name>,
    /// Title.
    pub title: &'a str,
    /// Journal, book or site it appeared in.
    pub container: Option<&'a str>,
    /// Publisher.
    pub publisher: Option<&'a str>,
    /// Place of publication.
    pub place: Option<&'a str>,
    /// Date of publication.
    pub date: Option<Date>,
    /// Pages within the container.
    pub pages: Option<&'a str>,
    /// Volume.
    pub volume: Option<&'a str>,
    /// Issue or number.
    pub issue: Option<&'a str>,
    /// Address.
    pub url: Option<String>,
    /// When the address was last opened.
    pub accessed: Option<Date>,
    /// Digital object identifier.
    pub doi: Option<&'a str>,
    /// International standard book number.
    pub isbn: Option<&'a str>,
}

/// Name of a person or a body.
#[derive(Clone, Debug)]
pub enum Name {
    /// Family name, given name.
    Person(String, String),
    /// A body.
    Body(String),
}

impl Name {
    fn of(person: &Person) -> Name {
        match (&person.family, &person.given, &person.literal) {
            (Some(family), given, _) => Name::Person(family.clone(), given.clone().unwrap_or_default()),
            (None, _, Some(body)) => Name::Body(body.clone()),
            (None, given, None) => Name::Body(given.clone().unwrap_or_default()),
        }
    }

    /// `Korte, Kristina`.
    fn inverted(&self) -> String {
        match self {
            Name::Person(family, given) if given.is_empty() => family.clone(),
            Name::Person(family, given) => format!("{family}, {given}"),
            Name::Body(name) => name.clone(),
        }
    }

    /// `Korte`.
    fn short(&self) -> &str {
        match self {
            Name::Person(family, _) => family,
            Name::Body(name) => name,
        }
    }
}

impl<'a> Citation<'a> {
    /// A work of the list of literature.
    pub fn of(work: &'a Work) -> Citation<'a> {
        Citation {
            id: &work.id.value,
            kind: work.kind,
            authors: work.authors.iter().map(Name::of).collect(),
            editors: work.editors.iter().map(Name::of).collect(),
            title: &work.title,
            container: work.container.as_deref(),
            publisher: work.publisher.as_deref(),
            place: work.place.as_deref(),
            date: work.date.as_ref().map(|date| date.value),
            pages: work.pages.as_ref().map(|pages| pages.0.as_str()),
            volume: work.volume.as_deref(),
            issue: work.issue.as_deref(),
            url: work.url.as_ref().map(|url| url.value.clone()),
            accessed: work.accessed.as_ref().map(|date| date.value),
            doi: work.doi.as_deref(),
            isbn: work.isbn.as_deref(),
        }
    }

    /// `Korte u. a. 2025`.
    pub fn short(&self, words: Words<'_>) -> String {
        let names = if self.authors.is_empty() { &self.editors } else { &self.authors };
        let who = match names.as_slice() {
            [] => self.publisher.unwrap_or(self.title).to_owned(),
            [one] => one.short().to_owned(),
            [one, two] => format!("{} / {}", one.short(), two.short()),
            [one, ..] => format!("{} {}", one.short(), words.0.text("citation.et_al")),
        };
        format!("{who} {}", self.year(words))
    }

    fn year(&self, words: Words<'_>) -> String {
        self.date.map_or_else(|| words.0.text("citation.undated").to_owned(), |date| date.year().to_string())
    }

    /// The citation up to the address, and the address.
    fn parts(&self, words: Words<'_>, used_pages: Option<&Pages>) -> (String, Option<String>) {
        let join = |names: &[Name]| names.iter().map(Name::inverted).collect::<Vec<_>>().join("; ");
        let editors = words.0.text("citation.editors");
        let who = match (self.authors.is_empty(), self.editors.is_empty()) {
            (false, _) => Some(join(&self.authors)),
            (true, false) => Some(format!("{} ({editors})", join(&self.editors))),
            (true, true) => self.publisher.map(str::to_owned),
        };
        let year = self.year(words);
        let mut text =
            who.map_or_else(|| format!("{} ({year})", self.title), |who| format!("{who} ({year}): {}", self.title));
        if let Some(container) = self.container {
            text += &format!(". {}: {container}", words.0.text("citation.in"));
        }
        for part in [self.volume, self.issue].into_iter().flatten() {
            text += &format!(", {part}");
        }
        if !self.authors.is_empty() && !self.editors.is_empty() {
            text += &format!(". {editors} {}", join(&self.editors));
        }
        let publisher = self.publisher.filter(|_| !self.authors.is_empty() || !self.editors.is_empty());
        match (self.place, publisher) {
            (Some(place), Some(publisher)) => text += &format!(". {place}: {publisher}"),
            (Some(only), None) | (None, Some(only)) => text += &format!(". {only}"),
            (None, None) => {}
        }
        match (used_pages, self.pages) {
            (Some(pages), _) => text += &format!(", {}", words.pages(pages)),
            (None, Some(pages)) => text += &format!(", {}", words.pages(&Pages(pages.to_owned()))),
            (None, None) => {}
        }
        if let Some(date) = self.date.filter(|date| {
            date.month().is_some() && matches!(self.kind, WorkKind::Press | WorkKind::Web | WorkKind::Letter)
        }) {
            text += &format!(", {}", words.date(date));
        }
        if !text.ends_with(['.', '?', '!']) {
            text.push('.');
        }
        (text, self.doi.map(|doi| format!("https://doi.org/{doi}")).or_else(|| self.url.clone()))
    }

    fn accessed(&self, words: Words<'_>) -> String {
        self.accessed
            .map(|date| format!(" ({})", words.0.fill("citation.accessed", &[("date", &words.date(date))])))
            .unwrap_or_default()
    }

    /// German style as plain text.
    pub fn text(&self, words: Words<'_>, used_pages: Option<&Pages>) -> String {
        let (text, url) = self.parts(words, used_pages);
        url.map_or(text.clone(), |url| format!("{text} {url}{}", self.accessed(words)))
    }

    /// German style as markup, the address being a link.
    pub fn html(&self, words: Words<'_>, used_pages: Option<&Pages>) -> String {
        let (text, url) = self.parts(words, used_pages);
        let mut markup = String::new();
        let _ = escape_html(&mut markup, &text);
        if let Some(url) = url {
            markup.push_str(" <a class=\"external\" rel=\"noopener\" href=\"");
            let _ = escape_href(&mut markup, &url);
            markup.push_str("\">");
            let _ = escape_html(&mut markup, url.trim_start_matches("https://").trim_end_matches('/'));
            markup.push_str("</a>");
            let _ = escape_html(&mut markup, &self.accessed(words));
        }
        markup
    }

    /// All three notations.
    pub fn view(&self, words: Words<'_>) -> CitationView {
        CitationView { text: self.text(words, None), bibtex: self.bibtex(), csl_json: self.csl_json() }
    }

    fn bibtex(&self) -> String {
        let kind = match self.kind {
            WorkKind::Book => EntryType::Book,
            WorkKind::Chapter => EntryType::InBook,
            WorkKind::Report => EntryType::Report,
            WorkKind::Article => EntryType::Article,
            WorkKind::Web | WorkKind::Press => EntryType::Online,
            WorkKind::Letter | WorkKind::Law | WorkKind::Directive => EntryType::Misc,
        };
        let mut entry = Entry::new(self.id.to_owned(), kind);
        let plain = |text: &str| vec![Spanned::detached(Chunk::Normal(text.to_owned()))];
        let names = |names: &[Name]| -> Vec<Spanned<Chunk>> {
            let separator = || Chunk::Normal(" and ".to_owned());
            let chunk = |name: &Name| match name {
                Name::Person(..) => Chunk::Normal(name.inverted()),
                // Braces keep the name of a body from being taken apart.
                Name::Body(body) => Chunk::Verbatim(body.clone()),
            };
            let mut chunks = Vec::new();
            for (index, name) in names.iter().enumerate() {
                if index > 0 {
                    chunks.push(Spanned::detached(separator()));
                }
                chunks.push(Spanned::detached(chunk(name)));
            }
            chunks
        };
        for (field, people) in [("author", &self.authors), ("editor", &self.editors)] {
            if !people.is_empty() {
                entry.set(field, names(people));
            }
        }
        entry.set("title", plain(self.title));
        let container = match self.kind {
            WorkKind::Article => "journal",
            WorkKind::Chapter => "booktitle",
            _ => "howpublished",
        };
        let date = self.date.map(|date| date.to_string());
        let accessed = self.accessed.map(|date| date.to_string());
        let fields = [
            (container, self.container),
            ("publisher", self.publisher),
            ("address", self.place),
            ("date", date.as_deref()),
            ("pages", self.pages),
            ("volume", self.volume),
            ("number", self.issue),
            ("url", self.url.as_deref()),
            ("urldate", accessed.as_deref()),
            ("doi", self.doi),
            ("isbn", self.isbn),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                entry.set(field, plain(value));
            }
        }
        entry.to_bibtex_string().unwrap_or_else(|_| entry.to_biblatex_string())
    }

    fn csl_json(&self) -> String {
        let kind = match self.kind {
            WorkKind::Book => "book",
            WorkKind::Chapter => "chapter",
            WorkKind::Report => "report",
            WorkKind::Article => "article-journal",
            WorkKind::Web => "webpage",
            WorkKind::Press => "article-newspaper",
            WorkKind::Letter => "personal_communication",
            WorkKind::Law => "legislation",
            WorkKind::Directive => "regulation",
        };
        let names = |names: &[Name]| -> Value {
            names
                .iter()
                .map(|name| match name {
                    Name::Person(family, given) => json!({ "family": family, "given": given }),
                    Name::Body(body) => json!({ "literal": body }),
                })
                .collect()
        };
        let date = |date: Date| {
            let parts: Vec<i16> = [Some(date.year()), date.month().map(i16::from), date.day_of_month().map(i16::from)]
                .into_iter()
                .flatten()
                .collect();
            json!({ "date-parts": [parts] })
        };
        let mut item = Map::new();
        item.insert("id".to_owned(), self.id.into());
        item.insert("type".to_owned(), kind.into());
        item.insert("language".to_owned(), "de".into());
        let people =
            [("author", &self.authors), ("editor", &self.editors)].into_iter().filter(|(_, people)| !people.is_empty());
        item.extend(people.map(|(field, people)| (field.to_owned(), names(people))));
        let texts = [
            ("title", Some(self.title)),
            ("container-title", self.container),
            ("publisher", self.publisher),
            ("publisher-place", self.place),
            ("page", self.pages),
            ("volume", self.volume),
            ("issue", self.issue),
            ("URL", self.url.as_deref()),
            ("DOI", self.doi),
            ("ISBN", self.isbn),
        ];
        item.extend(texts.into_iter().filter_map(|(field, text)| Some((field.to_owned(), text?.into()))));
        let dates = [("issued", self.date), ("accessed", self.accessed)];
        item.extend(dates.into_iter().filter_map(|(field, day)| Some((field.to_owned(), date(day?)))));
        serde_json::to_string_pretty(&[item]).unwrap_or_default()
    }
}
