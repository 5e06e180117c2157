//! `praxis eval`: how well the search finds what it should, in figures.

use std::collections::BTreeMap;
use std::io::{Write, stdout};
use std::path::Path;

use anyhow::Result;
use search_index::{Query, Searcher};
use serde::Serialize;

use super::{Outcome, search};
use crate::cli::EvalArgs;
use crate::diagnostic::Text;
use crate::model::Language;
use crate::source;

/// Hits that are looked at.
const DEPTH: usize = 10;

/// One query with what it should find.
#[derive(Debug)]
struct Question<'a> {
    line: usize,
    text: &'a str,
    class: &'a str,
    relevant: Vec<&'a str>,
}

/// A query with what was found.
#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    class: &'a str,
    relevant: &'a [&'a str],
    /// Place of the first relevant hit, from 1; none if it is not among those looked at.
    rank: Option<usize>,
    found: Vec<String>,
}

/// Figures over some queries.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Figures {
    queries: usize,
    first: usize,
    among_three: usize,
    reciprocal_ranks: f64,
}

/// Figures as shares of the queries, for programs.
#[derive(Serialize)]
struct Shares {
    queries: usize,
    #[serde(rename = "success@1")]
    first: f64,
    #[serde(rename = "success@3")]
    among_three: f64,
    #[serde(rename = "mrr@10")]
    reciprocal_rank: f64,
}

/// Everything that was measured.
#[derive(Serialize)]
struct Report<'a> {
    total: Shares,
    classes: BTreeMap<&'a str, Shares>,
    queries: &'a [Answer<'a>],
}

/// Asks every query of a file and prints the figures.
pub fn run(args: &EvalArgs) -> Result<Outcome> {
    let prepared = super::read(&args.root, false, None)?;
    let language = prepared.language();
    let file = args.file.display();
    let wrong = |text: Text| {
        eprintln!("praxis: {}", text.in_language(language));
        Ok(Outcome::WrongUse)
    };
    let Some(text) = source::read_text(Path::new(""), &args.file.to_string_lossy()) else {
        return wrong(text!("{file} lässt sich nicht als Text lesen", "{file} cannot be read as text"));
    };
    let questions = match questions(&text) {
        Ok(questions) => questions,
        Err(line) => {
            return wrong(text!(
                "{file}:{line}: erwartet wird: Frage <TAB> Klasse <TAB> Beispiel,Beispiel",
                "{file}:{line}: expected: query <TAB> class <TAB> slug,slug"
            ));
        }
    };
    let Some((searcher, renderer)) = search::open(&args.root, &prepared, language)? else {
        return Ok(Outcome::Problems);
    };
    for (line, slug) in unknown(&questions, |slug| renderer.site().case(slug).is_some()) {
        let text = text!("{file}:{line}: kein Beispiel heißt „{slug}“", "{file}:{line}: no case is called \"{slug}\"");
        eprintln!("praxis: {}", text.in_language(language));
    }
    let answers: Vec<Answer<'_>> = questions.iter().map(|question| answer(&searcher, question)).collect();
    let mut out = stdout().lock();
    // A reader who has seen enough closes the pipe; that is no failure.
    let _ = if args.json { json(&mut out, &answers) } else { print(&mut out, &answers, language) };
    Ok(Outcome::Clean)
}

/// Lines `query <TAB> class <TAB> slug,slug`; those that start with `#` are comments. The error is the number of a line
/// that is neither.
fn questions(text: &str) -> Result<Vec<Question<'_>>, usize> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|(number, line)| question(number, line).ok_or(number)).collect()
}

fn question(line: usize, columns: &str) -> Option<Question<'_>> {
    let [text, class, relevant] = columns.split('\t').collect::<Vec<&str>>()[..] else { return None };
    let relevant: Vec<&str> = relevant.split(',').map(str::trim).collect();
    let is_complete = !text.trim().is_empty() && !class.trim().is_empty() && !relevant.contains(&"");
    is_complete.then_some(Question { line, text, class: class.trim(), relevant })
}

fn answer<'a>(searcher: &Searcher, question: &'a Question<'a>) -> Answer<'a> {
    let query = Query { text: question.text.to_owned(), limit: DEPTH, ..Query::default() };
    let found: Vec<String> = searcher.search(&query).hits.into_iter().map(|hit| hit.slug).collect();
    let rank = found.iter().position(|slug| question.relevant.contains(&slug.as_str())).map(|index| index + 1);
    Answer { query: question.text, class: question.class, relevant: &question.relevant, rank, found }
}

/// Slugs that no case has, with their lines: whoever mistypes one would look for a fault in the search.
fn unknown<'a>(questions: &[Question<'a>], is_known: impl Fn(&str) -> bool) -> Vec<(usize, &'a str)> {
    let slugs = questions.iter().flat_map(|question| question.relevant.iter().map(|slug| (question.line, *slug)));
    slugs.filter(|(_, slug)| !is_known(slug)).collect()
}

fn figures<'a>(answers: &'a [Answer<'a>]) -> (Figures, BTreeMap<&'a str, Figures>) {
    let mut classes: BTreeMap<&str, Figures> = BTreeMap::new();
    let mut total = Figures::default();
    for answer in answers {
        classes.entry(answer.class).or_default().add(answer.rank);
        total.add(answer.rank);
    }
    (total, classes)
}

fn json(out: &mut impl Write, answers: &[Answer<'_>]) -> Result<()> {
    let (total, classes) = figures(answers);
    let classes = classes.into_iter().map(|(class, figures)| (class, figures.shares())).collect();
    serde_json::to_writer_pretty(&mut *out, &Report { total: total.shares(), classes, queries: answers })?;
    Ok(writeln!(out)?)
}

/// A table of the figures by class, then the queries whose first hit is not relevant.
fn print(out: &mut impl Write, answers: &[Answer<'_>], language: Language) -> Result<()> {
    let (queries, sum) = match language {
        Language::De => ("Fragen", "gesamt"),
        Language::En => ("queries", "total"),
    };
    let (total, classes) = figures(answers);
    writeln!(out, "{:<12} {queries:>7} {:>9} {:>9} {:>7}", "", "success@1", "success@3", "MRR@10")?;
    for (class, figures) in classes.into_iter().chain([(sum, total)]) {
        writeln!(out, "{class:<12} {figures}")?;
    }
    for answer in answers.iter().filter(|answer| answer.rank != Some(1)) {
        let rank = answer.rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string());
        let shown = answer.found.iter().take(3).map(String::as_str).collect::<Vec<&str>>().join(",");
        writeln!(out, "{}\t{rank}\t{}\t{shown}", answer.query, answer.relevant.join(","))?;
    }
    Ok(())
}

impl Figures {
    /// Counts a query by the rank of its first relevant hit.
    fn add(&mut self, rank: Option<usize>) {
        self.queries += 1;
        self.first += usize::from(rank == Some(1));
        self.among_three += usize::from(rank.is_some_and(|rank| rank <= 3));
        self.reciprocal_ranks += rank.map_or(0.0, |rank| 1.0 / rank as f64);
    }

    fn shares(&self) -> Shares {
        let share = |count: f64| count / self.queries.max(1) as f64;
        Shares {
            queries: self.queries,
            first: share(self.first as f64),
            among_three: share(self.among_three as f64),
            reciprocal_rank: share(self.reciprocal_ranks),
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Shares { queries, first, among_three, reciprocal_rank } = self.shares();
        write!(formatter, "{queries:>7} {first:>9.3} {among_three:>9.3} {reciprocal_rank:>7.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_ranks() {
        let mut figures = Figures::default();
        [Some(1), Some(2), Some(5), None].into_iter().for_each(|rank| figures.add(rank));
        assert_eq!(figures.to_string(), "      4     0.250     0.500   0.425");
    }

    #[test]
    fn reads_queries() {
        let read = questions("# comment\n\nBayern\tregion\ta, b\n").unwrap();
        let [question] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((question.line, question.text, question.class), (3, "Bayern", "region"));
        assert_eq!(question.relevant, ["a", "b"]);
        assert_eq!(unknown(&read, |slug| slug == "a"), [(3, "b")]);
    }

    #[test]
    fn names_the_line_that_is_no_query() {
        for line in ["Bayern a", "Bayern\tregion", "Bayern\tregion\t", "\tregion\ta", "Bayern\tregion\ta\tb"] {
            assert_eq!(questions(&format!("# comment\n{line}\n")).unwrap_err(), 2, "{line:?}");
        }
    }
}
