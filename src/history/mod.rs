//! What git knows about the cases of a handbook: when each was published, what was changed since, what it was called before,
//! which are gone. One walk over the history, whatever the number of cases. Never names persons.
//!
//! - A case is published with the first commit that holds a file of it, draft or not.
//! - A commit counts from the day on which it came into the main line, by the committer's clock and offset from UTC: merged
//!   work is news on the day of the merge, however long it lay on a branch.
//! - What is not committed does not count.

mod lives;
mod log;
mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use jiff::tz::Offset;
use jiff::{Timestamp, civil};

use crate::diagnostic::{Code, Diagnostic, Reported, Text};
use crate::git::Git;

/// The file that makes a folder a case.
const CASE_FILE: &str = "case.yaml";

/// The history of all cases.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Whether it is known.
    pub state: State,
    cases: BTreeMap<String, CaseHistory>,
    gone: Vec<CaseHistory>,
}

/// Whether a history is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It is.
    Known,
    /// There is none: no git, no repository, no commit with a case.
    #[default]
    None,
    /// The clone holds only the last commits, so that every date would be wrong.
    Shallow,
    /// Git does not want to read it, or cannot.
    Refused,
}

/// The history of one case.
#[derive(Clone, Debug)]
pub struct CaseHistory {
    /// When it was published first.
    pub first: Moment,
    /// What readers may know of, newest first. Empty where every commit is hidden from them.
    pub changes: Vec<Change>,
}

/// What a commit did to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When it came into the main line.
    pub at: Moment,
    /// What happened.
    pub kind: Kind,
    /// One line for readers; empty where the commit says nothing.
    pub summary: String,
    /// Name of the case after this commit.
    pub slug: String,
    /// Name of the commit.
    pub commit: String,
}

/// What happened to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Created,
    /// Its folder got another name.
    Renamed {
        /// The name before.
        from: String,
    },
    /// Its texts or files were changed.
    Changed,
    /// It was taken out.
    Removed,
}

/// A point in time as a committer's clock showed it. Ordered by the point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    instant: Timestamp,
    offset: Offset,
}

impl Moment {
    /// The day at the place of the committer.
    pub fn day(self) -> civil::Date {
        self.offset.to_datetime(self.instant).date()
    }
}

/// As in RFC 3339: `2026-11-22T09:21:29+01:00`.
impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.instant.display_with_offset(self.offset).fmt(formatter)
    }
}

/// What happened to one case on one day.
#[derive(Clone, Debug)]
pub struct News<'a> {
    /// Present name of the case.
    pub slug: &'a str,
    /// Its name on that day, so that an entry of a feed keeps its id when the case is renamed.
    pub former_slug: &'a str,
    /// When it was changed last on that day.
    pub at: Moment,
    /// It was published on that day.
    pub is_new: bool,
    /// What was said about it, newest first, nothing twice.
    pub summaries: Vec<&'a str>,
}

impl CaseHistory {
    /// When it was changed last, as far as readers may know.
    pub fn last(&self) -> Moment {
        self.changes.first().map_or(self.first, |change| change.at)
    }
}

impl History {
    /// The history of a case; none where nothing of it is committed.
    pub fn case(&self, slug: &str) -> Option<&CaseHistory> {
        self.cases.get(slug)
    }

    /// Every case that is committed, by its present name.
    pub fn cases(&self) -> impl Iterator<Item = (&str, &CaseHistory)> {
        self.cases.iter().map(|(slug, case)| (slug.as_str(), case))
    }

    /// Cases that were taken out; the last change says when, and under which name.
    pub fn gone(&self) -> impl Iterator<Item = &CaseHistory> {
        self.gone.iter()
    }

    /// What happened last, newest first and by name where equal: of the cases that are shown, at most `limit`.
    pub fn news(&self, is_shown: impl Fn(&str) -> bool, limit: usize) -> Vec<News<'_>> {
        let cases = self.cases().filter(|(slug, _)| is_shown(slug));
        let mut news: Vec<News<'_>> = cases.flat_map(|(slug, case)| by_day(slug, &case.changes)).collect();
        news.sort_by(|left, right| (right.at.instant, left.slug).cmp(&(left.at.instant, right.slug)));
        news.truncate(limit);
        news
    }
}

/// The changes of a case put together by day, newest first.
pub fn by_day<'a>(slug: &'a str, changes: &'a [Change]) -> impl Iterator<Item = News<'a>> {
    changes.chunk_by(|left, right| left.at.day() == right.at.day()).filter_map(move |day| {
        let newest = day.first()?;
        let mut summaries: Vec<&str> = Vec::new();
        for change in day {
            if !change.summary.is_empty() && !summaries.contains(&change.summary.as_str()) {
                summaries.push(&change.summary);
            }
        }
        let is_new = day.iter().any(|change| change.kind == Kind::Created);
        Some(News { slug, former_slug: &newest.slug, at: newest.at, is_new, summaries })
    })
}

/// Reads the history of the handbook in a folder. Where there is none, or git is not installed, that is no problem.
pub fn read(root: &Path) -> Reported<History> {
    let git = Git::at(root);
    let place = match git.run(["rev-parse", "--is-shallow-repository", "--show-prefix"]) {
        Ok(place) => log::text(&place).into_owned(),
        Err(error) if error.to_string().contains("dubious ownership") => return refused(),
        Err(_) => return History::default().into(),
    };
    let (is_shallow, prefix) = place.split_once('\n').unwrap_or((&place, ""));
    let output = match git.run(log::arguments(prefix.trim_end_matches('\n'))) {
        Ok(output) => output,
        Err(error) if error.to_string().contains("does not have any commits yet") => return History::default().into(),
        Err(error) => return unreadable(&error.to_string()),
    };
    let history = lives::follow(&log::parse(&log::text(&output)));
    match (history.state, is_shallow) {
        (State::Known, "true") => shallow(),
        (State::Known | State::None | State::Shallow | State::Refused, _) => history.into(),
    }
}

/// The commits that are part of the present state and not of `revision`; none where git does not know that.
pub fn since(root: &Path, revision: &str) -> Option<BTreeSet<String>> {
    let git = Git::at(root);
    let commit =
        git.line(["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])?;
    let commits = git.line(["rev-list", "HEAD", &format!("^{commit}")])?;
    Some(commits.lines().map(str::to_owned).collect())
}

/// `case.yaml` of a case that was taken out, as it was before.
pub fn last_text(root: &Path, removal: &Change) -> Option<String> {
    let name = format!("{}^:./{}{}/{CASE_FILE}", removal.commit, log::CASES, removal.slug);
    Git::at(root).line(["show", "--no-show-signature", "--end-of-options", &name])
}

impl From<History> for Reported<History> {
    fn from(value: History) -> Self {
        Reported { value, diagnostics: Vec::new() }
    }
}

fn without_dates(state: State, diagnostic: Diagnostic) -> Reported<History> {
    Reported { value: History { state, ..History::default() }, diagnostics: vec![diagnostic] }
}

fn shallow() -> Reported<History> {
    let message = text!(
        "die Geschichte ist unvollständig (flacher Klon); die Seiten nennen keine Daten der Veröffentlichung",
        "the history is incomplete (shallow clone); pages give no dates of publication"
    );
    let hint = text!(
        "„git fetch --unshallow“ aufrufen; in GitLab CI „GIT_DEPTH: 0“ setzen, bei GitHub und Forgejo „fetch-depth: 0“",
        "call \"git fetch --unshallow\"; set \"GIT_DEPTH: 0\" in GitLab CI, \"fetch-depth: 0\" with GitHub and Forgejo"
    );
    without_dates(State::Shallow, note(message).hint(hint))
}

fn refused() -> Reported<History> {
    let message = text!(
        "git liest die Geschichte nicht, weil der Ordner einem anderen Benutzerkonto gehört; die Seiten nennen keine Daten der Veröffentlichung",
        "git does not read the history because the folder belongs to another user; pages give no dates of publication"
    );
    let hint = text!(
        "ist der Ordner vertrauenswürdig: „git config --global --add safe.directory ORDNER“",
        "if the folder is to be trusted: \"git config --global --add safe.directory FOLDER\""
    );
    without_dates(State::Refused, note(message).hint(hint))
}

fn unreadable(cause: &str) -> Reported<History> {
    let cause = cause.lines().next().unwrap_or_default();
    let message = text!(
        "git kann die Geschichte nicht lesen ({cause}); die Seiten nennen keine Daten der Veröffentlichung",
        "git cannot read the history ({cause}); pages give no dates of publication"
    );
    let hint = text!("„git fsck“ nennt den Schaden", "\"git fsck\" names the damage");
    without_dates(State::Refused, note(message).hint(hint))
}

fn note(message: Text) -> Diagnostic {
    Diagnostic::about_file(Code::HistoryUnavailable, "content/handbook.yaml", message)
}
