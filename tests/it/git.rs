//! Real git for the tests: working trees with a small handbook, bare repositories, and a loopback server for smart HTTP.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use tempfile::TempDir;

use crate::support::{Run, Tree, command, finish, praxis, tree};

/// git, not yet run: a name of its own, and no settings but those of the repository.
pub fn git<Argument: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = Argument>) -> Command {
    let mut command = command([""; 0]);
    let now: Vec<_> = command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
    command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"]);
    command.args(arguments).envs(now).envs(settings());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Environment of every git: who commits, and nothing of this machine.
pub fn settings() -> [(&'static str, &'static str); 7] {
    [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Erika Musterfrau"),
        ("GIT_AUTHOR_EMAIL", "erika@example.org"),
        ("GIT_COMMITTER_NAME", "Erika Musterfrau"),
        ("GIT_COMMITTER_EMAIL", "erika@example.org"),
        ("GIT_TERMINAL_PROMPT", "0"),
    ]
}

/// Runs git and returns what it did.
pub fn run(folder: &Path, arguments: &[&str]) -> Run {
    finish(git(folder, arguments).spawn().unwrap())
}

/// Runs git and returns what it printed; fails with it.
#[track_caller]
pub fn ok(folder: &Path, arguments: &[&str]) -> String {
    run(folder, arguments).expect(0).stdout.trim_end().to_owned()
}

/// Runs git with something on standard input and returns what it printed.
#[track_caller]
pub fn with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = git(folder, arguments).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    finish(child).expect(0).stdout.trim_end().to_owned()
}

/// A repository whose commits have the dates that a test gives them.
pub struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// Makes a folder a repository.
    pub fn at(folder: &Path) -> Self {
        ok(folder, &["init", "--quiet"]);
        Repository { folder: folder.to_owned() }
    }

    /// Runs git and returns what it printed.
    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_at("2026-11-22T12:00:00+01:00", arguments)
    }

    /// Runs git at a point in time, as git writes it.
    #[track_caller]
    pub fn git_at(&self, date: &str, arguments: &[&str]) -> String {
        let mut command = git(&self.folder, arguments);
        command.envs([("GIT_AUTHOR_DATE", date), ("GIT_COMMITTER_DATE", date)]);
        finish(command.spawn().unwrap()).expect(0).stdout.trim_end().to_owned()
    }

    /// Commits everything as it is.
    #[track_caller]
    pub fn commit(&self, date: &str, message: &str) {
        self.git(&["add", "--all"]);
        self.git_at(date, &["commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message", message]);
    }

    /// Name of the present commit.
    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }
}

/// A folder with a small handbook, a repository around it, and room beside it for others.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// Creates the handbook and commits it.
    pub fn new() -> Self {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        praxis([OsStr::new("new"), OsStr::new("handbook"), desk.work().as_os_str()]).expect(0);
        ok(&desk.work(), &["init", "--quiet"]);
        desk.commit("Anfang");
        desk
    }

    /// A place beside the handbook.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The working tree.
    pub fn work(&self) -> PathBuf {
        self.path("work")
    }

    /// A bare repository beside it, known to it under its name.
    pub fn bare(&self, name: &str) -> PathBuf {
        let path = self.path(&format!("{name}.git"));
        ok(self.folder.path(), &["init", "--quiet", "--bare", path.to_str().unwrap()]);
        ok(&self.work(), &["remote", "add", name, path.to_str().unwrap()]);
        path
    }

    /// Changes a word that stands on every page.
    pub fn rename(&self, short_title: &str) {
        self.edit("content/handbook.yaml", |text| {
            let lines = text.lines().map(|line| {
                if line.starts_with("short_title:") { format!("short_title: {short_title}") } else { line.to_owned() }
            });
            lines.collect::<Vec<_>>().join("\n") + "\n"
        });
    }

    /// Writes a file of the handbook.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes a file of the handbook.
    pub fn edit(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.work().join(path)).unwrap();
        self.write(path, &change(text));
    }

    /// Commits everything and returns the commit.
    #[track_caller]
    pub fn commit(&self, message: &str) -> String {
        ok(&self.work(), &["add", "--all"]);
        ok(&self.work(), &["commit", "--quiet", "--allow-empty", "-m", message]);
        ok(&self.work(), &["rev-parse", "HEAD"])
    }

    /// Changes every page and commits.
    #[track_caller]
    pub fn commit_renamed(&self, short_title: &str) -> String {
        self.rename(short_title);
        self.commit(short_title)
    }

    /// Runs the program in the folder of everything.
    pub fn praxis(&self, arguments: &[&str]) -> Run {
        let mut command = command(arguments);
        command.current_dir(self.folder.path()).envs(settings()).stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(command.spawn().unwrap())
    }

    /// What a build of the texts as they are gives.
    #[track_caller]
    pub fn site(&self) -> Tree {
        self.praxis(&["build", "--quiet", "--root", "work", "--out", "built"]).expect(0);
        let mut site = tree(&self.path("built"));
        site.remove(".praxis-files");
        site
    }
}

/// What readers see in a folder of releases: name of the release and its site, packed files left out. Fails if it is not
/// one whole release: every file of its list and no other, and every packed file unpacks to its text.
#[track_caller]
pub fn online(target: &Path) -> (String, Tree) {
    let link = fs::read_link(target.join("current")).expect("there is a current release");
    let name = link.strip_prefix("releases").unwrap().to_str().unwrap().to_owned();
    let mut site = tree(&target.join(&link));
    let list = String::from_utf8(site.remove(".praxis-files").expect("there is a list of files")).unwrap();
    assert_eq!(list.lines().collect::<Vec<_>>(), site.keys().collect::<Vec<_>>(), "the list is that of the files");
    let packed: BTreeMap<String, Vec<u8>> = site.extract_if(.., |path, _| text_of(path).is_some()).collect();
    assert!(packed.len() > 100, "{} packed files", packed.len());
    for (path, bytes) in packed {
        assert!(unpacked(&path, &bytes) == site[text_of(&path).unwrap()], "{path} is not its text");
    }
    (name, site)
}

/// The text that a packed file stands beside; the index of the search is packed for itself and stands beside nothing.
fn text_of(path: &str) -> Option<&str> {
    let text = path.strip_suffix(".gz").or_else(|| path.strip_suffix(".br"))?;
    text.rsplit('/').next().unwrap().contains('.').then_some(text)
}

fn unpacked(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).unwrap();
    } else {
        brotli::Decompressor::new(bytes, 4096).read_to_end(&mut text).unwrap();
    }
    text
}

/// A loopback server that lets `git http-backend` answer for the repositories of a folder. Ends with the tests.
pub struct Http {
    port: u16,
}

impl Http {
    /// Starts it.
    pub fn serve(folder: &Path) -> Self {
        Http::start(folder, None)
    }

    /// Starts one that answers only whoever sends `name:password`.
    pub fn guarded(folder: &Path, login: &str) -> Self {
        Http::start(folder, Some(format!("Basic {}", BASE64_STANDARD.encode(login))))
    }

    fn start(folder: &Path, login: Option<String>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let folder = folder.to_owned();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (folder, login) = (folder.clone(), login.clone());
                // A client that hangs up early is its own business.
                thread::spawn(move || drop(answer(&stream.unwrap(), &folder, login.as_deref())));
            }
        });
        Http { port }
    }

    /// Address of a repository.
    pub fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }
}

/// One request, by the rules of CGI (RFC 3875).
fn answer(mut stream: &TcpStream, folder: &Path, login: Option<&str>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let body = if header("transfer-encoding") == "chunked" {
        chunks(&mut reader)?
    } else {
        let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
        reader.read_exact(&mut body)?;
        body
    };
    if login.is_some_and(|login| header("authorization") != login) {
        let realm = "WWW-Authenticate: Basic realm=\"git\"";
        return write!(
            stream,
            "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n{realm}\r\nContent-Length: 0\r\n\r\n"
        );
    }
    let mut child = git(folder, ["http-backend"])
        .envs([("GIT_PROJECT_ROOT", folder.to_str().unwrap()), ("GIT_HTTP_EXPORT_ALL", "1"), ("REMOTE_USER", "test")])
        .envs([("REQUEST_METHOD", method.as_str()), ("PATH_INFO", path), ("QUERY_STRING", query)])
        .envs([("CONTENT_TYPE", header("content-type")), ("CONTENT_LENGTH", body.len().to_string())])
        .envs([("HTTP_CONTENT_ENCODING", header("content-encoding")), ("GIT_PROTOCOL", header("git-protocol"))])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    thread::spawn(move || stdin.write_all(&body));
    let output = child.wait_with_output()?.stdout;
    let end = output.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(0);
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n{head}")?;
    stream.write_all(&output[end..])
}

fn chunks(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}
