//! The stages in order; shared by every command and the tests. See the picture in `docs/architecture.md`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::checks;
pub use crate::checks::pages;
use crate::diagnostic::{self, Code, Diagnostic, Reported, Severity};
use crate::git::Git;
use crate::hashed::{self, Hashed};
use crate::history::{self, History};
use crate::memory::Memory;
use crate::model::{Language, Located, Position};
use crate::parse;
use crate::render::{self, Provenance, Recipe, Renderer, Revision};
use crate::site::{self, Options, Site};
use crate::source::{self, Digest, Sources};
use crate::theme::{self, Theme};

/// What an author asked for, beside the handbook itself.
#[derive(Clone, Debug)]
pub struct Request {
    /// Drafts and the day.
    pub options: Options,
    /// Address of the site, in place of the one in `handbook.yaml`.
    pub base_url: Option<String>,
    /// Everything that only the operator can say must be filled in.
    pub release: bool,
    /// Dates from git are needed.
    pub history: bool,
    /// Where the texts come from, as far as anybody wants to know.
    pub revision: Option<Revision>,
}

/// A handbook that was read and checked.
pub struct Prepared {
    /// The site; none where `handbook.yaml` could not be read.
    pub site: Option<Site>,
    /// The theme; none where it cannot be used.
    pub theme: Option<Theme>,
    /// What it was read from.
    provenance: Provenance,
    /// Everything that was noticed, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    memory: Memory,
}

/// What was read of a handbook.
#[derive(Clone)]
pub struct Read {
    sources: Reported<Sources>,
    history: Reported<Hashed<History>>,
    digest: Digest,
}

impl Read {
    fn new(sources: Reported<Sources>, history: Reported<Hashed<History>>) -> Read {
        let digest = sources.value.digest();
        let frame = hashed::join([&digest.frame.as_bytes()[..], history.value.hash()]);
        Read { sources, history, digest: Digest { frame, ..digest } }
    }

    /// Tells this reading from others. The history counts to the frame.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The same with some files read again; none where that would not be enough, because files came or went.
    pub fn again(&self, root: &Path, written: &BTreeSet<PathBuf>) -> Option<Read> {
        let sources = source::read_again(&self.sources, root, written)?;
        Some(Read::new(sources, self.history.clone()))
    }

    /// Names of the cases that there are, whatever is in them.
    pub fn cases(&self) -> BTreeSet<String> {
        self.sources.value.cases()
    }
}

/// Reads a handbook and its history.
pub fn read(root: &Path, request: &Request, memory: &Memory) -> Read {
    let (sources, history) = rayon::join(|| source::read(root, memory), || read_history(root, request, memory));
    Read::new(sources, history)
}

/// Reads a handbook, checks it, and gets everything ready for rendering.
pub fn prepare(root: &Path, request: &Request, memory: &Memory) -> Prepared {
    prepare_read(read(root, request, memory), request, memory)
}

/// Checks a handbook that was read, and gets everything ready for rendering.
pub fn prepare_read(read: Read, request: &Request, memory: &Memory) -> Prepared {
    let (mut diagnostics, memory) = (Vec::new(), memory.clone());
    let frame = hashed::join([&read.digest.frame.as_bytes()[..], format!("{request:?}").as_bytes()]);
    let Read { sources, digest, history } = read;
    let provenance =
        Provenance { content: digest.content, revision: request.revision.clone(), drafts: request.options.drafts };
    let mut sources = sources.note(&mut diagnostics);
    if diagnostics.iter().any(|diagnostic| diagnostic.code == Code::HandbookMissing) {
        return Prepared { site: None, theme: None, provenance, diagnostics, memory };
    }
    diagnostics.extend(checks::texts(&sources, &memory));
    let theme_files = sources.take_themes();
    let mut documents = parse::parse_all(sources, &memory).note(&mut diagnostics);
    if let (Some(handbook), Some(base_url)) = (&mut documents.handbook, &request.base_url) {
        handbook.base_url = Some(Located { value: base_url.clone(), at: Position::default() });
    }
    let site = site::assemble(documents, history.note(&mut diagnostics), request.options, frame);
    let mut theme = None;
    if let Some(site) = &site {
        diagnostics.extend(checks::run(site, &memory));
        // Its files are part of the frame, but for its style sheets.
        let inputs = [digest.frame, digest.styles].map(|hash| *hash.as_bytes());
        let load = || theme::load(&site.handbook.theme, &theme_files.texts, &theme_files.attachments);
        theme = memory.recall("theme::load", &[&inputs[0], &inputs[1]], load).note(&mut diagnostics);
        if let Some(theme) = &mut theme {
            diagnostics.extend(render::dress(site, theme));
        }
        if request.release {
            demand_release(site, &mut diagnostics);
        }
    }
    diagnostic::sort(&mut diagnostics);
    Prepared { site, theme, provenance, diagnostics, memory }
}

/// The history belongs to a commit, and to whether the clone holds everything before it.
fn read_history(root: &Path, request: &Request, memory: &Memory) -> Reported<Hashed<History>> {
    let read = || {
        let Reported { value, diagnostics } =
            if request.history { history::read(root) } else { History::default().into() };
        let hash = blake3::hash(format!("{value:?} {diagnostics:?}").as_bytes());
        Reported { value: Hashed::new(value, hash), diagnostics }
    };
    if !request.history || !memory.is_lasting() {
        return read();
    }
    let head = Git::at(root).line(["rev-parse", "HEAD", "--is-shallow-repository"]).unwrap_or_default();
    memory.recall("history::read", &[head.as_bytes()], read)
}

/// Months after which nothing is published without a new test of the accessibility.
const STATEMENT_MONTHS: i32 = 13;

/// For a release, what is still open is an error.
fn demand_release(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let statements = site.pages.iter().filter_map(|page| Some((&page.file, page.data.statement.as_ref()?)));
    let expired: BTreeSet<&String> = statements
        .filter(|(_, statement)| checks::is_older(statement.tested_on.value, STATEMENT_MONTHS, site.today))
        .map(|(file, _)| file)
        .collect();
    let is_due = |diagnostic: &Diagnostic| match diagnostic.code {
        Code::Placeholder | Code::StatementMissing => true,
        Code::StatementOverdue => expired.contains(&diagnostic.file),
        _ => false,
    };
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| is_due(diagnostic)) {
        diagnostic.severity = Severity::Error;
    }
    if site.handbook.base_url.is_none() {
        let missing = text!("die Adresse der Veröffentlichung fehlt", "the address of the site is missing");
        let mut diagnostic = Diagnostic::about_file(Code::Placeholder, "content/handbook.yaml", missing).hint(text!(
            "„base_url: https://…/“ eintragen oder --base-url angeben",
            "add \"base_url: https://…/\" or give --base-url"
        ));
        diagnostic.severity = Severity::Error;
        diagnostics.push(diagnostic);
    }
}

impl Prepared {
    /// Whether nothing stands against writing the site.
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Site and theme as a renderer, if both are there.
    pub fn renderer(&self) -> Option<Result<Renderer<'_>, Diagnostic>> {
        Some(Renderer::new(self.site.as_ref()?, self.theme.as_ref()?, &self.provenance, &self.memory))
    }

    /// Language of the handbook.
    pub fn language(&self) -> Language {
        self.site.as_ref().map_or(Language::De, |site| site.handbook.language)
    }
}

/// Makes every file and throws it away: what `check` does to find errors in templates.
pub fn try_all(recipes: &[Recipe<'_>]) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = recipes.par_iter().filter_map(|recipe| recipe.make().err()).collect();
    diagnostic::sort(&mut diagnostics);
    diagnostics
}
