//! Markdown: what a text contains ([`outline`]) and what it looks like ([`to_html`]). Knows nothing of cases or sites;
//! where a link leads is asked of the caller.
//!
//! The dialect is CommonMark with tables, footnotes, definition lists and heading ids, and one German repair: a gender star
//! inside a word („Kund*innen“) is a letter, never emphasis.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use aho_corasick::{AhoCorasick, MatchKind};
use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream, html};
use pulldown_cmark_escape::{escape_href, escape_html};

use crate::model::{Lines, Position, Slug};

/// Where a link leads, read from its notation alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// `case:netzwerk-halle`, `case:netzwerk-halle#ansatz`.
    Case(&'a str, Option<&'a str>),
    /// `topic:netzwerke`.
    Topic(&'a str, Option<&'a str>),
    /// `page:job-turbo`.
    Page(&'a str, Option<&'a str>),
    /// `work:fei-2025`.
    Work(&'a str),
    /// `term:zkt`.
    Term(&'a str),
    /// `#ansatz`: a heading of the same text.
    Anchor(&'a str),
    /// `organigramm.svg`: a file of the same folder.
    File(&'a str),
    /// `https://…`.
    Web(&'a str),
    /// `mailto:…`.
    Mail(&'a str),
    /// `lang:en`: no link, but a passage in another language.
    Language(&'a str),
    /// Any other scheme, or a path that leads elsewhere.
    Refused(&'a str),
}

impl<'a> Target<'a> {
    /// Reads the notation of a link.
    pub fn parse(text: &'a str) -> Self {
        let split = |rest: &'a str| match rest.split_once('#') {
            Some((name, anchor)) => (name, Some(anchor)),
            None => (rest, None),
        };
        if let Some(anchor) = text.strip_prefix('#') {
            return Target::Anchor(anchor);
        }
        match text.split_once(':') {
            Some(("case", rest)) => {
                let (name, anchor) = split(rest);
                Target::Case(name, anchor)
            }
            Some(("topic", rest)) => {
                let (name, anchor) = split(rest);
                Target::Topic(name, anchor)
            }
            Some(("page", rest)) => {
                let (name, anchor) = split(rest);
                Target::Page(name, anchor)
            }
            Some(("work", id)) => Target::Work(id),
            Some(("term", id)) => Target::Term(id),
            Some(("lang", code)) if is_language(code) => Target::Language(code),
            Some(("https", rest)) if rest.starts_with("//") && rest.len() > 2 => Target::Web(text),
            Some(("mailto", address)) if address.contains('@') => Target::Mail(text),
            Some(_) => Target::Refused(text),
            // Hidden files are no files of a case, and folders neither.
            None if text.is_empty() || text.starts_with('.') => Target::Refused(text),
            None if text.contains(['/', '\\', '?']) || text.contains("..") => Target::Refused(text),
            None => Target::File(text),
        }
    }
}

/// Whether a text has the form of a language tag: `en`, `uk`, `zh-Hant` (BCP 47, without rare parts).
fn is_language(code: &str) -> bool {
    let mut parts = code.split('-');
    let is_made_of = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let primary = parts.next().unwrap_or_default();
    is_made_of(primary, 2..=3)
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| is_made_of(part, 2..=8))
}

/// A heading of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Anchor, unique in the text.
    pub id: String,
    /// Plain text.
    pub text: String,
    /// Place in the text.
    pub at: Position,
}

/// A link or an image of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Notation of the target.
    pub target: String,
    /// Text of the link, or text alternative of the image.
    pub text: String,
    /// Place in the text.
    pub at: Position,
}

/// What a text contains. Places count from the first line of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Links in order.
    pub links: Vec<Use>,
    /// Images in order.
    pub images: Vec<Use>,
    /// Pieces of HTML, which are refused.
    pub html: Vec<(String, Position)>,
    /// `[[…]]`: words that only the operator can fill in.
    pub placeholders: Vec<(String, Position)>,
    /// Pieces of running text with their places: no code, no headings.
    pub prose: Vec<(String, Position)>,
    /// The first list or quotation that lies deeper than [`DEEPEST`].
    pub too_deep: Option<Position>,
}

/// How many lists and quotations may lie in each other.
pub const DEEPEST: usize = 6;

impl Outline {
    /// The running text without markup, for the search: a line for each paragraph.
    pub fn plain_text(&self) -> String {
        let mut plain = String::new();
        let mut line = None;
        for (text, at) in &self.prose {
            let between = match line {
                None => "",
                Some(line) if at.line == line => "",
                Some(line) if at.line == line + 1 => " ",
                Some(_) => "\n",
            };
            plain.push_str(between);
            plain.push_str(text);
            line = Some(at.line);
        }
        plain
    }
}

/// Stands for a gender star while the text is parsed. One byte like the star itself, so that places stay true; content
/// never holds it, because invisible characters are refused.
const STAR: u8 = 0x1A;

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// Hides gender stars: a single star between two letters.
fn hide_stars(text: &str) -> Cow<'_, str> {
    let is_star = |index: usize| {
        let before = text[..index].chars().next_back().is_some_and(char::is_alphabetic);
        let after = text[index + 1..].chars().next().is_some_and(char::is_alphabetic);
        before && after
    };
    let stars: Vec<usize> = text.match_indices('*').map(|(index, _)| index).filter(|index| is_star(*index)).collect();
    if stars.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut hidden = String::with_capacity(text.len());
    let mut done = 0;
    for star in stars {
        hidden.push_str(&text[done..star]);
        hidden.push(char::from(STAR));
        done = star + 1;
    }
    hidden.push_str(&text[done..]);
    Cow::Owned(hidden)
}

fn show_stars(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&STAR) { Cow::Owned(text.replace(char::from(STAR), "*")) } else { Cow::Borrowed(text) }
}

/// What an event adds to the plain text around it: headings and text alternatives stand in one line.
fn words_of<'a>(event: &'a Event<'_>) -> Cow<'a, str> {
    match event {
        Event::Text(piece) | Event::Code(piece) => Cow::Owned(show_stars(piece).replace('\n', " ")),
        Event::SoftBreak | Event::HardBreak => Cow::Borrowed(" "),
        _ => Cow::Borrowed(""),
    }
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}

/// Gives each heading an anchor that is unique in its text.
#[derive(Default)]
struct Anchors(BTreeMap<String, usize>);

impl Anchors {
    fn name(&mut self, given: Option<&str>, text: &str) -> String {
        let mut base = given.map_or_else(|| Slug::suggest(text), str::to_owned);
        // Footnotes have names of their own.
        if base.is_empty() || ["fn-", "fnref-"].iter().any(|start| base.starts_with(start)) {
            base = format!("abschnitt-{base}").trim_end_matches('-').to_owned();
        }
        let mut name = base.clone();
        // Another heading may be called like this one with its number.
        while self.0.contains_key(&name) {
            let count = self.0.entry(base.clone()).or_insert(1);
            *count += 1;
            name = format!("{base}-{count}");
        }
        self.0.insert(name.clone(), 1);
        name
    }
}

/// Reads what a text contains.
pub fn outline(text: &str) -> Outline {
    let hidden = hide_stars(text);
    let lines = Lines::of(text);
    let mut outline = Outline::default();
    let mut anchors = Anchors::default();
    let mut heading: Option<(u8, Option<String>, String, Position)> = None;
    let mut open: Vec<Use> = Vec::new();
    let mut code = 0_usize;
    let mut depth = 0_usize;
    // Line and column behind the last piece of prose.
    let mut reached = (0, 0);
    for (event, range) in Parser::new_ext(&hidden, options()).into_offset_iter() {
        let at = || lines.at(range.clone());
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                heading = Some((number(level), id.map(|id| id.to_string()), String::new(), at()))
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, id, text, at)) = heading.take() {
                    outline.headings.push(Heading { level, id: anchors.name(id.as_deref(), &text), text, at });
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                open.push(Use { target: show_stars(&dest_url).into_owned(), text: String::new(), at: at() });
            }
            Event::End(TagEnd::Link) => outline.links.extend(open.pop()),
            Event::End(TagEnd::Image) => outline.images.extend(open.pop()),
            Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => {
                depth += 1;
                if depth > DEEPEST && outline.too_deep.is_none() {
                    outline.too_deep = Some(at());
                }
            }
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) => depth -= 1,
            Event::Start(Tag::CodeBlock(_)) => code += 1,
            Event::End(TagEnd::CodeBlock) => code -= 1,
            // Cells of a row stand on one line, but their words do not belong together.
            Event::End(TagEnd::TableCell) => {
                if let Some((last, _)) = outline.prose.last_mut().filter(|(last, _)| !last.ends_with(' ')) {
                    last.push(' ');
                }
            }
            Event::Text(piece) => {
                let piece = show_stars(&piece);
                if let Some((_, _, text, _)) = &mut heading {
                    text.push_str(&piece);
                }
                // Links may hold images, and neither holds links. Images inside images have no text: only mischief nests them.
                for open in open.iter_mut().take(2) {
                    open.text.push_str(&piece);
                }
                if heading.is_none() && code == 0 {
                    let (at, length) = (at(), u32::try_from(piece.chars().count()).unwrap_or(u32::MAX));
                    let goes_on = reached == (at.line, at.column);
                    reached = (at.line, at.column.saturating_add(length));
                    // Neighbouring pieces of one line are one text, as readers see it.
                    match outline.prose.last_mut().filter(|_| goes_on) {
                        Some((last, last_at)) => {
                            last.push_str(&piece);
                            last_at.length = last_at.length.saturating_add(length);
                        }
                        None => outline.prose.push((piece.into_owned(), at)),
                    }
                }
            }
            Event::Code(_) | Event::SoftBreak | Event::HardBreak => {
                if let Some((_, _, text, _)) = &mut heading {
                    text.push_str(&words_of(&event));
                }
                for open in open.iter_mut().take(2) {
                    open.text.push_str(&words_of(&event));
                }
            }
            Event::Html(piece) | Event::InlineHtml(piece) => outline.html.push((piece.trim().to_owned(), at())),
            _ => {}
        }
    }
    // To look whether there are any is far quicker than to look for their places.
    if text.contains("[[") {
        outline.placeholders = placeholders(text, &lines);
    }
    outline
}

/// Placeholders, which end with their paragraph at the latest.
fn placeholders(text: &str, lines: &Lines<'_>) -> Vec<(String, Position)> {
    let mut found = Vec::new();
    let mut start = 0;
    for paragraph in text.split("\n\n") {
        let mut rest = paragraph;
        while let Some((before, tail)) = rest.split_once("[[") {
            let Some((inside, after)) = tail.split_once("]]") else { break };
            let begin = start + paragraph.len() - rest.len() + before.len();
            let end = start + paragraph.len() - after.len();
            found.push((inside.replace('\n', " "), lines.at(begin..end)));
            rest = after;
        }
        start += paragraph.len() + "\n\n".len();
    }
    found
}

/// Terms of the glossary, ready to be found in texts.
#[derive(Debug, Default)]
pub struct Terms {
    automaton: Option<AhoCorasick>,
    /// Term of each spelling of the automaton.
    owners: Vec<usize>,
    terms: Vec<MarkedTerm>,
}

/// A term as it is marked in texts.
#[derive(Clone, Debug)]
pub struct MarkedTerm {
    /// Anchor on the page of the glossary.
    pub href: String,
    /// Short explanation.
    pub explanation: String,
    /// Every spelling to be marked.
    pub spellings: Vec<String>,
}

impl Terms {
    /// Prepares the terms; the longest spelling wins where several fit.
    pub fn new(terms: Vec<MarkedTerm>) -> Self {
        let spellings: Vec<(usize, &str)> = terms
            .iter()
            .enumerate()
            .flat_map(|(index, term)| term.spellings.iter().map(move |spelling| (index, spelling.as_str())))
            .collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(spellings.iter().map(|(_, spelling)| spelling))
            .ok();
        let owners = spellings.into_iter().map(|(index, _)| index).collect();
        Terms { automaton, owners, terms }
    }

    /// Terms that stand in a text as whole words: start, end, index of the term.
    fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, usize)> + 't {
        let is_part_of_word = |character: char| character.is_alphanumeric() || character == '*';
        self.automaton
            .iter()
            .flat_map(move |automaton| automaton.find_iter(text))
            .filter(move |found| {
                let before = text[..found.start()].chars().next_back().is_some_and(is_part_of_word);
                let after = text[found.end()..].chars().next().is_some_and(is_part_of_word);
                !before && !after
            })
            .map(|found| (found.start(), found.end(), self.owners[found.pattern().as_usize()]))
    }
}

/// Where a link leads, as asked of the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Address to be written: relative to the root of the site, or complete.
    pub href: String,
    /// Leads to another site.
    pub external: bool,
}

/// An image of the same folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Path from the root of the site.
    pub href: String,
    /// Width and height in pixels, where known.
    pub size: Option<(u32, u32)>,
}

/// Answers where links and images lead.
pub trait Resolve {
    /// Where a link leads; none if there is nothing.
    fn link(&self, target: &Target<'_>) -> Option<Resolved>;
    /// An image; none if there is none.
    fn image(&self, name: &str) -> Option<Image>;
}

/// Words that are part of the markup.
#[derive(Clone, Copy, Debug)]
pub struct StyleWords<'a> {
    /// Label of the group around a wide table.
    pub table: &'a str,
    /// Label of the link from a footnote back to the text.
    pub back: &'a str,
}

/// How a text is to be written.
pub struct Style<'a> {
    /// Way to the root of the site: empty or `../`.
    pub root: &'a str,
    /// Put before every anchor, so that several texts fit on one page.
    pub prefix: &'a str,
    /// Added to the level of every heading.
    pub shift: u8,
    /// Words that are part of the markup.
    pub words: StyleWords<'a>,
    /// Terms to mark, each at its first use.
    pub terms: &'a Terms,
}

/// A text as markup.
#[derive(Clone, Debug)]
pub struct Written {
    /// The markup.
    pub html: String,
    /// Its headings, as in the text: levels without the shift, anchors without the prefix.
    pub headings: Vec<WrittenHeading>,
}

/// A heading of a text as it was written.
#[derive(Clone, Debug)]
pub struct WrittenHeading {
    /// 1 to 6.
    pub level: u8,
    /// Anchor.
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// Writes a text as HTML. HTML in the text comes out as the text it is.
pub fn to_html(text: &str, style: &Style<'_>, resolve: &dyn Resolve) -> Written {
    let hidden = hide_stars(text);
    // Line breaks inside a paragraph become part of its text, so that terms and placeholders may run across them.
    let one_text = |event| if matches!(event, Event::SoftBreak) { Event::Text("\n".into()) } else { event };
    let events: Vec<Event<'_>> = TextMergeStream::new(Parser::new_ext(&hidden, options()).map(one_text)).collect();
    let mut writer = Writer {
        style,
        resolve,
        anchors: Anchors::default(),
        headings: Vec::new(),
        footnotes: HashMap::new(),
        named: named_footnotes(&events),
        open_footnotes: Vec::new(),
        marked: BTreeSet::new(),
        plain_depth: 0,
        in_language: false,
        alignments: Vec::new(),
        column: 0,
        in_head: false,
        out: Vec::with_capacity(events.len()),
    };
    let mut index = 0;
    while index < events.len() {
        index += writer.event(&events[index..]);
    }
    let mut markup = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut markup, writer.out.into_iter());
    Written { html: markup, headings: writer.headings }
}

struct Writer<'a, 'e> {
    style: &'a Style<'a>,
    resolve: &'a dyn Resolve,
    anchors: Anchors,
    headings: Vec<WrittenHeading>,
    /// Footnotes by name.
    footnotes: HashMap<String, Footnote>,
    /// Footnotes to which a reference leads, so that they can lead back.
    named: HashSet<String>,
    /// Anchors to which the footnotes that are being written lead back.
    open_footnotes: Vec<Option<String>>,
    /// Terms marked already.
    marked: BTreeSet<usize>,
    /// Depth of elements in which no term is marked: headings, links, code.
    plain_depth: usize,
    /// Inside a passage in another language.
    in_language: bool,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    out: Vec<Event<'e>>,
}

/// What was written of a footnote so far.
struct Footnote {
    /// In the order in which the text names them.
    number: usize,
    has_reference: bool,
    has_definition: bool,
}

impl<'e> Writer<'_, 'e> {
    /// Writes the first of the events, and tells how many were used up.
    fn event(&mut self, events: &[Event<'e>]) -> usize {
        match &events[0] {
            Event::Start(Tag::Heading { level, id, .. }) => self.heading(*level, id.as_deref(), events),
            Event::End(TagEnd::Heading(level)) => {
                self.plain_depth -= 1;
                let level = number(*level) + self.style.shift;
                self.html(format!("</h{}>\n", level.min(6)));
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&show_stars(dest_url)),
            Event::End(TagEnd::Link) => {
                self.plain_depth -= 1;
                let element = if std::mem::take(&mut self.in_language) { "span" } else { "a" };
                self.html(format!("</{element}>"));
            }
            Event::Start(Tag::Image { dest_url, .. }) => return self.image(&show_stars(dest_url), events),
            Event::Start(Tag::Table(alignments)) => {
                self.alignments.clone_from(alignments);
                let mut label = String::new();
                let _ = escape_html(&mut label, self.style.words.table);
                self.html(format!(
                    "<div class=\"table-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\"><table>\n"
                ));
            }
            Event::FootnoteReference(name) => self.footnote_reference(name),
            Event::Start(Tag::FootnoteDefinition(name)) => self.footnote_definition(name),
            Event::End(TagEnd::FootnoteDefinition) => {
                if let Some(id) = self.open_footnotes.pop().flatten() {
                    let mut label = String::new();
                    let _ = escape_html(&mut label, self.style.words.back);
                    self.html(format!("<a class=\"footnote-back\" href=\"#fnref-{id}\" aria-label=\"{label}\">↩</a>"));
                }
                self.html("</div>\n".to_owned());
            }
            Event::HardBreak => self.html("<br>\n".to_owned()),
            Event::Rule => self.html("<hr>\n".to_owned()),
            Event::End(TagEnd::Table) => self.html("</tbody></table></div>\n".to_owned()),
            Event::Start(Tag::TableHead) => {
                (self.in_head, self.column) = (true, 0);
                self.html("<thead><tr>".to_owned());
            }
            Event::End(TagEnd::TableHead) => {
                self.in_head = false;
                self.html("</tr></thead>\n<tbody>\n".to_owned());
            }
            Event::Start(Tag::TableRow) => {
                self.column = 0;
                self.html("<tr>".to_owned());
            }
            Event::End(TagEnd::TableRow) => self.html("</tr>\n".to_owned()),
            Event::Start(Tag::TableCell) => {
                let class = match self.alignments.get(self.column) {
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    Some(Alignment::Left | Alignment::None) | None => "",
                };
                self.column += 1;
                self.html(if self.in_head { format!("<th scope=\"col\"{class}>") } else { format!("<td{class}>") });
            }
            Event::End(TagEnd::TableCell) => self.html(if self.in_head { "</th>" } else { "</td>" }.to_owned()),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.plain_depth += 1;
                self.out.push(Event::Start(Tag::CodeBlock(kind.clone())));
            }
            Event::End(TagEnd::CodeBlock) => {
                self.plain_depth -= 1;
                self.out.push(Event::End(TagEnd::CodeBlock));
            }
            Event::Text(text) => self.text(text),
            Event::Code(text) => self.out.push(Event::Code(show_stars(text).into_owned().into())),
            // Checks refuse HTML; should a text with HTML ever come this far, readers see it as it was typed.
            Event::Html(text) | Event::InlineHtml(text) => {
                self.out.push(Event::Text(show_stars(text).into_owned().into()))
            }
            other => self.out.push(other.clone()),
        }
        1
    }

    fn html(&mut self, markup: String) {
        self.out.push(Event::InlineHtml(markup.into()));
    }

    fn heading(&mut self, level: HeadingLevel, id: Option<&str>, events: &[Event<'e>]) {
        let words = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        let text: String = words.map(words_of).collect();
        let id = self.anchors.name(id, &text);
        let mut anchor = String::new();
        let _ = escape_html(&mut anchor, &id);
        self.headings.push(WrittenHeading { level: number(level), id, text });
        let level = (number(level) + self.style.shift).min(6);
        let prefix = self.style.prefix;
        self.plain_depth += 1;
        self.html(format!("<h{level} id=\"{prefix}{anchor}\">"));
    }

    fn footnote(&mut self, name: &str) -> &mut Footnote {
        let number = self.footnotes.len() + 1;
        let new = || Footnote { number, has_reference: false, has_definition: false };
        self.footnotes.entry(name.to_owned()).or_insert_with(new)
    }

    /// A reference to a footnote. Only the first one has an anchor, since the footnote leads back to one place.
    fn footnote_reference(&mut self, name: &str) {
        let prefix = self.style.prefix;
        let footnote = self.footnote(name);
        let number = footnote.number;
        let is_first = !std::mem::replace(&mut footnote.has_reference, true);
        let anchor = if is_first { format!(" id=\"fnref-{prefix}{number}\"") } else { String::new() };
        self.html(format!(
            "<sup class=\"footnote-reference\"{anchor}><a href=\"#fn-{prefix}{number}\">{number}</a></sup>"
        ));
    }

    /// Begins a footnote. One of a name that was there before has no anchor.
    fn footnote_definition(&mut self, name: &str) {
        let prefix = self.style.prefix;
        let footnote = self.footnote(name);
        let (number, is_first) = (footnote.number, !std::mem::replace(&mut footnote.has_definition, true));
        let anchor = if is_first { format!(" id=\"fn-{prefix}{number}\"") } else { String::new() };
        self.open_footnotes.push((is_first && self.named.contains(name)).then(|| format!("{prefix}{number}")));
        self.html(format!(
            "<div class=\"footnote-definition\"{anchor}><span class=\"footnote-definition-label\">{number}</span>\n"
        ));
    }

    fn link(&mut self, target: &str) {
        self.plain_depth += 1;
        let mut markup = String::from("<a");
        let target = Target::parse(target);
        if let Target::Language(code) = target {
            self.in_language = true;
            return self.html(format!("<span lang=\"{code}\">"));
        }
        let resolved = match target {
            Target::Anchor(anchor) => {
                Some(Resolved { href: format!("#{}{anchor}", self.style.prefix), external: true })
            }
            _ => self.resolve.link(&target),
        };
        if let Some(resolved) = resolved {
            let is_anchor = matches!(target, Target::Anchor(_));
            markup.push_str(" href=\"");
            if !resolved.external {
                markup.push_str(self.style.root);
            }
            let _ = escape_href(&mut markup, &resolved.href);
            markup.push('"');
            if resolved.external && !is_anchor && matches!(target, Target::Web(_)) {
                markup.push_str(" class=\"external\" rel=\"noopener\"");
            }
        }
        markup.push('>');
        self.html(markup);
    }

    /// Writes an image and skips its text, which becomes the text alternative.
    fn image(&mut self, name: &str, events: &[Event<'e>]) -> usize {
        let end = end_of_image(events);
        let alternative: String = events[1..end].iter().map(words_of).collect();
        match self.resolve.image(name) {
            Some(image) => {
                let mut markup = format!("<img src=\"{}", self.style.root);
                let _ = escape_href(&mut markup, &image.href);
                markup.push_str("\" alt=\"");
                let _ = escape_html(&mut markup, &alternative);
                markup.push('"');
                if let Some((width, height)) = image.size {
                    let _ = write!(markup, " width=\"{width}\" height=\"{height}\"");
                }
                markup.push_str(" loading=\"lazy\">");
                self.html(markup);
            }
            None => self.out.push(Event::Text(alternative.into())),
        }
        end + 1
    }

    /// Writes running text, with placeholders and terms marked.
    fn text(&mut self, text: &CowStr<'e>) {
        let text = show_stars(text).into_owned();
        if self.plain_depth > 0 {
            self.out.push(Event::Text(text.into()));
            return;
        }
        let mut rest = text.as_str();
        while let Some((before, inside, after)) = rest
            .split_once("[[")
            .and_then(|(before, tail)| tail.split_once("]]").map(|(inside, after)| (before, inside, after)))
        {
            self.terms(before);
            let mut markup = String::from("<mark class=\"placeholder\">");
            let _ = escape_html(&mut markup, inside);
            markup.push_str("</mark>");
            self.html(markup);
            rest = after;
        }
        self.terms(rest);
    }

    /// Writes running text with every term marked that was not yet marked in this text.
    fn terms(&mut self, text: &str) {
        let terms = self.style.terms;
        let mut done = 0;
        for (start, end, owner) in terms.find(text) {
            if !self.marked.insert(owner) {
                continue;
            }
            let term = &terms.terms[owner];
            self.out.push(Event::Text(text[done..start].to_owned().into()));
            let mut markup = format!("<a class=\"term\" href=\"{}", self.style.root);
            let _ = escape_href(&mut markup, &term.href);
            markup.push_str("\" data-term=\"");
            let _ = escape_html(&mut markup, &term.explanation);
            markup.push_str("\">");
            let _ = escape_html(&mut markup, &text[start..end]);
            markup.push_str("</a>");
            self.html(markup);
            done = end;
        }
        self.out.push(Event::Text(text[done..].to_owned().into()));
    }
}

/// Place of the event that ends the image that the first one starts. Images may hold images.
fn end_of_image(events: &[Event<'_>]) -> usize {
    let mut depth = 0_usize;
    let end = events.iter().position(|event| {
        match event {
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    end.unwrap_or(events.len() - 1)
}

/// Footnotes to which a reference leads.
fn named_footnotes(events: &[Event<'_>]) -> HashSet<String> {
    let named = events.iter().filter_map(|event| match event {
        Event::FootnoteReference(name) => Some(name.to_string()),
        _ => None,
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nowhere;

    impl Resolve for Nowhere {
        fn link(&self, target: &Target<'_>) -> Option<Resolved> {
            match target {
                Target::Web(url) => Some(Resolved { href: (*url).to_owned(), external: true }),
                Target::Case(name, _) => Some(Resolved { href: format!("praxis/{name}.html"), external: false }),
                _ => None,
            }
        }

        fn image(&self, name: &str) -> Option<Image> {
            Some(Image { href: format!("praxis/x/{name}"), size: Some((4, 3)) })
        }
    }

    fn html(text: &str) -> String {
        let terms = Terms::new(vec![MarkedTerm {
            href: "glossar.html#term-ge".into(),
            explanation: "gemeinsame \"Einrichtung\"".into(),
            spellings: vec!["gE".into()],
        }]);
        let style = Style {
            root: "../",
            prefix: "",
            shift: 0,
            words: StyleWords { table: "Tabelle", back: "zurück" },
            terms: &terms,
        };
        to_html(text, &style, &Nowhere).html
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(html(text).trim_end(), expected, "{text}");
    }

    /// Words with gender stars as editors write them; each must come out as typed, without emphasis.
    #[test]
    fn gender_stars_are_letters() {
        for text in [
            "Bewerber*innen und Kund*innen",
            "Ein*e Kund*in sucht ihre*n Berater*in",
            "seine*ihre Unterlagen, jede*r Beteiligte",
            "Migrant*innenorganisationen und Ärzt*innen",
            "der*die Ansprechpartner*in",
            "Pat*innen, Lots*innen: Kolleg*innen!",
            "Freund*innen (Helfer*innen) „Schüler*innen“",
        ] {
            check(text, &format!("<p>{text}</p>"));
        }
    }

    #[test]
    fn emphasis_still_works_beside_stars() {
        check("**Kund*innen** und *Berater*innen*", "<p><strong>Kund*innen</strong> und <em>Berater*innen</em></p>");
        check("Die **Pat*innen**: *wichtig*", "<p>Die <strong>Pat*innen</strong>: <em>wichtig</em></p>");
        check("`a*b*c` und Kund*innen", "<p><code>a*b*c</code> und Kund*innen</p>");
        check("* Kund*innen\n* Berater*innen", "<ul>\n<li>Kund*innen</li>\n<li>Berater*innen</li>\n</ul>");
        check("Berater\\*innen und Kund\\*innen", "<p>Berater*innen und Kund*innen</p>");
    }

    #[test]
    fn stars_survive_in_links_and_headings() {
        check("## Für Kund*innen", "<h2 id=\"fuer-kund-innen\">Für Kund*innen</h2>");
        check("[Kund*innen](case:x)", "<p><a href=\"../praxis/x.html\">Kund*innen</a></p>");
        check(
            "![Kund*in](bild.png)",
            "<p><img src=\"../praxis/x/bild.png\" alt=\"Kund*in\" width=\"4\" height=\"3\" loading=\"lazy\"></p>",
        );
    }

    #[test]
    fn passages_in_other_languages_are_marked() {
        check("Es heißt [*Case* gE](lang:en).", "<p>Es heißt <span lang=\"en\"><em>Case</em> gE</span>.</p>");
    }

    #[test]
    fn html_comes_out_as_text() {
        check("[x](lang:\"><b>)", "<p><a>x</a></p>");
        check("a <script>alert(1)</script>", "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>");
        check("[x](javascript:alert(1))", "<p><a>x</a></p>");
    }

    #[test]
    fn marks_a_term_once_and_only_as_a_whole_word() {
        let marked = "<a class=\"term\" href=\"../glossar.html#term-ge\" data-term=\"gemeinsame &quot;Einrichtung&quot;\">gE</a>";
        check("Eine gE und eine gE, kein Page gEx.", &format!("<p>Eine {marked} und eine gE, kein Page gEx.</p>"));
        check(
            "## gE\n\n`gE` [gE](https://a.de) gE",
            &format!(
                "<h2 id=\"ge\">gE</h2>\n<p><code>gE</code> <a href=\"https://a.de\" class=\"external\" rel=\"noopener\">gE</a> {marked}</p>"
            ),
        );
    }

    #[test]
    fn footnotes_lead_there_and_back() {
        check(
            "Text[^a] und[^a].\n\n[^a]: Fußnote.",
            "<p>Text<sup class=\"footnote-reference\" id=\"fnref-1\"><a href=\"#fn-1\">1</a></sup> und<sup class=\"footnote-reference\"><a href=\"#fn-1\">1</a></sup>.</p>\n<div class=\"footnote-definition\" id=\"fn-1\"><span class=\"footnote-definition-label\">1</span>\n<p>Fußnote.</p>\n<a class=\"footnote-back\" href=\"#fnref-1\" aria-label=\"zurück\">↩</a></div>",
        );
    }

    #[test]
    fn footnotes_lead_only_where_something_is() {
        check(
            "[^x]: [^x]: ",
            "<div class=\"footnote-definition\" id=\"fn-1\"><span class=\"footnote-definition-label\">1</span>\n</div>\n<div class=\"footnote-definition\"><span class=\"footnote-definition-label\">1</span>\n</div>",
        );
    }

    #[test]
    fn images_and_links_may_be_nested_in_images() {
        let image = |alt: &str| {
            format!("<img src=\"../praxis/x/c.png\" alt=\"{alt}\" width=\"4\" height=\"3\" loading=\"lazy\">")
        };
        check(
            "![a [b ![x](d.png) e](case:f) g](c.png) **h**",
            &format!("<p>{} <strong>h</strong></p>", image("a b x e g")),
        );
        check("## ![a\nb](c.png)\n", "<h2 id=\"a\">![a</h2>\n<p>b](c.png)</p>");
    }

    #[test]
    fn every_heading_has_an_anchor_of_its_own() {
        let ids = |text: &str| outline(text).headings.into_iter().map(|heading| heading.id).collect::<Vec<_>>();
        assert_eq!(ids("# a\n# a-2\n# a\n# a\n"), ["a", "a-2", "a-3", "a-4"]);
        assert_eq!(ids("# a\n# a\n# a-2\n# …\n# fn 1\n"), ["a", "a-2", "a-2-2", "abschnitt", "abschnitt-fn-1"]);
        assert_eq!(ids("eins\nzwei\n---\n"), ["eins-zwei"]);
    }

    /// Each of these took minutes, or all memory, while every place was counted from the start of its line.
    #[test]
    fn a_line_of_megabytes_takes_no_longer_than_many_lines() {
        for piece in ["*a* b ", "[[", "[[a ", "[a](b) ", "a`b`c ", "&amp;", "<b> ", "![", "[^a]: [^a] "] {
            let text = piece.repeat(200_000 / piece.len()) + "]]\n";
            let begun = std::time::Instant::now();
            let words: usize = outline(&text).prose.iter().map(|(words, _)| words.len()).sum();
            assert!(words <= text.len());
            assert!(begun.elapsed().as_secs() < 20, "{piece}: {:?}", begun.elapsed());
        }
    }

    #[test]
    fn placeholders_are_marked() {
        check(
            "Name: [[Betreiber: Name &\nForm]].",
            "<p>Name: <mark class=\"placeholder\">Betreiber: Name &amp;\nForm</mark>.</p>",
        );
    }

    #[test]
    fn tables_have_scopes_and_no_styles() {
        check(
            "| a | b |\n|---|--:|\n| 1 | 2 |",
            "<div class=\"table-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Tabelle\"><table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr></thead>\n<tbody>\n<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody></table></div>",
        );
    }

    #[test]
    fn plain_text_has_a_line_for_each_paragraph_and_a_space_between_cells() {
        let text = "Ein **un**klarer\n[Satz](case:x).\n\n| haben | Bewerbertage |\n|---|---|\n| 40 | 15 |\n";
        assert_eq!(outline(text).plain_text(), "Ein unklarer Satz.\nhaben Bewerbertage \n40 15 ");
    }

    #[test]
    fn outlines_headings_links_images_and_html_with_places() {
        let outline =
            outline("## Ansatz\n\nText [Halle](case:netzwerk-halle) und\n![Bild](a.png) <b>fett</b>.\n\n## Ansatz\n");
        let headings: Vec<_> = outline.headings.iter().map(|heading| (heading.id.as_str(), heading.at.line)).collect();
        assert_eq!(headings, [("ansatz", 1), ("ansatz-2", 6)]);
        assert_eq!(
            (outline.links[0].target.as_str(), outline.links[0].at),
            ("case:netzwerk-halle", Position::new(3, 6, 28))
        );
        assert_eq!((outline.images[0].text.as_str(), outline.images[0].at.line), ("Bild", 4));
        assert_eq!(
            outline.html.iter().map(|(piece, at)| (piece.as_str(), at.column)).collect::<Vec<_>>(),
            [("<b>", 16), ("</b>", 23)]
        );
    }

    #[test]
    fn reads_the_notation_of_links() {
        assert_eq!(Target::parse("case:a#b"), Target::Case("a", Some("b")));
        assert_eq!(Target::parse("bild.png"), Target::File("bild.png"));
        for refused in
            ["http://a.de", "javascript:x", "../a.md", "/a", "", ".", ".a", "https://", "mailto:", "data:text/html,x"]
        {
            assert_eq!(Target::parse(refused), Target::Refused(refused), "{refused}");
        }
    }
}
