//! The hooks of a bare repository that check what is pushed and publish it: two tiny scripts that call this program, and
//! settings in the section `praxis` of the repository's own configuration.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::git::Git;
use crate::output;

/// Section of the configuration.
const SECTION: &str = "praxis";

/// Second line of every script, by which it is known again.
const MARK: &str = "# written by: praxis hook install; removed by: praxis hook uninstall";

/// The hooks, by the names that git gives them.
const NAMES: [&str; 2] = ["pre-receive", "post-receive"];

/// What the installer has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Folder of the releases.
    pub target: PathBuf,
    /// Branch that is checked and published.
    pub branch: String,
    /// Whether `themes/` of the repository is used.
    pub allow_themes: bool,
    /// Whether a push may replace commits.
    pub allow_force: bool,
    /// Whether the site offers its offline edition.
    pub bundle: bool,
    /// How many releases are kept.
    pub keep: usize,
    /// Largest handbook, in megabytes.
    pub max_size: u64,
    /// Longest check, in seconds.
    pub timeout: u64,
}

/// A script, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// There is none.
    Missing,
    /// Ours, with the program it calls.
    Own(PathBuf),
    /// Written by someone else, or changed after us.
    Foreign,
}

/// Why a folder cannot have the hooks.
#[derive(Debug)]
pub enum Refused {
    /// It is no bare repository.
    NotBare,
    /// Its hooks lie elsewhere, perhaps shared with others.
    HooksElsewhere(String),
    /// These hooks are not ours.
    Foreign(Vec<PathBuf>),
    /// There are no settings: nothing is installed.
    NotInstalled,
}

/// A bare repository.
pub struct Repository {
    folder: PathBuf,
    git: Git,
}

impl Repository {
    /// Opens a bare repository whose hooks are in its own folder.
    pub fn open(folder: &Path) -> Result<Result<Repository, Refused>> {
        let Ok(folder) = folder.canonicalize() else { return Ok(Err(Refused::NotBare)) };
        let git = Git::bare(&folder);
        if git.line(["rev-parse", "--is-bare-repository"]).as_deref() != Some("true") {
            return Ok(Err(Refused::NotBare));
        }
        let hooks = git.line(["rev-parse", "--git-path", "hooks"]).unwrap_or_default();
        if folder.join(&hooks) != folder.join("hooks") && folder.join(&hooks) != folder.join("./hooks") {
            return Ok(Err(Refused::HooksElsewhere(hooks)));
        }
        Ok(Ok(Repository { folder, git }))
    }

    /// Calls git in it.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The commit that a branch stands on.
    pub fn head(&self, branch: &str) -> Option<String> {
        self.git.line(["rev-parse", "--verify", "--quiet", &format!("refs/heads/{branch}^{{commit}}")])
    }

    /// Writes settings and scripts; scripts of others are left alone.
    pub fn install(&self, program: &Path, settings: &Settings) -> Result<Result<(), Refused>> {
        let foreign = self.foreign();
        if !foreign.is_empty() {
            return Ok(Err(Refused::Foreign(foreign)));
        }
        for (key, value) in settings.write() {
            self.git.run(["config", "--local", &format!("{SECTION}.{key}"), &value])?;
        }
        for name in NAMES {
            let path = self.path(name);
            output::replace(&path, &script(name, program))?;
            make_executable(&path).with_context(|| format!("{}", path.display()))?;
        }
        Ok(Ok(()))
    }

    /// Removes what [`Repository::install`] has written, and only if all of it is still as it was written.
    pub fn uninstall(&self) -> Result<Result<(), Refused>> {
        let foreign = self.foreign();
        if !foreign.is_empty() {
            return Ok(Err(Refused::Foreign(foreign)));
        }
        for name in NAMES {
            output::remove(&self.path(name))?;
        }
        if self.settings()?.is_ok() {
            self.git.run(["config", "--local", "--remove-section", SECTION])?;
        }
        Ok(Ok(()))
    }

    /// What the installer has decided.
    pub fn settings(&self) -> Result<Result<Settings, Refused>> {
        let pattern = format!("^{SECTION}\\.");
        // Fails where there is nothing to list.
        let listed = self.git.line(["config", "--local", "-z", "--get-regexp", &pattern]).unwrap_or_default();
        let values: BTreeMap<&str, &str> = listed.split('\0').filter_map(|entry| entry.split_once('\n')).collect();
        Ok(Settings::read(&values).ok_or(Refused::NotInstalled))
    }

    /// The scripts, by the names of the hooks.
    pub fn scripts(&self) -> Vec<(&'static str, Script)> {
        NAMES.into_iter().map(|name| (name, self.script(name))).collect()
    }

    fn script(&self, name: &str) -> Script {
        let path = self.path(name);
        if path.symlink_metadata().is_err() {
            return Script::Missing;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let program = text.strip_prefix(&format!("#!/bin/sh\n{MARK}\nexec ")).and_then(|rest| {
            let quoted = rest.strip_suffix(&format!(" hook run {name}\n"))?;
            Some(quoted.strip_prefix('\'')?.strip_suffix('\'')?.replace("'\\''", "'"))
        });
        // Written once more it must be the same: nothing may hide in what looks like a path.
        program.map(PathBuf::from).filter(|program| script(name, program) == text).map_or(Script::Foreign, Script::Own)
    }

    fn foreign(&self) -> Vec<PathBuf> {
        let scripts = self.scripts().into_iter().filter(|(_, script)| *script == Script::Foreign);
        scripts.map(|(name, _)| self.path(name)).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join("hooks").join(name)
    }
}

impl Settings {
    fn write(&self) -> [(&'static str, String); 8] {
        [
            ("target", self.target.to_string_lossy().into_owned()),
            ("branch", self.branch.clone()),
            ("allowThemes", self.allow_themes.to_string()),
            ("allowForce", self.allow_force.to_string()),
            ("bundle", self.bundle.to_string()),
            ("keep", self.keep.to_string()),
            ("maxSize", self.max_size.to_string()),
            ("timeout", self.timeout.to_string()),
        ]
    }

    /// From what git lists: names in small letters. None where one is missing or makes no sense.
    fn read(values: &BTreeMap<&str, &str>) -> Option<Settings> {
        let value = |key: &str| values.get(format!("{SECTION}.{key}").as_str()).copied();
        Some(Settings {
            target: PathBuf::from(value("target")?),
            branch: value("branch")?.to_owned(),
            allow_themes: value("allowthemes")? == "true",
            allow_force: value("allowforce")? == "true",
            bundle: value("bundle")? == "true",
            keep: value("keep")?.parse().ok()?,
            max_size: value("maxsize")?.parse().ok()?,
            timeout: value("timeout")?.parse().ok()?,
        })
    }
}

fn script(name: &str, program: &Path) -> String {
    let program = program.to_string_lossy().replace('\'', "'\\''");
    format!("#!/bin/sh\n{MARK}\nexec '{program}' hook run {name}\n")
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Elsewhere git starts hooks by their name.
#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
