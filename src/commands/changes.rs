//! `praxis changes`: what happened to the cases since a commit or a day, as text for a newsletter or as JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use jiff::civil;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, deliver, is_sound, today};
use crate::cli::ChangesArgs;
use crate::diagnostic::{Code, Text};
use crate::history::{self, CaseHistory, Change, Kind, Moment, State};
use crate::memory::Memory;
use crate::model::{Case, Date, Language};
use crate::pipeline::{self, Prepared, Request};
use crate::render::Renderer;
use crate::render::words::Words;
use crate::site::{Options, Site, case_path};

/// Lists what happened.
pub fn run(args: &ChangesArgs) -> Result<Outcome> {
    let handbook = &args.handbook;
    let options = Options { drafts: handbook.drafts, today: today()? };
    let request = Request { options, base_url: args.base_url.clone(), release: false, history: true, revision: None };
    let prepared = pipeline::prepare(&handbook.root, &request, &Memory::none());
    let language = handbook.language(&prepared);
    if !is_sound(&handbook.root, &prepared, language) {
        return Ok(Outcome::Problems);
    }
    let Some(renderer) = super::renderer(&handbook.root, &prepared, language) else { return Ok(Outcome::Problems) };
    let since = match known(&prepared, renderer.site()).and_then(|()| Since::parse(&handbook.root, &args.since)) {
        Ok(since) => since,
        Err(problem) => {
            eprintln!("praxis: {}", problem.in_language(language));
            return Ok(Outcome::WrongUse);
        }
    };
    let changes = Changes::collect(&handbook.root, renderer.site(), &since);
    let words = prepared.theme.as_ref().map(|theme| Words(&theme.labels));
    deliver(&match words {
        Some(words) if !args.json => changes.text(&renderer, words, &args.since, language),
        _ => format!("{:#}\n", changes.json(&renderer, &args.since)),
    });
    Ok(Outcome::Clean)
}

/// Why nothing can be said; the notes of the handbook know the cure.
fn known(prepared: &Prepared, site: &Site) -> Result<(), Text> {
    let noted = prepared.diagnostics.iter().find(|each| each.code == Code::HistoryUnavailable);
    match (site.history.state, noted) {
        (State::Known, _) => Ok(()),
        (State::Shallow | State::Refused | State::None, Some(note)) => {
            let hint = note.hint.clone().unwrap_or_else(|| text!("", ""));
            Err(Text {
                de: format!("{}\n  {}", note.message.de, hint.de),
                en: format!("{}\n  {}", note.message.en, hint.en),
            })
        }
        (State::Shallow | State::Refused | State::None, None) => Err(text!(
            "zu diesem Handbuch kennt git keine Geschichte: kein git, kein Repository oder noch kein Commit mit einem Beispiel",
            "git knows no history of this handbook: no git, no repository, or no commit with a case yet"
        )),
    }
}

/// Where a list of changes starts.
enum Since {
    /// With this day.
    Day(civil::Date),
    /// After a commit; these came later.
    Commits(BTreeSet<String>),
}

impl Since {
    fn parse(root: &Path, text: &str) -> Result<Since, Text> {
        if let Ok(day) = text.parse() {
            return Ok(Since::Day(day));
        }
        history::since(root, text).map(Since::Commits).ok_or_else(|| {
            text!(
                "„{text}“ ist weder ein Commit, den git hier kennt, noch ein Tag\n  einen Tag schreiben Sie so: 2026-11-01; Commits und Marken nennen „git log --oneline“ und „git tag“",
                "\"{text}\" is neither a commit that git knows here nor a day\n  write a day like this: 2026-11-01; \"git log --oneline\" and \"git tag\" list commits and tags"
            )
        })
    }

    fn covers(&self, change: &Change) -> bool {
        match self {
            Since::Day(day) => change.at.day() >= *day,
            Since::Commits(commits) => commits.contains(&change.commit),
        }
    }
}

/// What happened to the cases, each of which stands in one list only.
#[derive(Default)]
struct Changes<'a> {
    new: Vec<Changed<'a>>,
    renamed: Vec<Changed<'a>>,
    changed: Vec<Changed<'a>>,
    removed: Vec<Removed<'a>>,
}

/// A case that is there.
struct Changed<'a> {
    case: &'a Case,
    at: Moment,
    /// Name that readers know, if it is another.
    from: Option<&'a str>,
    /// Newest first, nothing twice.
    summaries: Vec<&'a str>,
}

/// A case that is no more there.
struct Removed<'a> {
    slug: &'a str,
    title: String,
    at: Moment,
    summary: &'a str,
}

/// The part of `case.yaml` that is read of a case that is gone.
#[derive(Deserialize)]
struct Titled {
    title: String,
}

impl<'a> Changes<'a> {
    fn collect(root: &Path, site: &'a Site, since: &Since) -> Changes<'a> {
        let mut changes = Changes::default();
        for (slug, history) in site.history.cases() {
            let Some(case) = site.case(slug) else { continue };
            let covered: Vec<&Change> = history.changes.iter().filter(|change| since.covers(change)).collect();
            let Some(newest) = covered.first() else { continue };
            let mut changed = Changed { case, at: newest.at, from: former_slug(&covered, slug), summaries: Vec::new() };
            for change in &covered {
                if !change.summary.is_empty() && !changed.summaries.contains(&change.summary.as_str()) {
                    changed.summaries.push(&change.summary);
                }
            }
            let list = match (is_new(&covered), changed.from) {
                (true, _) => &mut changes.new,
                (false, Some(_)) => &mut changes.renamed,
                (false, None) => &mut changes.changed,
            };
            list.push(changed);
        }
        changes.removed = site.history.gone().filter_map(|history| removed(root, history, since)).collect();
        changes
    }

    fn json(&self, renderer: &Renderer<'_>, since: &str) -> Value {
        let present = |list: &[Changed<'_>]| -> Vec<Value> {
            let value = |changed: &Changed<'_>| {
                let (slug, data) = (changed.case.slug.as_str(), &changed.case.data);
                json!({
                    "slug": slug,
                    "former_slug": changed.from,
                    "title": data.title.value,
                    "summary": data.summary.value,
                    "date": changed.at.day().to_string(),
                    "changes": changed.summaries,
                    "url": renderer.address(&case_path(slug)),
                })
            };
            list.iter().map(value).collect()
        };
        let gone = |removed: &Removed<'_>| {
            json!({
                "slug": removed.slug,
                "title": removed.title,
                "date": removed.at.day().to_string(),
                "changes": (!removed.summary.is_empty()).then_some(removed.summary).into_iter().collect::<Vec<_>>(),
            })
        };
        json!({
            "since": since,
            "new": present(&self.new),
            "changed": present(&self.changed),
            "renamed": present(&self.renamed),
            "removed": self.removed.iter().map(gone).collect::<Vec<_>>(),
        })
    }

    fn text(&self, renderer: &Renderer<'_>, words: Words<'_>, since: &str, language: Language) -> String {
        let in_language = |text: Text| text.in_language(language).to_owned();
        let mut out = in_language(text!("# Neu und geändert seit {since}\n", "# New and changed since {since}\n"));
        let mut section = |heading: Text, entries: Vec<String>| {
            if !entries.is_empty() {
                let _ = write!(out, "\n## {}\n\n{}", in_language(heading), entries.join("\n"));
            }
        };
        let day = |at: Moment| words.date(Date::day(at.day()));
        let link = |case: &Case| match renderer.address(&case_path(case.slug.as_str())) {
            Some(address) => format!("  {address}\n"),
            None => String::new(),
        };
        let head = |changed: &Changed<'_>| format!("- **{}** ({})\n", changed.case.data.title.value, day(changed.at));
        let lines = |changed: &Changed<'_>| -> String {
            changed.summaries.iter().map(|line| format!("  - {line}\n")).collect()
        };
        let introduced =
            |each: &Changed<'_>| format!("{}  {}\n{}", head(each), each.case.data.summary.value, link(each.case));
        let changed = |each: &Changed<'_>| format!("{}{}{}", head(each), lines(each), link(each.case));
        let renamed = |each: &Changed<'_>| {
            let from = each.from.unwrap_or_default();
            let former = in_language(text!("bisher: {from}", "formerly: {from}"));
            format!("{}  {former}\n{}{}", head(each), lines(each), link(each.case))
        };
        let removed = |each: &Removed<'_>| {
            let line = if each.summary.is_empty() { String::new() } else { format!("  - {}\n", each.summary) };
            format!("- **{}** ({})\n{line}", each.title, day(each.at))
        };
        section(text!("Neu", "New"), self.new.iter().map(introduced).collect());
        section(text!("Geändert", "Changed"), self.changed.iter().map(changed).collect());
        section(text!("Umbenannt", "Renamed"), self.renamed.iter().map(renamed).collect());
        section(text!("Entfallen", "Removed"), self.removed.iter().map(removed).collect());
        if self.is_empty() {
            out.push_str(&in_language(text!("\nNichts.\n", "\nNothing.\n")));
        }
        out
    }

    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.renamed.is_empty() && self.removed.is_empty()
    }
}

fn is_new(covered: &[&Change]) -> bool {
    covered.iter().any(|change| change.kind == Kind::Created)
}

/// The name before these changes, if it was another.
fn former_slug<'a>(covered: &[&'a Change], slug: &str) -> Option<&'a str> {
    let oldest_first = covered.iter().rev();
    let mut names = oldest_first.filter_map(|change| match &change.kind {
        Kind::Renamed { from } => Some(from.as_str()),
        Kind::Created | Kind::Changed | Kind::Removed => None,
    });
    names.next().filter(|former| *former != slug)
}

/// A case that was taken out, unless readers never knew it.
fn removed<'a>(root: &Path, history: &'a CaseHistory, since: &Since) -> Option<Removed<'a>> {
    let covered: Vec<&Change> = history.changes.iter().filter(|change| since.covers(change)).collect();
    let removal = history.changes.iter().find(|change| change.kind == Kind::Removed && since.covers(change))?;
    if is_new(&covered) {
        return None;
    }
    let titled: Option<Titled> = history::last_text(root, removal).and_then(|text| serde_yaml::from_str(&text).ok());
    let title = titled.map_or_else(|| removal.slug.clone(), |titled| titled.title);
    Some(Removed { slug: &removal.slug, title, at: removal.at, summary: &removal.summary })
}
