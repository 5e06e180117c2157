//! `praxis hook`: a bare repository that checks what is pushed and publishes it.

mod receive;

use std::env;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::{Outcome, deliver, tell};
use crate::cli::{HookInstallArgs, HookWhat, RepositoryArgs};
use crate::diagnostic::Text;
use crate::hook::{Refused, Repository, Script, Settings};
use crate::model::Language;
use crate::release;

/// Installs, shows, removes or runs the hooks.
pub fn run(what: &HookWhat) -> Result<Outcome> {
    match what {
        HookWhat::Install(args) => install(args),
        HookWhat::Status(args) => status(args),
        HookWhat::Uninstall(args) => uninstall(args),
        HookWhat::Publish(args) => receive::publish(args),
        HookWhat::Run { hook } => receive::run(*hook),
        HookWhat::Check { commit, into } => receive::check(commit, into),
    }
}

fn install(args: &HookInstallArgs) -> Result<Outcome> {
    let language = args.repository.lang.into();
    if cfg!(not(unix)) {
        let text = text!("„praxis hook“ gibt es auf diesem System nicht", "there is no \"praxis hook\" on this system");
        return Ok(refuse(&text, language));
    }
    let folder = &args.repository.repository;
    let repository = match Repository::open(folder)? {
        Ok(repository) => repository,
        Err(refused) => return Ok(refuse(&explain(&refused, folder), language)),
    };
    let settings = Settings {
        target: std::path::absolute(&args.target).with_context(|| format!("{}", args.target.display()))?,
        branch: args.branch.clone(),
        allow_themes: args.allow_themes,
        allow_force: args.allow_force,
        bundle: args.bundle,
        keep: args.keep,
        max_size: args.max_size,
        timeout: args.timeout,
    };
    let program = env::current_exe().context("praxis")?;
    if let Err(refused) = repository.install(&program, &settings)? {
        return Ok(refuse(&explain(&refused, folder), language));
    }
    let (target, branch) = (settings.target.display(), &settings.branch);
    let folder = repository.folder().display();
    let next = match repository.head(branch) {
        Some(_) => text!(
            "weiter: praxis hook publish {folder}\n  bringt online, was auf dem Zweig {branch} schon liegt",
            "next: praxis hook publish {folder}\n  puts online what the branch {branch} holds already"
        ),
        None => text!(
            "weiter: git push mit dem Zweig {branch} in dieses Repository",
            "next: git push the branch {branch} to this repository"
        ),
    };
    let done = text!(
        "eingerichtet: Pushes auf den Zweig {branch} werden geprüft und nach {target} veröffentlicht",
        "installed: pushes to the branch {branch} are checked and published to {target}"
    );
    tell(done.in_language(language));
    tell(next.in_language(language));
    Ok(Outcome::Clean)
}

fn uninstall(args: &RepositoryArgs) -> Result<Outcome> {
    let language = args.lang.into();
    let done = match Repository::open(&args.repository)? {
        Ok(repository) => repository.uninstall()?,
        Err(refused) => Err(refused),
    };
    if let Err(refused) = done {
        return Ok(refuse(&explain(&refused, &args.repository), language));
    }
    let text = text!(
        "entfernt: Hooks und Einstellungen; was veröffentlicht ist, bleibt",
        "removed: hooks and settings; what is published stays"
    );
    tell(text.in_language(language));
    Ok(Outcome::Clean)
}

/// Shows everything that someone wants to know who wonders why nothing is published.
fn status(args: &RepositoryArgs) -> Result<Outcome> {
    const LINES: usize = 5;
    let language = args.lang.into();
    let found = match Repository::open(&args.repository)? {
        Ok(repository) => repository.settings()?.map(|settings| (repository, settings)),
        Err(refused) => Err(refused),
    };
    let (repository, settings) = match found {
        Ok(found) => found,
        Err(refused) => return Ok(refuse(&explain(&refused, &args.repository), language)),
    };
    let mut lines = Vec::new();
    let mut works = true;
    for (name, script) in repository.scripts() {
        works &= matches!(&script, Script::Own(program) if program.is_file());
        lines.push(state(name, &script));
    }
    lines.extend(about(&settings));
    lines.push(published(&repository, &settings));
    if let Some(owner) = release::publisher(&settings.target) {
        lines.push(text!("Sperre: eine Veröffentlichung läuft ({owner})", "lock: a publication is running ({owner})"));
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.in_language(language)).collect();
    deliver(&format!("{}\n", lines.join("\n")));
    for line in release::last_lines(&settings.target, LINES) {
        deliver(&format!("  {line}\n"));
    }
    Ok(if works { Outcome::Clean } else { Outcome::Problems })
}

fn state(name: &str, script: &Script) -> Text {
    match script {
        Script::Own(program) if program.is_file() => {
            let program = program.display();
            text!("{name}: eingerichtet, ruft {program}", "{name}: installed, calls {program}")
        }
        Script::Own(program) => {
            let program = program.display();
            text!(
                "{name}: eingerichtet, aber {program} fehlt; „praxis hook install“ noch einmal ausführen",
                "{name}: installed, but {program} is missing; run \"praxis hook install\" again"
            )
        }
        Script::Missing => text!(
            "{name}: fehlt; „praxis hook install“ noch einmal ausführen",
            "{name}: missing; run \"praxis hook install\" again"
        ),
        Script::Foreign => text!(
            "{name}: nicht von praxis, oder nachträglich geändert",
            "{name}: not written by praxis, or changed afterwards"
        ),
    }
}

fn about(settings: &Settings) -> [Text; 2] {
    let Settings { target, branch, allow_themes, allow_force, bundle, keep, max_size, timeout } = settings;
    let target = target.display();
    let word = |allowed: &bool| if *allowed { ("ja", "yes") } else { ("nein", "no") };
    let ((themes, themes_en), (force, force_en)) = (word(allow_themes), word(allow_force));
    let (offline, offline_en) = word(bundle);
    [
        text!("Zweig {branch}, Ziel {target}", "branch {branch}, target {target}"),
        text!(
            "Themes aus dem Repository: {themes}; ersetzte Commits: {force}; Offline-Fassung: {offline}; behalten: {keep} Fassungen; Grenzen: {max_size} MB, {timeout} s",
            "themes of the repository: {themes_en}; replaced commits: {force_en}; offline edition: {offline_en}; kept: {keep} releases; limits: {max_size} MB, {timeout} s"
        ),
    ]
}

/// What is online, and whether it is the newest.
fn published(repository: &Repository, settings: &Settings) -> Text {
    let Some(current) = release::current(&settings.target) else {
        return text!("noch nichts veröffentlicht", "nothing published yet");
    };
    let Some(head) = repository.head(&settings.branch) else {
        return text!("online: {current}", "online: {current}");
    };
    let last = release::last_lines(&settings.target, 1).pop().unwrap_or_default();
    let is_newest = last.contains(&format!("commit={head} "))
        && ["result=published ", "result=unchanged "].iter().any(|result| last.contains(result));
    if is_newest {
        text!("online: {current}, auf dem neuesten Stand", "online: {current}, up to date")
    } else {
        text!(
            "online: {current}; der Zweig steht auf {head}; „praxis hook publish“ bringt ihn online",
            "online: {current}; the branch stands on {head}; \"praxis hook publish\" puts it online"
        )
    }
}

fn refuse(text: &Text, language: Language) -> Outcome {
    tell(&format!("praxis: {}", text.in_language(language)));
    Outcome::WrongUse
}

fn explain(refused: &Refused, folder: &Path) -> Text {
    let folder = folder.display();
    match refused {
        Refused::NotBare => text!(
            "{folder} ist kein Repository ohne Arbeitsverzeichnis\n  anlegen mit: git init --bare {folder}",
            "{folder} is no bare repository\n  create one with: git init --bare {folder}"
        ),
        Refused::HooksElsewhere(hooks) => text!(
            "die Hooks von {folder} liegen nicht im Repository, sondern in {hooks} (core.hooksPath)\n  dort eingerichtet gälten sie vielleicht auch für andere Repositorys",
            "the hooks of {folder} are not in the repository but in {hooks} (core.hooksPath)\n  installed there they might run for other repositories, too"
        ),
        Refused::Foreign(paths) => {
            let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            let paths = paths.join(", ");
            text!(
                "diese Hooks sind nicht von praxis oder nachträglich geändert: {paths}\n  entweder umbenennen, oder in ihnen als letzte Zeile aufrufen: exec praxis hook run pre-receive (post-receive)",
                "these hooks were not written by praxis or changed afterwards: {paths}\n  rename them, or call in their last line: exec praxis hook run pre-receive (post-receive)"
            )
        }
        Refused::NotInstalled => text!(
            "in {folder} ist nichts eingerichtet\n  einrichten mit: praxis hook install {folder} --target ORDNER",
            "nothing is installed in {folder}\n  install with: praxis hook install {folder} --target FOLDER"
        ),
    }
}
