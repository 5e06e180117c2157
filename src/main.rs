//! Reads the command line, runs a command, answers with an exit code.

use std::process::ExitCode;

use clap::Parser;
use praxis::cli::Cli;
use praxis::commands::{self, Outcome};

fn main() -> ExitCode {
    match commands::run(Cli::parse().command) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Problems) => ExitCode::from(1),
        Ok(Outcome::WrongUse) => ExitCode::from(2),
        Err(error) => {
            eprintln!("praxis: {error:#}");
            ExitCode::from(3)
        }
    }
}
