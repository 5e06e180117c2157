//! What the tests share: running the program, handbooks in temporary folders, pictures of whole folders.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

/// What a run of the program left.
#[derive(Debug)]
pub struct Run {
    /// Exit code; none if it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// Fails unless the program ended with this code, and shows what it said.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// The program, not yet run: nobody at the keyboard, no colours, one day for all runs of a test.
pub fn command<Argument: AsRef<OsStr>>(arguments: impl IntoIterator<Item = Argument>) -> Command {
    static NOW: OnceLock<String> = OnceLock::new();
    let now = NOW.get_or_init(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_praxis"));
    command.args(arguments).env("SOURCE_DATE_EPOCH", now).stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub fn praxis<Argument: AsRef<OsStr>>(arguments: impl IntoIterator<Item = Argument>) -> Run {
    finish(command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

/// Waits for a program that was started with pipes.
pub fn finish(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// The repository, which is a handbook.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A handbook that a test may change: a copy of the texts of this repository.
pub struct Handbook {
    folder: TempDir,
}

impl Handbook {
    /// Copies the texts of this repository. The theme is the one inside the program.
    pub fn copy() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_tree(&repository().join("content"), &folder.path().join("content"), &|_, bytes| bytes);
        Handbook { folder }
    }

    /// Copies the smallest handbook, which builds faster.
    pub fn minimal() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_tree(&repository().join("tests/sites/minimal"), folder.path(), &|_, bytes| bytes);
        Handbook { folder }
    }

    /// A handbook as `praxis new handbook` makes it: one case, one topic, built in a moment.
    pub fn small() -> Self {
        let folder = tempfile::tempdir().unwrap();
        praxis([OsStr::new("new"), OsStr::new("handbook"), folder.path().as_os_str()]).expect(0);
        Handbook { folder }
    }

    /// Folder of the handbook.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A place in the handbook.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root().join(inside)
    }

    /// Where the site is built, if nothing else is said.
    pub fn public(&self) -> PathBuf {
        self.path("public")
    }

    /// Runs a command on this handbook.
    pub fn run(&self, arguments: &[&str]) -> Run {
        praxis(self.arguments(arguments))
    }

    /// Starts a command on this handbook.
    pub fn start(&self, arguments: &[&str]) -> Child {
        command(self.arguments(arguments)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a OsStr> {
        let root = [OsStr::new("--root"), self.root().as_os_str()];
        arguments.iter().map(|argument| OsStr::new(*argument)).chain(root).collect()
    }

    /// Builds the site and returns it, by path.
    #[track_caller]
    pub fn build(&self) -> Tree {
        self.run(&["build", "--quiet"]).expect(0);
        tree(&self.public())
    }

    /// Changes a file.
    #[track_caller]
    pub fn edit(&self, inside: &str, change: impl FnOnce(String) -> String) {
        let path = self.path(inside);
        let before = fs::read_to_string(&path).unwrap();
        let after = change(before.clone());
        assert_ne!(before, after, "{inside} stays as it was");
        fs::write(path, after).unwrap();
    }

    /// Changes something that stands on every page.
    pub fn rename(&self, short_title: &str) {
        self.edit("content/handbook.yaml", |text| {
            let lines = text.lines().map(|line| {
                if line.starts_with("short_title:") { format!("short_title: {short_title}") } else { line.to_owned() }
            });
            lines.collect::<Vec<_>>().join("\n") + "\n"
        });
    }

    /// Adds a case: a copy of one of the repository under another name.
    pub fn add_case(&self, slug: &str) {
        let model = repository().join("content/cases/stellenboerse-vogtland");
        copy_case(&model, &self.path(&format!("content/cases/{slug}")), slug);
    }

    /// Adds so many cases that a build takes a while.
    pub fn add_many_cases(&self, number: usize) {
        (0..number).for_each(|position| self.add_case(&format!("kopie-{position:04}")));
    }

    /// Fails if a run left anything beside the site.
    #[track_caller]
    pub fn expect_no_leftovers(&self) {
        let names = fs::read_dir(self.root()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.retain(|name| !["content", "themes", "public", ".praxis-cache"].contains(&name.as_str()));
        assert_eq!(names, [""; 0]);
    }
}

/// Files of a folder by their path from it, with their bytes; empty folders end with `/`.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Looks at a whole folder; an empty tree where there is none.
pub fn tree(folder: &Path) -> Tree {
    let mut files = Tree::new();
    collect(folder, "", &mut files);
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Tree) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_symlink() {
            files.insert(name, fs::read_link(entry.path()).unwrap().into_os_string().into_encoded_bytes());
        } else if entry.file_type().unwrap().is_dir() {
            let before = files.len();
            collect(&entry.path(), &format!("{name}/"), files);
            if files.len() == before {
                files.insert(format!("{name}/"), Vec::new());
            }
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

/// A site without what it says about its texts: drafts are among them, though nothing else of the site shows it.
pub fn without_origin(mut site: Tree) -> Tree {
    for name in ["daten/build.json", "offline.html"] {
        assert!(site.remove(name).is_some(), "{name}");
    }
    site
}

/// Fails where two trees differ, and names the files instead of printing them.
#[track_caller]
pub fn assert_same(left: &Tree, right: &Tree) {
    let differences = differences(left, right);
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// Names of files that only one tree has, or that have other bytes.
pub fn differences(left: &Tree, right: &Tree) -> Vec<String> {
    let only = |one: &Tree, other: &Tree, side: &str| {
        one.keys().filter(|name| !other.contains_key(*name)).map(|name| format!("{name}: only {side}")).collect()
    };
    let mut found: Vec<String> = only(left, right, "left");
    found.extend::<Vec<String>>(only(right, left, "right"));
    let changed = left.iter().filter(|(name, bytes)| right.get(*name).is_some_and(|other| other != *bytes));
    found.extend(changed.map(|(name, _)| format!("{name}: other bytes")));
    found
}

/// Copies the folder of a case. The copy has titles and checklist items of its own.
pub fn copy_case(from: &Path, to: &Path, slug: &str) {
    let change = |name: &str, bytes: Vec<u8>| {
        if !name.ends_with("case.yaml") {
            return bytes;
        }
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().map(|line| {
            if let Some(id) = line.strip_prefix("  - id: ") {
                return format!("  - id: {slug}-{id}");
            }
            match line.split_once(": ") {
                Some((key @ ("title" | "short_title"), _)) => format!("{key}: Beispiel {slug}"),
                _ => line.to_owned(),
            }
        });
        (lines.collect::<Vec<_>>().join("\n") + "\n").into_bytes()
    };
    copy_tree(from, to, &change);
}

/// Copies a folder, changing bytes by the name of their file.
pub fn copy_tree(from: &Path, to: &Path, change: &dyn Fn(&str, Vec<u8>) -> Vec<u8>) {
    for (name, bytes) in tree(from) {
        let target = to.join(&name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, change(&name, bytes)).unwrap();
    }
}

/// Whether everything is to be tried, however long it takes.
pub fn is_long() -> bool {
    env::var_os("PRAXIS_LONG").is_some_and(|value| value == "1")
}

/// Tells a test that it runs where it may mount, and where.
const SMALL_DISK: &str = "PRAXIS_TEST_SMALL_DISK";

/// Runs a part of the test of that name on a disk of so many bytes. The test is run once more for it, in a mount namespace of its
/// own: the disk is gone with it, however the test ends. That takes root, or a kernel that lets users have namespaces. Where there
/// is neither, the test fails; `PRAXIS_NO_MOUNT=1` leaves it out.
pub fn with_small_disk(test: &str, size: u64, part: impl FnOnce(&Path)) {
    if let Some(place) = env::var_os(SMALL_DISK) {
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&place).status();
        assert!(mounted.unwrap().success());
        return part(Path::new(&place));
    }
    if env::var_os("PRAXIS_NO_MOUNT").is_some() {
        eprintln!("left out: PRAXIS_NO_MOUNT is set");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let myself = env::current_exe().unwrap();
    let ways: [&[&str]; 2] = [&["--mount"], &["--mount", "--user", "--map-root-user"]];
    let able = ways.into_iter().find(|way| {
        let trial =
            Command::new("unshare").args(*way).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(place.path()).output();
        trial.is_ok_and(|output| output.status.success())
    });
    let Some(way) = able else {
        panic!(
            "a small disk cannot be mounted here: run the tests as root, allow user namespaces, or leave this test out with PRAXIS_NO_MOUNT=1"
        );
    };
    let test = test.split_once("::").map_or(test, |(_, name)| name);
    let output = Command::new("unshare")
        .args(way)
        .arg(myself)
        .args(["--exact", test, "--nocapture"])
        .env(SMALL_DISK, place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// Fills a disk until so many bytes are left. Returns the file that has to go again.
pub fn fill(place: &Path, free: u64) -> PathBuf {
    let path = place.join("filler");
    let mut filler = File::create(&path).unwrap();
    let mut step = 1 << 16;
    while step > 0 {
        if filler.write_all(&vec![1; step]).is_err() {
            step /= 2;
        }
    }
    let full = filler.metadata().unwrap().len();
    filler.set_len(full - free).unwrap();
    path
}
