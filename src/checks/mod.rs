//! What is wrong with the texts, said so that an editor knows what to do.
//!
//! One rule a file, three tables. [`RAW`] holds rules for a file as it was typed, before anything is understood; they
//! also see what parsing drops, such as comments. [`TEXTS`] holds rules for one Markdown text at a time. [`CHECKS`] holds
//! rules that need the whole site. Nothing here reads files or changes the site.

mod abbreviations;
mod attachments;
mod dates;
mod deadlines;
mod emails;
mod headings;
mod html;
mod ids;
mod image_files;
mod images;
mod invisible;
mod languages;
mod lengths;
mod link_texts;
mod links;
mod nesting;
pub mod pages;
mod phones;
mod placeholders;
mod places;
mod reading_errors;
mod references;
mod reviews;
mod sections;
mod slugs;
mod statements;
mod synonyms;
mod works;

pub use statements::is_older;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Text as Message, suggest};
use crate::hashed::Hashed;
use crate::markdown::{Outline, outline};
use crate::memory::Memory;
use crate::model::{Case, Lines, Page, Position, Topic};
use crate::site::Site;
use crate::source::Sources;

/// Rules for a file as it was typed.
const RAW: [fn(&Raw<'_>) -> Vec<Diagnostic>; 5] =
    [invisible::check, reading_errors::check, emails::check, phones::check, placeholders::check_data];

/// Rules for one Markdown text.
const TEXTS: [fn(&Site, &Text<'_>) -> Vec<Diagnostic>; 9] = [
    sections::check,
    headings::check,
    nesting::check,
    html::check,
    images::check,
    link_texts::check,
    languages::check,
    placeholders::check_text,
    abbreviations::check,
];

/// Rules for the site as a whole.
const CHECKS: [fn(&Context<'_>) -> Vec<Diagnostic>; 15] = [
    lengths::check,
    dates::check,
    deadlines::check,
    reviews::check,
    statements::check,
    ids::check,
    slugs::check,
    references::check,
    works::check,
    synonyms::check,
    places::check,
    links::check,
    links::check_addresses,
    attachments::check,
    image_files::check,
];

/// Most messages of one rule about one file: a file that is broken throughout is understood after so many.
const MOST: usize = 100;

/// Looks at every text of the content as it was typed.
pub fn texts(sources: &Sources, memory: &Memory) -> Vec<Diagnostic> {
    let mailboxes = emails::Mailboxes::of(sources);
    let known = format!("{mailboxes:?}");
    let files: Vec<(&String, &Hashed<str>)> =
        sources.texts.iter().filter(|(file, _)| file.starts_with("content/") && is_prose(file)).collect();
    files
        .into_par_iter()
        .flat_map_iter(|(file, text)| {
            memory.recall("checks::texts", &[file.as_bytes(), text.hash(), known.as_bytes()], || {
                let raw = Raw { file, text, mailboxes: mailboxes.as_ref(), lines: OnceCell::new() };
                RAW.iter().flat_map(|rule| rule(&raw)).collect::<Vec<_>>()
            })
        })
        .collect()
}

/// Looks at everything that the texts say.
pub fn run(site: &Site, memory: &Memory) -> Vec<Diagnostic> {
    let cases = site.cases.par_iter().map(Owner::Case);
    let topics = site.topics.par_iter().map(Owner::Topic);
    let pages = site.pages.par_iter().map(Owner::Page);
    let (texts, found): (Vec<Text<'_>>, Vec<Vec<Diagnostic>>) = cases
        .chain(topics)
        .chain(pages)
        .map(|owner| {
            let inputs = [owner.file().as_bytes(), owner.fingerprint(), site.frame.as_bytes()];
            let (outline, found) = memory.recall("checks::text", &inputs, || {
                let mut text = Text { owner, outline: Arc::new(outline(owner.markdown())) };
                let found: Vec<Diagnostic> = TEXTS.iter().flat_map(|rule| rule(site, &text)).collect();
                // The running text of ten thousand cases is most of their memory, and no rule needs it any more.
                if let Some(outline) = Arc::get_mut(&mut text.outline) {
                    outline.prose = Vec::new();
                }
                (text.outline, found)
            });
            (Text { owner, outline }, found)
        })
        .unzip();
    let context = Context::new(site, texts);
    let mut diagnostics: Vec<Diagnostic> = found.into_iter().flatten().collect();
    diagnostics.extend(CHECKS.par_iter().flat_map_iter(|rule| rule(&context)).collect::<Vec<_>>());
    diagnostics
}

/// Whether people wrote the file, as opposed to programs.
fn is_prose(file: &str) -> bool {
    ["yaml", "yml", "md", "txt", "svg"].contains(&images::ending(file).as_str())
}

/// A file as it was typed.
struct Raw<'a> {
    file: &'a str,
    text: &'a str,
    /// Addresses that may stand in texts; none where `handbook.yaml` does not tell.
    mailboxes: Option<&'a emails::Mailboxes>,
    lines: OnceCell<Lines<'a>>,
}

impl Raw<'_> {
    #[cfg(test)]
    fn new<'a>(file: &'a str, text: &'a str, mailboxes: Option<&'a emails::Mailboxes>) -> Raw<'a> {
        Raw { file, text, mailboxes, lines: OnceCell::new() }
    }

    fn lines(&self) -> &Lines<'_> {
        self.lines.get_or_init(|| Lines::of(self.text))
    }

    /// Place of a piece of the text, given in bytes.
    fn at(&self, range: Range<usize>) -> Position {
        self.lines().at(range)
    }

    /// The line around a byte of the text.
    fn line_around(&self, index: usize) -> &str {
        self.lines().line_around(index)
    }

    /// Whether a byte of the text belongs to a web address, in which anything may stand.
    fn is_in_address(&self, index: usize) -> bool {
        /// Bytes of the longest address that is looked for.
        const LONGEST: usize = 2000;
        let before = self.text.get(..index).unwrap_or_default();
        let before = before.get(before.floor_char_boundary(index.saturating_sub(LONGEST))..).unwrap_or_default();
        let start = before.rfind(|character: char| character.is_whitespace() || "<>()[]\"".contains(character));
        before.get(start.unwrap_or(0)..).is_some_and(|word| word.contains("://") || word.contains("doi.org/"))
    }
}

/// Whose text it is.
#[derive(Clone, Copy)]
enum Owner<'a> {
    Case(&'a Hashed<Case>),
    Topic(&'a Topic),
    Page(&'a Page),
}

impl<'a> Owner<'a> {
    fn markdown(self) -> &'a str {
        match self {
            Owner::Case(case) => &case.text,
            Owner::Topic(topic) => &topic.text,
            Owner::Page(page) => &page.text,
        }
    }

    /// Tells a text from others of its file; topics and pages belong to the frame of the site.
    fn fingerprint(self) -> &'a [u8] {
        match self {
            Owner::Case(case) => case.hash(),
            Owner::Topic(_) | Owner::Page(_) => &[],
        }
    }

    fn file(self) -> &'a str {
        match self {
            Owner::Case(case) => &case.text_file,
            Owner::Topic(topic) => &topic.file,
            Owner::Page(page) => &page.file,
        }
    }

    /// Line of the file on which the text starts.
    fn first_line(self) -> u32 {
        match self {
            Owner::Case(_) => 1,
            Owner::Topic(topic) => topic.text_line,
            Owner::Page(page) => page.text_line,
        }
    }

    /// Files that the text may show and link.
    fn attachments(self) -> &'a [String] {
        match self {
            Owner::Case(case) => &case.attachments,
            Owner::Topic(_) | Owner::Page(_) => &[],
        }
    }

    fn key(self) -> (Kind, &'a str) {
        match self {
            Owner::Case(case) => (Kind::Case, case.slug.as_str()),
            Owner::Topic(topic) => (Kind::Topic, topic.slug.as_str()),
            Owner::Page(page) => (Kind::Page, page.slug.as_str()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Case,
    Topic,
    Page,
}

/// A Markdown text with what it contains.
struct Text<'a> {
    owner: Owner<'a>,
    outline: Arc<Outline>,
}

impl Text<'_> {
    /// Place in the file of a place in the text.
    fn at(&self, at: Position) -> Position {
        Position { line: at.line + self.owner.first_line() - 1, ..at }
    }
}

/// The site with its texts understood.
struct Context<'a> {
    site: &'a Site,
    texts: Vec<Text<'a>>,
    positions: HashMap<(Kind, &'a str), usize>,
    /// Cases by their former names.
    renamed: HashMap<&'a str, &'a Case>,
}

impl<'a> Context<'a> {
    fn new(site: &'a Site, texts: Vec<Text<'a>>) -> Self {
        let positions = texts.iter().enumerate().map(|(position, text)| (text.owner.key(), position)).collect();
        let aliases = site.cases().flat_map(|case| case.data.aliases.iter().map(move |alias| (alias.as_str(), case)));
        Context { site, texts, positions, renamed: aliases.collect() }
    }

    fn text(&self, kind: Kind, slug: &str) -> Option<&Text<'a>> {
        self.positions.get(&(kind, slug)).and_then(|position| self.texts.get(*position))
    }

    /// Whether a file of `vocabulary/` could be read. References into one that could not are not reported again.
    fn has_vocabulary(&self, stem: &str) -> bool {
        !self.site.broken.contains(&format!("content/vocabulary/{stem}.yaml"))
    }

    /// Whether a text of that name exists but could not be read.
    fn is_broken(&self, kind: Kind, slug: &str) -> bool {
        self.site.broken.contains(&match kind {
            Kind::Case => format!("content/cases/{slug}"),
            Kind::Topic => format!("content/topics/{slug}.md"),
            Kind::Page => format!("content/pages/{slug}.md"),
        })
    }

    /// Names of texts, for suggestions.
    fn suggestions(&self, kind: Kind) -> Suggestions<'a> {
        let known = self.texts.iter().map(|text| text.owner.key()).filter(|(of, _)| *of == kind);
        Suggestions { known: known.map(|(_, slug)| slug).collect(), made: RefCell::default() }
    }
}

/// Suggestions among many names, each looked for only once: comparing every wrong link with ten thousand names takes
/// minutes.
struct Suggestions<'a> {
    known: Vec<&'a str>,
    made: RefCell<HashMap<String, Option<Message>>>,
}

impl Suggestions<'_> {
    /// Most names that are looked for; whoever has more wrong links has another problem than spelling.
    const MOST: usize = 200;

    fn suggest(&self, written: &str) -> Option<Message> {
        let mut made = self.made.borrow_mut();
        if let Some(suggestion) = made.get(written) {
            return suggestion.clone();
        }
        let suggestion = (made.len() < Self::MOST).then(|| suggest(written, self.known.iter().copied())).flatten();
        made.insert(written.to_owned(), suggestion.clone());
        suggestion
    }
}
