//! `praxis check`: everything that `build` does, short of writing.

use anyhow::Result;

use super::{Outcome, counted};
use crate::cli::CheckArgs;
use crate::memory::Memory;
use crate::model::Language;
use crate::{pipeline, schema};

/// Checks a handbook.
pub fn run(args: &CheckArgs) -> Result<Outcome> {
    let handbook = &args.handbook;
    let mut prepared = pipeline::prepare(&handbook.root, &handbook.request()?, &Memory::none());
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
    let cases = prepared.site.as_ref().map_or(0, |site| site.cases.len());
    let found = handbook.found(&prepared.diagnostics, language);
    handbook.say(&match language {
        Language::De => format!("{} geprüft: {found}", counted(cases, "Beispiel", "Beispiele")),
        Language::En => format!("{} checked: {found}", counted(cases, "case", "cases")),
    });
    Ok(outcome)
}
