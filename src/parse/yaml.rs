//! One YAML text to one value, with every problem in it.
//!
//! A correct file is read once: straight into its type, while what is written is kept and then held against the JSON Schema
//! of the type, the same one that editors' programs use while typing. Serde stops at the first error, though, and an editor
//! wants all of them: so a file that fails is read a second time as a tree with positions and held against the schema.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, Validator};
use schemars::{JsonSchema, Schema};
use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_yaml::{DuplicateKeyPolicy, Options};

use super::recording;
use crate::diagnostic::{Code, Diagnostic, Reported, Text, suggest};
use crate::model::{Date, Lines, Located, Position};

/// What a YAML file can hold.
pub trait Content: DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {}

impl<T: DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static> Content for T {}

/// Reads a text whose first line is line `first_line` of the file.
pub fn parse<T: Content>(file: &str, text: &str, first_line: u32) -> Reported<Option<T>> {
    if let Some(mut at) = endless_nesting(text) {
        at.line += first_line - 1;
        let message = text!("die Angaben sind zu tief verschachtelt", "the data is nested too deeply");
        let hint = text!("die Klammern prüfen", "check the brackets");
        let diagnostic = Diagnostic::new(Code::YamlSyntax, file, at, message).hint(hint);
        return Reported { value: None, diagnostics: vec![diagnostic] };
    }
    let read =
        serde_yaml::with_deserializer_from_str_with_options(text, options(), |yaml| recording::read::<T, _>(yaml));
    let (value, mut diagnostics) = match read {
        Ok((value, written)) if keeps_schema::<T>(&written) => (Some(value), Vec::new()),
        Ok(_) => (None, explain::<T>(file, text, None)),
        Err(error) => (None, explain::<T>(file, text, Some(&error))),
    };
    for diagnostic in &mut diagnostics {
        diagnostic.at.line += first_line - 1;
    }
    Reported { value, diagnostics }
}

/// Where far more brackets are open than any text leaves open: the library would take minutes to find out.
fn endless_nesting(text: &str) -> Option<Position> {
    const MOST_OPEN: i64 = 1000;
    let mut open = 0_i64;
    let deepest = text.bytes().position(|byte| {
        open += i64::from(matches!(byte, b'[' | b'{')) - i64::from(matches!(byte, b']' | b'}'));
        open > MOST_OPEN
    });
    deepest.map(|byte| Lines::of(text).at(byte..byte + 1))
}

/// Whether a text that fits its type keeps the rules that only the schema knows, too: patterns, lengths of lists.
pub(super) fn keeps_schema<T: JsonSchema + 'static>(written: &Value) -> bool {
    Rules::of::<T>().validator.as_ref().is_none_or(|validator| validator.is_valid(written))
}

/// The schema of a type as used for checking: without the handbook's own vocabulary.
pub fn validation_schema<T: JsonSchema>() -> Schema {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}

pub(super) fn options() -> Options {
    serde_yaml::options! {
        with_snippet: false, strict_booleans: true, leading_zero_numbers_as_strings: true,
        budget: serde_yaml::budget! { max_depth: DEEPEST },
    }
}

/// Deepest nesting that is read. Data of a handbook need less than ten; hundreds would overflow the stack.
const DEEPEST: usize = 24;

/// Most messages about one file: a file that is broken throughout is understood after so many.
const MOST: usize = 100;

/// All problems of a text that could not be read, at most [`MOST`].
fn explain<T: Content>(file: &str, text: &str, error: Option<&serde_yaml::Error>) -> Vec<Diagnostic> {
    let tree_options = serde_yaml::options! {
        with_snippet: false, strict_booleans: true, leading_zero_numbers_as_strings: true,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        budget: serde_yaml::budget! { max_depth: DEEPEST },
    };
    let tree = match serde_yaml::from_str_with_options::<Node>(text, tree_options) {
        Ok(tree) => tree,
        Err(error) => return vec![syntax_error(file, &error)],
    };
    let mut diagnostics = Vec::new();
    duplicate_keys(file, &tree, &mut diagnostics);
    let rules = Rules::of::<T>();
    let value = tree.to_json();
    for error in rules.validator.iter().flat_map(|validator| validator.iter_errors(&value)).take(MOST) {
        Explanation { file, tree: &tree, schema: &rules.schema }.add(&error, &mut diagnostics);
    }
    diagnostics.truncate(MOST);
    if diagnostics.is_empty() {
        diagnostics.extend(error.map(|error| syntax_error(file, error)));
    }
    diagnostics
}

/// The schema of a type, ready to validate with.
struct Rules {
    schema: Value,
    /// None only if the schema itself is wrong, which the tests rule out.
    validator: Option<Validator>,
}

impl Rules {
    /// Built once for each type.
    fn of<T: JsonSchema + 'static>() -> Arc<Rules> {
        static RULES: LazyLock<Mutex<HashMap<TypeId, Arc<Rules>>>> = LazyLock::new(Mutex::default);
        let mut all = RULES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(TypeId::of::<T>()).or_insert_with(|| {
            let schema = validation_schema::<T>().to_value();
            let options = jsonschema::options().with_format(Date::FORMAT, |text: &str| Date::parse(text).is_some());
            let validator = options.should_validate_formats(true).build(&schema).ok();
            Arc::new(Rules { schema, validator })
        }))
    }
}

/// What is needed to say in plain words where a text breaks its schema.
struct Explanation<'a> {
    file: &'a str,
    tree: &'a Node,
    schema: &'a Value,
}

impl Explanation<'_> {
    fn add(&self, error: &ValidationError<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let segments: Vec<LocationSegment<'_>> = error.instance_path().segments().collect();
        let node = self.tree.find(&segments);
        let name = segments.iter().rev().find_map(|segment| match segment {
            LocationSegment::Property(name) => Some(name.to_string()),
            LocationSegment::Index(_) => None,
        });
        let name = name.unwrap_or_default();
        let mut push =
            |code, at, message, hint| diagnostics.push(Diagnostic::new(code, self.file, at, message).maybe_hint(hint));
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = self.known_keys(error);
                for key in unexpected.iter().take(MOST) {
                    let hint = suggest(key, known.iter().map(String::as_str));
                    push(
                        Code::UnknownKey,
                        node.key_position(key),
                        text!("unbekannter Schlüssel „{key}“", "unknown key \"{key}\""),
                        hint,
                    );
                }
            }
            ValidationErrorKind::Required { property } => {
                let (code, message, hint) = missing_key(property.as_str().unwrap_or_default(), &name);
                push(code, node.start(), message, hint);
            }
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }
                if self.choices(error).is_empty() =>
            {
                // The alternative that at least has the right type is the one that was meant.
                let depth = error.instance_path().segments().count();
                let wrong_type = |error: &ValidationError<'_>| {
                    matches!(error.kind(), ValidationErrorKind::Type { .. } | ValidationErrorKind::Constant { .. })
                        && error.instance_path().segments().count() == depth
                };
                match context.iter().find(|errors| !errors.iter().any(wrong_type)) {
                    Some(meant) => meant.iter().for_each(|error| self.add(error, diagnostics)),
                    None => push(Code::WrongType, node.at, wrong_type_message(&name), choices_hint(&words_of(context))),
                }
            }
            ValidationErrorKind::Enum { .. }
            | ValidationErrorKind::Constant { .. }
            | ValidationErrorKind::AnyOf { .. }
            | ValidationErrorKind::OneOfNotValid { .. } => {
                let choices = self.choices(error);
                let hint = match &node.kind {
                    Kind::String(written) => {
                        suggest(written, choices.iter().map(String::as_str)).or_else(|| choices_hint(&choices))
                    }
                    _ => choices_hint(&choices),
                };
                let written = node.written();
                push(
                    Code::UnknownValue,
                    node.at,
                    text!(
                        "„{written}“ ist bei „{name}“ nicht vorgesehen",
                        "\"{written}\" is not a choice for \"{name}\""
                    ),
                    hint,
                );
            }
            ValidationErrorKind::Type { .. } if self.is_date(error) => self.invalid_date(node, &mut push),
            ValidationErrorKind::Type { kind } => {
                push(Code::WrongType, node.at, wrong_type_message(&name), Some(expected_type(kind)))
            }
            ValidationErrorKind::Format { .. } => self.invalid_date(node, &mut push),
            ValidationErrorKind::Pattern { .. }
            | ValidationErrorKind::Minimum { .. }
            | ValidationErrorKind::Maximum { .. }
                if self.is_date(error) =>
            {
                self.invalid_date(node, &mut push);
            }
            ValidationErrorKind::Pattern { pattern } => {
                let (written, hint) = (node.written(), explain_pattern(pattern).or_else(|| self.description(error)));
                push(
                    Code::InvalidValue,
                    node.at,
                    text!("„{written}“ passt nicht zu „{name}“", "\"{written}\" does not fit \"{name}\""),
                    hint,
                );
            }
            ValidationErrorKind::MinItems { limit } => {
                let message = text!("die Liste „{name}“ ist zu kurz", "the list \"{name}\" is too short");
                push(Code::InvalidValue, node.at, message, Some(too_few(&name, *limit)));
            }
            ValidationErrorKind::MaxItems { limit } => push(
                Code::InvalidValue,
                node.at,
                text!("die Liste „{name}“ ist zu lang", "the list \"{name}\" is too long"),
                Some(text!("höchstens {limit} Einträge angeben", "give at most {limit}")),
            ),
            _ => {
                let written = node.written();
                push(
                    Code::InvalidValue,
                    node.at,
                    text!("„{written}“ passt nicht zu „{name}“", "\"{written}\" does not fit \"{name}\""),
                    self.description(error),
                );
            }
        }
    }

    fn invalid_date(&self, node: &Node, push: &mut impl FnMut(Code, Position, Text, Option<Text>)) {
        let written = node.written();
        push(
            Code::InvalidDate,
            node.at,
            text!("„{written}“ ist kein Datum", "\"{written}\" is no date"),
            Some(text!(
                "JJJJ, JJJJ-MM oder JJJJ-MM-TT schreiben, zum Beispiel 2025-09",
                "write YYYY, YYYY-MM or YYYY-MM-DD, for example 2025-09"
            )),
        );
    }

    /// The schema around the keyword that failed.
    fn schema_of(&self, error: &ValidationError<'_>) -> Option<&Value> {
        let path = error.schema_path().as_str();
        self.schema.pointer(path.rsplit_once('/')?.0)
    }

    fn known_keys(&self, error: &ValidationError<'_>) -> Vec<String> {
        let properties = self.schema_of(error).and_then(|schema| schema.get("properties")?.as_object());
        properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
    }

    fn choices(&self, error: &ValidationError<'_>) -> Vec<String> {
        let Some(schema) = self.schema_of(error) else { return Vec::new() };
        let alternatives = ["oneOf", "anyOf"].iter().filter_map(|keyword| schema.get(keyword)?.as_array()).flatten();
        let constants: Vec<Option<&str>> = alternatives.map(|alternative| alternative.get("const")?.as_str()).collect();
        let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten().map(Value::as_str);
        constants
            .into_iter()
            .chain(listed)
            .collect::<Option<Vec<&str>>>()
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    fn is_date(&self, error: &ValidationError<'_>) -> bool {
        self.schema_of(error).and_then(|schema| schema.get("format")?.as_str()) == Some(Date::FORMAT)
    }

    /// What the schema says about the value, as a hint.
    fn description(&self, error: &ValidationError<'_>) -> Option<Text> {
        let description = self.schema_of(error)?.get("description")?.as_str()?;
        Some(text!("{description}", "{description}"))
    }
}

/// What to do about a list with fewer entries than it needs.
fn too_few(name: &str, limit: u64) -> Text {
    match (name, limit) {
        ("checklist", _) => text!(
            "mindestens einen Punkt angeben; solange nichts erhoben ist: „checklist: not-recorded“",
            "give at least one item; while nothing has been recorded: \"checklist: not-recorded\""
        ),
        (_, 1) => text!("mindestens 1 Eintrag angeben", "give at least 1"),
        (_, limit) => text!("mindestens {limit} Einträge angeben", "give at least {limit}"),
    }
}

fn missing_key(key: &str, parent: &str) -> (Code, Text, Option<Text>) {
    match (key, parent) {
        ("as_of", _) => (
            Code::FigureWithoutDate,
            text!("die Zahl hat keinen Stand", "the figure has no date"),
            Some(text!(
                "„as_of:“ mit dem Datum ergänzen, zu dem die Zahl galt",
                "add \"as_of:\" with the date at which the figure was true"
            )),
        ),
        ("source", "results" | "figures") => (
            Code::FigureWithoutSource,
            text!("die Zahl hat keine Fundstelle", "the figure has no source"),
            Some(text!("„source: {{ work: …, page: … }}“ ergänzen", "add \"source: {{ work: …, page: … }}\"")),
        ),
        ("work", _) => (
            Code::PageWithoutWork,
            text!("die Seite gehört zu keinem Werk", "the page belongs to no work"),
            Some(text!(
                "„work:“ mit der Kennung aus vocabulary/literature.yaml ergänzen",
                "add \"work:\" with an id of vocabulary/literature.yaml"
            )),
        ),
        _ => (
            Code::MissingKey,
            text!("der Schlüssel „{key}“ fehlt", "the key \"{key}\" is missing"),
            Some(text!("„{key}: …“ ergänzen", "add \"{key}: …\"")),
        ),
    }
}

fn wrong_type_message(name: &str) -> Text {
    if name.is_empty() {
        return text!("die Datei ist leer oder keine Gruppe von Schlüsseln", "the file is empty or no group of keys");
    }
    text!("„{name}“ hat die falsche Form", "\"{name}\" has the wrong form")
}

/// The patterns of the model in plain words.
fn explain_pattern(pattern: &str) -> Option<Text> {
    let digits = |count: &str| text!("{count} Ziffern, in Anführungszeichen", "{count} digits, in quotation marks");
    match pattern {
        "^[a-z0-9]+(-[a-z0-9]+)*$" => {
            Some(text!("nur a–z, 0–9 und einzelne Bindestriche", "only a–z, 0–9 and single hyphens"))
        }
        "^[0-9]{2}$" => Some(digits("2")),
        "^[0-9]{5}$" => Some(digits("5")),
        "^[0-9]{12}$" => Some(digits("12")),
        _ => None,
    }
}

/// Constant words among the alternatives of a schema.
fn words_of(context: &[Vec<ValidationError<'static>>]) -> Vec<String> {
    let errors = context.iter().flatten();
    errors
        .filter_map(|error| match error.kind() {
            ValidationErrorKind::Constant { expected_value } => expected_value.as_str().map(str::to_owned),
            _ => None,
        })
        .collect()
}

fn choices_hint(choices: &[String]) -> Option<Text> {
    let list = choices.join(", ");
    (!choices.is_empty()).then(|| text!("möglich: {list}", "possible: {list}"))
}

fn expected_type(kind: &TypeKind) -> Text {
    let types: Vec<String> = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(several) => {
            several.iter().map(|single| single.to_string()).filter(|name| name != "null").collect()
        }
    };
    let german = types.iter().map(|name| match name.as_str() {
        "string" => "Text",
        "integer" => "eine ganze Zahl",
        "number" => "eine Zahl",
        "boolean" => "true oder false",
        "array" => "eine Liste, [a, b] oder Zeilen mit „- “",
        "object" => "eine Gruppe von Schlüsseln, { a: …, b: … }",
        _ => "etwas anderes",
    });
    let (german, english) = (german.collect::<Vec<_>>().join(" oder "), types.join(" or "));
    text!("hierher gehört {german}", "what belongs here is {english}")
}

/// A problem that leaves no value to look at: the notation itself, limits, or what only Serde saw.
fn syntax_error(file: &str, error: &serde_yaml::Error) -> Diagnostic {
    let at = error.location().map_or_else(Position::default, |location| Position { length: 1, ..location.into() });
    // The library appends the place in words; the report shows it already.
    let cause = error.to_string();
    let english = cause.lines().next().unwrap_or_default().split(" at line ").next().unwrap_or_default();
    // It quotes values, whatever their length.
    let english: String = english.chars().take(200).collect();
    let known = CAUSES.iter().find(|(beginning, _)| english.contains(beginning));
    let german = known.map_or(&*english, |(_, german)| german);
    let hint = text!(
        "Einrückung mit Leerzeichen prüfen; Texte mit „: “, „#“ oder Anführungszeichen am Anfang in \"…\" setzen",
        "check the indentation (spaces only); put texts with \": \", \"#\" or a leading quotation mark in \"…\""
    );
    let message = text!("das YAML ist hier nicht lesbar: {german}", "the YAML cannot be read here: {english}");
    Diagnostic::new(Code::YamlSyntax, file, at, message).hint(hint)
}

/// What the library says most often when editors mistype, in their language.
const CAUSES: [(&str, &str); 9] = [
    ("multiline quoted scalar", "ein Anführungszeichen wird nicht geschlossen"),
    ("mapping values are not allowed", "hier ist kein Doppelpunkt erlaubt, oder die Einrückung stimmt nicht"),
    ("did not find expected", "hier fehlt ein Zeichen, zum Beispiel - oder : oder eine schließende Klammer"),
    ("simple key", "hinter dem Schlüssel fehlt der Doppelpunkt"),
    ("tab", "hier steht ein Tabulator; YAML erlaubt nur Leerzeichen"),
    ("unexpected end", "die Datei endet zu früh, zum Beispiel fehlt eine schließende Klammer"),
    ("unclosed", "eine Klammer wird nicht geschlossen"),
    ("null", "hinter dem Schlüssel steht nichts"),
    ("budget", "die Datei ist zu groß oder zu tief verschachtelt"),
];

fn duplicate_keys(file: &str, node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| duplicate_keys(file, item, diagnostics)),
        Kind::Mapping(entries) => {
            let mut first_lines: HashMap<&str, u32> = HashMap::new();
            for (key, value) in entries {
                let first = first_lines.get(&*key.value).copied();
                first_lines.entry(&key.value).or_insert(key.at.line);
                if let Some(line) = first.filter(|_| diagnostics.len() < MOST) {
                    let name = &key.value;
                    diagnostics.push(
                        Diagnostic::new(
                            Code::DuplicateKey,
                            file,
                            key.at,
                            text!(
                                "der Schlüssel „{name}“ steht schon in Zeile {line}",
                                "the key \"{name}\" stands in line {line} already"
                            ),
                        )
                        .hint(text!("einen der beiden löschen", "delete one of them")),
                    );
                }
                duplicate_keys(file, value, diagnostics);
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) | Kind::String(_) => {}
    }
}

/// Any YAML value with its place.
struct Node {
    at: Position,
    kind: Kind,
}

enum Kind {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(String),
    Sequence(Vec<Node>),
    Mapping(Vec<(Located<String>, Node)>),
}

impl Node {
    fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => (*value).into(),
            Kind::Integer(value) => (*value).into(),
            Kind::Float(value) => (*value).into(),
            Kind::String(value) => value.clone().into(),
            Kind::Sequence(items) => items.iter().map(Node::to_json).collect(),
            Kind::Mapping(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.value.clone(), value.to_json())).collect())
            }
        }
    }

    /// The value at a path, or the nearest one above it.
    fn find(&self, segments: &[LocationSegment<'_>]) -> &Node {
        let Some((first, rest)) = segments.split_first() else { return self };
        let child = match (&self.kind, first) {
            (Kind::Sequence(items), LocationSegment::Index(index)) => items.get(*index),
            (Kind::Mapping(entries), LocationSegment::Property(name)) => {
                entries.iter().find(|(key, _)| key.value == **name).map(|(_, value)| value)
            }
            _ => None,
        };
        child.map_or(self, |child| child.find(rest))
    }

    fn key_position(&self, name: &str) -> Position {
        let key = match &self.kind {
            Kind::Mapping(entries) => entries.iter().find(|(key, _)| key.value == name),
            _ => None,
        };
        key.map_or(self.at, |(key, _)| key.at)
    }

    /// Where a block starts: its first key.
    fn start(&self) -> Position {
        match &self.kind {
            Kind::Mapping(entries) => entries.first().map_or(self.at, |(key, _)| key.at),
            _ => self.at,
        }
    }

    /// The value as it may be quoted in a message.
    fn written(&self) -> String {
        match &self.kind {
            Kind::Null => "null".to_owned(),
            Kind::Bool(value) => value.to_string(),
            Kind::Integer(value) => value.to_string(),
            Kind::Float(value) => value.to_string(),
            Kind::String(value) => value.chars().take(60).collect(),
            Kind::Sequence(_) => "[…]".to_owned(),
            Kind::Mapping(_) => "{…}".to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let located = Located::<Kind>::deserialize(deserializer)?;
        Ok(Node { at: located.at, kind: located.value })
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> de::Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(i64::try_from(value).map_or_else(|_| Kind::String(value.to_string()), Kind::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        Ok(Kind::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::String(value.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = items.next_element()? {
            nodes.push(node);
        }
        Ok(Kind::Sequence(nodes))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut entries: A) -> Result<Kind, A::Error> {
        let mut nodes = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            nodes.push(entry);
        }
        Ok(Kind::Mapping(nodes))
    }
}
