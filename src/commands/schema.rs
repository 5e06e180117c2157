//! `praxis schema`: writes the JSON Schema files, or tells whether they are up to date.

use anyhow::Result;

use super::{Outcome, today};
use crate::cli::SchemaArgs;
use crate::memory::Memory;
use crate::model::Language;
use crate::output;
use crate::pipeline::{self, Request};
use crate::report::{self, Format};
use crate::schema;
use crate::site::Options;
use crate::source;

/// Writes or checks the schema files.
pub fn run(args: &SchemaArgs) -> Result<Outcome> {
    let options = Options { drafts: true, today: today()? };
    let request = Request { options, base_url: None, release: false, history: false, revision: None };
    let prepared = pipeline::prepare(&args.root, &request, &Memory::none());
    let Some(site) = &prepared.site else {
        let read = |name: &str| source::read_text(&args.root, name);
        eprint!("{}", report::render(&prepared.diagnostics, Format::Text, Language::De, "", false, read));
        return Ok(Outcome::Problems);
    };
    let stale = schema::stale(&args.root, site);
    if args.check {
        stale.iter().for_each(|diagnostic| {
            eprintln!("{}: {}", diagnostic.file, diagnostic.message.in_language(site.handbook.language))
        });
        return Ok(if stale.is_empty() { Outcome::Clean } else { Outcome::Problems });
    }
    for (name, text) in schema::files(site) {
        output::replace(&args.root.join(&name), &text)?;
        eprintln!("{name}");
    }
    Ok(Outcome::Clean)
}
