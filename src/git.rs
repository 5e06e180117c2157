//! The program git, called as a process: the same one, with the same settings and credentials, that the people use who
//! publish with it. The only place that starts it.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _, Write as _};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail};

/// What git tells the programs it starts about the repository it is in; we may be called there and mean another one.
/// Where new objects of a push wait (`GIT_OBJECT_DIRECTORY`) is not among it: the check of a push has to see them.
const OF_OTHERS: [&str; 5] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/// A repository, by a folder inside it.
#[derive(Clone, Debug)]
pub struct Git {
    folder: PathBuf,
    /// Arguments that stand before those of the caller.
    options: Vec<OsString>,
}

impl Git {
    /// The repository around a folder; whether there is one, the first call tells.
    pub fn at(folder: &Path) -> Git {
        // Names as they are; nothing that a repository's own settings would start.
        let options = ["-c", "core.quotePath=false", "-c", "core.fsmonitor=false"];
        Git { folder: folder.to_owned(), options: options.map(OsString::from).into() }
    }

    /// A repository by its own folder; its objects are those that its commits name, whatever its replacements say.
    pub fn bare(repository: &Path) -> Git {
        Git::at(repository).with(["--no-replace-objects", "--git-dir", "."])
    }

    /// Adds options for every call.
    #[must_use]
    pub fn with<S: Into<OsString>>(mut self, options: impl IntoIterator<Item = S>) -> Git {
        self.options.extend(options.into_iter().map(Into::into));
        self
    }

    /// Runs git and returns what it printed. The error holds what it complained about.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<Vec<u8>> {
        self.run_with(args, &[])
    }

    /// Runs git with something on its standard input.
    pub fn run_with<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, input: &[u8]) -> Result<Vec<u8>> {
        let output = self.output(args, input, usize::MAX)?;
        Ok(output.stdout)
    }

    /// Runs git and returns what it printed, or nothing where that is longer than so many bytes.
    pub fn run_limited<S: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
        limit: usize,
    ) -> Result<Option<Vec<u8>>> {
        let output = self.output(args, &[], limit)?;
        Ok((output.stdout.len() <= limit).then_some(output.stdout))
    }

    /// Runs git and returns its output as one line; none if it fails, as it does where there is no repository.
    pub fn line<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Option<String> {
        let output = String::from_utf8(self.run(args).ok()?).ok()?;
        Some(output.trim_end().to_owned())
    }

    /// Runs git to its end, or until it has printed more than so many bytes. The error of a run that failed holds the command
    /// and what it said.
    fn output<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, input: &[u8], limit: usize) -> Result<Output> {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = command.spawn().and_then(|child| follow(child, input, limit)).context("git")?;
        if output.status.success() || output.stdout.len() > limit {
            return Ok(output);
        }
        let own = ["-C", "."].len() + self.options.len();
        let verb = command.get_args().nth(own).unwrap_or_default();
        bail!("git {}: {}", verb.display(), String::from_utf8_lossy(&output.stderr).trim());
    }

    fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(&self.options).args(args);
        for name in OF_OTHERS {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        command
    }
}

/// What `Child::wait_with_output` does, which panics where a pipe cannot be read, and knows no limit.
fn follow(mut child: Child, input: &[u8], limit: usize) -> io::Result<Output> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (printed, said) = thread::scope(|scope| {
        // In threads of their own: git may fill one pipe before it has read or closed another.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let said = scope.spawn(move || read(stderr, u64::MAX));
        // One byte more tells that there is more.
        let printed = read(stdout, (limit as u64).saturating_add(1));
        if printed.as_ref().map_or(true, |printed| printed.len() > limit) {
            // It may have ended by itself in the meantime.
            let _ = child.kill();
        }
        (printed, said.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    Ok(Output { status: child.wait()?, stdout: printed?, stderr: said? })
}

fn read(pipe: Option<impl io::Read>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
