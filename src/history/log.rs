//! The output of `git log` to commits. Knows what a folder of a case is, and nothing of what becomes of it.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::Moment;

/// Folder of the cases, below the root of the handbook.
pub const CASES: &str = "content/cases/";

/// Everything that a user's own settings could change is said. Merges come without files: what they bring stands in commits
/// of its own.
const ARGUMENTS: [&str; 14] = [
    "log",
    "-z",
    "--raw",
    "--no-abbrev",
    "--root",
    "--find-renames=50%",
    "-l1000",
    "--diff-merges=off",
    "--no-follow",
    "--topo-order",
    "--no-show-signature",
    "--encoding=UTF-8",
    "--date=raw",
    "--format=commit %H %P%n%cd%n%B",
];

/// How to ask git for one walk over all commits that lead to the present one. `prefix` is the way from the top of the
/// repository to the handbook, empty or with a final slash.
pub fn arguments(prefix: &str) -> Vec<String> {
    let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).into();
    arguments.push(format!("--relative={prefix}{CASES}"));
    if !prefix.is_empty() {
        // Among much else, most commits concern something else, and git passes over them quickly. Where the handbook is all
        // there is, that would only make it compare everything twice.
        arguments.extend(["--full-history", "--parents", "--", CASES].map(str::to_owned));
    }
    arguments
}

/// A commit, with the files of cases that it touches.
#[derive(Debug)]
pub struct Commit<'a> {
    /// Name in git.
    pub hash: &'a str,
    /// The commits before it; the first is the one that the branch stood at.
    parents: Vec<&'a str>,
    /// When it was committed; none where the clock said something beyond the calendar.
    pub at: Option<Moment>,
    /// Subject and body.
    pub message: &'a str,
    /// Files below [`CASES`].
    pub files: Vec<File<'a>>,
}

/// A file of a case in a commit.
#[derive(Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Folder of the case.
    pub slug: &'a str,
    /// Name in the folder.
    pub name: &'a str,
    /// What happened to it.
    pub action: Action<'a>,
}

/// What a commit does to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// It is new, with this content.
    Added(&'a str),
    /// It is gone, with this content.
    Deleted(&'a str),
    /// It was this file before: folder and name.
    Renamed(&'a str, &'a str),
    /// It is another file now.
    Left,
    /// Its content or mode is another.
    Changed,
}

/// Reads the output of git with [`arguments`]: newest first, every commit before its parents.
pub fn parse(output: &str) -> Vec<Commit<'_>> {
    let mut commits: Vec<Commit<'_>> = Vec::new();
    let mut tokens = output.split('\0');
    while let Some(token) = tokens.next() {
        let token = token.trim_start_matches('\n');
        if let Some(header) = token.strip_prefix("commit ") {
            commits.push(commit(header));
        } else if let Some(raw) = token.strip_prefix(':')
            && let Some(path) = tokens.next()
        {
            let renamed = raw.rsplit(' ').next().is_some_and(|status| status.starts_with('R'));
            let target = if renamed { tokens.next() } else { None };
            if let Some(commit) = commits.last_mut() {
                commit.files.extend(files(raw, path, target));
            }
        }
    }
    commits
}

fn commit(header: &str) -> Commit<'_> {
    let (names, rest) = header.split_once('\n').unwrap_or((header, ""));
    let (date, message) = rest.split_once('\n').unwrap_or((rest, ""));
    let mut names = names.split_whitespace();
    Commit {
        hash: names.next().unwrap_or_default(),
        parents: names.collect(),
        at: moment(date),
        message,
        files: Vec::new(),
    }
}

/// `1795335689 +0100`.
fn moment(date: &str) -> Option<Moment> {
    let (seconds, offset) = date.split_once(' ')?;
    let instant = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    let offset: i32 = offset.parse().ok()?;
    let seconds = (offset / 100 * 60 + offset % 100) * 60;
    Some(Moment { instant, offset: Offset::from_seconds(seconds).unwrap_or(Offset::UTC) })
}

/// `100644 100644 <blob> <blob> M`, and one path or two.
fn files<'a>(raw: &'a str, path: &'a str, target: Option<&'a str>) -> Vec<File<'a>> {
    let mut fields = raw.split(' ').skip(2);
    let (before, after) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let file = |path: &'a str, action| place(path).map(|(slug, name)| File { slug, name, action });
    let source = place(path);
    let found = match (fields.next().and_then(|status| status.chars().next()), target) {
        (Some('R'), Some(target)) => {
            let arrived = source.map_or(Action::Added(after), |(slug, name)| Action::Renamed(slug, name));
            [file(path, Action::Left), file(target, arrived)]
        }
        (Some('A'), _) => [file(path, Action::Added(after)), None],
        (Some('D'), _) => [file(path, Action::Deleted(before)), None],
        _ => [file(path, Action::Changed), None],
    };
    found.into_iter().flatten().collect()
}

/// Folder of a case, and the name of a file in it.
fn place(path: &str) -> Option<(&str, &str)> {
    path.split_once('/')
}

/// By the position of each commit, the position of the one by which it came into the main line: itself, or the merge. The
/// main line is that of first parents: what is merged into it becomes public with the merge, however long it lay on a
/// branch.
pub fn arrivals(commits: &[Commit<'_>]) -> Vec<usize> {
    let positions: HashMap<&str, usize> =
        commits.iter().enumerate().map(|(position, commit)| (commit.hash, position)).collect();
    let position = |hash: &&str| positions.get(*hash).copied();
    let first_parent = |present: &usize| commits[*present].parents.first().and_then(position);
    let mut main_line: Vec<usize> =
        std::iter::successors((!commits.is_empty()).then_some(0), first_parent).take(commits.len()).collect();
    main_line.reverse();
    let mut arrivals: Vec<Option<usize>> = vec![None; commits.len()];
    for merge in main_line {
        let mut open = vec![merge];
        while let Some(present) = open.pop() {
            if arrivals[present].is_none() {
                arrivals[present] = Some(merge);
                open.extend(commits[present].parents.iter().filter_map(position));
            }
        }
    }
    arrivals.into_iter().enumerate().map(|(position, arrival)| arrival.unwrap_or(position)).collect()
}

/// The output as text; git passes on what it is given, and no byte of it may stop the reading.
pub fn text(output: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_headers_files_and_renames() {
        let output = "commit b a\n1795335689 +0130\nzwei\n\0\n:100644 100644 1 2 R100\0x/case.yaml\0\
                      z/case.yaml\0:100644 100644 3 4 M\0commit y/commit \0\
                      commit a \n99999999999999 +0000\neins\n\nKörper\n\0\n:000000 100644 0 1 A\0x/case.yaml\0";
        let commits = parse(output);
        assert_eq!(commits.iter().map(|commit| commit.hash).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(commits[0].at.map(|at| at.to_string()).as_deref(), Some("2026-11-22T09:51:29+01:30"));
        assert_eq!(commits[1].at, None);
        assert_eq!(commits[1].message, "eins\n\nKörper\n");
        let file = |slug, name, action| File { slug, name, action };
        let expected = [
            file("x", "case.yaml", Action::Left),
            file("z", "case.yaml", Action::Renamed("x", "case.yaml")),
            file("commit y", "commit ", Action::Changed),
        ];
        assert_eq!(commits[0].files, expected);
        assert_eq!(commits[1].files, [file("x", "case.yaml", Action::Added("1"))]);
    }

    #[test]
    fn what_lay_on_a_branch_arrives_with_the_merge() {
        // m merges b2 and b1 into a2; everything starts at a1.
        let output = ["m a2 b2", "b2 b1", "b1 a1", "a2 a1", "a1"].map(|names| format!("commit {names}\n0 +0000\n\0"));
        assert_eq!(arrivals(&parse(&output.concat())), [0, 0, 0, 3, 4]);
    }
}
