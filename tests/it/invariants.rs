//! What holds for any input at all of those who read what others wrote. Shared by the properties and the fuzz targets; each
//! function panics where something does not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use praxis::diagnostic::{Diagnostic, Severity};
use praxis::hashed::{self, Hashed};
use praxis::markdown::{Image, MarkedTerm, Resolve, Resolved, Style, StyleWords, Target, Terms, outline, to_html};
use praxis::memory::Memory;
use praxis::model::{Language, Slug};
use praxis::paths::leads_downwards;
use praxis::report::{self, Format};
use praxis::site::{self, Options, Site};
use praxis::source::{self, Sources};
use praxis::{checks, parse, plan};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The smallest handbook, read once.
static MINIMAL: LazyLock<Sources> = LazyLock::new(|| source::read(&minimal(), &Memory::none()).value);

/// What is the same for every input is read once.
static MEMORY: LazyLock<Mutex<Memory>> = LazyLock::new(|| Mutex::new(Memory::lasting()));

const CASE: &str = "content/cases/netzwerk-beispielkreis/case.yaml";

fn minimal() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    [own.join("tests/sites/minimal"), own.join("../sites/minimal")].into_iter().find(|place| place.exists()).unwrap()
}

/// The data of a case: a case comes out or an error about the file, every message points into the text, and the checks
/// and the report go through with it.
pub fn case(text: &str) {
    // As whoever reads a file hands it on.
    let text = &text.replace("\r\n", "\n").replace('\r', "\n");
    let mut sources = MINIMAL.clone();
    sources.texts.insert(CASE.to_owned(), text.to_owned().into());
    let memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut found = checks::texts(&sources, &memory);
    let read = parse::parse_all(sources, &memory);
    let is_read = read.value.cases.iter().any(|case| case.file == CASE);
    let is_error = |message: &Diagnostic| message.file == CASE && message.severity == Severity::Error;
    assert_eq!(is_read, !read.diagnostics.iter().any(is_error), "{:?}", read.diagnostics);
    let documents = read.note(&mut found);
    let site = assemble(documents);
    found.extend(checks::run(&site, &memory));
    memory.end_run();
    found.retain(|message| message.file == CASE);
    points_into(text, &found);
    report::render(&found, Format::Text, Language::De, "", true, |_| Some(text.to_owned()));
    report::render(&found, Format::Sarif, Language::En, "", true, |_| None);
}

fn assemble(documents: parse::Documents) -> Site {
    let options = Options { drafts: true, today: "2026-11-22".parse().unwrap() };
    site::assemble(documents, Hashed::default(), options, hashed::join([])).expect("the handbook is in order")
}

fn points_into(text: &str, messages: &[Diagnostic]) {
    let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    for message in messages.iter().filter(|message| message.at.line > 0) {
        let line = lines.get(message.at.line as usize - 1);
        // The end of a file may lie behind its last line.
        let fits =
            line.map_or(message.at.line as usize == lines.len() + 1, |line| message.at.column as usize <= line + 1);
        assert!(fits, "{message:?}");
    }
}

/// What a text may become, and the attributes it may have. Everything else is a way in.
const ELEMENTS: [(&str, &[&str]); 33] = [
    ("a", &["href", "class", "rel", "data-term", "aria-label"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &["class"]),
    ("dd", &[]),
    ("div", &["class", "id", "role", "tabindex", "aria-label"]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("h1", &["id"]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("hr", &[]),
    ("img", &["src", "alt", "width", "height", "loading"]),
    ("li", &[]),
    ("mark", &["class"]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("span", &["class", "lang"]),
    ("strong", &[]),
    ("sup", &["class", "id"]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["class"]),
    ("th", &["class", "scope"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
    ("del", &[]),
];

/// Elements without an end.
const VOID: [&str; 3] = ["br", "hr", "img"];

/// Elements that no paragraph and no heading holds: a browser would end the paragraph before them.
const BLOCKS: [&str; 17] =
    ["blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul", "li", "tr"];

/// A text as a page: elements nest as browsers expect it, only known ones occur, identifiers are there once, links lead to
/// what is allowed, and the headings are those of the outline.
pub fn markdown(text: &str) {
    let terms = Terms::new(vec![MarkedTerm {
        href: "glossar.html#term-ge".into(),
        explanation: "<\"gemeinsame\" & 'Einrichtung'>".into(),
        spellings: vec!["gE".into(), "Arbeit".into()],
    }]);
    let words = StyleWords { table: "<Tabelle>", back: "\"zurück\"" };
    let style = Style { root: "../", prefix: "x-", shift: 1, words, terms: &terms };
    let written = to_html(text, &style, &Everything);
    let outline = outline(text);
    well_formed(&written.html);
    let headings = |id: &str, level: u8, text: &str| format!("{level} {id} {text}");
    assert_eq!(
        written.headings.iter().map(|heading| headings(&heading.id, heading.level, &heading.text)).collect::<Vec<_>>(),
        outline.headings.iter().map(|heading| headings(&heading.id, heading.level, &heading.text)).collect::<Vec<_>>()
    );
    let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    let uses = outline.links.iter().chain(&outline.images).map(|link| link.at);
    let others = [&outline.html, &outline.placeholders, &outline.prose].into_iter().flatten().map(|(_, at)| *at);
    for at in uses.chain(others).chain(outline.headings.iter().map(|heading| heading.at)) {
        assert!(lines.get(at.line as usize - 1).is_some_and(|line| at.column as usize <= line + 1), "{at:?}");
    }
}

/// Knows every target that is allowed, under the least harmless name.
struct Everything;

impl Resolve for Everything {
    fn link(&self, target: &Target<'_>) -> Option<Resolved> {
        let (href, external) = match target {
            Target::Case(name, _) | Target::Topic(name, _) | Target::Page(name, _) => (format!("x/{name}"), false),
            Target::Work(id) | Target::Term(id) => (format!("x.html#{id}"), false),
            Target::File(name) => (format!("praxis/x/{name}"), false),
            Target::Web(url) | Target::Mail(url) => ((*url).to_owned(), true),
            Target::Anchor(_) | Target::Refused(_) | Target::Language(_) => return None,
        };
        Some(Resolved { href, external })
    }

    fn image(&self, name: &str) -> Option<Image> {
        Some(Image { href: format!("praxis/x/{name}"), size: Some((4, 3)) })
    }
}

fn well_formed(html: &str) {
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut open: Vec<String> = Vec::new();
    let (mut ids, mut anchors) = (BTreeSet::new(), BTreeSet::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}\n{html}")) {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                fits_into(&name, &open, html);
                attributes(&name, &tag, &mut ids, &mut anchors, html);
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                assert!(VOID.contains(&name.as_str()), "<{name}/>\n{html}");
                fits_into(&name, &open, html);
                attributes(&name, &tag, &mut ids, &mut anchors, html);
            }
            Event::End(tag) => {
                let open = open.pop().unwrap_or_default();
                assert_eq!(open, tag.name().as_ref(), "\n{html}");
            }
            Event::Text(text) => assert!(!text.contains('<'), "\n{html}"),
            Event::GeneralRef(_) => {}
            Event::Eof => break,
            other => panic!("{other:?}\n{html}"),
        }
    }
    assert_eq!(open, [""; 0], "\n{html}");
    let missing: Vec<&String> = anchors.difference(&ids).collect();
    assert!(missing.is_empty(), "{missing:?}\n{html}");
}

fn fits_into(name: &str, open: &[String], html: &str) {
    let inside = |outer: &str| open.iter().any(|element| element == outer);
    assert!(name != "a" || !inside("a"), "<a> in <a>\n{html}");
    if BLOCKS.contains(&name) {
        let phrasing =
            ["p", "h1", "h2", "h3", "h4", "h5", "h6", "a", "em", "strong", "sup", "span", "mark", "pre", "dt"];
        let around = open.last().map(String::as_str).unwrap_or_default();
        assert!(!phrasing.contains(&around), "<{name}> in <{around}>\n{html}");
    }
}

fn attributes(
    name: &str,
    tag: &BytesStart<'_>,
    ids: &mut BTreeSet<String>,
    anchors: &mut BTreeSet<String>,
    html: &str,
) {
    let known = ELEMENTS.iter().find(|(element, _)| *element == name);
    let (_, known) = known.unwrap_or_else(|| panic!("<{name}>\n{html}"));
    let mut found = BTreeMap::new();
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap_or_else(|error| panic!("<{name}>: {error}\n{html}"));
        let key = attribute.key.as_ref().to_owned();
        let value = unescaped(&attribute.value);
        assert!(known.contains(&key.as_str()), "<{name} {key}=…>\n{html}");
        found.insert(key, value);
    }
    if let Some(id) = found.get("id") {
        assert!(ids.insert(id.clone()), "{id} twice\n{html}");
    }
    if let Some(href) = found.get("href") {
        let allowed = ["#", "../x/", "../x.html#", "../praxis/x/", "../glossar.html#", "https://", "mailto:"];
        assert!(allowed.iter().any(|start| href.starts_with(start)), "{href}\n{html}");
        // Links that authors write are checked elsewhere; footnotes are numbered here.
        let is_footnote = href.starts_with("#fn-x-") || href.starts_with("#fnref-x-");
        anchors.extend(href.strip_prefix('#').filter(|_| is_footnote).map(str::to_owned));
    }
    assert!(found.get("src").is_none_or(|source| source.starts_with("../praxis/x/")), "{found:?}\n{html}");
}

fn unescaped(value: &str) -> String {
    assert!(!value.contains(['<', '"']), "{value}");
    value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'").replace("&amp;", "&")
}

/// Names: what becomes part of an address leads downwards and means the same on every system.
pub fn name(text: &str) {
    if let Some(slug) = Slug::parse(text) {
        assert_eq!(slug.as_str(), text);
        assert!(leads_downwards(text) && text.is_ascii() && text.len() <= Slug::MAX_LENGTH, "{text}");
        assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{text}");
        assert_eq!(Slug::suggest(text), text);
    }
    let suggested = Slug::suggest(text);
    let again = Slug::suggest(&suggested);
    assert_eq!(suggested, again, "{text:?}");
    let forms = [suggested.clone(), format!("{suggested}-x")];
    assert!(
        suggested.is_empty() || forms.iter().any(|form| Slug::parse(form).is_some()) || suggested.len() > 78,
        "{suggested}"
    );
    if leads_downwards(text) {
        let root = Path::new("/site/root");
        let place = root.join(text);
        assert!(place.starts_with(root) && place != root, "{text:?}");
        assert!(place.components().all(|part| part.as_os_str() != ".."), "{text:?}");
    }
    match Target::parse(text) {
        Target::File(file) => {
            // A file of the same folder, whatever follows it in a page.
            let place = Path::new("/site/root").join(file);
            assert_eq!(place.parent(), Some(Path::new("/site/root")), "{text:?}");
            assert!(!file.contains([':', '/', '\\', '?']), "{text:?}");
        }
        Target::Web(url) => assert!(url.starts_with("https://"), "{text:?}"),
        Target::Mail(url) => assert!(url.starts_with("mailto:"), "{text:?}"),
        Target::Language(code) => {
            assert!(code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{text:?}");
        }
        Target::Case(..)
        | Target::Topic(..)
        | Target::Page(..)
        | Target::Work(_)
        | Target::Term(_)
        | Target::Anchor(_)
        | Target::Refused(_) => {}
    }
    let shown = report::printable(text);
    assert!(!shown.chars().any(|character| character.is_control() && character != '\t'), "{shown:?}");
}

/// A saved plan: it is a plan that can be compared with a handbook, or there are problems, few and short.
pub fn saved_plan(bytes: &[u8]) {
    match plan::read(bytes) {
        Ok(read) => {
            static SITE: LazyLock<Site> =
                LazyLock::new(|| assemble(parse::parse_all(MINIMAL.clone(), &Memory::none()).value));
            let differences = plan::compare(&read, &SITE);
            let most = 4 + read.cases.len() + 4 * read.answers.len() + read.own.len();
            assert!(differences.len() <= most, "{differences:?}");
            serde_json::to_string(&differences).unwrap();
        }
        Err(problems) => {
            assert!(!problems.is_empty() && problems.len() <= 50, "{} problems", problems.len());
            let mut words = String::new();
            for problem in &problems {
                write!(words, "{} {}", problem.place, problem.message.de).unwrap();
            }
            assert!(words.len() < 100_000, "{} bytes of problems", words.len());
        }
    }
}
