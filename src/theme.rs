//! Files of a theme to compiled templates, words and static files. The theme `handbuch` is part of the program; files in
//! `themes/<name>/` of the handbook replace single files of it. Knows nothing of cases or sites.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_embed::Embed;
use serde::Serialize;
use serde_json::Value;
use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::{Code, Diagnostic, Reported, Severity};
use crate::hashed::Hashed;
use crate::model::Position;

/// The theme inside the program.
#[derive(Embed)]
#[folder = "themes/handbuch/"]
struct BuiltIn;

/// Name of the theme inside the program.
pub const BUILT_IN: &str = "handbuch";

/// File of the words.
const LABELS: &str = "labels.yaml";

/// Size of a page in bytes that most stay below, so that they do not grow bit by bit while they are rendered.
const USUAL_PAGE: usize = 1 << 16;

/// A theme, ready to render.
#[derive(Clone)]
pub struct Theme {
    /// Folder of the theme, for messages.
    folder: String,
    tera: Tera,
    /// Every word that the theme says.
    pub labels: Labels,
    /// Files that are copied as they are, by path below `assets/`.
    pub statics: BTreeMap<String, Cow<'static, [u8]>>,
    /// Tells it from other themes, whether its files are in the program or in the handbook.
    pub digest: blake3::Hash,
}

/// Words of a theme by dotted name, `kind.requirement.one`.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    texts: BTreeMap<String, String>,
    tree: Value,
}

/// Loads a theme. `files` holds the texts of the handbook, of which those below `themes/<name>/` count; `assets` the same
/// for other files.
pub fn load(
    name: &str,
    files: &BTreeMap<String, Hashed<str>>,
    assets: &BTreeMap<String, Hashed<[u8]>>,
) -> Reported<Option<Theme>> {
    let folder = format!("themes/{name}/");
    let own = |path: &String| path.strip_prefix(&folder).map(str::to_owned);
    let mut all: BTreeMap<String, Cow<'static, [u8]>> =
        BuiltIn::iter().filter_map(|path| BuiltIn::get(&path).map(|file| (path.into_owned(), file.data))).collect();
    let texts = files.iter().filter_map(|(path, text)| Some((own(path)?, Cow::Owned(text.as_bytes().to_vec()))));
    let others = assets.iter().filter_map(|(path, bytes)| Some((own(path)?, Cow::Owned(bytes.to_vec()))));
    let replacements: Vec<(String, Cow<'static, [u8]>)> = texts.chain(others).collect();
    if replacements.is_empty() && name != BUILT_IN {
        let diagnostic = Diagnostic::about_file(
            Code::ThemeMissing,
            "content/handbook.yaml",
            text!("die Gestaltung „{name}“ gibt es nicht", "there is no theme \"{name}\""),
        )
        .hint(text!(
            "den Ordner themes/{name}/ neben content/ anlegen, oder die Zeile „theme:“ löschen",
            "create the folder themes/{name}/ beside content/, or delete the line \"theme:\""
        ));
        return Reported { value: None, diagnostics: vec![diagnostic] };
    }
    let similar = replacements.iter().find_map(|(path, _)| {
        let other = all.keys().find(|other| *other != path && other.eq_ignore_ascii_case(path))?;
        Some(similar_name(&format!("{folder}{path}"), other))
    });
    if let Some(diagnostic) = similar {
        return Reported { value: None, diagnostics: vec![diagnostic] };
    }
    let own_labels = replacements.iter().find(|(path, _)| path == LABELS).map(|(_, bytes)| bytes.clone());
    all.extend(replacements.into_iter().filter(|(path, _)| path != LABELS));
    build(folder, all, own_labels)
}

fn build(
    folder: String,
    all: BTreeMap<String, Cow<'static, [u8]>>,
    own_labels: Option<Cow<'static, [u8]>>,
) -> Reported<Option<Theme>> {
    let mut diagnostics = Vec::new();
    let mut templates: Vec<(String, String)> = Vec::new();
    let mut statics = BTreeMap::new();
    let mut words = Value::Null;
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in all {
        if path != LABELS {
            hasher.update(format!("{}  {path}\n", blake3::hash(&bytes).to_hex()).as_bytes());
        }
        if let Some(name) = path.strip_prefix("templates/") {
            templates.push((name.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
        } else if let Some(name) = path.strip_prefix("static/") {
            statics.insert(name.to_owned(), bytes);
        } else if path == LABELS {
            words = parse_labels(&folder, &bytes).note(&mut diagnostics);
        } else {
            diagnostics.push(unexpected_file(&folder, &path));
        }
    }
    if let Some(bytes) = own_labels {
        merge(&mut words, parse_labels(&folder, &bytes).note(&mut diagnostics));
    }
    let mut tera = Tera::new();
    if let Err(error) = tera.add_raw_templates(templates) {
        diagnostics.push(explain(&folder, "", &error));
    }
    hasher.update(words.to_string().as_bytes());
    let labels = Labels::new(words);
    tera.global_context().insert("labels", &labels.tree);
    let usable = !diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    Reported {
        value: usable.then_some(Theme { folder, tera, labels, statics, digest: hasher.finalize() }),
        diagnostics,
    }
}

/// Puts the words of a handbook over those of the built-in theme, word by word.
fn merge(words: &mut Value, own: Value) {
    match (words, own) {
        (Value::Object(words), Value::Object(own)) => {
            for (key, value) in own {
                merge(words.entry(key).or_insert(Value::Null), value);
            }
        }
        (words, own) => *words = own,
    }
}

fn parse_labels(folder: &str, bytes: &[u8]) -> Reported<Value> {
    match serde_yaml::from_str::<Value>(&String::from_utf8_lossy(bytes)) {
        Ok(words @ Value::Object(_)) => Reported { value: words, diagnostics: Vec::new() },
        Ok(_) => Reported { value: Value::Null, diagnostics: Vec::new() },
        Err(error) => {
            let at =
                error.location().map_or_else(Position::default, |location| Position { length: 1, ..location.into() });
            let cause = error.without_snippet().to_string();
            let message = text!("das YAML ist hier nicht lesbar: {cause}", "the YAML cannot be read here: {cause}");
            let diagnostic = Diagnostic::new(Code::YamlSyntax, &format!("{folder}{LABELS}"), at, message);
            Reported { value: Value::Null, diagnostics: vec![diagnostic] }
        }
    }
}

/// Windows and macOS would write one over the other.
fn similar_name(file: &str, other: &str) -> Diagnostic {
    let message = text!(
        "nur in der Groß- und Kleinschreibung anders als „{other}“ in der eingebauten Gestaltung",
        "differs only in case from \"{other}\" in the theme of the program"
    );
    Diagnostic::about_file(Code::SimilarNames, file, message).hint(text!(
        "ebenso schreiben, um die Datei zu ersetzen, oder anders nennen",
        "write it the same way to replace that file, or give it another name"
    ))
}

fn unexpected_file(folder: &str, path: &str) -> Diagnostic {
    let message = text!("diese Datei liest niemand", "nobody reads this file");
    Diagnostic::about_file(Code::UnexpectedFile, &format!("{folder}{path}"), message).hint(text!(
        "eine Gestaltung besteht aus templates/, static/ und labels.yaml",
        "a theme consists of templates/, static/ and labels.yaml"
    ))
}

impl Theme {
    /// Makes a value known to every template.
    pub fn set_global<T: Serialize>(&mut self, name: &'static str, value: &T) {
        self.tera.global_context().insert(name, value);
    }

    /// Renders one page, as UTF-8.
    pub fn render<T: Serialize>(&self, template: &str, view: &T) -> Result<Vec<u8>, Diagnostic> {
        let mut page = Vec::with_capacity(USUAL_PAGE);
        let rendered =
            Context::from_serialize(view).and_then(|context| self.tera.render_to(template, &context, &mut page));
        rendered.map(|()| page).map_err(|error| explain(&self.folder, template, &error))
    }
}

/// A message of the template engine, with the line of the template.
fn explain(folder: &str, template: &str, error: &tera::Error) -> Diagnostic {
    let (file, at, cause) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let length = if span.start_line == span.end_line { span.end_col.saturating_sub(span.start_col) } else { 1 };
            (
                report.filename().to_owned(),
                Position::new(span.start_line, span.start_col + 1, length),
                report.message().to_owned(),
            )
        }
        _ => (template.to_owned(), Position::default(), error.to_string()),
    };
    let file = if file.is_empty() { template } else { &file };
    Diagnostic::new(
        Code::TemplateError,
        &format!("{folder}templates/{file}"),
        at,
        text!("die Vorlage ist nicht lesbar: {cause}", "the template cannot be used: {cause}"),
    )
    .hint(text!(
        "die Vorlage berichtigen, oder löschen: dann gilt die eingebaute",
        "mend the template, or delete it: then the built-in one is used"
    ))
}

impl Labels {
    fn new(tree: Value) -> Labels {
        let mut labels = Labels::default();
        labels.add("", &tree);
        labels.tree = tree;
        labels
    }

    fn add(&mut self, name: &str, value: &Value) {
        let child = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
        match value {
            Value::Object(entries) => entries.iter().for_each(|(key, value)| self.add(&child(key), value)),
            // A word without text is a word that is missing; lists are for templates alone.
            Value::Null | Value::Array(_) => {}
            Value::String(text) => drop(self.texts.insert(name.to_owned(), text.clone())),
            other => drop(self.texts.insert(name.to_owned(), other.to_string())),
        }
    }

    /// A word by its dotted name; the name itself where the theme lacks it, which [`Labels::missing`] reports.
    pub fn text<'a>(&'a self, name: &'a str) -> &'a str {
        self.texts.get(name).map_or(name, String::as_str)
    }

    /// A word in which `{n}` and the like are replaced.
    pub fn fill(&self, name: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.text(name).to_owned();
        for (key, value) in values {
            text = text.replace(&format!("{{{key}}}"), value);
        }
        text
    }

    /// Messages for the words that are needed and not there.
    pub fn missing(&self, theme: &str, needed: impl IntoIterator<Item = String>) -> Vec<Diagnostic> {
        let file = format!("themes/{theme}/{LABELS}");
        let lacking = needed.into_iter().filter(|name| !self.texts.contains_key(name));
        lacking
            .map(|name| {
                Diagnostic::about_file(
                    Code::LabelMissing,
                    &file,
                    text!("das Wort „{name}“ fehlt", "the word \"{name}\" is missing"),
                )
                .hint(text!(
                    "aus themes/handbuch/labels.yaml übernehmen",
                    "take it over from themes/handbuch/labels.yaml"
                ))
            })
            .collect()
    }
}
