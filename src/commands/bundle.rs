//! `praxis bundle`: check, render, pack, and say where the zip is.

use std::io::{BufWriter, Seek as _};
use std::path::Path;

use anyhow::Result;

use super::{Outcome, counted, megabytes, revision, tell};
use crate::bundle::{name_problems, offering, pack, sha256_of, sums_line};
use crate::cli::{BundleArgs, HandbookArgs};
use crate::diagnostic::Diagnostic;
use crate::model::Language;
use crate::origin::Origin;
use crate::output;
use crate::render::{Edition, Recipe, Renderer, Revision};
use crate::site::Site;

/// Packs a handbook.
pub fn run(args: &BundleArgs) -> Result<Outcome> {
    let handbook = &args.handbook;
    let out = args.out.clone().unwrap_or_else(|| handbook.root.join("offline"));
    let origin = Origin::of(&handbook.root);
    let found = handbook.check(revision(&origin))?;
    let language = found.language;
    let renderer = match found.renderer(handbook) {
        Ok(renderer) => renderer,
        Err(diagnostics) => return Ok(not_packed(handbook, &diagnostics, language)),
    };
    let edition = edition(renderer.site(), &origin);
    let recipes = renderer.edition_recipes(&edition);
    if has_bad_names(handbook, &edition, &recipes, language) {
        return Ok(Outcome::Problems);
    }
    let file = format!("{}.zip", edition.name);
    let path = out.join(&file);
    let mut problems = Vec::new();
    let written = output::replace_with(&path, |zip| {
        problems = pack(&recipes, &edition, renderer.site().today, BufWriter::new(&mut *zip))?;
        if !problems.is_empty() {
            return Ok(None);
        }
        let bytes = zip.stream_position()?;
        zip.rewind()?;
        Ok(Some((bytes, sha256_of(zip)?)))
    })?;
    let Some((bytes, sum)) = written else {
        handbook.report(&problems, language);
        return Ok(not_packed(handbook, &problems, language));
    };
    output::replace(&out.join(format!("{file}.sha256")), &sums_line(&sum, &file))?;
    let files = recipes.iter().map(|recipe| recipe.paths.len()).sum::<usize>() + 1;
    summary(handbook, &path, (files, bytes, &sum), language);
    Ok(Outcome::Clean)
}

/// The edition of texts that come from somewhere.
pub(super) fn edition(site: &Site, origin: &Origin) -> Edition {
    const DIGITS: usize = 7;
    let commit = origin.shortened(DIGITS);
    Edition::new(site, commit.map(|commit| Revision { commit: commit.to_owned(), changed: !origin.is_clean }))
}

/// Every file of a site, which offers an edition where there is one; none where that could not be unpacked everywhere, which
/// is reported.
pub(super) fn site<'a>(
    handbook: &HandbookArgs,
    renderer: &'a Renderer<'a>,
    edition: Option<&'a Edition>,
    language: Language,
) -> Option<Vec<Recipe<'a>>> {
    let Some(edition) = edition else { return Some(renderer.recipes()) };
    let is_bad = has_bad_names(handbook, edition, &renderer.edition_recipes(edition), language);
    (!is_bad).then(|| offering(renderer, edition))
}

/// Whether files have names that not every system can unpack; reports them.
pub(super) fn has_bad_names(
    handbook: &HandbookArgs,
    edition: &Edition,
    recipes: &[Recipe<'_>],
    language: Language,
) -> bool {
    let paths = recipes.iter().flat_map(|recipe| &recipe.paths).map(String::as_str);
    let problems = name_problems(edition, paths);
    for problem in &problems {
        tell(&format!("praxis: {}", problem.in_language(language)));
    }
    if !problems.is_empty() {
        handbook.say(match language {
            Language::De => "keine Offline-Fassung: diese Dateien umbenennen und noch einmal versuchen",
            Language::En => "no offline edition: rename these files and try again",
        });
    }
    !problems.is_empty()
}

fn not_packed(handbook: &HandbookArgs, diagnostics: &[Diagnostic], language: Language) -> Outcome {
    let found = handbook.found(diagnostics, language);
    handbook.say(&match language {
        Language::De => format!("nicht gepackt: {found}"),
        Language::En => format!("not packed: {found}"),
    });
    Outcome::Problems
}

fn summary(handbook: &HandbookArgs, path: &Path, (files, bytes, sum): (usize, u64, &str), language: Language) {
    let megabytes = megabytes(bytes, language);
    let path = path.display();
    handbook.say(&match language {
        Language::De => format!(
            "{}, {megabytes} MB\nSHA-256: {sum}\ngepackt: {path}, Prüfsumme in {path}.sha256",
            counted(files, "Datei", "Dateien")
        ),
        Language::En => format!(
            "{}, {megabytes} MB\nSHA-256: {sum}\npacked: {path}, checksum in {path}.sha256",
            counted(files, "file", "files")
        ),
    });
}
