//! `praxis search`: finds cases from the terminal, with the engine of the website.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{IsTerminal, Write, stdout};
use std::path::Path;

use anyhow::{Result, anyhow};
use search_index::{Archives, Facet, Hit, OpenError, Query, Results, Searcher, Segment};

use super::{Outcome, counted};
use crate::cli::{FilterArgs, SearchArgs};
use crate::diagnostic::{Text, suggest};
use crate::model::Language;
use crate::pipeline::Prepared;
use crate::render::Renderer;
use crate::site::phase_id;

/// Answers one query.
pub fn run(args: &SearchArgs) -> Result<Outcome> {
    let (prepared, language) = args.handbook.read(None)?;
    let Some((searcher, renderer)) = open(&args.handbook.root, &prepared, language)? else {
        return Ok(Outcome::Problems);
    };
    let filters = match filters(&args.filters, &renderer) {
        Ok(filters) => filters,
        Err(unknown) => {
            eprintln!("praxis: {}", unknown.in_language(language));
            return Ok(Outcome::WrongUse);
        }
    };
    let query =
        Query { text: args.words.join(" "), filters, limit: args.limit, explain: args.explain, ..Query::default() };
    let results = searcher.search(&query);
    let mut out = stdout().lock();
    // A reader who has seen enough closes the pipe; that is no failure.
    let _ = if args.json { json(&mut out, &results) } else { print(&mut out, &results, args, language) };
    Ok(Outcome::Clean)
}

/// Opens the index of a handbook, made from its texts; reports why there is none.
pub(super) fn open<'a>(
    root: &Path,
    prepared: &'a Prepared,
    language: Language,
) -> Result<Option<(Searcher, Renderer<'a>)>> {
    let Some(renderer) = super::renderer(root, prepared, language) else { return Ok(None) };
    let Archives { index, texts } = renderer.search_index()?;
    let searcher = Searcher::open(index).and_then(|mut searcher| searcher.add_texts(texts).map(|()| searcher));
    let searcher = searcher.map_err(|error| anyhow!("{}", explained(&error).in_language(language)))?;
    Ok(Some((searcher, renderer)))
}

/// Why an index cannot be used, in both languages.
fn explained(error: &OpenError) -> Text {
    let de = match error {
        OpenError::Foreign => "diese Datei ist kein Suchindex".to_owned(),
        OpenError::Version { found } => {
            format!("dieser Suchindex hat die Version {found}; das Programm und der Suchindex passen nicht zusammen")
        }
        OpenError::Truncated => "dieser Suchindex ist unvollständig".to_owned(),
        OpenError::Corrupt => "dieser Suchindex ist beschädigt".to_owned(),
        OpenError::Unusable(reason) => format!("dieser Suchindex ist nicht zu gebrauchen: {reason}"),
    };
    Text { de, en: error.to_string() }
}

type Filters = BTreeMap<Facet, BTreeSet<String>>;

/// The values that were chosen, by facet; the first one that no case can have is an error.
fn filters(args: &FilterArgs, renderer: &Renderer<'_>) -> Result<Filters, Text> {
    let mut filters = Filters::new();
    for (facet, option, chosen) in args.chosen() {
        let known = renderer.site().values(facet);
        let find = |written: &String| {
            let value = known.iter().find(|value| is_name(renderer, facet, value, written));
            value.cloned().ok_or_else(|| unknown(option, written, &known))
        };
        filters.insert(facet, chosen.iter().map(find).collect::<Result<BTreeSet<String>, Text>>()?);
    }
    Ok(filters)
}

/// Whether a value is meant: by its id, its name, the abbreviation of a Land or the number of a phase.
fn is_name(renderer: &Renderer<'_>, facet: Facet, value: &str, written: &str) -> bool {
    let site = renderer.site();
    let short = match facet {
        Facet::State => site.state(value).map(|state| state.abbreviation.to_string()),
        Facet::Phase => {
            let mut numbers = site.handbook.phases.iter().map(|phase| *phase.number);
            numbers.find(|number| phase_id(*number) == value).map(|number| number.to_string())
        }
        Facet::Topic
        | Facet::Form
        | Facet::TargetGroup
        | Facet::Format
        | Facet::Partner
        | Facet::LegalScope
        | Facet::Settlement
        | Facet::Status => None,
    };
    let names = [Some(value.to_owned()), Some(renderer.name_of_value(facet, value)), short];
    names.into_iter().flatten().any(|name| name.to_lowercase() == written.to_lowercase())
}

fn unknown(option: &str, name: &str, known: &[String]) -> Text {
    let list = known.join(", ");
    let hint = suggest(name, known.iter().map(String::as_str))
        .unwrap_or_else(|| text!("möglich sind: {list}", "possible are: {list}"));
    let (de, en) = (hint.de, hint.en);
    text!("„{name}“ ist bei --{option} nicht vorgesehen; {de}", "--{option} does not know \"{name}\"; {en}")
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
    if results.total == 0 && results.suggestions.is_empty() {
        let hint = text!("weniger oder andere Wörter versuchen", "try fewer or other words");
        writeln!(out, "{}", hint.in_language(language))?;
    }
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
    writeln!(out, "   {}", args.handbook.root.join("public").join(&hit.url).display())?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check_explained(bytes: &[u8], expected: &str) {
        let error = Searcher::open(bytes.to_vec()).err().unwrap();
        let text = explained(&error);
        assert!(text.de.contains(expected), "{}", text.de);
        assert_eq!(text.en, error.to_string());
    }

    #[test]
    fn says_in_german_why_an_index_cannot_be_used() {
        check_explained(b"<!doctype html>", "kein Suchindex");
        check_explained(b"", "unvollständig");
        check_explained(b"praxsrch\xff\0\0\0", "Version 255");
    }

    #[test]
    fn always_says_what_could_be_chosen() {
        let known = ["bayern", "sachsen"].map(str::to_owned);
        assert!(unknown("land", "bayer", &known).de.ends_with("meinten Sie „bayern“?"));
        let many: Vec<String> = (0..20).map(|number| format!("thema-{number}")).collect();
        assert!(unknown("topic", "anderes", &many).en.ends_with("thema-18, thema-19"));
    }
}
