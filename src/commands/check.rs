//! `praxis check`: everything that `build` does, short of writing.

mod accessibility;

use anyhow::Result;

use self::accessibility::Survey;
use super::{Checked, Outcome, counted, deliver, tell};
use crate::cli::{CheckArgs, HandbookArgs};
use crate::memory::Memory;
use crate::model::Language;
use crate::pipeline::Prepared;
use crate::report::{self, Format};
use crate::{pipeline, schema};

/// Checks a handbook.
pub fn run(args: &CheckArgs) -> Result<Outcome> {
    let handbook = &args.handbook;
    let checked = if args.accessibility { with_pages(handbook)? } else { everything(handbook)? };
    handbook.say(&summary(&checked, &handbook.found(&checked.prepared.diagnostics, checked.language)));
    Ok(checked.outcome)
}

/// Reads a handbook, makes every file and throws it away, and reports what was found.
pub(super) fn everything(handbook: &HandbookArgs) -> Result<Checked> {
    let (prepared, language) = gather(handbook)?;
    let outcome = handbook.report(&prepared.diagnostics, language);
    Ok(Checked { prepared, language, outcome })
}

/// The same, and looks at the pages.
fn with_pages(handbook: &HandbookArgs) -> Result<Checked> {
    let (mut prepared, language) = gather(handbook)?;
    let survey = match prepared.renderer() {
        Some(Ok(renderer)) if prepared.is_sound() => Some(Survey::of(&renderer.recipes(), &prepared.diagnostics)),
        _ => None,
    };
    let Some(survey) = survey else {
        let outcome = handbook.report(&prepared.diagnostics, language);
        return Ok(Checked { prepared, language, outcome });
    };
    prepared.diagnostics.extend(survey.found.iter().cloned());
    let outcome = match handbook.format {
        Format::Json => {
            let findings = report::render(&prepared.diagnostics, Format::Json, language, "", false, |_| None);
            deliver(&survey.json(serde_json::from_str(&findings)?, language));
            handbook.outcome(&prepared.diagnostics)
        }
        Format::Text | Format::Gitlab | Format::Github | Format::Sarif => {
            handbook.report(&prepared.diagnostics, language)
        }
    };
    if handbook.format == Format::Text && !handbook.quiet {
        tell(&survey.text(language));
    }
    Ok(Checked { prepared, language, outcome })
}

fn gather(handbook: &HandbookArgs) -> Result<(Prepared, Language)> {
    let mut prepared = pipeline::prepare(&handbook.root, &handbook.request(None)?, &Memory::none());
    let language = handbook.language(&prepared);
    if prepared.is_sound() {
        let failed = match prepared.renderer() {
            Some(Ok(renderer)) => pipeline::try_all(&renderer.recipes()),
            Some(Err(diagnostic)) => vec![diagnostic],
            None => Vec::new(),
        };
        prepared.diagnostics.extend(failed);
    }
    if let Some(site) = &prepared.site {
        prepared.diagnostics.extend(schema::stale(&handbook.root, site));
    }
    Ok((prepared, language))
}

/// `14 Beispiele geprüft: 1 Warnung`.
pub(super) fn summary(checked: &Checked, found: &str) -> String {
    let cases = checked.prepared.site.as_ref().map_or(0, |site| site.cases.len());
    match checked.language {
        Language::De => format!("{} geprüft: {found}", counted(cases, "Beispiel", "Beispiele")),
        Language::En => format!("{} checked: {found}", counted(cases, "case", "cases")),
    }
}
