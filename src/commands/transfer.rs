//! `praxis transfer`: what the checklists of all cases say, as a table; and whether a saved plan fits the handbook.

mod matrix;
mod plan;

use anyhow::Result;

use super::{Outcome, is_sound};
use crate::cli::{ReadArgs, TransferWhat};
use crate::model::Language;
use crate::pipeline::Prepared;

/// Prints the matrix or checks a plan.
pub fn run(what: &TransferWhat) -> Result<Outcome> {
    match what {
        TransferWhat::Matrix(args) => matrix::run(args),
        TransferWhat::Check(args) => plan::run(args),
    }
}

/// A handbook without errors, and the language of messages.
fn sound(args: &ReadArgs) -> Result<(Option<Prepared>, Language)> {
    let (prepared, language) = args.read(None)?;
    Ok((is_sound(&args.root, &prepared, language).then_some(prepared), language))
}
