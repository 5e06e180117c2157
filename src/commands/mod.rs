//! One file per command. A command reads its arguments, calls the pipeline and says what happened.

mod build;
mod bundle;
mod changes;
mod check;
mod completions;
mod eval;
mod export;
mod hook;
mod man;
mod new;
mod publish;
mod schema;
mod search;
mod serve;
mod transfer;
mod verify;

use std::env;
use std::io::{IsTerminal, Write as _, stderr, stdout};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::{Timestamp, civil, tz::TimeZone};

use crate::cli::{Command, HandbookArgs, ReadArgs};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::memory::Memory;
use crate::model::Language;
use crate::origin::Origin;
use crate::pipeline::{self, Prepared, Request};
use crate::render::{Renderer, Revision};
use crate::report::{self, Format};
use crate::site::Options;
use crate::source;
use crate::watch::{Waited, Watcher};

/// How a command ended, short of a failing machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to complain about.
    Clean,
    /// The content has problems.
    Problems,
    /// The command was called in a way that cannot work.
    WrongUse,
}

/// Runs a command.
pub fn run(command: Command) -> Result<Outcome> {
    match command {
        Command::Build(args) => build::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Publish(args) => publish::run(&args),
        Command::Hook(args) => hook::run(&args.what),
        Command::Bundle(args) => bundle::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::New(args) => new::run(&args.what),
        Command::Schema(args) => schema::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Transfer(args) => transfer::run(&args.what),
        Command::Changes(args) => changes::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

impl HandbookArgs {
    fn request(&self, revision: Option<Revision>) -> Result<Request> {
        let today = self.today.map_or_else(today, Ok)?;
        Ok(Request {
            options: Options { drafts: self.drafts, today },
            base_url: self.base_url.clone(),
            release: self.release_check,
            history: true,
            revision,
        })
    }

    fn language(&self, prepared: &Prepared) -> Language {
        self.lang.map_or_else(|| prepared.language(), Language::from)
    }

    /// Language of messages before a handbook was read.
    fn first_language(&self) -> Language {
        self.lang.map_or(Language::De, Language::from)
    }

    /// Reads and checks a handbook, and reports what was found. `revision` is where its texts come from.
    fn check(&self, revision: Option<Revision>) -> Result<Checked> {
        let (request, memory) = (self.request(revision)?, Memory::none());
        Ok(self.check_read(pipeline::read(&self.root, &request, &memory), &request, &memory))
    }

    /// Checks a handbook that was read, and reports what was found.
    fn check_read(&self, read: pipeline::Read, request: &Request, memory: &Memory) -> Checked {
        let prepared = pipeline::prepare_read(read, request, memory);
        let language = self.language(&prepared);
        let outcome = self.report(&prepared.diagnostics, language);
        Checked { prepared, language, outcome }
    }

    /// Prints a report, and tells whether the content passes.
    fn report(&self, diagnostics: &[Diagnostic], language: Language) -> Outcome {
        // Notes are many and never urgent: people see them on request, machines always.
        let least = match self.format {
            _ if self.quiet => Severity::Error,
            Format::Text if !self.verbose => Severity::Warning,
            Format::Text | Format::Json | Format::Gitlab | Format::Github | Format::Sarif => Severity::Note,
        };
        let shown: Vec<Diagnostic> =
            diagnostics.iter().filter(|diagnostic| diagnostic.severity <= least).cloned().collect();
        let prefix = prefix(&self.root);
        // In the terminal, paths are those that an author types; machines need them from the working folder.
        let prefix = if self.format == Format::Text { "" } else { &prefix };
        let report = report::render(&shown, self.format, language, prefix, is_styled(), |name| {
            source::read_text(&self.root, name)
        });
        if self.format == Format::Text {
            drop(write!(stderr(), "{report}"));
        } else {
            deliver(&report);
        }
        self.outcome(diagnostics)
    }

    /// Whether the content passes.
    fn outcome(&self, diagnostics: &[Diagnostic]) -> Outcome {
        let worst = diagnostics.iter().map(|diagnostic| diagnostic.severity).min();
        match worst {
            Some(Severity::Error) => Outcome::Problems,
            Some(Severity::Warning) if self.strict => Outcome::Problems,
            Some(Severity::Warning | Severity::Note) | None => Outcome::Clean,
        }
    }

    /// `1 Warnung, 43 Hinweise (zeigen mit -v)`.
    fn found(&self, diagnostics: &[Diagnostic], language: Language) -> String {
        let found = report::count(diagnostics, language);
        let hidden = !self.verbose && diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Note);
        match language {
            Language::De if hidden => format!("{found} (zeigen mit -v)"),
            Language::En if hidden => format!("{found} (show with -v)"),
            Language::De | Language::En => found,
        }
    }

    /// That dates of publication are missing is only a note, but readers see it on every page.
    fn say_why_dates_are_missing(&self, diagnostics: &[Diagnostic], language: Language) {
        let notes = diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::HistoryUnavailable);
        for note in notes.filter(|_| !self.verbose) {
            self.say(note.message.in_language(language));
            if let Some(hint) = &note.hint {
                self.say(&format!("  {}", hint.in_language(language)));
            }
        }
    }

    /// Prints a line for people: not when only errors are wanted, and not into a report for machines.
    fn say(&self, line: &str) {
        if !self.quiet {
            tell(line);
        }
    }
}

/// A handbook that was read and checked; the report is out.
struct Checked {
    prepared: Prepared,
    language: Language,
    /// Whether it may be published, by the report.
    outcome: Outcome,
}

impl Checked {
    /// Gets ready to make the files. Where something stands against it, that is the error; all of it is reported.
    fn renderer(&self, handbook: &HandbookArgs) -> Result<Renderer<'_>, Vec<Diagnostic>> {
        let found = &self.prepared.diagnostics;
        let is_good = self.prepared.is_sound() && self.outcome == Outcome::Clean;
        match self.prepared.renderer().filter(|_| is_good) {
            Some(Ok(renderer)) => {
                handbook.say_why_dates_are_missing(found, self.language);
                Ok(renderer)
            }
            Some(Err(diagnostic)) => {
                handbook.report(std::slice::from_ref(&diagnostic), self.language);
                Err(found.iter().cloned().chain([diagnostic]).collect())
            }
            None => Err(found.clone()),
        }
    }
}

impl ReadArgs {
    /// Reads the handbook, and tells the language of messages.
    fn read(&self, base_url: Option<String>) -> Result<(Prepared, Language)> {
        let prepared = read(&self.root, self.drafts, base_url)?;
        let language = self.language(&prepared);
        Ok((prepared, language))
    }

    fn language(&self, prepared: &Prepared) -> Language {
        self.lang.map_or_else(|| prepared.language(), Language::from)
    }
}

/// Reads a handbook for a command that only uses it: what is wrong with it is `check`'s business.
fn read(root: &Path, drafts: bool, base_url: Option<String>) -> Result<Prepared> {
    let options = Options { drafts, today: today()? };
    let request = Request { options, base_url, release: false, history: false, revision: None };
    Ok(pipeline::prepare(root, &request, &Memory::none()))
}

/// The renderer of a handbook; reports why there is none.
fn renderer<'a>(root: &Path, prepared: &'a Prepared, language: Language) -> Option<Renderer<'a>> {
    match prepared.renderer().transpose() {
        Ok(Some(renderer)) => return Some(renderer),
        Ok(None) => report_errors(root, &prepared.diagnostics, language),
        Err(diagnostic) => report_errors(root, &[diagnostic], language),
    }
    None
}

/// Whether a handbook has no errors; reports them. In half a handbook, cases and items would be missing in silence.
fn is_sound(root: &Path, prepared: &Prepared, language: Language) -> bool {
    let is_sound = prepared.is_sound();
    if !is_sound {
        report_errors(root, &prepared.diagnostics, language);
    }
    is_sound
}

/// Prints the errors of a handbook, for commands that have nothing to say about it otherwise.
fn report_errors(root: &Path, diagnostics: &[Diagnostic], language: Language) {
    drop(write!(stderr(), "{}", error_report(root, &errors(diagnostics), language, is_styled())));
}

fn errors(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).cloned().collect()
}

/// Errors as the terminal shows them.
fn error_report(root: &Path, errors: &[Diagnostic], language: Language, is_styled: bool) -> String {
    report::render(errors, Format::Text, language, "", is_styled, |name| source::read_text(root, name))
}

/// Whether reports may have colours.
fn is_styled() -> bool {
    stderr().is_terminal() && env::var_os("NO_COLOR").is_none()
}

/// Prints a line for people. Who has pushed may be gone before it arrives, and the disk of a log may be full; that stops nothing.
pub fn tell(line: &str) {
    drop(writeln!(stderr(), "{line}"));
}

/// Prints to standard output. A reader who has seen enough closes the pipe; that is no failure.
fn deliver(text: &str) {
    drop(stdout().lock().write_all(text.as_bytes()));
}

/// How often files are looked at where the system has no room for watching them.
const INTERVAL: Duration = Duration::from_secs(1);

/// Watches a handbook; where the system has no room for that, by looking again and again.
fn watcher(root: &Path, poll: Option<Duration>, language: Language) -> Result<Watcher> {
    match Watcher::new(root, poll) {
        Err(error) if Watcher::is_exhausted(&error) => {
            explain_polling(language);
            Ok(Watcher::new(root, Some(INTERVAL))?)
        }
        result => result.with_context(|| root.display().to_string()),
    }
}

/// Waits for changes. New folders may be those for which the system has no more room.
fn wait(watcher: &mut Watcher, language: Language) -> Result<Waited> {
    match watcher.wait() {
        Err(error) if Watcher::is_exhausted(&error) => {
            explain_polling(language);
            watcher.poll(INTERVAL);
            Ok(Waited::Changed)
        }
        result => Ok(result?),
    }
}

fn explain_polling(language: Language) {
    tell(&format!(
        "praxis: {}",
        match language {
            Language::De =>
                "das System kann nicht so viele Ordner beobachten (fs.inotify.max_user_watches); es wird jede Sekunde nachgesehen",
            Language::En =>
                "the system cannot watch that many folders (fs.inotify.max_user_watches); looking every second instead",
        }
    ));
}

/// What happens on Ctrl-C, and when the system asks to end.
fn on_stop(stop: impl FnMut() + Send + 'static) -> Result<()> {
    Ok(ctrlc::set_handler(stop)?)
}

/// What a site says about where its texts come from.
fn revision(origin: &Origin) -> Option<Revision> {
    Some(Revision { commit: origin.texts.clone()?, changed: !origin.is_clean })
}

/// Languages of messages, in the order of a `Text`.
const LANGUAGES: [Language; 2] = [Language::De, Language::En];

/// `3,8` or `3.8`.
fn decimal(number: f64, digits: usize, language: Language) -> String {
    let number = format!("{number:.digits$}");
    match language {
        Language::De => number.replace('.', ","),
        Language::En => number,
    }
}

/// Size in megabytes, with one digit.
fn megabytes(bytes: u64, language: Language) -> String {
    decimal(bytes as f64 / 1e6, 1, language)
}

/// `1 Beispiel`, `14 Beispiele`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Way from the working folder to the handbook, with `/`.
fn prefix(root: &Path) -> String {
    let parts: Vec<String> = root
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts.is_empty() { String::new() } else { format!("{}/", parts.join("/").replace("//", "/")) }
}

/// The moment by the clock, for what is noted about a run.
fn now() -> Timestamp {
    Timestamp::now()
}

/// The day by the clock, or by `SOURCE_DATE_EPOCH` where a reproducible build sets it.
fn today() -> Result<civil::Date> {
    let seconds = match env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.parse().with_context(|| format!("SOURCE_DATE_EPOCH={text}"))?,
        Err(_) => now().as_second(),
    };
    Ok(Timestamp::from_second(seconds)?.to_zoned(TimeZone::UTC).date())
}
