//! `praxis search`: finds cases from the terminal, with the engine of the website.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{IsTerminal, Write, stdout};
use std::path::Path;

use anyhow::{Context as _, Result};
use search_index::{Facet, Hit, Query, Results, Searcher, Segment};

use super::{Outcome, counted, today};
use crate::cli::{FilterArgs, SearchArgs};
use crate::diagnostic::{Text, suggest};
use crate::model::Language;
use crate::pipeline::{self, Prepared, Request};
use crate::report::{self, Format};
use crate::site::Options;
use crate::source;

/// Answers one query.
pub fn run(args: &SearchArgs) -> Result<Outcome> {
    let prepared = prepare(&args.root, args.drafts)?;
    let language = args.lang.map_or_else(|| prepared.language(), Language::from);
    let Some((searcher, renderer)) = open(&args.root, &prepared, language)? else { return Ok(Outcome::Problems) };
    let Some(site) = &prepared.site else { return Ok(Outcome::Problems) };
    let mut filters = BTreeMap::new();
    for (facet, option, chosen) in args.filters.chosen() {
        let known = site.values(facet);
        let mut values = BTreeSet::new();
        for name in chosen {
            let is_meant = |value: &&String| {
                let state = site.state(value).filter(|_| facet == Facet::State);
                let abbreviation = state.map(|state| state.abbreviation.to_string());
                let names = [Some((*value).clone()), Some(renderer.name_of_value(facet, value)), abbreviation];
                names.into_iter().flatten().any(|known| known.to_lowercase() == name.to_lowercase())
            };
            match known.iter().find(is_meant) {
                Some(value) => drop(values.insert(value.clone())),
                None => {
                    eprintln!("praxis: {}", unknown(option, name, &known).in_language(language));
                    return Ok(Outcome::WrongUse);
                }
            }
        }
        filters.insert(facet, values);
    }
    let query =
        Query { text: args.words.join(" "), filters, limit: args.limit, explain: args.explain, ..Query::default() };
    let results = searcher.search(&query);
    let mut out = stdout().lock();
    // A reader who has seen enough closes the pipe; that is no failure.
    let _ = if args.json { json(&mut out, &results) } else { print(&mut out, &results, args, language) };
    Ok(Outcome::Clean)
}

/// Reads a handbook for searching: what is wrong with it is `check`'s business.
pub(super) fn prepare(root: &Path, drafts: bool) -> Result<Prepared> {
    let options = Options { drafts, today: today()? };
    Ok(pipeline::prepare(root, &Request { options, base_url: None, release: false }))
}

/// Opens the index of a handbook, made from its texts; reports why there is none.
pub(super) fn open<'a>(
    root: &Path,
    prepared: &'a Prepared,
    language: Language,
) -> Result<Option<(Searcher, crate::render::Renderer<'a>)>> {
    let renderer = prepared.renderer().and_then(Result::ok);
    let Some(renderer) = renderer else {
        let read = |name: &str| source::read_text(root, name);
        eprint!("{}", report::render(&prepared.diagnostics, Format::Text, language, "", false, read));
        return Ok(None);
    };
    let searcher = Searcher::open(renderer.search_index()?).context("suche/index.bin")?;
    Ok(Some((searcher, renderer)))
}

fn unknown(option: &str, name: &str, known: &[String]) -> Text {
    let hint = suggest(name, known.iter().map(String::as_str));
    let (de, en) = hint.map_or_else(Default::default, |hint| (format!("; {}", hint.de), format!("; {}", hint.en)));
    text!("„{name}“ ist bei --{option} nicht vorgesehen{de}", "--{option} does not know \"{name}\"{en}")
}

fn json(out: &mut impl Write, results: &Results) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, results)?;
    Ok(writeln!(out)?)
}

fn print(out: &mut impl Write, results: &Results, args: &SearchArgs, language: Language) -> Result<()> {
    let styled = stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    let total = match language {
        Language::De => counted(results.total, "Treffer", "Treffer"),
        Language::En => counted(results.total, "hit", "hits"),
    };
    writeln!(out, "{total}")?;
    for suggestion in &results.suggestions {
        writeln!(out, "{}", text!("Meinten Sie: {suggestion}", "Did you mean: {suggestion}").in_language(language))?;
    }
    for (number, hit) in results.hits.iter().enumerate() {
        print_hit(out, number + 1, hit, args, styled)?;
    }
    Ok(())
}

fn print_hit(out: &mut impl Write, number: usize, hit: &Hit, args: &SearchArgs, styled: bool) -> Result<()> {
    writeln!(out, "\n{number}. {}", shown(&hit.title, styled))?;
    writeln!(out, "   {}", hit.places.iter().chain(&hit.organisations).cloned().collect::<Vec<String>>().join(" · "))?;
    writeln!(out, "   {}", shown(&hit.extract, styled).replace('\n', " "))?;
    writeln!(out, "   {}", args.root.join("public").join(&hit.url).display())?;
    if args.explain {
        writeln!(out, "   {:.3}", hit.score)?;
        for found in &hit.matches {
            let (field, kind) = (serde_json::to_string(&found.field)?, serde_json::to_string(&found.kind)?);
            let (field, kind) = (field.trim_matches('"'), kind.trim_matches('"'));
            writeln!(out, "   {:>8.3}  {field:<9}  {kind:<8}  {} ← {}", found.weight, found.term, found.word)?;
        }
    }
    Ok(())
}

/// Text with what was found in bold, or between ›‹ where there is no bold.
fn shown(segments: &[Segment], styled: bool) -> String {
    let (before, after) = if styled { ("\u{1b}[1m", "\u{1b}[0m") } else { ("›", "‹") };
    let show = |segment: &Segment| match segment.marked {
        true => format!("{before}{}{after}", segment.text),
        false => segment.text.clone(),
    };
    segments.iter().map(show).collect()
}

impl FilterArgs {
    /// Facets with the names of their options and the values that were chosen.
    fn chosen(&self) -> impl Iterator<Item = (Facet, &'static str, &Vec<String>)> {
        let values = |facet| match facet {
            Facet::Topic => ("topic", &self.topic),
            Facet::State => ("land", &self.land),
            Facet::Form => ("form", &self.form),
            Facet::TargetGroup => ("target-group", &self.target_group),
            Facet::Format => ("activity", &self.activity),
            Facet::Partner => ("partner", &self.partner),
            Facet::Phase => ("phase", &self.phase),
            Facet::LegalScope => ("legal-scope", &self.legal_scope),
            Facet::Settlement => ("settlement", &self.settlement),
            Facet::Status => ("status", &self.status),
        };
        let all = Facet::ALL.into_iter().map(move |facet| (facet, values(facet)));
        all.map(|(facet, (option, chosen))| (facet, option, chosen)).filter(|(_, _, chosen)| !chosen.is_empty())
    }
}
