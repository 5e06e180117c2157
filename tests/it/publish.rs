//! `praxis publish`: releases that are switched as a whole and can be taken back, and branches of other repositories.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use crate::git::{self, Desk, Http, online};
use crate::support::{Run, Tree, assert_same, command, fill, finish, tree, with_small_disk};

const TO: [&str; 5] = ["publish", "--root", "work", "--to", "web"];

#[track_caller]
fn publish(desk: &Desk, more: &[&str]) -> Run {
    desk.praxis(&[&TO, more].concat())
}

/// The log, without what differs from run to run.
fn results(target: &Path) -> Vec<String> {
    let log = fs::read_to_string(target.join("publish.log")).unwrap();
    let word = |line: &str| line.split(' ').find_map(|word| word.strip_prefix("result=")).unwrap().to_owned();
    log.lines().map(word).collect()
}

fn releases(target: &Path) -> Vec<String> {
    let entries = fs::read_dir(target.join("releases")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Fails unless the folder holds what a finished run leaves, and nothing else.
#[track_caller]
fn expect_tidy(target: &Path) {
    let entries = fs::read_dir(target).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["current", "publish.log", "releases"]);
    assert!(releases(target).iter().all(|name| !name.starts_with('.')), "{:?}", releases(target));
}

#[test]
fn a_release_is_the_site_of_its_commit() {
    let desk = Desk::new();
    let target = desk.path("web");
    let first = git::ok(&desk.work(), &["rev-parse", "HEAD"]);
    let said = publish(&desk, &[]).expect(0).stderr;
    assert!(said.contains(&format!("Fassung {}", &first[..12])), "{said}");
    let (name, site) = online(&target);
    assert_eq!(name, first[..12]);
    assert_same(&desk.site(), &site);
    expect_tidy(&target);

    // The same once more: nothing is switched.
    let said = publish(&desk, &[]).expect(0).stderr;
    assert!(said.contains("unverändert"), "{said}");
    assert_eq!(releases(&target), [name.as_str()]);

    let second = desk.commit_renamed("Zweite");
    publish(&desk, &[]).expect(0);
    let (name, site) = online(&target);
    assert_eq!(name, second[..12]);
    assert_same(&desk.site(), &site);
    assert_eq!(results(&target), ["published", "unchanged", "published"]);
    let log = fs::read_to_string(target.join("publish.log")).unwrap();
    assert!(log.contains(&format!("release={} commit={second} files=", &second[..12])), "{log}");
    assert!(!log.contains("Musterfrau") && !log.contains('@'), "no names of persons: {log}");
}

#[test]
fn what_did_not_change_is_not_written_again() {
    use std::os::unix::fs::MetadataExt as _;
    let desk = Desk::new();
    publish(&desk, &[]).expect(0);
    let first = fs::read_link(desk.path("web/current")).unwrap();
    desk.commit_renamed("Zweite");
    publish(&desk, &[]).expect(0);
    let number = |release: &Path, file: &str| fs::metadata(desk.path("web").join(release).join(file)).unwrap().ino();
    let (old, new) = (Path::new(&first), Path::new("current"));
    for file in ["suche/engine.js", "suche/engine.js.gz", "suche/engine.js.br"] {
        assert_eq!(number(old, file), number(new, file), "{file}");
    }
    for file in ["index.html", "index.html.gz", "index.html.br"] {
        assert_ne!(number(old, file), number(new, file), "{file}");
    }
}

#[test]
fn names_say_where_a_release_comes_from() {
    let desk = Desk::new();
    let target = desk.path("web");
    let commit = git::ok(&desk.work(), &["rev-parse", "HEAD"]);
    let commit = &commit[..12];
    desk.rename("Nicht committet");
    publish(&desk, &[]).expect(0);
    let (name, _) = online(&target);
    assert!(name.starts_with(&format!("{commit}-dirty-")), "{name}");

    // A new file counts, one outside the handbook does not.
    git::ok(&desk.work(), &["checkout", "--quiet", "."]);
    desk.write("notizen.txt", "kein Text des Handbuchs");
    publish(&desk, &[]).expect(0);
    assert_eq!(online(&target).0, commit);
    publish(&desk, &["--base-url", "https://example.org/"]).expect(0);
    assert_eq!(online(&target).0, format!("{commit}-2"), "the same commit, another site");
    // Back to the first site: it is there already.
    publish(&desk, &[]).expect(0);
    assert_eq!(online(&target).0, commit);

    fs::remove_dir_all(desk.work().join(".git")).unwrap();
    desk.rename("Ohne git");
    publish(&desk, &[]).expect(0);
    assert!(online(&target).0.starts_with("content-"), "{}", online(&target).0);
}

#[test]
fn releases_are_listed_pruned_and_taken_back() {
    let desk = Desk::new();
    let target = desk.path("web");
    for what in ["--list", "--rollback"] {
        let said = desk.praxis(&["publish", "--to", "web", what]).expect(2).stderr;
        assert!(said.contains("keine Fassungen") && !target.exists(), "{said}");
    }
    let mut commits = Vec::new();
    for name in ["eins", "zwei", "drei", "vier"] {
        commits.push(desk.commit_renamed(name)[..12].to_owned());
        publish(&desk, &["--keep", "3"]).expect(0);
    }
    let mut kept = commits[1..].to_vec();
    kept.sort_unstable();
    assert_eq!(releases(&target), kept);
    let list = |desk: &Desk| {
        let listed = desk.praxis(&["publish", "--to", "web", "--list"]).expect(0).stdout;
        let lines = listed.lines().map(|line| line.split("  ").take(2).collect::<Vec<_>>().join(" ").trim().to_owned());
        lines.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(list(&desk)[0], format!("* {}", commits[3]));

    let back = ["publish", "--to", "web", "--rollback"];
    desk.praxis(&back).expect(0);
    assert_eq!(online(&target).0, commits[2]);
    desk.praxis(&back).expect(0);
    assert_eq!(online(&target).0, commits[1]);
    let said = desk.praxis(&back).expect(2).stderr;
    assert!(said.contains("keine frühere Fassung") && said.contains(&commits[3]), "{said}");
    let said = desk.praxis(&[&back, &["../../etc"][..]].concat()).expect(2).stderr;
    assert!(said.contains("gibt es hier nicht"), "{said}");
    desk.praxis(&[&back, &[commits[3].as_str()][..]].concat()).expect(0);
    assert_eq!(online(&target).0, commits[3]);
    assert_eq!(results(&target).iter().filter(|result| *result == "rolled-back").count(), 3);

    // The release that readers see is not removed, however old it is.
    desk.praxis(&[&back, &[commits[1].as_str()][..]].concat()).expect(0);
    git::ok(&desk.work(), &["checkout", "--quiet", &commits[1]]);
    publish(&desk, &["--keep", "1"]).expect(0);
    let mut left = [commits[1].clone(), commits[3].clone()];
    left.sort_unstable();
    assert_eq!((online(&target).0, releases(&target)), (commits[1].clone(), left.to_vec()));
    expect_tidy(&target);
}

#[test]
fn a_site_with_errors_is_refused() {
    let desk = Desk::new();
    publish(&desk, &[]).expect(0);
    let before = tree(&desk.path("web/releases"));
    desk.write("content/pages/neu.md", "ohne Kopf\n");
    let said = publish(&desk, &[]).expect(1).stderr;
    assert!(said.contains("content/pages/neu.md") && said.contains("nicht veröffentlicht"), "{said}");
    assert_same(&before, &tree(&desk.path("web/releases")));
    assert_eq!(results(&desk.path("web")), ["published", "refused"]);
    expect_tidy(&desk.path("web"));
}

#[test]
fn what_others_have_written_is_left_alone() {
    let desk = Desk::new();
    let check = |prepare: &dyn Fn(&Path), named: &str| {
        let target = desk.path("web");
        fs::create_dir_all(&target).unwrap();
        prepare(&target);
        let before = tree(&target);
        let said = publish(&desk, &[]).expect(2).stderr;
        assert!(said.contains(named), "{named}: {said}");
        assert_same(&before, &tree(&target));
        fs::remove_dir_all(&target).unwrap();
    };
    check(&|target| fs::write(target.join("index.html"), "x").unwrap(), "index.html");
    check(&|target| fs::create_dir(target.join("current")).unwrap(), "current");
    check(&|target| std::os::unix::fs::symlink("/etc", target.join("current")).unwrap(), "current");
    check(&|target| fs::write(target.join("releases"), "x").unwrap(), "releases");
    check(
        &|target| {
            fs::create_dir_all(target.join("releases/mein-ordner")).unwrap();
            fs::write(target.join("releases/mein-ordner/x"), "x").unwrap();
        },
        "releases/mein-ordner",
    );
    let said = desk.praxis(&["publish", "--root", "work", "--to", "work/content/web"]).expect(2).stderr;
    assert!(said.contains("in den Texten"), "{said}");
    let said = desk.praxis(&["publish", "--root", "work", "--to", "work/content/handbook.yaml"]).expect(2).stderr;
    assert!(said.contains("ist eine Datei"), "{said}");
}

#[test]
fn a_release_with_files_of_others_is_not_removed() {
    let desk = Desk::new();
    publish(&desk, &[]).expect(0);
    let (first, _) = online(&desk.path("web"));
    fs::write(desk.path("web/current/notiz.txt"), "von Hand").unwrap();
    desk.commit_renamed("Zweite");
    publish(&desk, &["--keep", "1"]).expect(0);
    assert!(desk.path(&format!("web/releases/{first}/notiz.txt")).exists());
}

#[test]
fn a_second_run_waits_or_names_the_first() {
    let desk = Desk::new();
    publish(&desk, &[]).expect(0);
    let path = desk.path("web/.praxis-lock");
    let mut lock = File::create_new(&path).unwrap();
    lock.lock().unwrap();
    lock.write_all(b"PID 4711, rechner, konto").unwrap();
    let said = publish(&desk, &["--wait", "0"]).expect(2).stderr;
    assert!(said.contains("läuft: PID 4711, rechner, konto, 20"), "{said}");

    desk.commit_renamed("Zweite");
    let mut arguments = command(TO);
    let mut child = arguments.current_dir(desk.path("")).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let mut reader = BufReader::new(child.stderr.take().unwrap());
    reader.read_line(&mut said).unwrap();
    assert!(said.contains("(PID 4711, rechner, konto") && said.contains("warte"), "{said}");
    drop(lock);
    assert!(child.wait().unwrap().success());
    assert_same(&desk.site(), &online(&desk.path("web")).1);
    expect_tidy(&desk.path("web"));
}

/// A stage of a publication, seen from outside.
#[derive(Clone, Copy, Debug)]
enum Point {
    Started,
    /// So many files of the new release are there.
    Files(usize),
    /// The list of files is written, the last one before the release gets its name.
    Listed,
    /// The release has its name.
    Named,
}

const POINTS: [Point; 8] = [
    Point::Started,
    Point::Files(1),
    Point::Files(30),
    Point::Files(90),
    Point::Files(150),
    Point::Files(300),
    Point::Listed,
    Point::Named,
];

impl Point {
    fn reached(self, target: &Path, releases_before: usize) -> bool {
        let staging = target.join("releases/.staging");
        match self {
            Point::Started => true,
            Point::Files(number) => walkdir::WalkDir::new(staging).into_iter().flatten().count() > number,
            Point::Listed => staging.join(".praxis-files").exists(),
            Point::Named => releases(target).iter().filter(|name| !name.starts_with('.')).count() > releases_before,
        }
    }
}

/// Kills a publication at a point of its work, unless it is done before. Tells whether it was killed.
fn kill_at(point: Point, mut child: Child, target: &Path) -> bool {
    let before = releases(target).len();
    while child.try_wait().unwrap().is_none() {
        if point.reached(target, before) {
            child.kill().unwrap();
            break;
        }
        thread::sleep(Duration::from_micros(100));
    }
    finish(child).code.is_none()
}

#[test]
fn a_killed_publication_leaves_one_whole_release() {
    let desk = Desk::new();
    let target = desk.path("web");
    publish(&desk, &[]).expect(0);
    let mut before: Tree = desk.site();
    let mut killed = 0;
    for (number, point) in POINTS.into_iter().enumerate() {
        desk.commit_renamed(&format!("Fassung {number}"));
        let after = desk.site();
        let mut run = command(TO);
        run.current_dir(desk.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
        killed += usize::from(kill_at(point, run.spawn().unwrap(), &target));
        let (_, site) = online(&target);
        assert!(site == before || site == after, "{point:?}: the site is neither the old nor the new one");

        publish(&desk, &["--wait", "0"]).expect(0);
        assert_same(&after, &online(&target).1);
        expect_tidy(&target);
        before = after;
    }
    assert!(killed > 0, "every run was done before it could be killed");
}

#[test]
fn a_full_disk_leaves_the_old_release() {
    with_small_disk(concat!(module_path!(), "::a_full_disk_leaves_the_old_release"), 8_000_000, |place| {
        let desk = Desk::new();
        let target = place.join("web");
        let publish = || desk.praxis(&["publish", "--root", "work", "--to", target.to_str().unwrap()]);
        publish().expect(0);
        let before = online(&target);
        desk.commit_renamed("Neue Fassung");
        for free in [0, 50_000, 300_000] {
            let filler = fill(place, free);
            let run = publish().expect(3);
            assert!(run.stderr.contains("os error 28"), "says what is missing: {}", run.stderr);
            assert_eq!(before, online(&target));
            fs::remove_file(filler).unwrap();
            expect_tidy(&target);
        }
        publish().expect(0);
        assert_same(&desk.site(), &online(&target).1);
        let last = results(&target).pop();
        assert_eq!(last.as_deref(), Some("published"));
    });
}

// -----------------------------------------------------------------------------------------------------------------

/// The tree of a branch, by path.
fn branch(repository: &Path, name: &str) -> Tree {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("site.tar");
    git::ok(repository, &["archive", "--output", archive.to_str().unwrap(), name]);
    let site = folder.path().join("site");
    fs::create_dir(&site).unwrap();
    let unpacked = std::process::Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&site).status();
    assert!(unpacked.unwrap().success());
    tree(&site)
}

/// Everything of a working tree and its repository but the times of the index.
fn picture(work: &Path) -> Tree {
    let mut files = tree(work);
    files.retain(|path, _| !path.ends_with(".git/index"));
    files
}

#[test]
fn a_branch_holds_exactly_the_site() {
    let desk = Desk::new();
    let pages = desk.bare("pages");
    let arguments = ["publish", "--root", "work", "--branch", "pages", "--remote", "pages"];
    let before = picture(&desk.work());
    desk.praxis(&arguments).expect(0);
    assert_same(&before, &picture(&desk.work()));
    assert_same(&desk.site(), &branch(&pages, "pages"));
    let source = git::ok(&desk.work(), &["rev-parse", "HEAD"]);
    let first = git::ok(&pages, &["rev-parse", "pages"]);
    let message = git::ok(&pages, &["log", "-1", "--format=%an%n%B", "pages"]);
    assert_eq!(message, format!("Erika Musterfrau\nHandbuch aus {} veröffentlicht\n\nQuelle: {source}", &source[..12]));

    let said = desk.praxis(&arguments).expect(0).stderr;
    assert!(said.contains("unverändert"), "{said}");
    assert_eq!(git::ok(&pages, &["rev-parse", "pages"]), first);

    // By address instead of by name, and with the file for GitHub Pages.
    desk.commit_renamed("Zweite");
    desk.praxis(&["publish", "--root", "work", "--branch", "pages", "--remote", "pages.git", "--nojekyll"]).expect(0);
    assert_eq!(git::ok(&pages, &["rev-parse", "pages^"]), first, "history is kept");
    let mut expected = desk.site();
    expected.insert(".nojekyll".to_owned(), Vec::new());
    assert_same(&expected, &branch(&pages, "pages"));

    desk.write("content/pages/neu.md", "ohne Kopf\n");
    let second = git::ok(&pages, &["rev-parse", "pages"]);
    desk.praxis(&arguments).expect(1);
    assert_eq!(git::ok(&pages, &["rev-parse", "pages"]), second);
}

#[test]
fn a_release_and_a_branch_can_offer_the_offline_edition() {
    let desk = Desk::new();
    let pages = desk.bare("pages");
    publish(&desk, &["--bundle"]).expect(0);
    desk.praxis(&["build", "--quiet", "--root", "work", "--out", "built", "--bundle"]).expect(0);
    let mut expected = tree(&desk.path("built"));
    expected.remove(".praxis-files");
    assert!(expected.keys().any(|path| path.starts_with("offline/") && path.ends_with(".zip")));
    assert_same(&expected, &online(&desk.path("web")).1);
    desk.praxis(&["publish", "--root", "work", "--branch", "pages", "--remote", "pages", "--bundle"]).expect(0);
    assert_same(&expected, &branch(&pages, "pages"));
}

#[test]
fn a_branch_is_published_over_http() {
    let desk = Desk::new();
    let pages = desk.bare("pages");
    let server = Http::serve(&desk.path(""));
    for name in ["Erste", "Zweite"] {
        desk.commit_renamed(name);
        desk.praxis(&["publish", "--root", "work", "--branch", "pages", "--remote", &server.url("pages.git")])
            .expect(0);
        assert_same(&desk.site(), &branch(&pages, "pages"));
    }
    assert_eq!(git::ok(&pages, &["rev-list", "--count", "pages"]), "2");
}

/// Puts a hook into a repository.
fn hook(repository: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = repository.join("hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A hook that, so many times, lets someone else be quicker between fetching and pushing.
fn quicker(times: usize) -> String {
    format!(
        "unset GIT_QUARANTINE_PATH\n\
         count=$(cat tries 2>/dev/null || echo 0)\n\
         echo $((count + 1)) >tries\n\
         [ \"$count\" -ge {times} ] && exit 0\n\
         other=$(git commit-tree -p \"$2\" -m \"Andere $count\" \"$2^{{tree}}\")\n\
         git update-ref \"$1\" \"$other\""
    )
}

#[test]
fn a_push_that_came_too_late_starts_again_and_overwrites_nothing() {
    let desk = Desk::new();
    let pages = desk.bare("pages");
    let arguments = ["publish", "--root", "work", "--branch", "pages", "--remote", "pages"];
    desk.praxis(&arguments).expect(0);
    hook(&pages, "update", &quicker(2));
    desk.commit_renamed("Zweite");
    desk.praxis(&arguments).expect(0);
    assert_same(&desk.site(), &branch(&pages, "pages"));
    let subjects = git::ok(&pages, &["log", "--format=%s", "pages"]);
    assert!(subjects.contains("Andere 0") && subjects.contains("Andere 1"), "{subjects}");
    assert_eq!(subjects.lines().count(), 4);

    fs::remove_file(pages.join("tries")).unwrap();
    hook(&pages, "update", &quicker(100));
    desk.commit_renamed("Dritte");
    let said = desk.praxis(&arguments).expect(3).stderr;
    assert!(said.contains("git push"), "{said}");
    assert_eq!(fs::read_to_string(pages.join("tries")).unwrap().trim(), "3", "it gives up");

    // A server that does not want the push is asked once.
    fs::remove_file(pages.join("tries")).unwrap();
    hook(&pages, "update", "echo x >>tries; echo 'geschützter Zweig' >&2; exit 1");
    let said = desk.praxis(&arguments).expect(3).stderr;
    assert!(said.contains("geschützter Zweig"), "{said}");
    assert_eq!(fs::read_to_string(pages.join("tries")).unwrap().trim(), "x");
}

#[test]
fn whoever_has_no_name_in_git_publishes_as_praxis() {
    let desk = Desk::new();
    let pages = desk.bare("pages");
    git::ok(&desk.work(), &["config", "user.useConfigOnly", "true"]);
    let mut run = command(["publish", "--root", "work", "--branch", "pages", "--remote", "pages"]);
    run.current_dir(desk.path("")).envs(git::settings()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
        run.env_remove(name);
    }
    finish(run.spawn().unwrap()).expect(0);
    let names = git::ok(&pages, &["log", "-1", "--format=%an <%ae> %cn", "pages"]);
    assert_eq!(names, "praxis <praxis@invalid> praxis");
    git::run(&desk.work(), &["config", "user.name"]).expect(1);
}
