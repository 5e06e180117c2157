//! A saved plan: its bytes to a [`Plan`] with every problem in it, and how a plan fits a handbook. Plans come from strangers:
//! nothing in them is believed before it was held against the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use search_index::Facet;
use serde::Serialize;
use serde_json::Value;
use serde_json::error::Category;

use crate::diagnostic::Text;
use crate::model::{Answer, Case, ChecklistItem, ItemKind, OwnItem, Plan, PlanAnswer};
use crate::parse::validation_schema;
use crate::site::Site;

/// Problems that are told of one file; a file with more is no plan.
const MOST_PROBLEMS: usize = 50;

/// Characters of a value that a message quotes.
const QUOTED: usize = 60;

/// Why a file is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `/answers/3/due` (JSON Pointer), `4:7` (line and column), or empty for the file as a whole.
    pub place: String,
    /// What is wrong.
    pub message: Text,
}

impl Problem {
    fn new(place: impl Into<String>, message: Text) -> Self {
        Problem { place: place.into(), message }
    }
}

/// Reads a plan; or says what is wrong with it, at most [`MOST_PROBLEMS`] things.
pub fn read(bytes: &[u8]) -> Result<Plan, Vec<Problem>> {
    let one = |problem| vec![problem];
    let text = text(bytes).map_err(one)?;
    let value: Value = serde_json::from_str(text).map_err(|error| one(no_json(&error)))?;
    known_version(&value).map_err(one)?;
    let schema = SCHEMA.as_ref().into_iter();
    let broken = schema.flat_map(|schema| schema.iter_errors(&value).take(MOST_PROBLEMS).flat_map(explain));
    let broken: Vec<Problem> = broken.take(MOST_PROBLEMS).collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    let plan: Plan = serde_json::from_value(value).map_err(|error| {
        let cause = error.to_string();
        one(Problem::new("", text!("das ist kein Plan: {cause}", "this is no plan: {cause}")))
    })?;
    let contradictions: Vec<Problem> = contradictions(&plan).take(MOST_PROBLEMS).collect();
    if contradictions.is_empty() { Ok(plan) } else { Err(contradictions) }
}

/// The published schema; none only if it were wrong itself, which the tests rule out.
static SCHEMA: LazyLock<Option<Validator>> =
    LazyLock::new(|| jsonschema::validator_for(&validation_schema::<Plan>().to_value()).ok());

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > Plan::LARGEST_FILE {
        return Err(too_large());
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::new("", text!("die Datei ist kein Text in UTF-8", "the file is no text in UTF-8")))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Said of a file with more than [`Plan::LARGEST_FILE`] bytes.
pub fn too_large() -> Problem {
    Problem::new("", text!("die Datei ist größer als 1 MB", "the file is larger than 1 MB"))
}

fn no_json(error: &serde_json::Error) -> Problem {
    let message = match error.classify() {
        Category::Eof => text!("die Datei ist unvollständig", "the file is not complete"),
        // Serde has no category of its own for this.
        _ if error.to_string().starts_with("recursion limit") => {
            text!("die Angaben sind zu tief verschachtelt", "the data is nested too deeply")
        }
        Category::Syntax | Category::Data | Category::Io => {
            text!("das ist kein gültiges JSON", "this is no valid JSON")
        }
    };
    Problem::new(format!("{}:{}", error.line(), error.column()), message)
}

/// Other formats and versions get a word of their own, before a hundred complaints about their members.
fn known_version(value: &Value) -> Result<(), Problem> {
    if value.get("format").and_then(Value::as_str) != Some(Plan::FORMAT) {
        let format = Plan::FORMAT;
        return Err(Problem::new(
            "/format",
            text!(
                "das ist kein gespeicherter Plan; ein Plan hat „\"format\": \"{format}\"“",
                "this is no saved plan; a plan has \"format\": \"{format}\""
            ),
        ));
    }
    match value.get("version").and_then(Value::as_u64) {
        Some(found) if found != u64::from(Plan::VERSION) => {
            let known = Plan::VERSION;
            Err(Problem::new(
                "/version",
                text!(
                    "der Plan hat die Fassung {found}, dieses Programm liest Fassung {known}; nehmen Sie die Ausgabe des Programms, mit der er gespeichert wurde",
                    "the plan has version {found}, this program reads version {known}; use the edition of the program that it was saved with"
                ),
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// What breaks the schema, in plain words.
fn explain(error: ValidationError<'_>) -> Vec<Problem> {
    let written = quoted(error.instance());
    let message = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let unknown = unexpected.iter().take(MOST_PROBLEMS).map(|name| {
                let name: String = name.chars().take(QUOTED).collect();
                let message = text!("die Angabe „{name}“ gehört nicht hierher", "\"{name}\" does not belong here");
                Problem::new(error.instance_path().as_str(), message)
            });
            return unknown.collect();
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            text!("die Angabe „{name}“ fehlt", "\"{name}\" is missing")
        }
        ValidationErrorKind::Type { kind } => wrong_type(kind),
        ValidationErrorKind::MaxLength { limit } => {
            text!("der Text hat mehr als {limit} Zeichen", "the text has more than {limit} characters")
        }
        ValidationErrorKind::MaxItems { limit } => {
            text!("die Liste hat mehr als {limit} Einträge", "the list has more than {limit} entries")
        }
        _ => text!("„{written}“ ist hier nicht vorgesehen", "\"{written}\" does not fit here"),
    };
    vec![Problem::new(error.instance_path().as_str(), message)]
}

fn wrong_type(kind: &TypeKind) -> Text {
    let types: Vec<String> = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|single| single.to_string()).collect(),
    };
    let german = types.iter().map(|name| match name.as_str() {
        "string" => "Text",
        "array" => "eine Liste",
        "object" => "eine Gruppe von Angaben",
        "null" => "nichts (null)",
        _ => "etwas anderes",
    });
    let (german, english) = (german.collect::<Vec<_>>().join(" oder "), types.join(" or "));
    text!("hierher gehört {german}", "what belongs here is {english}")
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(QUOTED).collect(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// What no schema can say: days of the calendar, names used once, answers that fit their kind.
fn contradictions(plan: &Plan) -> impl Iterator<Item = Problem> {
    let answers = plan.answers.iter().map(|answer| (&answer.item, &answer.due));
    let own = plan.own.iter().map(|item| (&item.item, &item.due));
    std::iter::once(("/date".to_owned(), plan.date.as_str()))
        .chain(days("answers", answers.clone()))
        .chain(days("own", own.clone()))
        .filter_map(|(place, day)| impossible_day(place, day))
        .chain(repeated("answers", answers.map(|(item, _)| item.as_str())))
        .chain(repeated("own", own.map(|(item, _)| item.as_str())))
        .chain(plan.answers.iter().enumerate().filter_map(unfit_answer))
}

fn days<'p>(
    list: &'static str,
    entries: impl Iterator<Item = (&'p String, &'p String)>,
) -> impl Iterator<Item = (String, &'p str)> {
    entries.enumerate().map(move |(index, (_, due))| (format!("/{list}/{index}/due"), due.as_str()))
}

fn impossible_day(place: String, day: &str) -> Option<Problem> {
    let exists = day.is_empty() || day.parse::<civil::Date>().is_ok();
    (!exists).then(|| Problem::new(place, text!("den Tag „{day}“ gibt es nicht", "there is no day \"{day}\"")))
}

fn repeated<'p>(list: &'static str, items: impl Iterator<Item = &'p str>) -> impl Iterator<Item = Problem> {
    let mut seen = BTreeSet::new();
    items.enumerate().filter(move |(_, item)| !seen.insert(*item)).map(move |(index, item)| {
        let message = text!("den Punkt „{item}“ gibt es zweimal", "the item \"{item}\" is there twice");
        Problem::new(format!("/{list}/{index}/item"), message)
    })
}

fn unfit_answer((index, answer): (usize, &PlanAnswer)) -> Option<Problem> {
    let code = answer.answer.filter(|given| !Answer::of(answer.kind).contains(given))?.code();
    let message = text!(
        "die Antwort „{code}“ passt nicht zur Art des Punkts",
        "the answer \"{code}\" does not fit the kind of the item"
    );
    Some(Problem::new(format!("/answers/{index}/answer"), message))
}

/// Where a plan and a handbook do not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "kebab-case")]
pub enum Difference {
    /// It was made with another handbook.
    OtherHandbook {
        /// Title of that handbook.
        was: String,
        /// Title of this one.
        is: String,
    },
    /// The handbook has no such case.
    UnknownCase {
        /// Name in the plan.
        case: String,
        /// Title in the plan.
        title: String,
    },
    /// The case has another name by now.
    RenamedCase {
        /// Name in the plan.
        was: String,
        /// Name in the handbook.
        is: String,
    },
    /// The item is not in this handbook, and the plan does not come from it.
    UnknownItem {
        /// Id.
        item: String,
        /// Case in the plan.
        case: String,
        /// Text in the plan.
        text: String,
    },
    /// The item was in an earlier edition.
    RemovedItem {
        /// Id.
        item: String,
        /// Case in the plan.
        case: String,
        /// Text in the plan.
        text: String,
    },
    /// The item belongs to another case by now.
    MovedItem {
        /// Id.
        item: String,
        /// Case in the plan.
        was: String,
        /// Case in the handbook.
        is: String,
    },
    /// The item says something else than when it was answered.
    ChangedText {
        /// Id.
        item: String,
        /// Case in the handbook.
        case: String,
        /// Text in the plan.
        was: String,
        /// Text in the handbook.
        is: String,
    },
    /// The item is of another kind, so other answers belong to it.
    ChangedKind {
        /// Id.
        item: String,
        /// Case in the handbook.
        case: String,
        /// Kind in the plan.
        was: ItemKind,
        /// Kind in the handbook.
        is: ItemKind,
    },
    /// An own item belongs to a dimension that the handbook lacks.
    UnknownDimension {
        /// Id of the own item.
        item: String,
        /// Dimension in the plan.
        dimension: String,
    },
    /// The handbook lacks a value of the profile.
    UnknownProfile {
        /// The value.
        value: String,
    },
}

/// Compares a plan with a handbook, in the order of the plan.
pub fn compare(plan: &Plan, site: &Site) -> Vec<Difference> {
    let handbook = Handbook::of(site);
    let cases = plan.cases.iter().filter_map(|chosen| handbook.case(&chosen.slug, &chosen.title));
    let answers = plan.answers.iter().flat_map(|answer| handbook.answer(answer, plan.handbook.key == site.key()));
    let own = plan.own.iter().filter_map(|item| handbook.own(item));
    let other = (plan.handbook.key != site.key())
        .then(|| Difference::OtherHandbook { was: plan.handbook.title.clone(), is: site.handbook.title.value.clone() });
    other.into_iter().chain(handbook.profile(plan)).chain(cases).chain(answers).chain(own).collect()
}

/// A handbook as plans refer to it.
struct Handbook<'a> {
    site: &'a Site,
    items: BTreeMap<&'a str, (&'a Case, &'a ChecklistItem)>,
    /// Cases by their former names.
    aliases: BTreeMap<&'a str, &'a Case>,
}

impl<'a> Handbook<'a> {
    fn of(site: &'a Site) -> Self {
        let items =
            |case: &'a Case| case.data.checklist.items().iter().map(move |item| (item.id.as_str(), (case, item)));
        let aliases = |case: &'a Case| case.data.aliases.iter().map(move |alias| (alias.as_str(), case));
        Handbook {
            site,
            items: site.cases().flat_map(items).collect(),
            aliases: site.cases().flat_map(aliases).collect(),
        }
    }

    fn profile(&self, plan: &Plan) -> Vec<Difference> {
        let profile = &plan.profile;
        let values =
            [(Facet::State, &profile.state), (Facet::Form, &profile.form), (Facet::Settlement, &profile.settlement)];
        let given = values.into_iter().filter_map(|(facet, value)| Some((facet, value.as_ref()?)));
        let unknown = given.filter(|(facet, value)| !self.site.values(*facet).contains(value));
        unknown.map(|(_, value)| Difference::UnknownProfile { value: value.clone() }).collect()
    }

    fn case(&self, slug: &str, title: &str) -> Option<Difference> {
        if self.site.case(slug).is_some() {
            return None;
        }
        Some(match self.aliases.get(slug) {
            Some(case) => Difference::RenamedCase { was: slug.to_owned(), is: case.slug.to_string() },
            None => Difference::UnknownCase { case: slug.to_owned(), title: title.to_owned() },
        })
    }

    fn answer(&self, answer: &PlanAnswer, of_this_handbook: bool) -> Vec<Difference> {
        let (item, case, text) = (answer.item.clone(), answer.case.clone(), answer.text.clone());
        let Some((home, found)) = self.items.get(answer.item.as_str()) else {
            return vec![match of_this_handbook {
                true => Difference::RemovedItem { item, case, text },
                false => Difference::UnknownItem { item, case, text },
            }];
        };
        let is_home = home.slug.as_str() == case || home.data.aliases.iter().any(|alias| alias.value == case);
        let home = home.slug.to_string();
        let moved = (!is_home).then(|| Difference::MovedItem { item: item.clone(), was: case, is: home.clone() });
        let kind = (found.kind != answer.kind).then(|| Difference::ChangedKind {
            item: item.clone(),
            case: home.clone(),
            was: answer.kind,
            is: found.kind,
        });
        let changed = (found.text != text).then(|| Difference::ChangedText {
            item,
            case: home,
            was: text,
            is: found.text.clone(),
        });
        [moved, kind, changed].into_iter().flatten().collect()
    }

    fn own(&self, item: &OwnItem) -> Option<Difference> {
        let known = self.site.dimension(&item.dimension).is_some();
        (!known).then(|| Difference::UnknownDimension { item: item.item.clone(), dimension: item.dimension.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = r#"{"format":"praxis-plan","version":1,"saved":"2026-11-22T10:00:00.000Z",
        "handbook":{"key":"h","title":"H","edition":"2026"}}"#;

    fn places(text: &str) -> Vec<String> {
        read(text.as_bytes()).err().unwrap_or_default().into_iter().map(|problem| problem.place).collect()
    }

    #[test]
    fn reads_the_smallest_plan() {
        let plan = read(EMPTY.as_bytes()).unwrap();
        assert_eq!((plan.answers.len(), plan.date.as_str()), (0, ""));
        assert!(SCHEMA.is_some());
    }

    #[test]
    fn names_the_place_of_every_problem() {
        let more = |members: &str| places(&EMPTY.replacen('{', &format!("{{{members},"), 1));
        assert_eq!(more(r#""date":"2026-02-30""#), ["/date"]);
        assert_eq!(more(r#""date":"30.2.""#), ["/date"]);
        assert_eq!(more(r#""institution":7,"cases":{}"#), ["/institution", "/cases"]);
        assert_eq!(more(r#""__proto__":{},"profile":{"constructor":1}"#), ["/profile", ""]);
        assert_eq!(places("{"), ["1:1"]);
        assert_eq!(places(&"[".repeat(100_000)), ["1:128"]);
    }
}
