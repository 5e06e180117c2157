//! `praxis bundle`: check, render, pack, and say where the zip is.

use std::io::{BufWriter, Seek as _};
use std::path::Path;

use anyhow::Result;

use super::{Outcome, counted};
use crate::bundle::{name_problems, pack, sha256_of, sums_line};
use crate::cli::{BundleArgs, HandbookArgs};
use crate::diagnostic::Diagnostic;
use crate::git::Git;
use crate::model::Language;
use crate::output;
use crate::pipeline;
use crate::render::{Edition, Recipe, Revision};
use crate::site::Site;

/// Packs a handbook.
pub fn run(args: &BundleArgs) -> Result<Outcome> {
    let handbook = &args.handbook;
    let out = args.out.clone().unwrap_or_else(|| handbook.root.join("offline"));
    let prepared = pipeline::prepare(&handbook.root, &handbook.request()?);
    let language = handbook.language(&prepared);
    let outcome = handbook.report(&prepared.diagnostics, language);
    let wanted = prepared.renderer().filter(|_| prepared.is_sound() && outcome == Outcome::Clean);
    let renderer = match wanted.transpose() {
        Ok(Some(renderer)) => renderer,
        Ok(None) => return Ok(not_packed(handbook, &prepared.diagnostics, language)),
        Err(diagnostic) => {
            handbook.report(std::slice::from_ref(&diagnostic), language);
            return Ok(not_packed(handbook, &[diagnostic], language));
        }
    };
    let edition = edition(&handbook.root, renderer.site());
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

/// The edition that would be packed now; its commit is known where the texts are in git.
pub(super) fn edition(root: &Path, site: &Site) -> Edition {
    Edition::new(site, revision(root))
}

fn revision(root: &Path) -> Option<Revision> {
    const ABBREVIATED: usize = 7;
    let git = Git::at(root);
    // A handbook may lie in a repository that knows nothing of it.
    git.line(["rev-parse", "--verify", "--quiet", "HEAD:./content"])?;
    let commit = git.line(["rev-parse", "HEAD"])?;
    let changes = git.line(["status", "--porcelain", "--untracked-files=all", "--", "content", "themes"])?;
    Some(Revision { commit: commit.get(..ABBREVIATED)?.to_owned(), changed: !changes.is_empty() })
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
        eprintln!("praxis: {}", problem.in_language(language));
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
    let megabytes = bytes as f64 / 1e6;
    let path = path.display();
    handbook.say(&match language {
        Language::De => format!(
            "{}, {megabytes:.1} MB\nSHA-256: {sum}\ngepackt: {path}, Prüfsumme in {path}.sha256",
            counted(files, "Datei", "Dateien")
        ),
        Language::En => format!(
            "{}, {megabytes:.1} MB\nSHA-256: {sum}\npacked: {path}, checksum in {path}.sha256",
            counted(files, "file", "files")
        ),
    });
}
