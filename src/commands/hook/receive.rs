//! What the hooks do: `pre-receive` checks a pushed commit and can refuse it, `post-receive` publishes it. Their words go
//! to whoever has pushed, in German. Pushed content is data: nothing of it is run.

use std::env;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::{explain, refuse};
use crate::checkout::{self, Limits};
use crate::cli::{HandbookArgs, Hook, Lang, RepositoryArgs};
use crate::commands::publish::{self, Done};
use crate::commands::{Checked, Outcome, bundle, check as check_command, tell};
use crate::diagnostic::Severity;
use crate::hook::{Repository, Settings};
use crate::model::Language;
use crate::origin::Origin;
use crate::report::{self, Format, printable};
use crate::source::{CONTENT, THEMES};

/// Most files of a handbook; ten thousand cases have half as many.
const MOST_FILES: usize = 50_000;

/// How long a publication waits for the one before it. Nobody has to wait in vain: the one before publishes, too.
const PATIENCE: Duration = Duration::from_secs(600);

/// A branch or tag before and after a push.
struct Update {
    old: String,
    new: String,
    reference: String,
}

/// Runs a hook in the folder of its repository, where git starts it.
pub fn run(hook: Hook) -> Result<Outcome> {
    let (repository, settings) = match open(Path::new("."), Language::De)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    let reference = format!("refs/heads/{}", settings.branch);
    let Some(update) = updates()?.into_iter().find(|update| update.reference == reference) else {
        return Ok(Outcome::Clean);
    };
    match hook {
        Hook::PreReceive => pre_receive(&repository, &settings, &update),
        Hook::PostReceive => publish_head(&repository, &settings, Language::De),
    }
}

/// `praxis hook publish`.
pub fn publish(args: &RepositoryArgs) -> Result<Outcome> {
    let language = args.lang.into();
    match open(&args.repository, language)? {
        Ok((repository, settings)) => publish_head(&repository, &settings, language),
        Err(outcome) => Ok(outcome),
    }
}

/// Lays out a commit and checks it: the part of `pre-receive` that may take too long and is then ended from outside.
pub fn check(commit: &str, into: &Path) -> Result<Outcome> {
    let (repository, settings) = match open(Path::new("."), Language::De)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    if !lay_out(&repository, &settings, commit, into, Language::De)? {
        return Ok(Outcome::Problems);
    }
    let handbook = handbook(into, Language::De);
    let checked = check_command::everything(&handbook)?;
    // Notes are for whoever writes, at the own desk; here nothing could show them.
    let found = checked.prepared.diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Note);
    let found = report::count(&found.cloned().collect::<Vec<_>>(), checked.language);
    tell(&check_command::summary(&checked, &found));
    let can_be_packed = !settings.bundle || can_be_packed(&handbook, &checked, commit);
    Ok(if can_be_packed { checked.outcome } else { Outcome::Problems })
}

/// Whether the offline edition has names that every system can unpack; says which have not.
fn can_be_packed(handbook: &HandbookArgs, checked: &Checked, commit: &str) -> bool {
    let Ok(renderer) = checked.renderer(handbook) else { return false };
    let edition = bundle::edition(renderer.site(), &Origin::commit(&handbook.root, commit));
    bundle::site(handbook, &renderer, Some(&edition), checked.language).is_some()
}

fn open(folder: &Path, language: Language) -> Result<Result<(Repository, Settings), Outcome>> {
    let opened = match Repository::open(folder)? {
        Ok(repository) => repository.settings()?.map(|settings| (repository, settings)),
        Err(refused) => Err(refused),
    };
    Ok(opened.map_err(|refused| refuse(&explain(&refused, folder), language)))
}

/// What git says on standard input: `<old> <new> <reference>`, one line each.
fn updates() -> Result<Vec<Update>> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).context("stdin")?;
    let lines = text.lines().filter_map(|line| {
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        Some(Update { old: words.next()?, new: words.next()?, reference: words.next()? })
    });
    Ok(lines.collect())
}

fn pre_receive(repository: &Repository, settings: &Settings, update: &Update) -> Result<Outcome> {
    let branch = &settings.branch;
    let is_none = |commit: &str| commit.bytes().all(|byte| byte == b'0');
    if is_none(&update.new) {
        tell(&format!("abgelehnt: der Zweig {branch} ist veröffentlicht und kann nicht gelöscht werden"));
        return Ok(Outcome::Problems);
    }
    let git = repository.git();
    let continues = || git.run(["merge-base", "--is-ancestor", &update.old, &update.new]).is_ok();
    if !settings.allow_force && !is_none(&update.old) && !continues() {
        tell(&format!("abgelehnt: auf dem Zweig {branch} fehlten danach Commits, die schon veröffentlicht sind"));
        tell("  erst „git pull“, dann noch einmal „git push“, ohne --force");
        return Ok(Outcome::Problems);
    }
    let folder = tempfile::Builder::new().prefix("praxis-").tempdir().context("temporary folder")?;
    let limit = Duration::from_secs(settings.timeout);
    let ended = wait(start_check(repository, &update.new, folder.path())?, limit)?;
    match ended.map(|status| status.code()) {
        Some(Some(0)) => {
            if !settings.allow_themes && git.run(["rev-parse", &format!("{}:{THEMES}", update.new)]).is_ok() {
                tell("Hinweis: themes/ aus dem Repository wird auf diesem Server nicht verwendet");
            }
            return Ok(Outcome::Clean);
        }
        Some(Some(1)) => tell("abgelehnt: nichts wurde übernommen; berichtigen, committen und noch einmal pushen"),
        Some(_) => tell("abgelehnt: die Prüfung ist gescheitert, siehe oben; bitte der IT melden"),
        None => tell(&format!("abgelehnt: die Prüfung hat länger als {} Sekunden gedauert", limit.as_secs())),
    }
    Ok(Outcome::Problems)
}

/// Starts this program once more, in a group of processes of its own, so that all of it can be ended.
fn start_check(repository: &Repository, commit: &str, into: &Path) -> Result<Child> {
    let mut command = Command::new(env::current_exe().context("praxis")?);
    command.args(["hook", "check", commit, "--into"]).arg(into);
    command.current_dir(repository.folder()).stdin(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().context("praxis")
}

/// Waits for a process; ends it, and everything it has started, when the time is over.
fn wait(mut child: Child, limit: Duration) -> Result<Option<ExitStatus>> {
    const PAUSE: Duration = Duration::from_millis(5);
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait().context("praxis")? {
            return Ok(Some(status));
        }
        std::thread::sleep(PAUSE);
    }
    #[cfg(unix)]
    let _ =
        rustix::process::kill_process_group(rustix::process::Pid::from_child(&child), rustix::process::Signal::KILL);
    // It may have ended in the meantime.
    let _ = child.kill();
    child.wait().context("praxis")?;
    Ok(None)
}

/// Publishes what the branch stands on when it is our turn: of two pushes at once, the second may find its commit online.
fn publish_head(repository: &Repository, settings: &Settings, language: Language) -> Result<Outcome> {
    let Some(store) = publish::open(&settings.target, None, PATIENCE, language)? else {
        return Ok(Outcome::WrongUse);
    };
    let started = Instant::now();
    let branch = &settings.branch;
    let Some(commit) = repository.head(branch) else {
        let text = text!("auf dem Zweig {branch} liegt noch nichts", "there is nothing on the branch {branch} yet");
        return Ok(refuse(&text, language));
    };
    let folder = store.checkout()?;
    let online = if lay_out(repository, settings, &commit, &folder, language)? {
        checkout::attach(repository.folder(), &commit, &folder)?;
        let handbook = HandbookArgs { quiet: true, ..handbook(&folder, language) };
        publish::put_online(&store, &handbook, &Origin::commit(&handbook.root, &commit), settings.bundle)?
    } else {
        Done::Refused
    };
    match online {
        Done::Online(published) => {
            tell(publish::summary(&published, &settings.target, started.elapsed()).in_language(language));
            store.prune(settings.keep)?;
            Ok(Outcome::Clean)
        }
        Done::Refused => {
            tell(publish::refusal(&settings.target).in_language(language));
            Ok(Outcome::Problems)
        }
    }
}

/// Lays out the texts of a commit; says why not.
fn lay_out(
    repository: &Repository,
    settings: &Settings,
    commit: &str,
    into: &Path,
    language: Language,
) -> Result<bool> {
    const MEGABYTE: u64 = 1_000_000;
    let folders: &[&str] = if settings.allow_themes { &[CONTENT, THEMES] } else { &[CONTENT] };
    let limits = Limits { files: MOST_FILES, bytes: settings.max_size.saturating_mul(MEGABYTE) };
    let refused = checkout::lay_out(repository.git(), commit, folders, limits, into)?.err();
    if let Some(refused) = &refused {
        tell(&printable(refused.in_language(language)));
    }
    Ok(refused.is_none())
}

fn handbook(root: &Path, language: Language) -> HandbookArgs {
    let lang = match language {
        Language::De => Lang::De,
        Language::En => Lang::En,
    };
    HandbookArgs {
        root: root.to_owned(),
        lang: Some(lang),
        drafts: false,
        strict: false,
        release_check: false,
        base_url: None,
        format: Format::Text,
        today: None,
        quiet: false,
        verbose: false,
    }
}
