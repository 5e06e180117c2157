//! `praxis transfer`: what the checklists of all cases say, as a table; and whether a saved plan fits the handbook.

mod matrix;
mod plan;

use std::io::{Write as _, stdout};

use anyhow::Result;

use super::{Outcome, report_errors, search};
use crate::cli::{TransferHandbookArgs, TransferWhat};
use crate::model::Language;
use crate::pipeline::Prepared;

/// Prints the matrix or checks a plan.
pub fn run(what: &TransferWhat) -> Result<Outcome> {
    match what {
        TransferWhat::Matrix(args) => matrix::run(args),
        TransferWhat::Check(args) => plan::run(args),
    }
}

/// A handbook without errors, and the language of messages. In half a handbook, items would be missing in silence.
fn sound(args: &TransferHandbookArgs) -> Result<(Option<Prepared>, Language)> {
    let prepared = search::prepare(&args.root, args.drafts)?;
    let language = args.lang.map_or_else(|| prepared.language(), Language::from);
    if prepared.is_sound() {
        return Ok((Some(prepared), language));
    }
    report_errors(&args.root, &prepared.diagnostics, language);
    Ok((None, language))
}

/// Prints to standard output. A reader who has seen enough closes the pipe; that is no failure.
fn deliver(text: &str) {
    drop(stdout().lock().write_all(text.as_bytes()));
}
