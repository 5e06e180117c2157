//! `praxis eval`: how well the search finds what it should, in figures.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use search_index::{Query, Searcher};

use super::{Outcome, search};
use crate::cli::EvalArgs;
use crate::model::Language;
use crate::source;

/// Hits that are looked at.
const DEPTH: usize = 10;

/// One query with what it should find.
struct Question<'a> {
    text: &'a str,
    class: &'a str,
    relevant: Vec<&'a str>,
}

/// Figures over some queries.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Figures {
    queries: usize,
    first: usize,
    among_three: usize,
    reciprocal_ranks: f64,
}

/// Asks every query of a file and prints the figures.
pub fn run(args: &EvalArgs) -> Result<Outcome> {
    let text = source::read_text(Path::new(""), &args.file.to_string_lossy());
    let text = text.with_context(|| format!("{}", args.file.display()))?;
    let questions = questions(&text)?;
    let prepared = search::prepare(&args.root, false)?;
    let language = prepared.language();
    let Some((searcher, _)) = search::open(&args.root, &prepared, language)? else { return Ok(Outcome::Problems) };
    let mut classes: BTreeMap<&str, Figures> = BTreeMap::new();
    let mut total = Figures::default();
    let mut misses = Vec::new();
    for question in &questions {
        let found = ask(&searcher, question.text);
        let rank = found.iter().position(|slug| question.relevant.contains(&slug.as_str()));
        classes.entry(question.class).or_default().add(rank);
        total.add(rank);
        if rank != Some(0) {
            let shown: Vec<&str> = found.iter().map(String::as_str).take(3).collect();
            misses.push(format!(
                "{}\t{}\t{}\t{}",
                question.text,
                rank.map_or_else(|| "–".to_owned(), |rank| (rank + 1).to_string()),
                question.relevant.join(","),
                shown.join(",")
            ));
        }
    }
    println!("{:<12} {:>7} {:>9} {:>9} {:>7}", "", heading(language), "success@1", "success@3", "MRR@10");
    for (class, figures) in classes.into_iter().chain([(sum(language), total)]) {
        println!("{class:<12} {figures}");
    }
    misses.iter().for_each(|miss| println!("{miss}"));
    Ok(Outcome::Clean)
}

fn heading(language: Language) -> &'static str {
    match language {
        Language::De => "Fragen",
        Language::En => "queries",
    }
}

fn sum(language: Language) -> &'static str {
    match language {
        Language::De => "gesamt",
        Language::En => "total",
    }
}

/// Lines `query <TAB> class <TAB> slug,slug`; those that start with `#` are comments.
fn questions(text: &str) -> Result<Vec<Question<'_>>> {
    let mut questions = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty()) {
        let [text, class, relevant] = line.split('\t').collect::<Vec<&str>>()[..] else {
            bail!("{}: query <TAB> class <TAB> slug,slug", number + 1);
        };
        questions.push(Question { text, class, relevant: relevant.split(',').map(str::trim).collect() });
    }
    Ok(questions)
}

fn ask(searcher: &Searcher, text: &str) -> Vec<String> {
    let query = Query { text: text.to_owned(), limit: DEPTH, ..Query::default() };
    searcher.search(&query).hits.into_iter().map(|hit| hit.slug).collect()
}

impl Figures {
    fn add(&mut self, rank: Option<usize>) {
        self.queries += 1;
        self.first += usize::from(rank == Some(0));
        self.among_three += usize::from(rank.is_some_and(|rank| rank < 3));
        self.reciprocal_ranks += rank.map_or(0.0, |rank| 1.0 / (rank + 1) as f64);
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |count: f64| count / self.queries.max(1) as f64;
        let (first, three) = (share(self.first as f64), share(self.among_three as f64));
        write!(formatter, "{:>7} {first:>9.3} {three:>9.3} {:>7.3}", self.queries, share(self.reciprocal_ranks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_ranks() {
        let mut figures = Figures::default();
        [Some(0), Some(1), Some(4), None].into_iter().for_each(|rank| figures.add(rank));
        assert_eq!(figures.to_string(), "      4     0.250     0.500   0.425");
    }

    #[test]
    fn reads_queries() {
        let read = questions("# comment\nBayern\tregion\ta,b\n").unwrap();
        assert_eq!((read[0].text, read[0].class, read[0].relevant.as_slice()), ("Bayern", "region", &["a", "b"][..]));
        assert!(questions("Bayern a").is_err());
    }
}
