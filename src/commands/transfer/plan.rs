//! `praxis transfer check`: whether a saved plan can be opened, and where it does not fit the handbook any more.

use anyhow::Result;
use serde_json::json;

use super::sound;
use crate::cli::PlanArgs;
use crate::commands::{Outcome, counted, deliver};
use crate::diagnostic::Text;
use crate::model::{Language, Plan};
use crate::plan::{self, Difference, Problem};
use crate::render::words::kind_id;
use crate::report::printable;
use crate::site::Site;
use crate::source;

/// Reads a plan and compares it with the handbook.
pub fn run(args: &PlanArgs) -> Result<Outcome> {
    let (prepared, language) = sound(&args.handbook)?;
    let Some(site) = prepared.as_ref().and_then(|prepared| prepared.site.as_ref()) else {
        return Ok(Outcome::Problems);
    };
    let file = args.file.display();
    let bytes = match source::read_limited(&args.file, Plan::LARGEST_FILE) {
        Ok(bytes) => bytes,
        Err(cause) => {
            let message = text!("{file} lässt sich nicht lesen: {cause}", "{file} cannot be read: {cause}");
            eprintln!("praxis: {}", printable(message.in_language(language)));
            return Ok(Outcome::WrongUse);
        }
    };
    let report = Report::of(bytes, site);
    deliver(&if args.json { report.json(language)? } else { report.text(site, language) });
    Ok(if report.is_clean() { Outcome::Clean } else { Outcome::Problems })
}

/// What is to be said about a plan.
enum Report {
    /// It cannot be opened.
    Refused(Vec<Problem>),
    /// It can be opened; where it does not fit.
    Opened(Box<Plan>, Vec<Difference>),
}

impl Report {
    fn of(bytes: Option<Vec<u8>>, site: &Site) -> Report {
        match bytes.map_or_else(|| Err(vec![plan::too_large()]), |bytes| plan::read(&bytes)) {
            Ok(plan) => {
                let differences = plan::compare(&plan, site);
                Report::Opened(Box::new(plan), differences)
            }
            Err(problems) => Report::Refused(problems),
        }
    }

    fn is_clean(&self) -> bool {
        match self {
            Report::Refused(_) => false,
            Report::Opened(_, differences) => differences.is_empty(),
        }
    }

    fn text(&self, site: &Site, language: Language) -> String {
        let lines: Vec<String> = match self {
            Report::Refused(problems) => problems
                .iter()
                .map(|problem| match problem.place.as_str() {
                    "" => problem.message.in_language(language).to_owned(),
                    place => format!("{place}: {}", problem.message.in_language(language)),
                })
                .collect(),
            Report::Opened(plan, differences) => std::iter::once(summary(plan, site))
                .chain(differences.iter().flat_map(explained))
                .map(|text| text.in_language(language).to_owned())
                .collect(),
        };
        lines.iter().map(|line| printable(line) + "\n").collect()
    }

    fn json(&self, language: Language) -> Result<String> {
        let (problems, differences): (&[Problem], &[Difference]) = match self {
            Report::Refused(problems) => (problems, &[]),
            Report::Opened(_, differences) => (&[], differences),
        };
        let told =
            |problem: &Problem| json!({ "place": problem.place, "message": problem.message.in_language(language) });
        let report = json!({
            "readable": problems.is_empty(),
            "problems": problems.iter().map(told).collect::<Vec<_>>(),
            "differences": differences,
        });
        Ok(format!("{}\n", serde_json::to_string_pretty(&report)?))
    }
}

/// What the plan holds, and with which edition it was made.
fn summary(plan: &Plan, site: &Site) -> Text {
    let (cases, answers, own) = (plan.cases.len(), plan.answers.len(), plan.own.len());
    let (was, is) = (&plan.handbook.edition, site.handbook.edition.to_string());
    let de = [
        counted(cases, "Beispiel", "Beispiele"),
        counted(answers, "Antwort", "Antworten"),
        counted(own, "eigener Punkt", "eigene Punkte"),
    ];
    let en =
        [counted(cases, "case", "cases"), counted(answers, "answer", "answers"), counted(own, "own item", "own items")];
    let (de, en) = (de.join(", "), en.join(", "));
    match *was == is {
        true => text!("{de}; Ausgabe {was}", "{en}; edition {was}"),
        false => text!("{de}; Ausgabe {was}, das Handbuch hat {is}", "{en}; edition {was}, the handbook has {is}"),
    }
}

/// A difference in lines; both texts where a text changed.
fn explained(difference: &Difference) -> Vec<Text> {
    match difference {
        Difference::OtherHandbook { was, is } => {
            vec![text!(
                "aus einem anderen Handbuch: „{was}“ statt „{is}“",
                "of another handbook: \"{was}\", not \"{is}\""
            )]
        }
        Difference::UnknownCase { case, title } => {
            vec![text!("unbekanntes Beispiel: {case} („{title}“)", "unknown case: {case} (\"{title}\")")]
        }
        Difference::RenamedCase { was, is } => {
            vec![text!("umbenanntes Beispiel: {was} heißt jetzt {is}", "renamed case: {was} is now {is}")]
        }
        Difference::UnknownItem { item, case, text } => {
            vec![text!("unbekannter Punkt: {item} ({case})", "unknown item: {item} ({case})"), was(text)]
        }
        Difference::RemovedItem { item, case, text } => {
            vec![text!("entfallener Punkt: {item} ({case})", "removed item: {item} ({case})"), was(text)]
        }
        Difference::MovedItem { item, was, is } => {
            vec![text!("{item} gehört jetzt zu {is}, nicht mehr zu {was}", "{item} belongs to {is} now, not to {was}")]
        }
        Difference::ChangedText { item, case, was: before, is } => {
            vec![
                text!("geänderter Text: {item} ({case})", "changed text: {item} ({case})"),
                was(before),
                text!("  jetzt: {is}", "  now: {is}"),
            ]
        }
        Difference::ChangedKind { item, case, was, is } => {
            let (was, is) = (kind_id(*was), kind_id(*is));
            vec![text!(
                "andere Art: {item} ({case}) war {was}, ist {is}",
                "other kind: {item} ({case}) was {was}, is {is}"
            )]
        }
        Difference::UnknownDimension { item, dimension } => {
            vec![text!(
                "eigener Punkt {item}: unbekannte Dimension „{dimension}“",
                "own item {item}: unknown dimension \"{dimension}\""
            )]
        }
        Difference::UnknownProfile { value } => {
            vec![text!("unbekannte Angabe im Profil: {value}", "unknown value in the profile: {value}")]
        }
    }
}

fn was(text: &str) -> Text {
    text!("  damals: {text}", "  then: {text}")
}
