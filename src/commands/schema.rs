//! `praxis schema`: writes the JSON Schema files, or tells whether they are up to date.

use anyhow::Result;

use super::{Outcome, today};
use crate::cli::SchemaArgs;
use crate::output;
use crate::pipeline::{self, Request};
use crate::schema;
use crate::site::Options;

/// Writes or checks the schema files.
pub fn run(args: &SchemaArgs) -> Result<Outcome> {
    let request = Request { options: Options { drafts: true, today: today()? }, base_url: None, release: false };
    let prepared = pipeline::prepare(&args.root, &request);
    let Some(site) = &prepared.site else {
        eprintln!("praxis: {}: content/handbook.yaml", args.root.display());
        return Ok(Outcome::Problems);
    };
    let stale = schema::stale(&args.root, site);
    if args.check {
        stale.iter().for_each(|diagnostic| eprintln!("{}: {}", diagnostic.file, diagnostic.message.en));
        return Ok(if stale.is_empty() { Outcome::Clean } else { Outcome::Problems });
    }
    for (name, text) in schema::files(site) {
        output::replace(&args.root.join(&name), &text)?;
        eprintln!("{name}");
    }
    Ok(Outcome::Clean)
}
