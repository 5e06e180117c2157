//! `praxis new server`: the configurations in the web servers they are for, Debian's nginx and Caddy, as ordinary processes on
//! ports of this machine.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::{Tree, copy_tree, praxis, repository, tree};

const HOST: &str = "handbuch.example.org";

/// Debian's place for what nginx can be extended with.
const BROTLI: &str = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";

/// A web server that is stopped when the test ends.
struct Server {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // A signal that it can pass on: the processes of a killed nginx would go on for ever.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = Command::new("kill").arg(self.child.id().to_string()).status();
            let _ = self.child.wait();
        }
    }
}

/// An answer to a request.
#[derive(Debug)]
struct Answer {
    status: u16,
    /// In the order and with the letters of the server; names in small letters.
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A connection that several requests go over.
struct Connection {
    reader: BufReader<TcpStream>,
    port: u16,
}

impl Connection {
    fn open(port: u16) -> Connection {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Connection { reader: BufReader::new(stream), port }
    }

    /// Asks for a path; `headers` are full lines.
    fn get(&mut self, path: &str, headers: &[&str]) -> Answer {
        let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let port = self.port;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n{lines}\r\n");
        self.reader.get_mut().write_all(request.as_bytes()).unwrap();
        let status = self.line().split(' ').nth(1).unwrap().parse().unwrap();
        let mut found = BTreeMap::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            let before = found.insert(name.to_ascii_lowercase(), value.to_owned());
            assert!(before.is_none_or(|before| before == value && name == "Vary"), "{path}: {name} twice");
        }
        let mut body = Vec::new();
        if let Some(length) = found.get("content-length") {
            body.resize(length.parse().unwrap(), 0);
            self.reader.read_exact(&mut body).unwrap();
        } else if found.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
            loop {
                let length = usize::from_str_radix(&self.line(), 16).unwrap();
                let mut piece = vec![0; length + 2];
                self.reader.read_exact(&mut piece).unwrap();
                body.extend_from_slice(&piece[..length]);
                if length == 0 {
                    break;
                }
            }
        }
        Answer { status, headers: found, body }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        assert!(line.ends_with("\r\n"), "the connection ended: {line:?}");
        line.trim_end().to_owned()
    }
}

impl Server {
    fn get(&self, path: &str, headers: &[&str]) -> Answer {
        Connection::open(self.port).get(path, headers)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/handbuch.log")).unwrap()
    }

    /// Waits until the server listens.
    fn await_start(mut self) -> Server {
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.child.try_wait().unwrap() {
                let said = fs::read_to_string(self.folder.path().join("caddy.log")).unwrap_or_default();
                panic!("the server ended: {status}\n{said}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        self
    }
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Builds the small handbook into a release, and puts packed files beside its texts, as publishing does.
fn release(releases: &Path, name: &str, title: &str) -> Tree {
    let root = tempfile::tempdir().unwrap();
    copy_tree(&repository().join("tests/sites/minimal"), root.path(), &|path, bytes| {
        if path != "content/handbook.yaml" {
            return bytes;
        }
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().map(|line| match line.split_once(": ") {
            Some(("short_title", _)) => format!("short_title: {title}\n"),
            _ => format!("{line}\n"),
        });
        lines.collect::<String>().into_bytes()
    });
    let out = releases.join(name);
    let base = format!("https://{HOST}/");
    let arguments = ["build", "--quiet", "--bundle", "--base-url", &base, "--root", root.path().to_str().unwrap()];
    praxis(arguments.into_iter().chain(["--out", out.to_str().unwrap()])).expect(0);
    let site = tree(&out);
    for (path, bytes) in &site {
        if [".html", ".css", ".js"].iter().any(|ending| path.ends_with(ending)) {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(bytes).unwrap();
            fs::write(out.join(format!("{path}.gz")), packed.finish().unwrap()).unwrap();
            // Servers hand these out as they are; that they are not Brotli shows which file was sent.
            fs::write(out.join(format!("{path}.br")), format!("br: {path}")).unwrap();
        }
    }
    site
}

/// A folder as `praxis publish` leaves it, with one release.
fn published() -> (TempDir, Tree) {
    let folder = tempfile::tempdir().unwrap();
    let site = release(&folder.path().join("releases"), "eins", "Handbuch");
    symlink("releases/eins", folder.path().join("current")).unwrap();
    (folder, site)
}

/// What `praxis new server` prints.
fn configuration(server: &str, target: &Path, more: &[&str]) -> String {
    let target = target.to_str().unwrap();
    let arguments = ["new", "server", server, "--domain", HOST, "--root-dir", target];
    praxis(arguments.iter().chain(more)).expect(0).stdout
}

/// Replaces what is there; fails where it is not.
#[track_caller]
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}\n{text}");
    text.replace(from, to)
}

/// Starts nginx with a configuration whose ports and folders are already those of the test.
fn start_nginx(folder: TempDir, port: u16, configuration: &str) -> Server {
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir_all(folder.path().join("log")).unwrap();
    fs::write(folder.path().join("handbuch.conf"), replaced(configuration, "/var/log/nginx", &path("log"))).unwrap();
    assert!(Path::new(BROTLI).exists(), "{BROTLI} is missing; tests/run installs it");
    // Who runs the tests may not become another user, and root would.
    let user = if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        "user root;"
    } else {
        ""
    };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("    {kind}_temp_path {};\n", path(kind)))
        .collect();
    let main = format!(
        "load_module {BROTLI};\ndaemon off;\n{user}\npid {};\nerror_log stderr warn;\nworker_processes 2;\n\
         events {{}}\nhttp {{\n    include /etc/nginx/mime.types;\n    default_type application/octet-stream;\n\
         {temporary}    include handbuch.conf;\n}}\n",
        path("pid")
    );
    fs::write(folder.path().join("nginx.conf"), main).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf")).arg("-e").arg("stderr");
    let child =
        command.stdin(Stdio::null()).spawn().unwrap_or_else(|error| panic!("nginx: {error}; tests/run installs it"));
    Server { child, port, folder }.await_start()
}

/// nginx as it stands behind a proxy, so that tests can read along.
fn nginx(target: &Path) -> Server {
    let port = free_port();
    let text = configuration("nginx", target, &["--behind-proxy"]);
    let text = replaced(&text, "listen 80;", &format!("listen 127.0.0.1:{port};"));
    let text = replaced(&text, "    listen [::]:80;\n", "");
    start_nginx(tempfile::tempdir().unwrap(), port, &text)
}

fn caddy(target: &Path) -> Server {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let text = configuration("caddy", target, &["--behind-proxy"]);
    let text = replaced(&text, &format!("http://{HOST} {{"), &format!("http://{HOST}:{port} {{\n\tbind 127.0.0.1"));
    let text = replaced(&text, "/var/log/caddy", folder.path().join("log").to_str().unwrap());
    let text = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{text}");
    let file = folder.path().join("Caddyfile");
    fs::write(&file, text).unwrap();
    // It greets with a page of messages, which are of interest where it fails.
    let said = File::create(folder.path().join("caddy.log")).unwrap();
    let child = caddy_command(folder.path()).args(["run", "--config"]).arg(&file).stderr(said).spawn();
    let child = child.unwrap_or_else(|error| panic!("caddy: {error}; tests/run installs it"));
    Server { child, port, folder }.await_start()
}

fn caddy_command(home: &Path) -> Command {
    let mut command = Command::new("caddy");
    command.stdin(Stdio::null()).env("HOME", home).env("XDG_DATA_HOME", home).env("XDG_CONFIG_HOME", home);
    command
}

/// What every answer carries, whatever was asked for.
#[track_caller]
fn check_headers(path: &str, answer: &Answer) {
    let expected = [
        ("strict-transport-security", "max-age=31536000"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-cache"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value, "{path}: {name}\n{answer:?}");
    }
    let policy = answer.header("content-security-policy");
    assert_eq!(policy, format!("{}; frame-ancestors 'self'", policy_of_pages()), "{path}");
    assert!(answer.header("permissions-policy").contains("geolocation=()"), "{path}");
    assert!(!answer.header("server").contains('/'), "{path}: the server names its version");
}

/// The policy that stands in every page.
fn policy_of_pages() -> String {
    let page = fs::read_to_string(repository().join("themes/handbuch/templates/base.html")).unwrap();
    let (_, rest) = page.split_once("http-equiv=\"Content-Security-Policy\" content=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// What both servers do alike.
fn check_server(server: &Server, target: &Path, site: &Tree) {
    let file = |path: &str| site.get(path).unwrap_or_else(|| panic!("no {path}"));
    let types = [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/handbuch.css", "text/css; charset=utf-8"),
        ("assets/search.js", "javascript; charset=utf-8"),
        ("daten/faelle.json", "application/json"),
        ("daten/faelle.csv", "text/csv; charset=utf-8"),
        ("assets/favicon.svg", "image/svg+xml"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("sitemap.xml", "text/xml; charset=utf-8"),
        ("suche/index.gz", ""),
    ];
    for (path, kind) in types {
        let answer = server.get(&format!("/{path}"), &[]);
        assert_eq!(answer.status, 200, "{path}");
        check_headers(path, &answer);
        assert!(answer.header("content-type").ends_with(kind), "{path}: {}", answer.header("content-type"));
        assert!(answer.body == *file(path), "{path}: other bytes");
        assert_eq!(answer.header("content-encoding"), "", "{path}");
        // Who has it already only asks.
        let again = server.get(&format!("/{path}"), &[&format!("If-None-Match: {}", answer.header("etag"))]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
    let sums = site.keys().find(|path| path.ends_with(".sha256")).unwrap();
    assert!(server.get(&format!("/{sums}"), &[]).header("content-type").starts_with("text/plain"));

    // Clean addresses, and those of folders.
    let page = site.keys().find(|path| path.starts_with("praxis/") && !path.ends_with("index.html")).unwrap();
    for (address, path) in [
        ("/", "index.html"),
        ("/glossar", "glossar.html"),
        ("/praxis/", "praxis/index.html"),
        (&*format!("/{}", page.trim_end_matches(".html")), page),
        ("/glossar?q=netz", "glossar.html"),
    ] {
        let answer = server.get(address, &[]);
        assert_eq!(answer.status, 200, "{address}");
        assert!(answer.body == *file(path), "{address} is not {path}");
    }
    let moved = server.get("/praxis", &[]);
    assert!(matches!(moved.status, 301 | 308), "{moved:?}");
    assert!(moved.header("location").ends_with("/praxis/") || moved.header("location") == "praxis/", "{moved:?}");

    // What is not there, not meant to be seen, or outside.
    fs::create_dir_all(target.join("current/leer")).unwrap();
    for path in [
        "/gibt-es-nicht",
        "/praxis/2025/gibt-es-nicht.html",
        "/assets/",
        "/leer/",
        "/.praxis-files",
        "/praxis/.git/config",
        "/404.html",
        "/..%2f..%2fetc/passwd",
        "/releases/eins/index.html",
    ] {
        let answer = server.get(path, &[]);
        if path.contains("%2f") && answer.status == 400 {
            continue;
        }
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body == *file("404.html"), "{path}: {}", String::from_utf8_lossy(&answer.body));
        check_headers(path, &answer);
    }

    // Packed files, by what the browser can unpack.
    for path in ["glossar.html", "assets/handbuch.css", "assets/search.js"] {
        let packed = |coding: &str| {
            let answer = server.get(&format!("/{path}"), &[&format!("Accept-Encoding: {coding}")]);
            check_headers(path, &answer);
            assert!(answer.header("vary").to_ascii_lowercase().contains("accept-encoding"), "{path}: {answer:?}");
            (answer.header("content-encoding").to_owned(), answer.body)
        };
        let release = target.join("current");
        let brotli = fs::read(release.join(format!("{path}.br"))).unwrap();
        let gzip = fs::read(release.join(format!("{path}.gz"))).unwrap();
        assert!(packed("br") == ("br".to_owned(), brotli.clone()), "{path}");
        assert!(packed("gzip") == ("gzip".to_owned(), gzip), "{path}");
        assert!(packed("gzip, deflate, br, zstd") == ("br".to_owned(), brotli), "{path}: the smaller one first");
        assert!(packed("identity").1 == *file(path), "{path}");
    }
    let clean = server.get("/glossar", &["Accept-Encoding: br"]);
    assert_eq!(clean.header("content-encoding"), "br", "clean addresses are packed as well");
}

/// No address, no browser, no words that were searched for, in whatever was written down.
fn check_log(server: &Server) {
    server.get(
        "/praxis/index.html?q=geheim",
        &["User-Agent: Verraeter/1.0", "Referer: https://intern.example/", "Cookie: a=b"],
    );
    // The last line may still be on its way.
    while !server.log().contains("/praxis/index.html") {
        thread::sleep(Duration::from_millis(20));
    }
    let log = server.log();
    for telling in ["127.0.0.1", "::1", "geheim", "Verraeter", "intern.example", "q=", "a=b"] {
        assert!(!log.contains(telling), "the log says {telling}:\n{log}");
    }
    assert!(log.contains("gibt-es-nicht"), "what was asked for in vain is of use:\n{log}");
}

#[test]
fn nginx_serves_a_handbook_as_documented() {
    let (target, site) = published();
    let server = nginx(target.path());
    check_server(&server, target.path(), &site);
    check_log(&server);
    let line = server.log().lines().find(|line| line.contains("gibt-es-nicht")).unwrap().to_owned();
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!((words.len(), words[1], words[2], words[3]), (5, "GET", "/gibt-es-nicht", "404"), "{line}");
}

#[test]
fn caddy_serves_a_handbook_as_documented() {
    let (target, site) = published();
    let server = caddy(target.path());
    check_server(&server, target.path(), &site);
    check_log(&server);
}

#[test]
fn nginx_with_tls_leads_everybody_to_it() {
    let (target, site) = published();
    let (folder, port, plain) = (tempfile::tempdir().unwrap(), free_port(), free_port());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, certificate) = (path("key.pem"), path("certificate.pem"));
    let subject = format!("/CN={HOST}");
    let arguments = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", &subject];
    let made = Command::new("openssl").args(arguments).args(["-keyout", &key, "-out", &certificate]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = configuration("nginx", target.path(), &[]);
    let text = replaced(&text, "listen 443", &format!("listen 127.0.0.1:{port}"));
    let text = replaced(&text, "    listen [::]:443 ssl http2;\n", "");
    let text = replaced(&text, "listen 80;", &format!("listen 127.0.0.1:{plain};"));
    let text = replaced(&text, "    listen [::]:80;\n", "");
    let text = replaced(&text, &format!("/etc/letsencrypt/live/{HOST}/fullchain.pem"), &certificate);
    let text = replaced(&text, &format!("/etc/letsencrypt/live/{HOST}/privkey.pem"), &key);
    let server = start_nginx(folder, port, &text);

    let moved = Connection::open(plain).get("/glossar.html?q=a", &[]);
    assert_eq!((moved.status, moved.header("location")), (301, &*format!("https://{HOST}/glossar.html?q=a")));
    let curl = Command::new("curl")
        .args(["--silent", "--show-error", "--insecure", "--http2", "--dump-header", "-", "--output"])
        .arg(server.folder.path().join("seite.html"))
        .args(["--resolve", &format!("{HOST}:{port}:127.0.0.1"), &format!("https://{HOST}:{port}/glossar")])
        .output()
        .unwrap_or_else(|error| panic!("curl: {error}; tests/run installs it"));
    let headers = String::from_utf8(curl.stdout).unwrap();
    assert!(headers.starts_with("HTTP/2 200"), "{headers}{}", String::from_utf8_lossy(&curl.stderr));
    assert!(headers.contains("strict-transport-security: max-age=31536000"), "{headers}");
    assert!(fs::read(server.folder.path().join("seite.html")).unwrap() == site["glossar.html"]);
}

#[test]
fn caddy_accepts_the_configuration_with_tls() {
    let home = tempfile::tempdir().unwrap();
    let text = configuration("caddy", Path::new("/srv/handbuch"), &[]);
    let file = home.path().join("Caddyfile");
    fs::write(&file, replaced(&text, "/var/log/caddy", home.path().join("log").to_str().unwrap())).unwrap();
    let run = caddy_command(home.path()).args(["validate", "--config"]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("Valid configuration"), "{said}");
    assert!(!said.contains("not formatted"), "{said}");
}

/// Readers ask all the time while `current` is switched to and fro. Each answer is whole and from one of the two releases.
#[test]
fn a_switch_under_load_fails_no_request() {
    const SWITCHES: usize = 20;
    const READERS: usize = 6;
    const BETWEEN: usize = 150;
    let target = tempfile::tempdir().unwrap();
    let releases = target.path().join("releases");
    let sites = ["eins", "zwei"].map(|name| release(&releases, name, &format!("Handbuch {name}")));
    let current = target.path().join("current");
    symlink("releases/eins", &current).unwrap();
    let server = nginx(target.path());
    let paths: Vec<&String> = sites[0].keys().filter(|path| path.ends_with(".html") && *path != "404.html").collect();
    assert!(paths.iter().all(|path| sites[0][*path] != sites[1][*path]), "every page differs between the releases");
    let (stop, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let seen: Vec<[usize; 2]> = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                let (paths, sites, stop, asked, port) = (&paths, &sites, &stop, &asked, server.port);
                scope.spawn(move || {
                    let mut seen = [0, 0];
                    let mut connection = Connection::open(port);
                    for turn in reader.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let path = paths[turn % paths.len()];
                        let clean = path.trim_end_matches(".html");
                        // nginx ends a connection after a thousand requests.
                        if turn % 500 == 499 {
                            connection = Connection::open(port);
                        }
                        let whole = path.ends_with("index.html") || turn % 2 == 0;
                        let answer = connection.get(&format!("/{}", if whole { path.as_str() } else { clean }), &[]);
                        assert_eq!(answer.status, 200, "{path}");
                        let from = sites.iter().position(|site| site[path] == answer.body);
                        seen[from.unwrap_or_else(|| panic!("{path}: from neither release"))] += 1;
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                    seen
                })
            })
            .collect();
        for turn in 1..=SWITCHES {
            let enough = turn * BETWEEN;
            while asked.load(Ordering::Relaxed) < enough && !readers.iter().any(|reader| reader.is_finished()) {
                thread::sleep(Duration::from_millis(1));
            }
            let next = target.path().join("next");
            symlink(if turn % 2 == 0 { "releases/eins" } else { "releases/zwei" }, &next).unwrap();
            fs::rename(&next, &current).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    let totals = seen.iter().fold([0, 0], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
    println!("{} requests, {} and {} by release", totals[0] + totals[1], totals[0], totals[1]);
    assert!(totals.iter().all(|total| *total > BETWEEN), "both releases were read: {totals:?}");
    // What was switched last is what is served now: nothing is remembered.
    assert!(server.get("/index.html", &[]).body == sites[0]["index.html"]);
}

#[test]
fn a_configuration_is_written_once_and_only_with_plain_names() {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("etc/handbuch.conf");
    let out = file.to_str().unwrap();
    praxis(["new", "server", "nginx", "--out", out]).expect(0);
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written, praxis(["new", "server", "nginx"]).expect(0).stdout);
    let again = praxis(["new", "server", "caddy", "--out", out]).expect(2);
    assert!(again.stderr.contains("gibt es schon"), "{}", again.stderr);
    assert_eq!(written, fs::read_to_string(&file).unwrap());
    for bad in ["a b", "a;b", "{x}", "A.example", "-a.b", "a..b", "", "a\nb"] {
        praxis(["new", "server", "nginx", "--domain", bad]).expect(2);
    }
    for bad in ["srv", "/srv/mit leer", "/srv;", "/srv\"", "/$x", "/srv\n"] {
        praxis(["new", "server", "nginx", "--root-dir", bad]).expect(2);
    }
    // Nothing is left to fill in.
    for more in [&["nginx"][..], &["nginx", "--behind-proxy"], &["caddy"], &["caddy", "--behind-proxy"]] {
        let text = praxis([&["new", "server"], more].concat()).expect(0).stdout;
        for name in ["{listen}", "{redirect}", "{address}", "{domain}", "{root-dir}", "{csp}", "{permissions}"] {
            assert!(!text.contains(name), "{more:?}: {name}\n{text}");
        }
    }
}
