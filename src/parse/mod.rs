//! Bytes to documents, one file at a time. Never reads files, never looks from one document into another.

mod recording;
mod yaml;

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

pub use yaml::validation_schema;

use crate::diagnostic::{Code, Diagnostic, Reported, suggest};
use crate::hashed::{self, Hashed};
use crate::memory::Memory;
use crate::model::{
    Case, CaseData, Dimensions, Factors, Glossary, Handbook, Literature, Page, PageData, Position, Regions, Slug,
    Synonyms, Topic, TopicData, Vocabulary,
};
use crate::source::Sources;

/// Everything that editors wrote, file by file.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// `handbook.yaml`, if it could be read.
    pub handbook: Option<Handbook>,
    /// Cases by slug.
    pub cases: Vec<Hashed<Case>>,
    /// Topics by file name.
    pub topics: Vec<Topic>,
    /// Pages by file name.
    pub pages: Vec<Page>,
    /// Lists of choices.
    pub vocabularies: Vocabularies,
    /// Files of cases: `content/cases/<slug>/<name>`.
    pub attachments: BTreeMap<String, Hashed<[u8]>>,
    /// Files that could not be read; references to them are not reported a second time.
    pub broken: BTreeSet<String>,
}

/// The files of `vocabulary/`.
#[derive(Clone, Debug, Default)]
pub struct Vocabularies {
    /// For whom.
    pub target_groups: Vocabulary,
    /// What kind of activity.
    pub formats: Vocabulary,
    /// With whom.
    pub partners: Vocabulary,
    /// Dimensions of the checklist.
    pub dimensions: Dimensions,
    /// Factors across all cases.
    pub factors: Factors,
    /// Places.
    pub regions: Regions,
    /// Terms.
    pub glossary: Glossary,
    /// Works.
    pub literature: Literature,
    /// What the search knows about words.
    pub synonyms: Synonyms,
}

/// Files of `vocabulary/`, each of which must be there.
pub const VOCABULARY_FILES: [&str; 8] =
    ["target-groups", "formats", "partners", "dimensions", "factors", "regions", "glossary", "literature"];

/// The one file of `vocabulary/` that may be missing: a search without it still knows the glossary.
pub const SYNONYMS_FILE: &str = "content/vocabulary/synonyms.yaml";

/// The structured part of a case, in its folder.
const DATA: &str = "/case.yaml";

/// The text of a case, in its folder.
const TEXT: &str = "/case.md";

/// Reads all files below `content/`.
pub fn parse_all(sources: Sources, memory: &Memory) -> Reported<Documents> {
    let mut diagnostics = Vec::new();
    let Sources { mut texts, mut attachments, unread: mut broken } = sources;

    let handbook = texts
        .remove("content/handbook.yaml")
        .and_then(|text| read("content/handbook.yaml", &text, memory, &mut broken, &mut diagnostics));
    let vocabularies = parse_vocabularies(&mut texts, memory, &mut broken, &mut diagnostics);
    let cases = parse_cases(&mut texts, &mut attachments, memory, &mut broken, &mut diagnostics);
    let topics = parse_markdown(
        &mut texts,
        "content/topics/",
        memory,
        &mut broken,
        &mut diagnostics,
        |slug, file, data: TopicData, text, text_line| Topic { slug, file, data, text, text_line },
    );
    let pages = parse_markdown(
        &mut texts,
        "content/pages/",
        memory,
        &mut broken,
        &mut diagnostics,
        |slug, file, data: PageData, text, text_line| Page { slug, file, data, text, text_line },
    );
    let stray = attachments.keys().filter(|name| !name.starts_with("content/cases/")).chain(texts.keys());
    diagnostics.extend(stray.map(|name| unexpected_file(name)));
    attachments.retain(|name, _| name.starts_with("content/cases/"));
    let documents = Documents { handbook, cases, topics, pages, vocabularies, attachments, broken };
    Reported { value: documents, diagnostics }
}

/// Reads a YAML file, and remembers it as broken if it cannot be read.
fn read<T: yaml::Content>(
    name: &str,
    text: &Hashed<str>,
    memory: &Memory,
    broken: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let value = parse_known(name, text, text, memory).note(diagnostics);
    if value.is_none() {
        broken.insert(name.to_owned());
    }
    value
}

/// Reads the YAML that a text is or begins with, unless that is remembered.
fn parse_known<T: yaml::Content>(name: &str, text: &Hashed<str>, yaml: &str, memory: &Memory) -> Reported<Option<T>> {
    memory.recall(type_name::<T>(), &[name.as_bytes(), text.hash()], || yaml::parse(name, yaml, 1))
}

fn parse_vocabularies(
    texts: &mut BTreeMap<String, Hashed<str>>,
    memory: &Memory,
    broken: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vocabularies {
    let mut vocabularies = Vocabularies::default();
    for stem in VOCABULARY_FILES {
        let name = format!("content/vocabulary/{stem}.yaml");
        let Some(text) = texts.remove(&name) else {
            if !broken.insert(name.clone()) {
                continue;
            }
            diagnostics.push(
                Diagnostic::about_file(Code::VocabularyMissing, &name, text!("die Datei fehlt", "the file is missing"))
                    .hint(text!(
                        "anlegen; eine leere Liste heißt „entries: []“",
                        "create it; an empty list is \"entries: []\""
                    )),
            );
            continue;
        };
        macro_rules! fill {
            ($($file:literal => $field:ident,)*) => {
                match stem { $($file => vocabularies.$field = read(&name, &text, memory, broken, diagnostics).unwrap_or_default(),)* other => unreachable!("no field for {other}") }
            };
        }
        fill! {
            "target-groups" => target_groups, "formats" => formats, "partners" => partners, "dimensions" => dimensions,
            "factors" => factors, "regions" => regions, "glossary" => glossary, "literature" => literature,
        }
    }
    if let Some(text) = texts.remove(SYNONYMS_FILE) {
        vocabularies.synonyms = read(SYNONYMS_FILE, &text, memory, broken, diagnostics).unwrap_or_default();
    }
    vocabularies
}

/// What makes a folder a case.
#[derive(Default)]
struct Parts {
    data: Option<Hashed<str>>,
    text: Option<Hashed<str>>,
}

/// Reads the folders of `cases/`, each of which holds `case.yaml`, `case.md` and further files.
fn parse_cases(
    texts: &mut BTreeMap<String, Hashed<str>>,
    attachments: &mut BTreeMap<String, Hashed<[u8]>>,
    memory: &Memory,
    broken: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Hashed<Case>> {
    let mut folders: BTreeMap<String, Parts> = BTreeMap::new();
    for (name, text) in texts.extract_if(.., |name, _| folder_of(name).is_some()) {
        let Some(folder) = folder_of(&name) else { continue };
        let parts = folders.entry(folder.to_owned()).or_default();
        match &name[folder.len()..] {
            DATA => parts.data = Some(text),
            TEXT => parts.text = Some(text),
            _ => drop(attachments.insert(name, text.into())),
        }
    }
    let (unread, files) = (&*broken, &*attachments);
    for folder in files.keys().chain(unread).filter_map(|name| folder_of(name)) {
        if !folders.contains_key(folder) {
            folders.insert(folder.to_owned(), Parts::default());
        }
    }
    let parsed: Vec<_> = folders
        .into_par_iter()
        .map(|(folder, parts)| {
            let prefix = format!("{folder}/");
            let own = files.range(prefix.clone()..).take_while(|(name, _)| name.starts_with(&prefix));
            let own = own.map(|(name, bytes)| (&name[prefix.len()..], bytes.hash())).collect();
            let case = parse_case(&folder, parts, own, unread, memory);
            (folder, case)
        })
        .collect();
    let mut cases = Vec::with_capacity(parsed.len());
    for (folder, case) in parsed {
        match case.note(diagnostics) {
            Some(case) => cases.push(case),
            None => drop(broken.insert(folder)),
        }
    }
    cases
}

/// `content/cases/halle` of `content/cases/halle/case.md`.
fn folder_of(name: &str) -> Option<&str> {
    const CASES: &str = "content/cases/";
    let rest = name.strip_prefix(CASES)?;
    rest.find('/').map(|index| &name[..CASES.len() + index])
}

/// Reads a case, unless it is remembered. `attachments` are names and fingerprints of its other files.
fn parse_case(
    folder: &str,
    parts: Parts,
    attachments: Vec<(&str, &[u8; 32])>,
    unread: &BTreeSet<String>,
    memory: &Memory,
) -> Reported<Option<Hashed<Case>>> {
    let is_missing = |name: &str| !unread.contains(&format!("{folder}{name}"));
    let missing = [(DATA, &parts.data), (TEXT, &parts.text)]
        .into_iter()
        .filter(|(name, part)| part.is_none() && is_missing(name));
    let missing: Vec<Diagnostic> = missing.map(|(name, _)| missing_part(folder, name)).collect();
    let written = [&parts.data, &parts.text].map(|part| part.as_ref().map_or(&[][..], |text| text.hash()));
    let others = attachments.iter().flat_map(|(name, hash)| [name.as_bytes(), &hash[..]]);
    let hash = hashed::join([folder.as_bytes()].into_iter().chain(written).chain(others));
    let mut case = memory.recall("parse::case", &[hash.as_bytes()], || {
        let mut diagnostics = Vec::new();
        let slug = slug_of(folder.rsplit('/').next().unwrap_or_default(), folder, &mut diagnostics);
        let (file, text_file) = (format!("{folder}{DATA}"), format!("{folder}{TEXT}"));
        let data = parts.data.and_then(|data| yaml::parse::<CaseData>(&file, &data, 1).note(&mut diagnostics));
        let attachments = attachments.iter().map(|(name, _)| (*name).to_owned()).collect();
        let case = match (slug, data, parts.text) {
            (Some(slug), Some(data), Some(text)) => Some(Case { slug, file, text_file, data, text, attachments }),
            _ => None,
        };
        Reported { value: case.map(|case| Hashed::new(case, hash)), diagnostics }
    });
    case.diagnostics.extend(missing);
    case
}

fn missing_part(folder: &str, name: &str) -> Diagnostic {
    let missing = name.trim_start_matches('/');
    Diagnostic::about_file(
        Code::CaseIncomplete,
        &format!("{folder}{name}"),
        text!("die Datei {missing} fehlt", "the file {missing} is missing"),
    )
    .hint(text!(
        "ein Beispiel besteht aus case.yaml und case.md; „praxis new case“ legt beide an",
        "a case consists of case.yaml and case.md; \"praxis new case\" creates both"
    ))
}

/// Reads the Markdown files of a folder, each with front matter.
fn parse_markdown<Data: yaml::Content, Document>(
    texts: &mut BTreeMap<String, Hashed<str>>,
    folder: &str,
    memory: &Memory,
    broken: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
    make: impl Fn(Slug, String, Data, String, u32) -> Document,
) -> Vec<Document> {
    let names: Vec<String> =
        texts.keys().filter(|name| name.starts_with(folder) && name.ends_with(".md")).cloned().collect();
    let mut documents = Vec::new();
    for name in names {
        let Some(text) = texts.remove(&name) else { continue };
        let stem = name[folder.len()..name.len() - ".md".len()].to_owned();
        let slug = slug_of(&stem, &name, diagnostics);
        let parts = front_matter(&text);
        if parts.is_none() {
            diagnostics.push(
                Diagnostic::new(
                    Code::FrontMatterMissing,
                    &name,
                    Position::new(1, 1, 1),
                    text!("der Kopf zwischen zwei Zeilen „---“ fehlt", "the head between two lines \"---\" is missing"),
                )
                .hint(text!(
                    "die Datei beginnt mit ---, dann title: …, dann wieder ---",
                    "the file starts with ---, then title: …, then --- again"
                )),
            );
        }
        let data = parts.and_then(|(head, _, _)| parse_known::<Data>(&name, &text, head, memory).note(diagnostics));
        match (slug, data, parts) {
            (Some(slug), Some(data), Some((_, body, line))) => {
                documents.push(make(slug, name, data, body.to_owned(), line))
            }
            _ => drop(broken.insert(name)),
        }
    }
    documents
}

/// Head, body and the line on which the body starts. The head keeps its opening `---`, which YAML allows, so that places
/// in it are places in the file.
fn front_matter(text: &str) -> Option<(&str, &str, u32)> {
    const OPENING: usize = "---\n".len();
    let rest = text.strip_prefix("---\n")?;
    let end = if rest.starts_with("---\n") {
        OPENING
    } else {
        OPENING + rest.find("\n---\n").or_else(|| rest.ends_with("\n---").then(|| rest.len() - 4))? + 1
    };
    let (head, tail) = text.split_at(end);
    let body = tail.strip_prefix("---").unwrap_or(tail).trim_start_matches('\n');
    let lines = text[..text.len() - body.len()].matches('\n').count();
    Some((head, body, u32::try_from(lines + 1).unwrap_or(u32::MAX)))
}

fn slug_of(name: &str, file: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Slug> {
    let slug = Slug::parse(name);
    if slug.is_none() {
        let better = Slug::suggest(name);
        diagnostics.push(
            Diagnostic::about_file(
                Code::InvalidName,
                file,
                text!("„{name}“ kann nicht Teil einer Adresse werden", "\"{name}\" cannot become part of an address"),
            )
            .hint(match Slug::parse(&better) {
                Some(better) => text!(
                    "umbenennen, zum Beispiel in „{better}“: nur a–z, 0–9 und einzelne Bindestriche, höchstens 80 Zeichen",
                    "rename it, for example to \"{better}\": only a–z, 0–9 and single hyphens, at most 80 characters"
                ),
                // Nothing is left of it, or it is a name that Windows keeps for itself.
                None => text!(
                    "umbenennen: nur a–z, 0–9 und einzelne Bindestriche, höchstens 80 Zeichen, kein Gerätename von Windows wie „con“ oder „nul“",
                    "rename it: only a–z, 0–9 and single hyphens, at most 80 characters, no name of a Windows device such as \"con\" or \"nul\""
                ),
            }),
        );
    }
    slug
}

fn unexpected_file(name: &str) -> Diagnostic {
    const FOLDERS: [&str; 4] = ["cases", "topics", "pages", "vocabulary"];
    let folder = name.split('/').nth(1).unwrap_or_default();
    let hint = suggest(folder, FOLDERS).filter(|_| !FOLDERS.contains(&folder));
    Diagnostic::about_file(Code::UnexpectedFile, name, text!("diese Datei liest niemand", "nobody reads this file"))
        .maybe_hint(hint.or_else(|| {
        Some(text!(
            "Beispiele liegen in content/cases/NAME/, Themen und Seiten als .md in content/topics/ und content/pages/",
            "cases lie in content/cases/NAME/, topics and pages as .md in content/topics/ and content/pages/"
        ))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_front_matter_and_counts_lines() {
        assert_eq!(front_matter("---\ntitle: x\n---\n\nText\n"), Some(("---\ntitle: x\n", "Text\n", 5)));
        assert_eq!(front_matter("---\n---\nText"), Some(("---\n", "Text", 3)));
        assert_eq!(front_matter("---\ntitle: x\n---"), Some(("---\ntitle: x\n", "", 3)));
        assert_eq!(front_matter("title: x\n"), None);
        assert_eq!(front_matter("---\ntitle: x\n"), None);
    }
}
