//! Which commit the texts of a site come from.

use std::path::Path;

use crate::git::Git;
use crate::source::{CONTENT, THEMES};

/// Where the texts of a site come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The commit; none without git, or where the handbook is not in it.
    pub commit: Option<String>,
    /// The last commit up to there that changed the texts.
    pub texts: Option<String>,
    /// Whether the texts are those of the commit.
    pub is_clean: bool,
}

impl Origin {
    /// Asks the repository around a handbook.
    pub fn of(root: &Path) -> Origin {
        let git = Git::at(root);
        let holds_handbook = git.line(["rev-parse", "--verify", "--quiet", "HEAD:./content/handbook.yaml"]).is_some();
        let Some(commit) = git.line(["rev-parse", "--verify", "--quiet", "HEAD"]).filter(|_| holds_handbook) else {
            return Origin::default();
        };
        let status = git.line(["status", "--porcelain", "--untracked-files=all", "--", CONTENT, THEMES]);
        let is_clean = status.is_some_and(|changes| changes.is_empty());
        Origin { is_clean, ..Origin::commit(root, &commit) }
    }

    /// A commit as it is, of a handbook in this folder.
    pub fn commit(root: &Path, commit: &str) -> Origin {
        let texts = Git::at(root).line(["rev-list", "--max-count=1", commit, "--", CONTENT, THEMES]);
        let texts = texts.filter(|commit| !commit.is_empty());
        Origin { commit: Some(commit.to_owned()), texts, is_clean: true }
    }

    /// The first digits of the commit.
    pub fn shortened(&self, digits: usize) -> Option<&str> {
        self.commit.as_ref()?.get(..digits)
    }
}
