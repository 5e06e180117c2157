//! What a program can tell about the accessibility of finished pages, from their HTML alone. Whatever a theme or a text has
//! broken shows here; colours, sizes and what scripts do need a browser, and whether a text can be understood, a person.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use scraper::{ElementRef, Html};

use crate::diagnostic::{Code, Diagnostic, Text};

/// How a criterion is checked.
#[derive(Clone, Copy)]
pub enum How {
    /// In texts: these codes tell.
    Texts(&'static [Code]),
    /// On every page.
    Pages(fn(&Page<'_>) -> Vec<Text>),
    /// Across all pages.
    Site,
    /// In a browser, for the theme that comes with the program; see `docs/accessibility.md`.
    Browser,
    /// By people.
    People,
}

/// Something that readers need.
pub struct Criterion {
    /// Success criteria of WCAG 2.2, or more of the same kind.
    pub wcag: &'static str,
    /// Name, in both languages of the program.
    pub name: [&'static str; 2],
    /// How it is checked.
    pub how: How,
}

const fn criterion(wcag: &'static str, de: &'static str, en: &'static str, how: How) -> Criterion {
    Criterion { wcag, name: [de, en], how }
}

/// What is looked at, by the numbers of WCAG.
pub const CRITERIA: [Criterion; 25] = [
    criterion("1.1.1", "Bilder haben eine Textalternative", "images have a text alternative", How::Pages(images)),
    criterion(
        "1.1.1",
        "Textalternativen in den Texten sind keine Dateinamen",
        "text alternatives in texts are no file names",
        How::Texts(&[Code::ImageWithoutText, Code::ImageMissing]),
    ),
    criterion(
        "1.1.1",
        "Textalternativen sagen, was das Bild mitteilt",
        "alternatives say what images tell",
        How::People,
    ),
    criterion(
        "1.3.1",
        "eine Hauptüberschrift, keine Ebene übersprungen",
        "one h1, no level skipped",
        How::Pages(headings),
    ),
    criterion(
        "1.3.1",
        "Überschriften in den Texten überspringen keine Ebene",
        "headings in texts skip no level",
        How::Texts(&[Code::HeadingLevel]),
    ),
    criterion(
        "1.3.1",
        "Tabellen haben Kopfzellen mit Richtung",
        "tables have header cells with scope",
        How::Pages(tables),
    ),
    criterion(
        "1.3.1",
        "ein Hauptbereich, Navigationen haben Namen",
        "one main, navigations are named",
        How::Pages(landmarks),
    ),
    criterion("1.3.2", "Reihenfolge beim Vorlesen und Drucken", "order when read aloud and printed", How::Browser),
    criterion("1.4.1", "nichts wird nur durch Farbe gesagt", "nothing is said by colour alone", How::People),
    criterion("1.4.3, 1.4.11", "Kontraste, auch dunkel und im Kontrastmodus", "contrast in every mode", How::Browser),
    criterion("1.4.10, 1.4.12", "400 % Vergrößerung, Textabstände", "400 % zoom, text spacing", How::Browser),
    criterion("2.1.1, 2.1.2", "alles mit der Tastatur, ohne Falle", "everything by keyboard, no trap", How::Browser),
    criterion("2.3.3", "weniger Bewegung auf Wunsch", "less motion on request", How::Browser),
    criterion("2.4.2", "jede Seite hat einen eigenen Titel", "every page has a title of its own", How::Site),
    criterion("2.4.4", "Links und Schaltflächen haben Text", "links and buttons have text", How::Pages(names)),
    criterion(
        "2.4.4",
        "Linktexte sagen, wohin sie führen",
        "texts of links say where they lead",
        How::Texts(&[Code::LinkText]),
    ),
    criterion(
        "2.4.7, 2.4.11",
        "der Fokus ist sichtbar und nicht verdeckt",
        "focus is visible, not obscured",
        How::Browser,
    ),
    criterion("2.5.8", "Schaltflächen sind groß genug", "targets are large enough", How::Browser),
    criterion("3.1.1", "jede Seite nennt ihre Sprache", "every page names its language", How::Pages(language)),
    criterion(
        "3.1.2",
        "Abschnitte in anderen Sprachen sind ausgezeichnet",
        "passages in other languages are marked",
        How::Texts(&[Code::LanguageUnmarked]),
    ),
    criterion(
        "3.1.5",
        "Leichte Sprache, geprüft von der Zielgruppe",
        "plain language, tested by its readers",
        How::People,
    ),
    criterion("3.3.2", "Eingabefelder haben Beschriftungen", "form controls have labels", How::Pages(labels)),
    criterion(
        "4.1.2",
        "Kennungen sind eindeutig, Verweise auf sie stimmen",
        "ids are unique, references hold",
        How::Pages(ids),
    ),
    criterion("4.1.3", "Änderungen werden angesagt", "changes are announced", How::Browser),
    criterion("", "Probe mit Vorleseprogrammen, von Menschen", "use with screen readers, by people", How::People),
];

/// A page, read.
pub struct Page<'a> {
    elements: Vec<ElementRef<'a>>,
    ids: HashMap<&'a str, usize>,
    /// Leads to another page at once.
    is_redirect: bool,
}

impl<'a> Page<'a> {
    fn of(html: &'a Html) -> Self {
        let all = html.tree.root().descendants().filter_map(ElementRef::wrap);
        // What a template holds is no part of the page yet.
        let elements: Vec<ElementRef<'a>> =
            all.filter(|element| !ancestors(*element).any(|above| above.value().name() == "template")).collect();
        let mut ids: HashMap<&str, usize> = HashMap::new();
        for id in elements.iter().filter_map(|element| element.attr("id")) {
            *ids.entry(id).or_default() += 1;
        }
        let is_redirect = elements.iter().any(|element| element.attr("http-equiv") == Some("refresh"));
        Page { elements, ids, is_redirect }
    }

    fn named<'p>(&'p self, names: &'p [&'p str]) -> impl Iterator<Item = ElementRef<'a>> + 'p {
        self.elements.iter().copied().filter(|element| names.contains(&element.value().name()))
    }

    fn title(&self) -> String {
        self.named(&["title"]).next().map(|title| plain(&title)).unwrap_or_default()
    }
}

/// Path and title of a page, none where it leads on, and what was found by the place of the criterion.
type Looked<'a> = (&'a str, Option<String>, Vec<(usize, Text)>);

/// What was found on the pages, by the place of the criterion in [`CRITERIA`].
pub fn check(pages: &[(String, String)]) -> Vec<(usize, Diagnostic)> {
    let read: Vec<Looked<'_>> = pages
        .par_iter()
        .map(|(path, text)| {
            let html = Html::parse_document(text);
            let page = Page::of(&html);
            let found = CRITERIA.iter().enumerate().flat_map(|(index, criterion)| match criterion.how {
                How::Pages(rule) => rule(&page).into_iter().map(|text| (index, text)).collect(),
                How::Texts(_) | How::Site | How::Browser | How::People => Vec::new(),
            });
            // Who is led on sees the title of another page.
            let title = (!page.is_redirect).then(|| page.title());
            (path.as_str(), title, found.collect())
        })
        .collect();
    // A mistake in a template is on every page: it is reported once.
    let mut places: BTreeMap<(usize, String, String), Vec<&str>> = BTreeMap::new();
    for (path, _, found) in &read {
        for (index, text) in found {
            places.entry((*index, text.de.clone(), text.en.clone())).or_default().push(path);
        }
    }
    let titles = CRITERIA.iter().position(|criterion| matches!(criterion.how, How::Site)).unwrap_or_default();
    for (path, text) in wrong_titles(&read) {
        places.entry((titles, text.de, text.en)).or_default().push(path);
    }
    places.into_iter().map(|((index, de, en), paths)| (index, report(de, en, &paths))).collect()
}

fn report(de: String, en: String, paths: &[&str]) -> Diagnostic {
    let more = paths.len() - 1;
    let (de, en) = match more {
        0 => (de, en),
        _ => (format!("{de} (und auf {more} weiteren Seiten)"), format!("{en} (and on {more} more pages)")),
    };
    Diagnostic::about_file(Code::InaccessiblePage, paths.first().copied().unwrap_or_default(), Text { de, en })
}

fn wrong_titles<'a>(read: &[Looked<'a>]) -> Vec<(&'a str, Text)> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let mut wrong = Vec::new();
    for (path, title, _) in read {
        let Some(title) = title else { continue };
        if title.is_empty() {
            wrong.push((*path, text!("die Seite hat keinen Titel", "the page has no title")));
        } else if let Some(other) = seen.insert(title, path) {
            wrong.push((
                *path,
                text!("„{title}“ ist auch der Titel von {other}", "\"{title}\" is the title of {other}, too"),
            ));
        }
    }
    wrong
}

fn ancestors(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.ancestors().filter_map(ElementRef::wrap)
}

/// Text of an element, with the alternatives of the images in it.
fn plain(element: &ElementRef<'_>) -> String {
    let images = element
        .descendants()
        .filter_map(ElementRef::wrap)
        .filter_map(|inner| inner.attr("alt").or_else(|| inner.attr("aria-label")).filter(|_| inner != *element));
    let words: Vec<&str> = element.text().chain(images).flat_map(str::split_whitespace).collect();
    words.join(" ")
}

/// `<a href="x" class="y">`: enough to find it in a template.
fn start(element: &ElementRef<'_>) -> String {
    let attributes = ["href", "id", "class", "name", "type", "src"];
    let shown = attributes.iter().filter_map(|name| Some(format!(" {name}=\"{}\"", element.attr(name)?)));
    format!("<{}{}>", element.value().name(), shown.take(2).collect::<String>())
}

fn says(element: &ElementRef<'_>, attribute: &str) -> bool {
    element.attr(attribute).is_some_and(|value| !value.trim().is_empty())
}

fn images(page: &Page<'_>) -> Vec<Text> {
    let silent = page.named(&["img"]).filter(|image| image.attr("alt").is_none() && !says(image, "aria-label"));
    let drawn = page.named(&["svg"]).filter(|image| {
        image.attr("aria-hidden") != Some("true") && !says(image, "aria-label") && !says(image, "aria-labelledby")
    });
    silent
        .chain(drawn)
        .map(|image| {
            let start = start(&image);
            text!("{start} hat keine Textalternative", "{start} has no text alternative")
        })
        .collect()
}

fn headings(page: &Page<'_>) -> Vec<Text> {
    if page.is_redirect {
        return Vec::new();
    }
    let mut found = Vec::new();
    let firsts = page.named(&["h1"]).count();
    if firsts != 1 {
        found.push(text!(
            "die Seite hat {firsts} Hauptüberschriften statt einer",
            "the page has {firsts} h1 instead of one"
        ));
    }
    let mut above = 0;
    for heading in page.named(&["h1", "h2", "h3", "h4", "h5", "h6"]) {
        let (level, words) = (heading.value().name().as_bytes()[1] - b'0', plain(&heading));
        if words.is_empty() && !page.is_filled_later(&heading) {
            found.push(text!("eine Überschrift der Ebene {level} ist leer", "a heading of level {level} is empty"));
        }
        if above > 0 && level > above + 1 {
            found.push(text!("„{words}“ überspringt eine Ebene", "\"{words}\" skips a level"));
        }
        above = level;
    }
    found
}

impl Page<'_> {
    /// Whether scripts fill an element before it is shown.
    fn is_filled_later(&self, element: &ElementRef<'_>) -> bool {
        element.attr("hidden").is_some() || ancestors(*element).any(|above| above.attr("hidden").is_some())
    }
}

fn tables(page: &Page<'_>) -> Vec<Text> {
    let mut found = Vec::new();
    for table in page.named(&["table"]).filter(|table| table.attr("role") != Some("presentation")) {
        let cells: Vec<ElementRef<'_>> =
            table.descendants().filter_map(ElementRef::wrap).filter(|element| element.value().name() == "th").collect();
        let start = start(&table);
        if cells.is_empty() {
            found.push(text!("{start} hat keine Kopfzellen", "{start} has no header cells"));
        }
        for cell in cells.iter().filter(|cell| !says(cell, "scope") && !says(cell, "id")) {
            let words = plain(cell);
            found.push(text!("die Kopfzelle „{words}“ hat kein scope", "the header cell \"{words}\" has no scope"));
        }
    }
    found
}

fn landmarks(page: &Page<'_>) -> Vec<Text> {
    if page.is_redirect {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mains = page.named(&["main"]).count();
    if mains != 1 {
        found
            .push(text!("die Seite hat {mains} Hauptbereiche statt einem", "the page has {mains} main instead of one"));
    }
    let navigations: Vec<ElementRef<'_>> = page.named(&["nav"]).collect();
    if navigations.len() > 1 {
        for nameless in navigations.iter().filter(|each| !says(each, "aria-label") && !says(each, "aria-labelledby")) {
            let start = start(nameless);
            found.push(text!(
                "{start} ist eine von mehreren und hat keinen Namen",
                "{start} is one of several and has no name"
            ));
        }
    }
    found
}

fn names(page: &Page<'_>) -> Vec<Text> {
    let is_link = |element: &ElementRef<'_>| element.value().name() == "button" || element.attr("href").is_some();
    page.named(&["a", "button"])
        .filter(is_link)
        .filter(|element| {
            let is_named = ["aria-label", "aria-labelledby", "title"].iter().any(|name| says(element, name));
            !is_named && plain(element).is_empty() && !page.is_filled_later(element)
        })
        .map(|element| {
            let start = start(&element);
            text!("{start} hat keinen Text", "{start} has no text")
        })
        .collect()
}

fn language(page: &Page<'_>) -> Vec<Text> {
    let is_named = page.named(&["html"]).any(|root| says(&root, "lang"));
    let missing = (!is_named).then(|| text!("<html> nennt keine Sprache (lang)", "<html> names no language (lang)"));
    missing.into_iter().collect()
}

fn labels(page: &Page<'_>) -> Vec<Text> {
    const NAMED_BY_THEMSELVES: [&str; 5] = ["hidden", "submit", "button", "reset", "image"];
    let targets: BTreeSet<&str> = page.named(&["label"]).filter_map(|label| label.attr("for")).collect();
    page.named(&["input", "select", "textarea"])
        .filter(|control| !control.attr("type").is_some_and(|kind| NAMED_BY_THEMSELVES.contains(&kind)))
        .filter(|control| {
            let by_attribute = ["aria-label", "aria-labelledby", "title"].iter().any(|name| says(control, name));
            let by_label = control.attr("id").is_some_and(|id| targets.contains(id));
            !by_attribute && !by_label && !ancestors(*control).any(|above| above.value().name() == "label")
        })
        .map(|control| {
            let start = start(&control);
            text!("{start} hat keine Beschriftung", "{start} has no label")
        })
        .collect()
}

fn ids(page: &Page<'_>) -> Vec<Text> {
    let twice = page.ids.iter().filter(|(_, count)| **count > 1).map(|(id, _)| *id).collect::<BTreeSet<_>>();
    let twice = twice
        .into_iter()
        .map(|id| text!("die Kennung „{id}“ gibt es mehrfach", "the id \"{id}\" is there more than once"));
    let broken = page.elements.iter().flat_map(|element| {
        ["aria-labelledby", "aria-describedby", "aria-controls", "for"].into_iter().flat_map(move |name| {
            let ids = element.attr(name).unwrap_or_default().split_whitespace();
            ids.filter(move |id| !page.ids.contains_key(id)).map(move |id| {
                text!("{name} verweist auf „{id}“, das es nicht gibt", "{name} refers to \"{id}\", which is not there")
            })
        })
    });
    twice.chain(broken).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_page(body: &str, expected: &[&str]) {
        let html = format!("<!DOCTYPE html><html lang=de><title>T</title><body>{body}</body></html>");
        let found: Vec<String> =
            check(&[("a.html".to_owned(), html)]).into_iter().map(|(_, found)| found.message.en).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn finds_what_is_broken() {
        check_page("<main><h1>A</h1><h2>B</h2></main>", &[]);
        check_page("<main><h1>A</h1><h3>B</h3></main>", &["\"B\" skips a level"]);
        check_page("<main><h1></h1></main>", &["a heading of level 1 is empty"]);
        check_page("<p>x", &["the page has 0 h1 instead of one", "the page has 0 main instead of one"]);
        let page = |inside: &str| format!("<main><h1>A</h1>{inside}</main>");
        check_page(&page("<img src=a.png>"), &["<img src=\"a.png\"> has no text alternative"]);
        check_page(&page("<img src=a.png alt=''><svg aria-hidden=true></svg>"), &[]);
        check_page(&page("<a href=x><img alt='Bild'></a><a id=y></a><button aria-label=zu></button>"), &[]);
        check_page(&page("<a href=x> </a><button></button>"), &["<a href=\"x\"> has no text", "<button> has no text"]);
        check_page(&page("<input name=q>"), &["<input name=\"q\"> has no label"]);
        check_page(&page("<label>Q <input></label><label for=b>B</label><select id=b></select>"), &[]);
        check_page(&page("<table><tr><td>1</table>"), &["<table> has no header cells"]);
        check_page(&page("<table><tr><th>K<td>1</table>"), &["the header cell \"K\" has no scope"]);
        check_page(&page("<i id=a></i><b id=a></b>"), &["the id \"a\" is there more than once"]);
        check_page(&page("<p aria-describedby=no></p>"), &["aria-describedby refers to \"no\", which is not there"]);
        check_page(
            &page("<nav aria-label=a></nav><nav class=b></nav>"),
            &["<nav class=\"b\"> is one of several and has no name"],
        );
        check_page(&page("<template><img><input><h5>x</h5></template>"), &[]);
    }

    #[test]
    fn a_mistake_on_every_page_is_reported_once() {
        let page = |title: &str| format!("<!DOCTYPE html><title>{title}</title><main><h1>A</h1></main>");
        let pages = [("a.html".to_owned(), page("A")), ("b.html".to_owned(), page("A"))];
        let found: Vec<_> = check(&pages).into_iter().map(|(_, found)| (found.file, found.message.en)).collect();
        assert_eq!(
            found,
            [
                ("b.html".to_owned(), "\"A\" is the title of a.html, too".to_owned()),
                ("a.html".to_owned(), "<html> names no language (lang) (and on 1 more pages)".to_owned())
            ]
        );
    }
}
