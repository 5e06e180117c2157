//! A site to a branch of any repository, as a commit whose tree is the site and nothing else. Works in a repository of its
//! own that is thrown away: working tree, index and branches of the user stay as they are. Never overwrites what others
//! have pushed.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::git::Git;
use crate::output::Staged;

/// Where to publish to.
pub struct Destination<'a> {
    /// Folder of the handbook: its repository knows names, addresses and credentials.
    pub root: &'a Path,
    /// Address of the repository, or its name in that of the handbook.
    pub remote: &'a str,
    /// Branch of it.
    pub branch: &'a str,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Pushed {
    /// A new commit, with its id.
    Commit(String),
    /// The branch holds this site already; nothing was pushed.
    Unchanged,
}

/// Commits a site and pushes it. `workshop` is an empty folder for the time of the call.
pub fn push(
    site: &Path,
    files: &[Staged],
    destination: &Destination<'_>,
    message: &str,
    workshop: &Path,
) -> Result<Pushed> {
    /// How often others may be quicker.
    const TRIES: usize = 3;
    let remote = address(destination);
    let reference = format!("refs/heads/{}", destination.branch);
    let git = repository(destination.root, workshop)?;
    let tree = tree(&git, site, files)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let base = base(&git, &remote, &reference)?;
        let same = base.as_ref().and_then(|base| git.line(["rev-parse", &format!("{base}^{{tree}}")]));
        if same.is_some_and(|same| same == tree) {
            return Ok(Pushed::Unchanged);
        }
        let commit = commit(&git, &tree, base.as_deref(), message)?;
        match git.run(["push", "--quiet", "--no-verify", &remote, &format!("{commit}:{reference}")]) {
            Ok(_) => return Ok(Pushed::Commit(commit)),
            Err(error) if tries < TRIES && others_were_quicker(&format!("{error:#}")) => {}
            Err(error) => return Err(error),
        }
    }
}

/// An empty repository that knows addresses and credentials of the handbook's own, and runs none of its hooks.
fn repository(root: &Path, workshop: &Path) -> Result<Git> {
    Git::at(workshop).run(["init", "--quiet", "--bare"])?;
    let git = Git::bare(workshop);
    let settings = Git::at(root).line(["rev-parse", "--path-format=absolute", "--git-path", "config"]);
    let include = settings.map(|path| format!("include.path={path}"));
    let options = include.iter().flat_map(|include| ["-c", include.as_str()]);
    let git = git.with(options).with(["-c", "core.hooksPath=/dev/null", "-c", "core.bare=true"]);
    let named = |name| git.line(["var", name]).is_some();
    // Whoever has no name in git's settings, such as a service, gets one for this commit alone.
    let role = if named("GIT_AUTHOR_IDENT") && named("GIT_COMMITTER_IDENT") {
        [].as_slice()
    } else {
        &["-c", "user.name=praxis", "-c", "user.email=praxis@invalid"]
    };
    Ok(git.with(role.iter().copied()))
}

/// A folder is named from where the command runs; everything else git understands by itself.
fn address(destination: &Destination<'_>) -> String {
    let names = Git::at(destination.root).line(["remote"]).unwrap_or_default();
    let path = Path::new(destination.remote);
    if names.lines().any(|name| name == destination.remote) || !path.exists() {
        return destination.remote.to_owned();
    }
    std::path::absolute(path).map_or_else(|_| destination.remote.to_owned(), |path| path.to_string_lossy().into_owned())
}

/// The tree of the site. Bytes are stored as they are: no setting about line ends applies.
fn tree(git: &Git, site: &Path, files: &[Staged]) -> Result<String> {
    let paths: Vec<String> = files.iter().map(|file| format!("{}\n", site.join(&file.path).display())).collect();
    let ids = git.run_with(["hash-object", "-w", "--no-filters", "--stdin-paths"], paths.concat().as_bytes())?;
    let ids = String::from_utf8(ids)?;
    let entries: Vec<String> =
        ids.lines().zip(files).map(|(id, file)| format!("100644 {id}\t{}\0", file.path)).collect();
    git.run_with(["update-index", "-z", "--index-info"], entries.concat().as_bytes())?;
    git.line(["write-tree"]).context("git write-tree")
}

/// The newest commit of the branch, fetched without what was before it; none if there is no such branch yet.
fn base(git: &Git, remote: &str, reference: &str) -> Result<Option<String>> {
    if git.run(["ls-remote", remote, reference])?.is_empty() {
        return Ok(None);
    }
    const FETCHED: &str = "refs/praxis/base";
    let refspec = format!("+{reference}:{FETCHED}");
    git.run(["fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", remote, &refspec])?;
    Ok(git.line(["rev-parse", "--verify", "--quiet", FETCHED]))
}

fn commit(git: &Git, tree: &str, base: Option<&str>, message: &str) -> Result<String> {
    let parent = base.iter().flat_map(|base| ["-p", *base]);
    let id = git.run_with(["commit-tree", tree, "-F", "-"].into_iter().chain(parent), message.as_bytes())?;
    Ok(String::from_utf8(id)?.trim_end().to_owned())
}

/// Whether the branch moved between fetching and pushing, by the words of git and of the usual servers.
fn others_were_quicker(complaint: &str) -> bool {
    ["[rejected]", "cannot lock ref", "failed to update ref", "incorrect old value"]
        .iter()
        .any(|words| complaint.contains(words))
}
