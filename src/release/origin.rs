//! Which commit a site was made from, and the name that its release gets.

use std::path::Path;

use anyhow::Result;

use crate::git::Git;
use crate::source::{CONTENT, THEMES};

/// Where the texts of a site come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The commit; none without git, or where the handbook is not in it.
    pub commit: Option<String>,
    /// Whether the texts are those of the commit.
    pub is_clean: bool,
}

/// Digits of a commit or a fingerprint that make a name.
const DIGITS: usize = 12;

impl Origin {
    /// Asks the repository around a handbook.
    pub fn of(root: &Path) -> Origin {
        let git = Git::at(root);
        let holds_handbook = git.line(["rev-parse", "--verify", "--quiet", "HEAD:./content/handbook.yaml"]).is_some();
        let Some(commit) = git.line(["rev-parse", "--verify", "--quiet", "HEAD"]).filter(|_| holds_handbook) else {
            return Origin::default();
        };
        let status = git.line(["status", "--porcelain", "--untracked-files=all", "--", CONTENT, THEMES]);
        Origin { commit: Some(commit), is_clean: status.is_some_and(|changes| changes.is_empty()) }
    }

    /// A commit as it is.
    pub fn commit(commit: &str) -> Origin {
        Origin { commit: Some(commit.to_owned()), is_clean: true }
    }

    /// The commit, shortened; marked where the texts are not those of the commit.
    pub fn label(&self) -> Option<String> {
        let commit = shortened(self.commit.as_ref()?);
        Some(if self.is_clean { commit } else { format!("{commit}-dirty") })
    }

    /// Name of a release. The fingerprint of the site is only taken where the commit does not tell what is in it.
    pub(super) fn name(&self, digest: impl FnOnce() -> Result<String>) -> Result<String> {
        Ok(match self.label() {
            Some(commit) if self.is_clean => commit,
            Some(commit) => format!("{commit}-{}", shortened(&digest()?)),
            None => format!("content-{}", shortened(&digest()?)),
        })
    }
}

fn shortened(digits: &str) -> String {
    digits.chars().take(DIGITS).collect()
}
