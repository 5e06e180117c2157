//! Commits to lives: which case each commit is about, whatever it was called then, and where one ends and another begins.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::log::{self, Action, Commit};
use super::summary::{self, Words};
use super::{CASE_FILE, CaseHistory, Change, History, Kind, Moment, State};

/// The file that goes with it; its name is known so that a renamed case is recognised even if `case.yaml` was rewritten.
const TEXT_FILE: &str = "case.md";

/// When a commit came into the main line, and what is said about it.
type Told<'a> = (Moment, &'a Words);

/// Follows every case from its first commit to the present.
pub fn follow(commits: &[Commit<'_>]) -> History {
    let arrivals = log::arrivals(commits);
    let words: Vec<Words> = commits.iter().map(|commit| summary::words(commit.message)).collect();
    let mut lives = Lives::default();
    // Parents first, so that nothing happens to a case before it is there, whatever the clocks say.
    for (position, commit) in commits.iter().enumerate().rev() {
        let arrival = arrivals[position];
        // Words that an editor gives a merge stand for all that it brings.
        let told = if arrival != position && !matches!(words[arrival], Words::Subject(_)) { arrival } else { position };
        if let Some(at) = commits[arrival].at.or(commit.at) {
            lives.apply(commit, (at, &words[told]));
        }
    }
    lives.into_history()
}

/// Cases from their first commit on, under the names they have had.
#[derive(Default)]
struct Lives {
    lives: Vec<CaseHistory>,
    names: BTreeMap<String, Name>,
}

/// A name that a case has or had. Former names are kept: work on a branch may go on under one after the case was renamed.
struct Name {
    life: usize,
    left: Option<Left>,
}

/// How a name was left.
enum Left {
    /// The case has another name now.
    Renamed,
    /// The case was taken out, with this content of `case.yaml`.
    Removed(String),
}

/// What a commit does to one case.
#[derive(Default)]
struct Touch<'a> {
    /// `case.yaml` is new, with this content.
    came: Option<&'a str>,
    /// `case.yaml` is gone, with this content; empty where it is another file now.
    left: Option<&'a str>,
    /// `case.yaml` was changed.
    changed: bool,
    /// The case had this name before.
    from: Option<&'a str>,
}

/// What a commit does, by case.
fn touches<'a>(commit: &Commit<'a>) -> BTreeMap<&'a str, Touch<'a>> {
    let mut touches: BTreeMap<&str, Touch<'_>> = BTreeMap::new();
    for file in &commit.files {
        let touch = touches.entry(file.slug).or_default();
        let is_case = file.name == CASE_FILE;
        match file.action {
            // `case.yaml` knows better than `case.md` where a case comes from.
            Action::Renamed(from, name) if from != file.slug && name == file.name && is_case => touch.from = Some(from),
            Action::Renamed(from, name) if from != file.slug && name == file.name && name == TEXT_FILE => {
                touch.from = touch.from.or(Some(from));
            }
            Action::Added(content) if is_case => touch.came = Some(content),
            Action::Deleted(content) if is_case => touch.left = Some(content),
            Action::Left if is_case => touch.left = Some(""),
            Action::Changed if is_case => touch.changed = true,
            Action::Renamed(..) | Action::Added(_) | Action::Deleted(_) | Action::Left | Action::Changed => {}
        }
    }
    touches
}

impl Lives {
    fn apply(&mut self, commit: &Commit<'_>, told: Told<'_>) {
        let mut touches = touches(commit);
        for (slug, from, life) in self.moves(&touches) {
            touches.remove(slug);
            touches.remove(from);
            self.names.insert(from.to_owned(), Name { life, left: Some(Left::Renamed) });
            self.names.insert(slug.to_owned(), Name { life, left: None });
            self.tell(life, Kind::Renamed { from: from.to_owned() }, slug, commit, told);
        }
        for (slug, touch) in touches {
            self.touch(slug, &touch, commit, told);
        }
    }

    /// New name, former name and life of the cases that a commit renames.
    fn moves<'a>(&self, touches: &BTreeMap<&'a str, Touch<'a>>) -> Vec<(&'a str, &'a str, usize)> {
        let mut moves: Vec<(&str, &str, usize)> = Vec::new();
        for (slug, touch) in touches {
            let Some((from, life)) = touch.from.and_then(|from| Some((from, self.names.get(from)?.life))) else {
                continue;
            };
            let is_free = self.names.get(*slug).is_none_or(|name| name.left.is_some());
            if is_free && moves.iter().all(|(_, _, other)| *other != life) {
                moves.push((slug, from, life));
            }
        }
        moves
    }

    /// What a commit does to a case that keeps its name.
    fn touch(&mut self, slug: &str, touch: &Touch<'_>, commit: &Commit<'_>, told: Told<'_>) {
        let Some(Name { life, left }) = self.names.get(slug) else {
            if touch.left.is_none() {
                self.begin(slug, commit, told);
            }
            return;
        };
        let life = *life;
        match (left, touch.came, touch.left) {
            (None, _, Some(content)) => {
                let left = Some(Left::Removed(content.to_owned()));
                self.names.insert(slug.to_owned(), Name { life, left });
                self.tell(life, Kind::Removed, slug, commit, told);
            }
            // A removal that was taken back, which readers need not follow.
            (Some(Left::Removed(content)), Some(same), _) if content == same => self.revive(slug, life),
            (Some(_), Some(_), _) => self.begin(slug, commit, told),
            // Removed on a branch and changed on another: it is still there.
            (Some(Left::Removed(_)), None, None) if touch.changed => {
                self.revive(slug, life);
                self.tell(life, Kind::Changed, slug, commit, told);
            }
            (Some(Left::Removed(_)), None, _) => {}
            (None, _, None) | (Some(Left::Renamed), None, _) => {
                self.tell(life, Kind::Changed, slug, commit, told);
            }
        }
    }

    fn begin(&mut self, slug: &str, commit: &Commit<'_>, told: Told<'_>) {
        let life = self.lives.len();
        self.lives.push(CaseHistory { first: told.0, changes: Vec::new() });
        self.names.insert(slug.to_owned(), Name { life, left: None });
        self.tell(life, Kind::Created, slug, commit, told);
    }

    fn revive(&mut self, slug: &str, life: usize) {
        self.names.insert(slug.to_owned(), Name { life, left: None });
        self.lives[life].changes.retain(|change| change.kind != Kind::Removed);
    }

    fn tell(&mut self, life: usize, kind: Kind, slug: &str, commit: &Commit<'_>, (at, words): Told<'_>) {
        let summary = match words {
            Words::Hidden => return,
            // „Add the case …“ says no more than that it is new.
            Words::Subject(_) if kind == Kind::Created => String::new(),
            Words::Chosen(text) | Words::Subject(text) => text.clone(),
        };
        let change = Change { at, kind, summary, slug: slug.to_owned(), commit: commit.hash.to_owned() };
        self.lives[life].changes.push(change);
    }

    fn into_history(mut self) -> History {
        for life in &mut self.lives {
            // Newest first; of equal times, the child before its parent.
            life.changes.reverse();
            life.changes.sort_by_key(|change| Reverse(change.at.instant));
        }
        let mut history = History::default();
        for (slug, name) in self.names {
            let life = self.lives[name.life].clone();
            match name.left {
                None => drop(history.cases.insert(slug, life)),
                Some(Left::Removed(_)) => history.gone.push(life),
                Some(Left::Renamed) => {}
            }
        }
        if !history.cases.is_empty() {
            history.state = State::Known;
        }
        history
    }
}
