//! `praxis export`: the documents of the search index for search servers that join several handbooks, and the
//! configuration that such a server needs for them.

mod document;
mod mapping;

use anyhow::Result;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;

use super::{Outcome, deliver, is_sound, renderer};
use crate::cli::{Bundle, Engine, ExportArgs};
use crate::model::Slug;
use crate::output;
use crate::pipeline::Prepared;
use crate::render::Renderer;
use document::{Exported, HandbookName};

/// Prints documents, or what a server needs to know about them.
pub fn run(args: &ExportArgs) -> Result<Outcome> {
    if args.schema {
        return write(args, &pretty(&document::schema())?);
    }
    let root = &args.from.root;
    let (prepared, language) = args.from.read(args.base_url.clone())?;
    let is_sound = is_sound(root, &prepared, language);
    let renderer = is_sound.then(|| renderer(root, &prepared, language)).flatten();
    let Some(renderer) = renderer else { return Ok(Outcome::Problems) };
    match args.mapping {
        Some(Engine::Quickwit) => write(args, &pretty(&mapping::quickwit(&args.index))?),
        Some(Engine::Opensearch) => write(args, &pretty(&mapping::opensearch(&renderer.lexicon()))?),
        None => match handbook_id(args, &prepared) {
            Some(id) => write(args, &documents(&renderer, &id, args)?),
            None => {
                let missing = text!(
                    "aus dem Kurztitel wird keine Kennung; mit --handbook eine nennen (a–z, 0–9, Bindestriche)",
                    "the short title gives no id; name one with --handbook (a–z, 0–9, hyphens)"
                );
                eprintln!("praxis: {}", missing.in_language(language));
                Ok(Outcome::WrongUse)
            }
        },
    }
}

/// What tells the documents of this handbook from those of others.
fn handbook_id(args: &ExportArgs, prepared: &Prepared) -> Option<Slug> {
    let title = &prepared.site.as_ref()?.handbook.short_title;
    args.handbook.clone().or_else(|| Slug::parse(&Slug::suggest(title)))
}

/// A line for each case, in the order of the slugs.
fn documents(renderer: &Renderer<'_>, id: &Slug, args: &ExportArgs) -> Result<String> {
    let site = renderer.site();
    let handbook = HandbookName::new(&site.handbook, id);
    let lines = site.cases.par_iter().map(|case| {
        let document = Exported::new(renderer, case, &handbook);
        let line = serde_json::to_string(&document)?;
        Ok(match args.format {
            Bundle::Ndjson => format!("{line}\n"),
            Bundle::Bulk => {
                let action = json!({ "index": { "_index": args.index, "_id": document.id } });
                format!("{action}\n{line}\n")
            }
        })
    });
    lines.collect::<Result<Vec<String>>>().map(|lines| lines.concat())
}

fn pretty(value: &impl Serialize) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Writes the text to the file that was asked for, or to standard output.
fn write(args: &ExportArgs, text: &str) -> Result<Outcome> {
    match &args.out {
        Some(file) => output::replace(file, text)?,
        None => deliver(text),
    }
    Ok(Outcome::Clean)
}
