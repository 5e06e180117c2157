//! `praxis publish`: into a folder of releases, or onto a branch of another repository. Also lists releases and goes back
//! to one.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::{LANGUAGES, Outcome, bundle, decimal, megabytes, now, revision, tell};
use crate::branch::{self, Destination, Pushed};
use crate::cli::{HandbookArgs, PublishArgs};
use crate::diagnostic::{Reported, Text};
use crate::lock::Owner;
use crate::model::Language;
use crate::origin::Origin;
use crate::output;
use crate::release::{self, Entry, Published, Refused, Release, Store};
use crate::render::Recipe;

/// Publishes a handbook, or looks at what is published.
pub fn run(args: &PublishArgs) -> Result<Outcome> {
    match (&args.to, &args.branch, &args.rollback) {
        (Some(folder), _, _) if args.list => list(args, folder),
        (Some(folder), _, Some(release)) => roll_back(args, folder, release.as_deref()),
        (Some(folder), _, None) => to_folder(args, folder),
        (None, Some(branch), _) => to_branch(args, branch, args.remote.as_deref().unwrap_or_default()),
        // clap asks for one of the two.
        (None, None, _) => Ok(Outcome::WrongUse),
    }
}

/// What a publication came to: something is online, or the content has problems, which are reported.
pub(super) enum Done {
    Online(Published),
    Refused,
}

fn to_folder(args: &PublishArgs, folder: &Path) -> Result<Outcome> {
    let handbook = &args.handbook;
    let language = handbook.first_language();
    let Some(store) = open(folder, Some(&handbook.root), Duration::from_secs(args.wait), language)? else {
        return Ok(Outcome::WrongUse);
    };
    let started = Instant::now();
    let origin = Origin::of(&handbook.root);
    match put_online(&store, handbook, &origin, args.bundle)? {
        Done::Online(published) => {
            handbook.say(summary(&published, folder, started.elapsed()).in_language(language));
            store.prune(args.keep)?;
            Ok(Outcome::Clean)
        }
        Done::Refused => {
            handbook.say(refusal(folder).in_language(language));
            Ok(Outcome::Problems)
        }
    }
}

/// Opens a folder of releases; says why not.
pub(super) fn open(
    folder: &Path,
    root: Option<&Path>,
    patience: Duration,
    language: Language,
) -> Result<Option<Store>> {
    let waiting = |owner: &Owner| {
        let text = text!(
            "eine andere Veröffentlichung läuft ({owner}); warte …",
            "another run is publishing ({owner}); waiting …"
        );
        tell(text.in_language(language));
    };
    match Store::open(folder, root, patience, waiting)? {
        Ok(store) => Ok(Some(store)),
        Err(refused) => {
            tell(&format!("praxis: {}", explain(&refused, folder).in_language(language)));
            Ok(None)
        }
    }
}

/// Builds a handbook into a release, with its offline edition if it is to offer one, switches to it, and writes a line into the
/// log, whatever the end.
pub(super) fn put_online(store: &Store, handbook: &HandbookArgs, origin: &Origin, offers: bool) -> Result<Done> {
    let started = Instant::now();
    let done = make(handbook, origin, offers, |recipes| store.publish(recipes, origin));
    let (result, published) = match &done {
        Ok(Some(published)) if published.switched => ("published", Some(published)),
        Ok(Some(published)) => ("unchanged", Some(published)),
        Ok(None) => ("refused", None),
        Err(_) => ("failed", None),
    };
    note(
        store,
        &Entry {
            time: now(),
            result,
            release: published.map(|published| published.release.as_str()),
            commit: origin.commit.as_deref(),
            files: published.map_or(0, |published| published.files),
            bytes: published.map_or(0, |published| published.bytes),
            seconds: started.elapsed().as_secs_f64(),
        },
    );
    Ok(done?.map_or(Done::Refused, Done::Online))
}

/// A log that cannot be written is no reason to call back what is online.
fn note(store: &Store, entry: &Entry<'_>) {
    if let Err(error) = store.log(entry) {
        tell(&format!("praxis: {error:#}"));
    }
}

/// Reads and checks a handbook and hands on its files, where nothing stands against it. Messages of making them are reported.
/// `origin` is where the texts come from; `offers` whether the site has its offline edition with it.
fn make<T>(
    handbook: &HandbookArgs,
    origin: &Origin,
    offers: bool,
    then: impl FnOnce(&[Recipe<'_>]) -> Result<Reported<Option<T>>>,
) -> Result<Option<T>> {
    let found = handbook.check(revision(origin))?;
    let Ok(renderer) = found.renderer(handbook) else { return Ok(None) };
    let edition = offers.then(|| bundle::edition(renderer.site(), origin));
    let Some(recipes) = bundle::site(handbook, &renderer, edition.as_ref(), found.language) else { return Ok(None) };
    let Reported { value, diagnostics } = then(&recipes)?;
    handbook.report(&diagnostics, found.language);
    Ok(value)
}

fn to_branch(args: &PublishArgs, branch: &str, remote: &str) -> Result<Outcome> {
    let handbook = &args.handbook;
    let language = handbook.first_language();
    let started = Instant::now();
    let origin = Origin::of(&handbook.root);
    let (site, workshop) = (temporary()?, temporary()?);
    let (site, workshop) = (site.path(), workshop.path());
    let pushed = make(handbook, &origin, args.bundle, |recipes| {
        let Reported { value: mut files, diagnostics } = output::stage(recipes, site, None, || ())?;
        if !diagnostics.is_empty() {
            return Ok(Reported { value: None, diagnostics });
        }
        if args.nojekyll {
            files.push(output::stage_empty(site, ".nojekyll")?);
        }
        let destination = Destination { root: &handbook.root, remote, branch };
        let pushed = branch::push(site, &files, &destination, &message(&origin), workshop)?;
        Ok(Reported { value: Some(pushed), diagnostics })
    })?;
    let Some(pushed) = pushed else {
        let refused = text!(
            "nicht veröffentlicht: der Zweig {branch} bleibt, wie er ist",
            "not published: the branch {branch} stays as it is"
        );
        handbook.say(refused.in_language(language));
        return Ok(Outcome::Problems);
    };
    let [seconds_de, seconds] = LANGUAGES.map(|language| decimal(started.elapsed().as_secs_f64(), 1, language));
    let text = match pushed {
        Pushed::Commit(commit) => text!(
            "veröffentlicht: Commit {commit} auf dem Zweig {branch} ({seconds_de} s)",
            "published: commit {commit} on the branch {branch} ({seconds} s)"
        ),
        Pushed::Unchanged => text!(
            "unverändert: der Zweig {branch} enthält diese Fassung schon",
            "unchanged: the branch {branch} holds this version already"
        ),
    };
    handbook.say(text.in_language(language));
    Ok(Outcome::Clean)
}

fn temporary() -> Result<TempDir> {
    tempfile::Builder::new().prefix("praxis-").tempdir().context("temporary folder")
}

/// Message of the commit; it names where the texts come from.
fn message(origin: &Origin) -> String {
    match (release::label(origin), &origin.commit) {
        (Some(label), Some(commit)) => format!("Handbuch aus {label} veröffentlicht\n\nQuelle: {commit}\n"),
        (_, _) => "Handbuch veröffentlicht\n".to_owned(),
    }
}

fn list(args: &PublishArgs, folder: &Path) -> Result<Outcome> {
    let releases = release::list(folder)?;
    for release in &releases {
        super::deliver(&format!("{}\n", line(release, args.handbook.first_language())));
    }
    Ok(if releases.is_empty() { no_releases(args, folder) } else { Outcome::Clean })
}

fn no_releases(args: &PublishArgs, folder: &Path) -> Outcome {
    let folder = folder.display();
    let text = text!("in {folder} liegen keine Fassungen", "there are no releases in {folder}");
    tell(&format!("praxis: {}", text.in_language(args.handbook.first_language())));
    Outcome::WrongUse
}

/// `* 0123456789ab  2026-11-22T08:17:15Z  3,9 MB`; the star marks what readers see.
fn line(release: &Release, language: Language) -> String {
    let Release { name, made, bytes, is_current } = release;
    format!("{} {name}  {made:.0}  {} MB", if *is_current { '*' } else { ' ' }, megabytes(*bytes, language))
}

fn roll_back(args: &PublishArgs, folder: &Path, to: Option<&str>) -> Result<Outcome> {
    let language = args.handbook.first_language();
    let started = Instant::now();
    if release::list(folder)?.is_empty() {
        return Ok(no_releases(args, folder));
    }
    let Some(store) = open(folder, None, Duration::from_secs(args.wait), language)? else {
        return Ok(Outcome::WrongUse);
    };
    let release = match store.roll_back(to)? {
        Ok(release) => release,
        Err(releases) => {
            let lines: Vec<String> = releases
                .iter()
                .map(|release| format!("  {}\n", line(release, args.handbook.first_language())))
                .collect();
            let text = match to {
                Some(name) => text!("die Fassung {name} gibt es hier nicht", "there is no release {name} here"),
                None => text!("es gibt keine frühere Fassung", "there is no earlier release"),
            };
            tell(&format!("praxis: {}\n{}", text.in_language(language), lines.concat().trim_end()));
            return Ok(Outcome::WrongUse);
        }
    };
    note(
        &store,
        &Entry {
            time: now(),
            result: "rolled-back",
            release: Some(&release.name),
            commit: None,
            files: 0,
            bytes: release.bytes,
            seconds: started.elapsed().as_secs_f64(),
        },
    );
    let name = &release.name;
    let text = text!(
        "zurückgenommen: online ist jetzt die Fassung {name}\n  die nächste Veröffentlichung löst sie ab; Fehlerhaftes vorher im Text zurücknehmen (git revert)",
        "rolled back: the release {name} is online now\n  the next publication replaces it; take back what is wrong in the texts first (git revert)"
    );
    args.handbook.say(text.in_language(language));
    Ok(Outcome::Clean)
}

/// What was published, and how long it took.
pub(super) fn summary(published: &Published, folder: &Path, time: Duration) -> Text {
    let Published { release, files, bytes, switched } = published;
    let [size_de, size] = LANGUAGES.map(|language| megabytes(*bytes, language));
    let [seconds_de, seconds] = LANGUAGES.map(|language| decimal(time.as_secs_f64(), 1, language));
    let place = folder.join("current");
    let place = place.display();
    if *switched {
        text!(
            "veröffentlicht: {place} (Fassung {release}, {files} Dateien, {size_de} MB, {seconds_de} s)",
            "published: {place} (release {release}, {files} files, {size} MB, {seconds} s)"
        )
    } else {
        text!(
            "unverändert: die Fassung {release} ist schon online und gleich ({seconds_de} s)",
            "unchanged: the release {release} is online already and the same ({seconds} s)"
        )
    }
}

/// That nothing was published, and what readers see instead.
pub(super) fn refusal(folder: &Path) -> Text {
    match release::current(folder) {
        Some(name) => text!(
            "nicht veröffentlicht; online bleibt die Fassung {name}",
            "not published; the release {name} stays online"
        ),
        None => text!("nicht veröffentlicht", "not published"),
    }
}

fn explain(refused: &Refused, folder: &Path) -> Text {
    let folder = folder.display();
    match refused {
        Refused::Foreign(names) => {
            let names = names.join(", ");
            text!(
                "in {folder} liegt, was praxis nicht geschrieben hat: {names}\n  mit --to einen leeren Ordner nennen, oder dies an einen anderen Ort legen",
                "{folder} holds what praxis did not write: {names}\n  name an empty folder with --to, or move this elsewhere"
            )
        }
        Refused::InsideHandbook => text!(
            "{folder} liegt in den Texten des Handbuchs\n  mit --to einen eigenen Ordner nennen",
            "{folder} lies inside the texts of the handbook\n  name a folder of its own with --to"
        ),
        Refused::NoFolder => {
            text!(
                "{folder} ist eine Datei\n  mit --to einen Ordner nennen",
                "{folder} is a file\n  name a folder with --to"
            )
        }
        Refused::Busy(owner) => text!(
            "eine andere Veröffentlichung läuft: {owner}\n  gleich noch einmal versuchen, oder mit --wait länger warten",
            "another run is publishing: {owner}\n  try again in a moment, or wait longer with --wait"
        ),
        Refused::NoLinks => text!(
            "--to braucht Verknüpfungen, die sich in einem Schritt umschalten lassen; dieses System hat sie nicht\n  dort mit „praxis build --out“ bauen, oder mit --branch veröffentlichen",
            "--to needs links that can be switched in one step, which this system lacks\n  build with \"praxis build --out\" there, or publish with --branch"
        ),
    }
}
