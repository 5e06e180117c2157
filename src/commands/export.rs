//! `praxis export`: the documents of the search index for search servers that join several handbooks, and the
//! configuration that such a server needs for them.

mod document;
mod mapping;

use std::io::{Write, stdout};
use std::path::Path;

use anyhow::Result;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;

use super::{Outcome, report_errors, today};
use crate::cli::{Bundle, Engine, ExportArgs};
use crate::model::{Language, Slug};
use crate::output;
use crate::pipeline::{self, Prepared, Request};
use crate::render::Renderer;
use crate::site::Options;
use document::{Exported, HandbookName};

/// Prints documents, or what a server needs to know about them.
pub fn run(args: &ExportArgs) -> Result<Outcome> {
    if args.schema {
        return deliver(args, &pretty(&document::schema())?);
    }
    let request = Request {
        options: Options { drafts: args.drafts, today: today()? },
        base_url: args.base_url.clone(),
        release: false,
    };
    let prepared = pipeline::prepare(&args.root, &request);
    let language = args.lang.map_or_else(|| prepared.language(), Language::from);
    let Some(renderer) = sound(&args.root, &prepared, language) else { return Ok(Outcome::Problems) };
    match args.mapping {
        Some(Engine::Quickwit) => deliver(args, &pretty(&mapping::quickwit(&args.index))?),
        Some(Engine::Opensearch) => deliver(args, &pretty(&mapping::opensearch(&renderer.lexicon()))?),
        None => match handbook_id(args, &prepared) {
            Some(id) => deliver(args, &documents(&renderer, &id, args)?),
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

/// The renderer of a handbook without errors; reports them where there are any. Half a handbook would be exported in
/// silence otherwise, and go missing in the joint search.
fn sound<'a>(root: &Path, prepared: &'a Prepared, language: Language) -> Option<Renderer<'a>> {
    let renderer = prepared.renderer().filter(|_| prepared.is_sound());
    match renderer.transpose() {
        Ok(Some(renderer)) => Some(renderer),
        Ok(None) => {
            report_errors(root, &prepared.diagnostics, language);
            None
        }
        Err(diagnostic) => {
            report_errors(root, &[diagnostic], language);
            None
        }
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
fn deliver(args: &ExportArgs, text: &str) -> Result<Outcome> {
    match &args.out {
        Some(file) => output::replace(file, text)?,
        // A reader who has seen enough closes the pipe; that is no failure.
        None => drop(stdout().lock().write_all(text.as_bytes())),
    }
    Ok(Outcome::Clean)
}
