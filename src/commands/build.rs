//! `praxis build`: check, render, write, and say where to click.

use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Checked, Outcome, bundle, counted, decimal, megabytes, on_stop, revision, wait, watcher};
use crate::cache::{Cache, Counts};
use crate::cli::{BuildArgs, HandbookArgs};
use crate::diagnostic::Diagnostic;
use crate::memory::Memory;
use crate::model::Language;
use crate::origin::Origin;
use crate::output::{Refused, Target, Written};
use crate::pipeline;
use crate::site::Site;
use crate::watch::{Waited, Watcher};

/// Builds a handbook, once or after every change.
pub fn run(args: &BuildArgs) -> Result<Outcome> {
    let out = args.out.clone().unwrap_or_else(|| args.handbook.root.join("public"));
    if args.watch {
        return watch(args, &out);
    }
    Ok(match build(args, &out, &Memory::none())? {
        Built::Done(outcome) => outcome,
        Built::Refused(refused, language) => refuse(&refused, &out, language),
    })
}

/// How a build ended.
enum Built {
    Done(Outcome),
    Refused(Refused, Language),
}

fn watch(args: &BuildArgs, out: &Path) -> Result<Outcome> {
    let root = &args.handbook.root;
    let memory = Memory::lasting();
    let language = args.handbook.first_language();
    let mut watcher = watcher(root, args.changes.poll, language)?;
    let stopper = watcher.stopper();
    on_stop(move || stopper.stop())?;
    let mut is_first = true;
    loop {
        let built = build(args, out, &memory);
        memory.end_run();
        let mut is_busy = false;
        // What is wrong with the content was said; the next change may mend it. A failing machine may recover as well, and
        // so may a folder that was good once.
        match built {
            Ok(Built::Done(_)) => {}
            Ok(Built::Refused(refused, language)) => {
                let outcome = refuse(&refused, out, language);
                is_busy = matches!(refused, Refused::Busy);
                if is_first && !is_busy {
                    return Ok(outcome);
                }
            }
            Err(error) => super::tell(&format!("praxis: {error:#}")),
        }
        is_first = false;
        let waited =
            if is_busy { wait_for_turn(&mut watcher, root, out, language) } else { wait(&mut watcher, language) };
        if waited? == Waited::Stopped {
            return Ok(Outcome::Clean);
        }
    }
}

/// Waits until no other run writes the site. That one may have read the files before they changed.
fn wait_for_turn(watcher: &mut Watcher, root: &Path, out: &Path, language: Language) -> Result<Waited> {
    loop {
        watcher.look_again();
        let waited = wait(watcher, language)?;
        if waited == Waited::Stopped || !matches!(Target::open(root, out), Ok(Err(Refused::Busy))) {
            return Ok(waited);
        }
    }
}

fn build(args: &BuildArgs, out: &Path, memory: &Memory) -> Result<Built> {
    let started = Instant::now();
    let handbook = &args.handbook;
    let mut request = handbook.request(None)?;
    let (origin, read) =
        rayon::join(|| Origin::of(&handbook.root), || pipeline::read(&handbook.root, &request, memory));
    request.revision = revision(&origin);
    let digest = read.digest();
    let origin = args.bundle.then_some(origin);
    let options = format!("{request:?} {origin:?}");
    let cache = Cache::new(&handbook.root, out, &[digest.all().as_bytes(), options.as_bytes()])?;
    if let Some(record) = cache.recall() {
        let language = handbook.lang.map_or(record.language, Language::from);
        let outcome = handbook.report(&record.diagnostics, language);
        if outcome == Outcome::Clean {
            handbook.say_why_dates_are_missing(&record.diagnostics, language);
            let figures = Figures { counts: record.counts, changed: 0, checked: started.elapsed() };
            summary(handbook, &record.diagnostics, language, &figures, out, started.elapsed());
            return Ok(Built::Done(outcome));
        }
    }
    let found = handbook.check_read(read, &request, memory);
    let Checked { prepared, language, outcome } = &found;
    let (language, outcome) = (*language, *outcome);
    let renderer = match found.renderer(handbook) {
        Ok(renderer) => renderer,
        Err(diagnostics) => return Ok(Built::Done(not_written(handbook, &diagnostics, language, out))),
    };
    let target = match Target::open(&handbook.root, out)? {
        Ok(target) => target,
        Err(refused) => return Ok(Built::Refused(refused, language)),
    };
    let checked = started.elapsed();
    let edition = origin.map(|origin| bundle::edition(renderer.site(), &origin));
    let Some(recipes) = bundle::site(handbook, &renderer, edition.as_ref(), language) else {
        return Ok(Built::Done(not_written(handbook, &prepared.diagnostics, language, out)));
    };
    let progress = Progress::new(recipes.len(), !handbook.quiet && stderr().is_terminal());
    let result = target.write(&recipes, || progress.step())?;
    progress.finish();
    let Some(written) = result.value else {
        handbook.report(&result.diagnostics, language);
        return Ok(Built::Done(not_written(handbook, &result.diagnostics, language, out)));
    };
    let counts = counts(renderer.site(), written);
    cache.keep(&prepared.diagnostics, prepared.language(), counts);
    let figures = Figures { counts, changed: written.changed, checked };
    summary(handbook, &prepared.diagnostics, language, &figures, out, started.elapsed());
    Ok(Built::Done(outcome))
}

fn not_written(handbook: &HandbookArgs, diagnostics: &[Diagnostic], language: Language, out: &Path) -> Outcome {
    let found = handbook.found(diagnostics, language);
    let old = out.join("index.html").exists();
    handbook.say(&match (language, old) {
        (Language::De, true) => format!("nicht geschrieben: {found}; die vorige Fassung in {} bleibt", out.display()),
        (Language::De, false) => format!("nicht geschrieben: {found}"),
        (Language::En, true) => format!("not written: {found}; the previous site in {} stays", out.display()),
        (Language::En, false) => format!("not written: {found}"),
    });
    Outcome::Problems
}

fn refuse(refused: &Refused, out: &Path, language: Language) -> Outcome {
    super::tell(&format!("praxis: {}", explain(refused, out, language)));
    Outcome::WrongUse
}

fn explain(refused: &Refused, out: &Path, language: Language) -> String {
    let out = out.display();
    match (refused, language) {
        (Refused::Foreign(files), Language::De) => format!(
            "in {out} liegen Dateien, die praxis nicht geschrieben hat: {}\n  mit --out einen leeren Ordner nennen, oder diese Dateien an einen anderen Ort legen",
            files.join(", ")
        ),
        (Refused::Foreign(files), Language::En) => format!(
            "{out} holds files that praxis did not write: {}\n  name an empty folder with --out, or move these files elsewhere",
            files.join(", ")
        ),
        (Refused::HoldsHandbook, Language::De) => format!(
            "{out} enthält das Handbuch selbst oder liegt darin\n  mit --out einen eigenen Ordner nennen, zum Beispiel public"
        ),
        (Refused::HoldsHandbook, Language::En) => format!(
            "{out} holds the handbook itself or lies inside its texts\n  name a folder of its own with --out, for example public"
        ),
        (Refused::NoFolder, Language::De) => {
            format!("{out} ist eine Datei\n  mit --out einen Ordner nennen, zum Beispiel public")
        }
        (Refused::NoFolder, Language::En) => format!("{out} is a file\n  name a folder with --out, for example public"),
        (Refused::Busy, Language::De) => {
            format!("ein anderer Lauf schreibt gerade {out}; gleich noch einmal versuchen")
        }
        (Refused::Busy, Language::En) => format!("another run is writing {out}; try again in a moment"),
    }
}

/// What a build did.
struct Figures {
    counts: Counts,
    /// Files that are new or other than before.
    changed: usize,
    /// Time until everything was read and checked.
    checked: Duration,
}

fn counts(site: &Site, written: Written) -> Counts {
    Counts {
        cases: site.cases.len(),
        items: site.cases.iter().map(|case| case.data.checklist.items().len()).sum(),
        topics: site.topics.len(),
        pages: site.pages.len(),
        files: written.files,
        bytes: written.bytes,
    }
}

fn summary(
    handbook: &HandbookArgs,
    diagnostics: &[Diagnostic],
    language: Language,
    figures: &Figures,
    out: &Path,
    whole: Duration,
) {
    let found = handbook.found(diagnostics, language);
    let Counts { cases, items, topics, pages, files, bytes } = figures.counts;
    let megabytes = megabytes(bytes, language);
    let changed = figures.changed;
    let place = std::path::absolute(out.join("index.html")).unwrap_or_else(|_| out.join("index.html"));
    let place = place.display();
    let seconds = |time: Duration| decimal(time.as_secs_f64(), 2, language);
    let written_in = seconds(whole.saturating_sub(figures.checked));
    let (checked, whole) = (seconds(figures.checked), seconds(whole));
    let lines = match language {
        Language::De => [
            format!(
                "{} mit {}, {}, {}: {found}",
                counted(cases, "Beispiel", "Beispiele"),
                counted(items, "Prüfpunkt", "Prüfpunkten"),
                counted(topics, "Thema", "Themen"),
                counted(pages, "Seite", "Seiten")
            ),
            format!("{files} Dateien, {megabytes} MB, {changed} davon neu oder geändert, in {whole} s"),
            format!("  gelesen und geprüft in {checked} s, geschrieben in {written_in} s"),
            format!("zum Ansehen doppelt anklicken: {place}"),
        ],
        Language::En => [
            format!(
                "{} with {}, {}, {}: {found}",
                counted(cases, "case", "cases"),
                counted(items, "checklist item", "checklist items"),
                counted(topics, "topic", "topics"),
                counted(pages, "page", "pages")
            ),
            format!("{files} files, {megabytes} MB, {changed} of them new or changed, in {whole} s"),
            format!("  read and checked in {checked} s, written in {written_in} s"),
            format!("to look at it, double-click: {place}"),
        ],
    };
    let [counts, size, stages, place] = &lines;
    let details = if handbook.verbose { &[counts, size, stages, place][..] } else { &[counts, size, place] };
    details.iter().for_each(|line| handbook.say(line));
}

/// A bar that appears only when a build takes longer than a second.
struct Progress {
    started: Instant,
    length: u64,
    wanted: bool,
    /// Steps so far, and the bar once it is shown.
    state: Mutex<(u64, Option<ProgressBar>)>,
}

impl Progress {
    fn new(length: usize, wanted: bool) -> Self {
        Progress { started: Instant::now(), length: length as u64, wanted, state: Mutex::default() }
    }

    fn step(&self) {
        if !self.wanted {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.0 += 1;
        let steps = state.0;
        if state.1.is_none() && self.started.elapsed() > Duration::from_secs(1) {
            let style =
                ProgressStyle::with_template("{bar:40} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
            state.1 = Some(ProgressBar::new(self.length).with_style(style));
        }
        if let Some(bar) = &state.1 {
            bar.set_position(steps);
        }
    }

    fn finish(&self) {
        let state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(bar) = &state.1 {
            bar.finish_and_clear();
        }
    }
}
