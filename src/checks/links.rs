//! Links: each leads somewhere that exists, on the web only by https, inside the handbook by name and not by path, so that
//! it still leads there when files move.

use std::collections::BTreeSet;

use super::{Context, Kind, Owner, Suggestions, Text};
use crate::diagnostic::{Code, Diagnostic, Text as Message, nearest, suggest};
use crate::markdown::{Target, Use};
use crate::model::Located;

/// Links in Markdown.
pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let names = Names {
        case: context.suggestions(Kind::Case),
        topic: context.suggestions(Kind::Topic),
        page: context.suggestions(Kind::Page),
    };
    let links = context.texts.iter().flat_map(|text| text.outline.links.iter().map(move |link| (text, link)));
    links.filter_map(|(text, link)| check_link(context, &names, text, link)).collect()
}

/// Names that links can lead to.
struct Names<'a> {
    case: Suggestions<'a>,
    topic: Suggestions<'a>,
    page: Suggestions<'a>,
}

impl<'a> Names<'a> {
    fn of(&self, kind: Kind) -> &Suggestions<'a> {
        match kind {
            Kind::Case => &self.case,
            Kind::Topic => &self.topic,
            Kind::Page => &self.page,
        }
    }
}

/// Addresses in data, which must lead to the web.
pub(super) fn check_addresses(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let cases = site.cases().flat_map(|case| case.data.links.iter().map(|link| (case.file.as_str(), &link.url)));
    let works = site.vocabularies.literature.entries.iter().filter_map(|work| work.url.as_ref());
    let publisher = site.handbook.publisher.url.as_ref();
    let statements = site.pages.iter().filter_map(|page| Some((page.file.as_str(), page.data.statement.as_ref()?)));
    let base =
        site.handbook.base_url.as_ref().filter(|url| !url.starts_with("https://") && !url.starts_with("http://"));
    cases
        .chain(works.map(|url| ("content/vocabulary/literature.yaml", url)))
        .chain(publisher.map(|url| ("content/handbook.yaml", url)))
        .chain(statements.map(|(file, statement)| (file, &statement.enforcement.url)))
        .filter(|(_, url)| !matches!(Target::parse(url), Target::Web(_)))
        // Within an intranet a handbook may have to do without https.
        .chain(base.map(|url| ("content/handbook.yaml", url)))
        .map(|(file, url)| address(file, url))
        .collect()
}

fn address(file: &str, url: &Located<String>) -> Diagnostic {
    let written = &url.value;
    let message = text!("„{written}“ ist keine Adresse mit https", "\"{written}\" is no address with https");
    let better = written.split_once("://").map_or(written.as_str(), |(_, rest)| rest);
    Diagnostic::new(Code::LinkScheme, file, url.at, message)
        .hint(text!("so schreiben: https://{better}", "write it like this: https://{better}"))
}

/// What is wrong with a link, before it is known where.
type Problem = (Code, Message, Option<Message>);

fn check_link(context: &Context<'_>, names: &Names<'_>, text: &Text<'_>, link: &Use) -> Option<Diagnostic> {
    let site = context.site;
    let (code, message, hint) = match Target::parse(&link.target) {
        Target::Case(slug, anchor) => to_text(context, names, Kind::Case, slug, anchor),
        Target::Topic(slug, anchor) => to_text(context, names, Kind::Topic, slug, anchor),
        Target::Page(slug, anchor) => to_text(context, names, Kind::Page, slug, anchor),
        Target::Work(id) => {
            let is_known = site.work(id).is_some() || !context.has_vocabulary("literature");
            let known = site.vocabularies.literature.entries.iter().map(|work| work.id.as_str());
            (!is_known).then(|| entry("literature", id, suggest(id, known)))
        }
        Target::Term(id) => {
            let is_known = site.term(id).is_some() || !context.has_vocabulary("glossary");
            let known = site.vocabularies.glossary.entries.iter().map(|term| term.id.as_str());
            (!is_known).then(|| entry("glossary", id, suggest(id, known)))
        }
        Target::Anchor(anchor) => to_anchor(text, anchor),
        Target::File(name) => to_file(context, text.owner, name),
        Target::Refused(target) => refused(context, target),
        Target::Web(_) | Target::Mail(_) | Target::Language(_) => None,
    }?;
    Some(Diagnostic::new(code, text.owner.file(), text.at(link.at), message).maybe_hint(hint))
}

/// Prefix of links to a kind of text.
fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Case => "case:",
        Kind::Topic => "topic:",
        Kind::Page => "page:",
    }
}

fn to_text(context: &Context<'_>, names: &Names<'_>, kind: Kind, slug: &str, anchor: Option<&str>) -> Option<Problem> {
    if let Some(text) = context.text(kind, slug) {
        return to_anchor(text, anchor?);
    }
    if context.is_broken(kind, slug) {
        return None;
    }
    let prefix = prefix(kind);
    let message = match kind {
        Kind::Case => text!("das Beispiel „{slug}“ gibt es nicht", "there is no case \"{slug}\""),
        Kind::Topic => text!("das Thema „{slug}“ gibt es nicht", "there is no topic \"{slug}\""),
        Kind::Page => text!("die Seite „{slug}“ gibt es nicht", "there is no page \"{slug}\""),
    };
    let renamed = context.renamed.get(slug).filter(|_| kind == Kind::Case);
    let elsewhere = || {
        let kinds = [Kind::Case, Kind::Topic, Kind::Page].into_iter();
        kinds.filter(|kind| context.text(*kind, slug).is_some()).map(self::prefix).next()
    };
    let hint = if let Some(case) = renamed {
        let slug = &case.slug;
        text!("es heißt jetzt so: case:{slug}", "it has this name now: case:{slug}")
    } else if let Some(right) = elsewhere() {
        text!("meinten Sie „{right}{slug}“?", "did you mean \"{right}{slug}\"?")
    } else {
        names.of(kind).suggest(slug).unwrap_or_else(|| {
            text!(
                "hinter „{prefix}“ steht der Name der Datei oder des Ordners in content/",
                "after \"{prefix}\" stands the name of the file or folder in content/"
            )
        })
    };
    Some((Code::BrokenLink, message, Some(hint)))
}

fn to_anchor(text: &Text<'_>, anchor: &str) -> Option<Problem> {
    let ids = || text.outline.headings.iter().map(|heading| heading.id.as_str());
    if ids().any(|id| id == anchor) {
        return None;
    }
    let file = text.owner.file();
    let message = text!("in {file} gibt es keine Überschrift „{anchor}“", "in {file} there is no heading \"{anchor}\"");
    let hint = suggest(anchor, ids().collect::<BTreeSet<_>>()).unwrap_or_else(|| {
        text!(
            "hinter # steht die Überschrift in kleinen Buchstaben mit Bindestrichen, zum Beispiel #was-vor-ort-zu-beachten-ist",
            "after # stands the heading in small letters with hyphens, for example #was-vor-ort-zu-beachten-ist"
        )
    });
    Some((Code::BrokenAnchor, message, Some(hint)))
}

fn entry(file: &str, id: &str, near: Option<Message>) -> Problem {
    let message = text!("„{id}“ steht nicht in vocabulary/{file}.yaml", "\"{id}\" is not in vocabulary/{file}.yaml");
    let hint = near.unwrap_or_else(|| text!("dort eintragen", "add it there"));
    (Code::BrokenLink, message, Some(hint))
}

fn to_file(context: &Context<'_>, owner: Owner<'_>, name: &str) -> Option<Problem> {
    let attachments = owner.attachments();
    if attachments.iter().any(|file| file == name) {
        return None;
    }
    if name.starts_with("www.") {
        let message =
            text!("der Link „{name}“ beginnt nicht mit https", "the link \"{name}\" does not start with https");
        let hint = text!("so schreiben: https://{name}", "write it like this: https://{name}");
        return Some((Code::LinkScheme, message, Some(hint)));
    }
    if let Some(right) = by_name(context, name) {
        let message = text!("„{name}“ ist keine Datei dieses Ordners", "\"{name}\" is no file of this folder");
        let hint = text!("so schreiben: {right}", "write it like this: {right}");
        return Some((Code::BrokenLink, message, Some(hint)));
    }
    let message = text!("die Datei „{name}“ gibt es nicht", "there is no file \"{name}\"");
    let hint = match owner {
        Owner::Case(_) => suggest(name, attachments.iter().map(String::as_str)).unwrap_or_else(|| {
            text!(
                "die Datei in denselben Ordner wie case.md legen, oder bei einer Internetadresse https:// davorschreiben",
                "put the file into the folder of case.md, or write https:// before a web address"
            )
        }),
        Owner::Topic(_) | Owner::Page(_) => text!(
            "Dateien gehören zu Beispielen; hier steht eine Adresse mit https:// oder case:, topic:, page: mit Namen",
            "files belong to cases; here goes an address with https:// or case:, topic:, page: with a name"
        ),
    };
    Some((Code::BrokenLink, message, Some(hint)))
}

/// The right notation for what looks like the path of a text: `../topics/netzwerke.md`.
fn by_name(context: &Context<'_>, path: &str) -> Option<String> {
    let path = path.split(['#', '?']).next().unwrap_or_default();
    let path = path.trim_end_matches('/').trim_end_matches("/case.md").trim_end_matches("/case.yaml");
    let name = path.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let name = name.trim_end_matches(".md").trim_end_matches(".html");
    let kinds = [Kind::Case, Kind::Topic, Kind::Page].into_iter();
    kinds.filter(|kind| context.text(*kind, name).is_some()).map(|kind| format!("{}{name}", prefix(kind))).next()
}

fn refused(context: &Context<'_>, target: &str) -> Option<Problem> {
    let scheme = target.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let (message, hint) = match scheme.as_deref() {
        // Reported as a telephone number.
        Some("tel") => return None,
        _ if target.is_empty() => (
            text!("der Link hat kein Ziel", "the link leads nowhere"),
            text!(
                "das Ziel in die runden Klammern schreiben: [Text](https://…)",
                "write the target into the round brackets: [text](https://…)"
            ),
        ),
        Some("http" | "https") => {
            let rest = target.split_once(':').map(|(_, rest)| rest.trim_start_matches('/')).unwrap_or_default();
            (
                text!(
                    "der Link „{target}“ beginnt nicht mit https://",
                    "the link \"{target}\" does not start with https://"
                ),
                text!("so schreiben und ausprobieren: https://{rest}", "write it like this and try it: https://{rest}"),
            )
        }
        Some("lang") => (
            text!("hinter „lang:“ steht kein Kürzel einer Sprache", "after \"lang:\" stands no code of a language"),
            text!("so schreiben: [The passage](lang:en)", "write it like this: [Der Abschnitt](lang:de)"),
        ),
        Some("mailto") => (
            text!("hinter „mailto:“ steht keine E-Mail-Adresse", "after \"mailto:\" stands no e-mail address"),
            text!("so schreiben: mailto:postfach@stelle.de", "write it like this: mailto:mailbox@example.org"),
        ),
        Some(other) => {
            let near = nearest(other, ["case", "topic", "page", "work", "term", "https", "mailto"]);
            let near = near.map(|near| text!("meinten Sie „{near}:“?", "did you mean \"{near}:\"?"));
            let right =
                by_name(context, target).map(|right| text!("meinten Sie „{right}“?", "did you mean \"{right}\"?"));
            (
                text!("Links mit „{other}:“ sind nicht erlaubt", "links with \"{other}:\" are not allowed"),
                right.or(near).unwrap_or_else(allowed),
            )
        }
        None => {
            let right = by_name(context, target);
            (
                text!(
                    "der Link „{target}“ nennt einen Pfad statt eines Namens",
                    "the link \"{target}\" gives a path instead of a name"
                ),
                right.map_or_else(allowed, |right| text!("so schreiben: {right}", "write it like this: {right}")),
            )
        }
    };
    Some((Code::LinkScheme, message, Some(hint)))
}

fn allowed() -> Message {
    text!(
        "erlaubt sind https://…, mailto:…, case:…, topic:…, page:…, work:…, term:…, #überschrift und Dateien des Ordners",
        "allowed are https://…, mailto:…, case:…, topic:…, page:…, work:…, term:…, #heading and files of the folder"
    )
}
