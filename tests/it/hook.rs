//! `praxis hook`: what is pushed is checked, published as a whole, and never run.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use praxis::checkout;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::git::{self, Desk, Http, Repository, online};
use crate::history::{check_dates, feed};
use crate::support::{Run, assert_same, command, finish, tree};

/// A desk with a bare repository that publishes, known as `server`.
fn desk_with_server(options: &[&str]) -> (Desk, PathBuf) {
    let desk = Desk::new();
    let server = desk.bare("server");
    desk.praxis(&[&["hook", "install", "server.git", "--target", "web"], options].concat()).expect(0);
    (desk, server)
}

/// Pushes; the push itself says how it went.
fn push(desk: &Desk, arguments: &[&str]) -> Run {
    git::run(&desk.work(), &[&["push", "server"], arguments].concat())
}

fn head(repository: &Path) -> String {
    git::ok(repository, &["rev-parse", "refs/heads/main"])
}

/// Fails unless readers see the texts as they are in the working tree, as the release of its commit.
#[track_caller]
fn expect_online(desk: &Desk) {
    let (name, site) = online(&desk.path("web"));
    assert_eq!(name, git::ok(&desk.work(), &["rev-parse", "HEAD"])[..12]);
    assert_same(&desk.site(), &site);
}

#[test]
fn a_good_push_is_online_and_a_bad_one_is_refused() {
    let (desk, server) = desk_with_server(&[]);
    let http = Http::serve(&desk.path(""));
    git::ok(&desk.work(), &["remote", "add", "http", &http.url("server.git")]);
    let own = desk.praxis(&["check", "--root", "work"]).expect(0).stderr;
    assert!(own.contains("Hinweise (zeigen mit -v)"), "there is something to hide: {own}");
    for (remote, title) in [("server", "Über den Ordner"), ("http", "Über HTTP")] {
        let commit = desk.commit_renamed(title);
        let said = git::run(&desk.work(), &["push", remote, "main"]).expect(0).stderr;
        assert!(said.contains("remote: 1 Beispiel geprüft: keine Beanstandungen"), "{said}");
        let line = format!("current (Fassung {}, ", &commit[..12]);
        assert!(said.contains("remote: veröffentlicht: ") && said.contains(&line), "{said}");
        expect_online(&desk);

        let before = online(&desk.path("web"));
        desk.write("content/pages/neu.md", "---\ntitle: Neu\nkind: ungewiss\n---\n\nText.\n");
        desk.commit("Fehler");
        let said = git::run(&desk.work(), &["push", remote, "main"]).expect(1).stderr;
        for words in [
            "remote: Fehler[",
            "content/pages/neu.md:3:7",
            "kind: ungewiss",
            "= Hilfe: möglich sind: imprint",
            "abgelehnt",
        ] {
            assert!(said.contains(words), "{words:?} is missing: {said}");
        }
        assert_eq!(head(&server), commit);
        assert_eq!(before, online(&desk.path("web")));
        git::ok(&desk.work(), &["reset", "--quiet", "--hard", "HEAD^"]);
    }
    let leftovers: Vec<String> =
        tree(&desk.path("web")).into_keys().filter(|name| name.contains("/.checkout")).collect();
    assert_eq!(leftovers, [""; 0]);
}

#[test]
fn what_is_published_cannot_be_deleted_or_replaced() {
    let (desk, server) = desk_with_server(&[]);
    push(&desk, &["main"]).expect(0);
    let commit = desk.commit_renamed("Zweite");
    push(&desk, &["main"]).expect(0);
    let said = push(&desk, &["--delete", "main"]).expect(1).stderr;
    assert!(said.contains("kann nicht gelöscht werden"), "{said}");
    git::ok(&desk.work(), &["commit", "--quiet", "--amend", "-m", "Anders"]);
    let said = push(&desk, &["--force", "main"]).expect(1).stderr;
    assert!(said.contains("git pull"), "{said}");
    assert_eq!(head(&server), commit);

    desk.praxis(&["hook", "install", "server.git", "--target", "web", "--allow-force"]).expect(0);
    push(&desk, &["--force", "main"]).expect(0);
    let replaced = git::ok(&desk.work(), &["rev-parse", "HEAD"]);
    assert_eq!(head(&server), replaced);
    // The texts are the same, but the site names the commit that they come from.
    assert_eq!(online(&desk.path("web")).0, replaced[..12]);
}

#[test]
fn only_the_branch_named_is_checked_and_published() {
    let (desk, server) = desk_with_server(&[]);
    push(&desk, &["main"]).expect(0);
    let before = online(&desk.path("web"));
    git::ok(&desk.work(), &["checkout", "--quiet", "-b", "entwurf"]);
    desk.write("content/pages/neu.md", "ohne Kopf\n");
    desk.commit("Entwurf");
    git::ok(&desk.work(), &["tag", "v1"]);
    let said = push(&desk, &["entwurf", "v1"]).expect(0).stderr;
    assert!(!said.contains("remote:"), "{said}");
    push(&desk, &["--delete", "entwurf"]).expect(0);
    assert_eq!(git::ok(&server, &["tag"]), "v1");
    assert_eq!(before, online(&desk.path("web")));
}

#[test]
fn empty_commits_and_many_commits_at_once() {
    let (desk, _) = desk_with_server(&[]);
    push(&desk, &["main"]).expect(0);
    let (first, _) = online(&desk.path("web"));
    desk.commit("leer");
    let said = push(&desk, &["main"]).expect(0).stderr;
    assert!(said.contains("unverändert"), "{said}");
    assert_eq!(online(&desk.path("web")).0, first);

    // One stream instead of two hundred calls.
    let path = "content/handbook.yaml";
    let text = fs::read_to_string(desk.work().join(path)).unwrap();
    let mut stream = String::new();
    for number in 1..=200 {
        let text = text.replace("short_title: Handbuch", &format!("short_title: Stand {number}"));
        let from = if number == 1 { "from refs/heads/main^0\n" } else { "" };
        let title = format!("Stand {number}");
        stream += &format!(
            "commit refs/heads/main\ncommitter R <r@example.org> {} +0000\ndata {}\n{title}\n{from}M 100644 inline {path}\ndata {}\n{text}\n",
            1_700_000_000 + number,
            title.len(),
            text.len(),
        );
    }
    git::with_input(&desk.work(), &["fast-import", "--quiet"], stream.as_bytes());
    git::ok(&desk.work(), &["reset", "--quiet", "--hard", "main"]);
    push(&desk, &["main"]).expect(0);
    expect_online(&desk);
    assert!(online(&desk.path("web")).1["index.html"].windows(9).any(|bytes| bytes == b"Stand 200"));
    assert_eq!(fs::read_dir(desk.path("web/releases")).unwrap().count(), 2, "one release for one push");
}

#[test]
fn two_people_push_at_the_same_time() {
    const PUSHES: usize = 3;
    let (desk, server) = desk_with_server(&[]);
    push(&desk, &["main"]).expect(0);
    let other = desk.path("other");
    git::ok(&desk.path(""), &["clone", "--quiet", server.to_str().unwrap(), other.to_str().unwrap()]);
    git::ok(&other, &["remote", "add", "server", server.to_str().unwrap()]);
    thread::scope(|scope| {
        for (folder, page) in [(desk.work(), "ueber"), (other.clone(), "impressum")] {
            scope.spawn(move || {
                for number in 0..PUSHES {
                    let path = folder.join(format!("content/pages/{page}.md"));
                    let text = fs::read_to_string(&path).unwrap() + &format!("\nStand {number} von {page}.\n");
                    fs::write(path, text).unwrap();
                    git::ok(&folder, &["commit", "--quiet", "--all", "-m", page]);
                    let mut tries = 0;
                    while git::run(&folder, &["push", "server", "main"]).code != Some(0) {
                        tries += 1;
                        assert!(tries < 20, "{page} never gets through");
                        git::ok(&folder, &["pull", "--quiet", "--rebase", "server", "main"]);
                    }
                }
            });
        }
    });
    git::ok(&desk.work(), &["pull", "--quiet", "--rebase", "server", "main"]);
    assert_eq!(head(&server), git::ok(&desk.work(), &["rev-parse", "HEAD"]));
    assert_same(&desk.site(), &online(&desk.path("web")).1);
    let said = desk.praxis(&["hook", "status", "server.git"]).expect(0).stdout;
    assert!(said.contains("auf dem neuesten Stand") && !said.contains("Sperre"), "{said}");
}

/// A stage of the second hook, seen from outside.
#[derive(Clone, Copy, Debug)]
enum Point {
    Checkout,
    Files(usize),
    Listed,
    Named,
}

impl Point {
    fn reached(self, target: &Path, releases: usize) -> bool {
        let staging = target.join("releases/.staging");
        match self {
            Point::Checkout => target.join(".checkout").exists(),
            Point::Files(number) => walkdir::WalkDir::new(staging).into_iter().flatten().count() > number,
            Point::Listed => staging.join(".praxis-files").exists(),
            Point::Named => visible_releases(target) > releases,
        }
    }
}

fn visible_releases(target: &Path) -> usize {
    let names = fs::read_dir(target.join("releases")).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| !name.to_string_lossy().starts_with('.')).count()
}

/// Kills a push with its hooks at a point of the second hook's work, unless it is done before. Tells whether it was killed.
fn kill_at(point: Point, mut push: Child, target: &Path) -> bool {
    let releases = visible_releases(target);
    while push.try_wait().unwrap().is_none() {
        if point.reached(target, releases) {
            kill_process_group(Pid::from_child(&push), Signal::KILL).unwrap();
            break;
        }
        thread::sleep(Duration::from_micros(100));
    }
    finish(push).code.is_none()
}

#[test]
fn a_killed_hook_leaves_the_old_release_and_the_next_push_heals() {
    let (desk, server) = desk_with_server(&[]);
    let target = desk.path("web");
    push(&desk, &["main"]).expect(0);
    let mut before = desk.site();
    let mut killed = 0;
    let points = [
        Point::Checkout,
        Point::Files(1),
        Point::Files(60),
        Point::Files(150),
        Point::Files(300),
        Point::Listed,
        Point::Named,
    ];
    for (number, point) in points.into_iter().enumerate() {
        let commit = desk.commit_renamed(&format!("Stand {number}"));
        let after = desk.site();
        let mut push_command = git::git(&desk.work(), ["push", "server", "main"]);
        killed += usize::from(kill_at(point, push_command.process_group(0).spawn().unwrap(), &target));
        assert_eq!(head(&server), commit, "{point:?}: the push was taken before");
        let (_, site) = online(&target);
        assert!(site == before || site == after, "{point:?}: the site is neither the old nor the new one");
        before = after;
        if number % 2 == 0 {
            desk.praxis(&["hook", "publish", "server.git"]).expect(0);
        } else {
            desk.commit_renamed(&format!("Stand {number}, danach"));
            push(&desk, &["main"]).expect(0);
            before = desk.site();
        }
        assert_same(&before, &online(&target).1);
        assert!(!target.join(".checkout").exists() && !target.join("releases/.staging").exists());
    }
    assert!(killed > 0, "every hook was done before it could be killed");
}

// -----------------------------------------------------------------------------------------------------------------

#[test]
fn links_and_submodules_are_refused() {
    let (desk, _) = desk_with_server(&[]);
    push(&desk, &["main"]).expect(0);
    let secret = desk.path("geheim.md");
    fs::write(&secret, "---\ntitle: Geheim\n---\n").unwrap();
    let page = desk.work().join("content/pages/geheim.md");
    for target in ["/etc/passwd", secret.to_str().unwrap(), "../../../geheim.md", "ueber.md"] {
        std::os::unix::fs::symlink(target, &page).unwrap();
        desk.commit("Verknüpfung");
        let said = push(&desk, &["main"]).expect(1).stderr;
        assert!(said.contains("content/pages/geheim.md ist eine Verknüpfung"), "{said}");
        assert!(!said.contains("root:") && !said.contains("Geheim"), "{said}");
        git::ok(&desk.work(), &["reset", "--quiet", "--hard", "HEAD^"]);
    }
    let commit = git::ok(&desk.work(), &["rev-parse", "HEAD"]);
    let entry = format!("160000,{commit},content/fremd");
    git::ok(&desk.work(), &["update-index", "--add", "--cacheinfo", &entry]);
    git::ok(&desk.work(), &["commit", "--quiet", "-m", "Submodul"]);
    let said = push(&desk, &["main"]).expect(1).stderr;
    assert!(said.contains("content/fremd ist ein Submodul"), "{said}");
}

#[test]
fn attributes_and_filters_of_the_repository_do_nothing() {
    let (desk, server) = desk_with_server(&[]);
    let trace = desk.path("spur");
    for (key, command) in [("smudge", "touch"), ("clean", "touch"), ("process", "touch")] {
        git::ok(&server, &["config", &format!("filter.boese.{key}"), &format!("{command} {}", trace.display())]);
    }
    let attributes = "*.md filter=boese export-subst ident eol=crlf\nueber.md export-ignore\n";
    desk.write("content/.gitattributes", attributes);
    desk.write(".gitattributes", attributes);
    let page = desk.work().join("content/pages/ueber.md");
    let text = fs::read_to_string(&page).unwrap() + "\nWörtlich: $Format:%H$ und $Id$.\n";
    fs::write(page, text).unwrap();
    desk.commit("Attribute");
    push(&desk, &["main"]).expect(0);
    let (_, site) = online(&desk.path("web"));
    let page = String::from_utf8(site["ueber.html"].clone()).unwrap();
    assert!(page.contains("$Format:%H$ und $Id$"), "the text is taken as it is");
    assert!(!trace.exists(), "no filter has run");
}

/// A tree object made by hand, which git itself would not write.
fn raw_tree(desk: &Desk, entries: &[(&str, &str, &str)]) -> String {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        let digits: Vec<char> = id.chars().collect();
        bytes.extend(digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()));
    }
    git::with_input(&desk.work(), &["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], &bytes)
}

/// Commits `content/` as a tree made by hand, beside the handbook, and pushes it.
fn push_raw(desk: &Desk, content: &str) -> Run {
    let root = raw_tree(desk, &[("40000", "content", content)]);
    let commit = git::ok(&desk.work(), &["commit-tree", &root, "-p", "HEAD", "-m", "von Hand"]);
    push(desk, &[&format!("{commit}:refs/heads/main")])
}

#[test]
fn paths_that_lead_out_are_refused() {
    let (desk, server) = desk_with_server(&[]);
    push(&desk, &["main"]).expect(0);
    let before = head(&server);
    let blob = git::with_input(&desk.work(), &["hash-object", "-w", "--stdin"], b"boese\n");
    let file = raw_tree(&desk, &[("100644", "boese.md", &blob)]);
    for content in [
        raw_tree(&desk, &[("40000", "..", &file)]),
        raw_tree(&desk, &[("40000", ".git", &file)]),
        raw_tree(&desk, &[("100644", "../boese.md", &blob)]),
        raw_tree(&desk, &[("100644", "..\\boese.md", &blob)]),
        raw_tree(&desk, &[("100644", "a\x1b[31m", &blob)]),
    ] {
        let said = push_raw(&desk, &content).expect(1).stderr;
        assert!(said.contains("der Name content/") && said.contains("abgelehnt"), "{said}");
        assert!(!said.contains("\x1b[31m"), "nothing steers the terminal: {said:?}");
        assert_eq!(head(&server), before);
    }
    // The same name twice, once as a link that the other leads through.
    let link = git::with_input(&desk.work(), &["hash-object", "-w", "--stdin"], b"/tmp");
    let twice = raw_tree(&desk, &[("120000", "a", &link), ("40000", "a", &file)]);
    push_raw(&desk, &twice).expect(1);
    let twice = raw_tree(&desk, &[("100644", "a.md", &blob), ("100644", "a.md", &blob)]);
    let said = push_raw(&desk, &twice).expect(1).stderr;
    assert!(said.contains("abgelehnt"), "{said}");
    assert!(!tree(&desk.path("")).keys().any(|name| name.ends_with("boese.md")));
}

#[test]
fn limits_hold() {
    let (desk, server) = desk_with_server(&["--max-size", "1"]);
    push(&desk, &["main"]).expect(0);
    let before = head(&server);
    fs::write(desk.work().join("content/pages/gross.bin"), vec![0; 1_100_000]).unwrap();
    desk.commit("groß");
    let said = push(&desk, &["main"]).expect(1).stderr;
    assert!(said.contains("mit 2 MB zu groß; dieser Server nimmt höchstens 1 MB"), "{said}");
    git::ok(&desk.work(), &["reset", "--quiet", "--hard", "HEAD^"]);

    // Few objects that stand for ten thousand million files, and for as many empty folders.
    let blob = git::with_input(&desk.work(), &["hash-object", "-w", "--stdin"], b"");
    let grown = |mode: &str, leaf: String| {
        (0..10).fold((mode.to_owned(), leaf), |(mode, id), _| {
            let names: Vec<String> = (0..10).map(|number| format!("x{number}")).collect();
            let entries: Vec<_> = names.iter().map(|name| (mode.as_str(), name.as_str(), id.as_str())).collect();
            ("40000".to_owned(), raw_tree(&desk, &entries))
        })
    };
    let said = push_raw(&desk, &grown("100644", blob).1).expect(1).stderr;
    assert!(said.contains("zu viele Dateien"), "{said}");

    // What never ends is ended, with everything it has started.
    desk.praxis(&["hook", "install", "server.git", "--target", "web", "--timeout", "1"]).expect(0);
    let empty = raw_tree(&desk, &[]);
    let said = push_raw(&desk, &grown("40000", empty).1).expect(1).stderr;
    assert!(said.contains("länger als 1 Sekunden"), "{said}");
    assert_eq!(processes_in(&server), [""; 0]);
    assert_eq!(head(&server), before);
    assert_eq!(online(&desk.path("web")).0, before[..12]);
}

/// Command lines of the processes that work in a folder.
fn processes_in(folder: &Path) -> Vec<String> {
    let folder = folder.canonicalize().unwrap();
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let here = processes.filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|place| place == folder));
    here.map(|process| fs::read_to_string(process.join("cmdline")).unwrap_or_default()).collect()
}

#[test]
fn themes_are_used_only_where_they_are_allowed() {
    let (desk, _) = desk_with_server(&[]);
    desk.write("themes/handbuch/static/eigenes.js", "alert('eigenes')\n");
    desk.commit("Theme");
    let said = push(&desk, &["main"]).expect(0).stderr;
    assert!(said.contains("themes/ aus dem Repository wird auf diesem Server nicht verwendet"), "{said}");
    let has_script = |desk: &Desk| online(&desk.path("web")).1.keys().any(|name| name.ends_with("eigenes.js"));
    assert!(!has_script(&desk));
    desk.praxis(&["hook", "install", "server.git", "--target", "web", "--allow-themes"]).expect(0);
    desk.praxis(&["hook", "publish", "server.git"]).expect(0);
    assert!(has_script(&desk));
    expect_same_site(&desk);
}

#[test]
fn a_checkout_knows_the_history_of_its_commit() {
    let desk = Desk::new();
    let server = desk.bare("server");
    let first = desk.commit_renamed("Erste");
    desk.commit_renamed("Zweite");
    push(&desk, &["main"]).expect(0);
    let folder = desk.path("checkout");
    fs::create_dir(&folder).unwrap();
    checkout::attach(&server, &first, &folder).unwrap();
    let subjects = git::ok(&folder, &["log", "--format=%s", "--", "content/handbook.yaml"]);
    assert_eq!(subjects, "Erste\nAnfang", "neither later commits nor none");
}

#[test]
fn pages_and_feed_have_the_dates_of_what_was_pushed() {
    const CASE: &str = "erstes-beispiel";
    let desk = Desk::new();
    desk.edit("content/handbook.yaml", |text| text.replace("# base_url:", "base_url:"));
    fs::remove_dir_all(desk.work().join(".git")).unwrap();
    let work = Repository::at(&desk.work());
    desk.bare("server");
    desk.praxis(&["hook", "install", "server.git", "--target", "web"]).expect(0);
    work.commit("2026-03-01T10:00:00+01:00", "Anfang");
    push(&desk, &["main"]).expect(0);
    check_dates(&online(&desk.path("web")).1, CASE, "1. März 2026", "1. März 2026", &["1. März 2026: veröffentlicht"]);

    let text = format!("content/cases/{CASE}/case.md");
    desk.edit(&text, |text| format!("{text}\nNoch ein Satz.\n"));
    work.commit("2026-05-03T09:00:00+02:00", "Fix\n\nHandbuch: Ort ergänzt\n");
    push(&desk, &["main"]).expect(0);
    let (_, site) = online(&desk.path("web"));
    let changes = ["3. Mai 2026: Ort ergänzt", "1. März 2026: veröffentlicht"];
    check_dates(&site, CASE, "1. März 2026", "3. Mai 2026", &changes);
    let feed = feed(&site);
    assert_eq!(feed.updated().to_rfc3339(), "2026-05-03T09:00:00+02:00");
    let address = format!("https://handbuch.example.org/praxis/{CASE}.html");
    assert!(feed.entries().iter().all(|entry| entry.links()[0].href == address), "{feed:?}");
    assert_eq!(feed.entries().len(), 2);

    // What lies on another branch is no news, and publishing by hand gives the same, whatever git says around it.
    work.git(&["checkout", "--quiet", "-b", "entwurf"]);
    desk.edit(&text, |text| format!("{text}\nEin Entwurf.\n"));
    work.commit("2026-06-01T09:00:00+02:00", "Entwurf");
    push(&desk, &["entwurf"]).expect(0);
    work.git(&["checkout", "--quiet", "main"]);
    fs::remove_dir_all(desk.path("web")).unwrap();
    let other = desk.bare("other");
    let mut publish = command(["hook", "publish", "server.git"]);
    publish.current_dir(desk.path("")).envs(git::settings()).env("GIT_DIR", &other).env("GIT_WORK_TREE", "/");
    finish(publish.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()).expect(0);
    assert_same(&site, &online(&desk.path("web")).1);
    expect_online(&desk);
}

#[test]
fn the_offline_edition_is_offered_where_the_installer_wants_it() {
    let (desk, server) = desk_with_server(&["--bundle", "--allow-themes"]);
    push(&desk, &["main"]).expect(0);
    let (name, site) = online(&desk.path("web"));
    let zip = site.keys().find(|path| path.ends_with(".zip")).expect("there is a zip").clone();
    assert!(zip.starts_with("offline/") && zip.ends_with(&format!("-{}.zip", &name[..7])), "{zip}");
    assert!(String::from_utf8_lossy(&site["offline.html"]).contains(&format!("href=\"{zip}\"")));
    desk.praxis(&["verify", &format!("web/current/{zip}")]).expect(0);
    let said = desk.praxis(&["hook", "status", "server.git"]).expect(0).stdout;
    assert!(said.contains("Offline-Fassung: ja"), "{said}");

    // What could not be packed is refused before it is taken.
    let before = head(&server);
    desk.write("themes/handbuch/static/nul.svg", "<svg/>");
    desk.commit("Name");
    let said = push(&desk, &["main"]).expect(1).stderr;
    assert!(said.contains("remote: praxis: „assets/nul.svg“ enthält einen Namen"), "{said}");
    assert_eq!(head(&server), before);
    desk.praxis(&["hook", "install", "server.git", "--target", "web", "--allow-themes"]).expect(0);
    push(&desk, &["main"]).expect(0);
    assert!(!online(&desk.path("web")).1.keys().any(|path| path.starts_with("offline/")));
}

#[track_caller]
fn expect_same_site(desk: &Desk) {
    assert_same(&desk.site(), &online(&desk.path("web")).1);
}

// -----------------------------------------------------------------------------------------------------------------

#[test]
fn hooks_are_installed_shown_and_removed_without_a_trace() {
    let desk = Desk::new();
    let server = desk.bare("server");
    push(&desk, &["main"]).expect(0);
    let before = (tree(&server.join("hooks")), git::ok(&server, &["config", "--local", "--list"]));
    desk.praxis(&["hook", "status", "server.git"]).expect(2);
    let said = desk.praxis(&["hook", "install", "server.git", "--target", "web"]).expect(0).stderr;
    assert!(said.contains("praxis hook publish"), "what is there already can be published: {said}");
    let said = desk.praxis(&["hook", "status", "server.git"]).expect(0).stdout;
    assert!(said.contains("noch nichts veröffentlicht") && said.contains(env!("CARGO_BIN_EXE_praxis")), "{said}");
    desk.praxis(&["hook", "publish", "server.git"]).expect(0);
    expect_online(&desk);
    let said = desk.praxis(&["hook", "status", "server.git", "--lang", "en"]).expect(0).stdout;
    assert!(said.contains("up to date") && said.contains("result=published"), "{said}");

    let lock = fs::File::create_new(desk.path("web/.praxis-lock")).unwrap();
    lock.lock().unwrap();
    fs::write(desk.path("web/.praxis-lock"), "PID 4711, rechner, konto").unwrap();
    let said = desk.praxis(&["hook", "status", "server.git"]).expect(0).stdout;
    assert!(said.contains("Sperre: eine Veröffentlichung läuft (PID 4711, rechner, konto, "), "{said}");
    drop(lock);
    let said = desk.praxis(&["hook", "status", "server.git"]).expect(0).stdout;
    assert!(!said.contains("Sperre"), "a lock that nobody holds is none: {said}");

    // A program that has gone is noticed.
    let hook = server.join("hooks/post-receive");
    let script = fs::read_to_string(&hook).unwrap();
    fs::write(
        &hook,
        script.replace(env!("CARGO_BIN_EXE_praxis"), "/nirgends/it's/praxis".replace('\'', "'\\''").as_str()),
    )
    .unwrap();
    let said = desk.praxis(&["hook", "status", "server.git"]).expect(1).stdout;
    assert!(said.contains("/nirgends/it's/praxis fehlt"), "{said}");

    desk.praxis(&["hook", "uninstall", "server.git"]).expect(0);
    assert_eq!(before.1, git::ok(&server, &["config", "--local", "--list"]));
    assert_same(&before.0, &tree(&server.join("hooks")));
    assert!(desk.path("web/current").exists(), "what is published stays");
}

#[test]
fn hooks_and_repositories_of_others_are_left_alone() {
    let desk = Desk::new();
    let server = desk.bare("server");
    let install = ["hook", "install", "server.git", "--target", "web"];
    let hook = server.join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\nexit 0\n").unwrap();
    let before = tree(&server);
    let said = desk.praxis(&install).expect(2).stderr;
    assert!(said.contains("hooks/pre-receive") && said.contains("praxis hook run"), "{said}");
    assert_same(&before, &tree(&server));
    fs::remove_file(&hook).unwrap();

    // Changed after us: it is no longer ours alone.
    desk.praxis(&install).expect(0);
    let script = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, script.replace("exec", "logger push; exec")).unwrap();
    let before = tree(&server);
    desk.praxis(&["hook", "uninstall", "server.git"]).expect(2);
    assert_same(&before, &tree(&server));

    let said = desk.praxis(&["hook", "install", "work", "--target", "web"]).expect(2).stderr;
    assert!(said.contains("git init --bare"), "{said}");
    desk.praxis(&["hook", "install", "gibt-es-nicht.git", "--target", "web"]).expect(2);
    let shared = desk.bare("shared");
    git::ok(&shared, &["config", "core.hooksPath", "/etc/git-hooks"]);
    let said = desk.praxis(&["hook", "install", "shared.git", "--target", "web"]).expect(2).stderr;
    assert!(said.contains("/etc/git-hooks"), "{said}");
}
