//! `praxis man`: the manual pages, for those who make packages.

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::Outcome;
use crate::cli::{Cli, ManArgs};

/// Writes `praxis.1`, `praxis-build.1` and so on.
pub fn run(args: &ManArgs) -> Result<Outcome> {
    clap_mangen::generate_to(Cli::command(), &args.folder).with_context(|| args.folder.display().to_string())?;
    Ok(Outcome::Clean)
}
