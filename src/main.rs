//! Reads the command line, runs a command, answers with an exit code.

use std::process::ExitCode;

use clap::Parser;
use praxis::cli::Cli;
use praxis::commands::{self, Outcome};

/// Rendering allocates millions of small strings; this allocator takes a fifth off a large build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::run(Cli::parse().command) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Problems) => ExitCode::from(1),
        Ok(Outcome::WrongUse) => ExitCode::from(2),
        Err(error) => {
            commands::tell(&format!("praxis: {error:#}"));
            ExitCode::from(3)
        }
    }
}
