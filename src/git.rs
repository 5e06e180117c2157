//! The program git, called as a process: the same one, with the same settings and credentials, that the people use who
//! publish with it. The only place that starts it.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// Arguments that stand before those of the caller.
const OWN_ARGUMENTS: usize = 6;

/// A repository, by a folder inside it.
#[derive(Clone, Debug)]
pub struct Git {
    folder: PathBuf,
}

impl Git {
    /// The repository around a folder; whether there is one, the first call tells.
    pub fn at(folder: &Path) -> Git {
        Git { folder: folder.to_owned() }
    }

    /// Runs git and returns what it printed. The error holds what it complained about.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<Vec<u8>> {
        self.run_with(args, &[])
    }

    /// Runs git with something on its standard input.
    pub fn run_with<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, input: &[u8]) -> Result<Vec<u8>> {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("git")?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // In a thread of its own: git may fill the pipe of its output before it has read everything.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        })
        .context("git")?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            let verb = command.get_args().nth(OWN_ARGUMENTS).unwrap_or_default();
            bail!("git {}: {}", verb.display(), complaint.trim());
        }
        Ok(output.stdout)
    }

    /// Runs git and returns its output as one line; none if it fails, as it does where there is no repository.
    pub fn line<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Option<String> {
        let output = String::from_utf8(self.run(args).ok()?).ok()?;
        Some(output.trim_end().to_owned())
    }

    fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&self.folder)
            // Names as they are; nothing that a repository's own settings would start.
            .args(["-c", "core.quotePath=false", "-c", "core.fsmonitor=false"])
            .args(args)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0");
        command
    }
}
