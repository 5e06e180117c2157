//! `praxis completions`: what a shell needs to complete commands and options.

use anyhow::Result;
use clap::CommandFactory as _;

use super::{Outcome, deliver};
use crate::cli::{Cli, CompletionsArgs};

/// Prints the script of a shell.
pub fn run(args: &CompletionsArgs) -> Result<Outcome> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    deliver(&String::from_utf8_lossy(&script));
    Ok(Outcome::Clean)
}
