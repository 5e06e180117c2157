//! `praxis verify`: says whether a copy of an offline edition is whole, and which files are not as they should be.

use anyhow::Result;

use super::{Outcome, counted};
use crate::cli::VerifyArgs;
use crate::model::Language;
use crate::verify::{self, Comparison, Difference};

/// Compares a copy with its checksums.
pub fn run(args: &VerifyArgs) -> Result<Outcome> {
    let language = Language::from(args.lang);
    let comparison = match verify::compare(&args.bundle)? {
        Ok(comparison) => comparison,
        Err(reason) => {
            eprintln!("praxis: {}", reason.in_language(language));
            return Ok(Outcome::WrongUse);
        }
    };
    for (path, difference) in &comparison.differences {
        println!("{}: {path}", word(*difference, language));
    }
    if comparison.zip == Some(false) {
        println!("{}", zip_differs(language));
    }
    if !args.quiet {
        eprintln!("{}", summary(&comparison, language));
    }
    Ok(if comparison.is_whole() { Outcome::Clean } else { Outcome::Problems })
}

fn word(difference: Difference, language: Language) -> &'static str {
    match (difference, language) {
        (Difference::Changed, Language::De) => "verändert",
        (Difference::Missing, Language::De) => "fehlt",
        (Difference::Additional, Language::De) => "zusätzlich",
        (Difference::Changed, Language::En) => "changed",
        (Difference::Missing, Language::En) => "missing",
        (Difference::Additional, Language::En) => "additional",
    }
}

fn zip_differs(language: Language) -> &'static str {
    match language {
        Language::De => "verändert: die ZIP-Datei stimmt nicht mit der Prüfsummendatei neben ihr überein",
        Language::En => "changed: the zip does not agree with the checksum file beside it",
    }
}

fn summary(comparison: &Comparison, language: Language) -> String {
    let differences = comparison.differences.len() + usize::from(comparison.zip == Some(false));
    let (files, has_sum) = (comparison.files, comparison.zip == Some(true));
    match language {
        Language::De if differences > 0 => {
            format!("{}: diese Kopie nicht verwenden", counted(differences, "Abweichung", "Abweichungen"))
        }
        Language::En if differences > 0 => {
            format!("{}: do not use this copy", counted(differences, "difference", "differences"))
        }
        Language::De => format!(
            "{} unversehrt{}",
            counted(files, "Datei", "Dateien"),
            if has_sum { ", Prüfsumme der ZIP-Datei stimmt" } else { "" }
        ),
        Language::En => format!(
            "{} intact{}",
            counted(files, "file", "files"),
            if has_sum { ", the checksum of the zip agrees" } else { "" }
        ),
    }
}
