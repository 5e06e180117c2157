//! `praxis check`: everything that `build` does, short of writing.

use anyhow::Result;

use super::{Checked, Outcome, counted};
use crate::cli::{CheckArgs, HandbookArgs};
use crate::memory::Memory;
use crate::model::Language;
use crate::{pipeline, schema};

/// Checks a handbook.
pub fn run(args: &CheckArgs) -> Result<Outcome> {
    let handbook = &args.handbook;
    let checked = everything(handbook)?;
    handbook.say(&summary(&checked, &handbook.found(&checked.prepared.diagnostics, checked.language)));
    Ok(checked.outcome)
}

/// Reads a handbook, makes every file and throws it away, and reports what was found.
pub(super) fn everything(handbook: &HandbookArgs) -> Result<Checked> {
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
    let outcome = handbook.report(&prepared.diagnostics, language);
    Ok(Checked { prepared, language, outcome })
}

/// `14 Beispiele geprüft: 1 Warnung`.
pub(super) fn summary(checked: &Checked, found: &str) -> String {
    let cases = checked.prepared.site.as_ref().map_or(0, |site| site.cases.len());
    match checked.language {
        Language::De => format!("{} geprüft: {found}", counted(cases, "Beispiel", "Beispiele")),
        Language::En => format!("{} checked: {found}", counted(cases, "case", "cases")),
    }
}
