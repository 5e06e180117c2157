//! A build that is killed, for which the disk is too small, or to which the system says no at any point: the old site stays
//! whole, no text is lost, a message names the file, and the next build works.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::git::{Desk, online};
use crate::running::{Running, eventually};
use crate::support::{
    Handbook, Run, Tree, assert_same, command, differences, fill, finish, is_long, tree, with_small_disk,
};

/// Enough cases that a build has a middle to be killed in.
const CASES: usize = 120;

/// A stage of a build, seen from outside.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// The program has just been started.
    Started,
    /// The folder for the new site is there.
    Staging,
    /// So many pages of cases lie in it, of a hundred.
    Percent(usize),
    /// The list of files is written, the last one before the swap.
    Listed,
    /// The new site is in place; the old one is being removed.
    Swapped,
}

const POINTS: [Point; 10] = [
    Point::Started,
    Point::Staging,
    Point::Percent(1),
    Point::Percent(15),
    Point::Percent(30),
    Point::Percent(50),
    Point::Percent(70),
    Point::Percent(90),
    Point::Listed,
    Point::Swapped,
];

impl Point {
    fn reached(self, handbook: &Handbook, old_list: &Path) -> bool {
        let staging = handbook.path(".public.staging");
        match self {
            Point::Started => true,
            Point::Staging => staging.exists(),
            Point::Percent(percent) => {
                let pages = fs::read_dir(staging.join("praxis")).map_or(0, Iterator::count);
                pages * 100 >= percent * CASES
            }
            Point::Listed => staging.join(".praxis-files").exists(),
            // A list of files that stands in both places means that the folders have changed places.
            Point::Swapped => !same_file(old_list, &handbook.path("public/.praxis-files")),
        }
    }
}

fn same_file(held: &Path, current: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let number = |path: &Path| fs::metadata(path).map(|metadata| metadata.ino()).ok();
    number(held) == number(current)
}

/// Kills a build at a point of its work, unless it is done before. Tells whether it was killed.
fn kill_at(point: Point, mut build: Child, handbook: &Handbook, old_list: &Path) -> bool {
    while build.try_wait().unwrap().is_none() {
        if point.reached(handbook, old_list) {
            build.kill().unwrap();
            break;
        }
        thread::sleep(Duration::from_micros(200));
    }
    finish(build).code.is_none()
}

/// Name of the state a site is in; fails if it is neither of the two.
#[track_caller]
fn state_of(site: &Tree, before: &Tree, after: &Tree, point: Point) -> &'static str {
    if site == before {
        return "before";
    }
    if site == after {
        return "after";
    }
    let (left, right) = (differences(site, before), differences(site, after));
    panic!("{point:?}: mixed: {} files differ from before, {} from after: {right:?}", left.len(), right.len());
}

#[test]
fn a_killed_build_leaves_one_whole_site() {
    let handbook = Handbook::copy();
    handbook.add_many_cases(CASES);
    handbook.rename("Fassung A");
    let versions = ["Fassung A", "Fassung B"];
    let mut sites = vec![handbook.build()];
    handbook.rename(versions[1]);
    sites.push(handbook.build());
    assert_eq!(differences(&sites[0], &sites[1]).iter().filter(|name| name.contains("praxis/kopie-")).count(), CASES);

    // The site is in the second version; every round goes over to the other one.
    let mut current = 1;
    let mut killed = 0;
    for point in POINTS {
        let next = 1 - current;
        handbook.rename(versions[next]);
        // A second name keeps the inode of the old list alive, so that its number is not given out again.
        let old_list = handbook.path("content/.old-list");
        fs::hard_link(handbook.path("public/.praxis-files"), &old_list).unwrap();
        let build = handbook.start(&["build", "--quiet"]);
        let was_killed = kill_at(point, build, &handbook, &old_list);
        killed += usize::from(was_killed);
        fs::remove_file(&old_list).unwrap();
        let state = state_of(&tree(&handbook.public()), &sites[current], &sites[next], point);
        eprintln!("{point:?}: killed: {was_killed}, the site is as {state}");

        assert_same(&sites[next], &handbook.build());
        handbook.expect_no_leftovers();
        current = next;
    }
    assert!(killed > 0, "every build was done before it could be killed");
}

#[test]
fn a_killed_first_build_leaves_nothing_or_all() {
    let handbook = Handbook::copy();
    handbook.add_many_cases(CASES);
    let expected = handbook.build();
    for point in [Point::Staging, Point::Percent(30), Point::Percent(90), Point::Listed] {
        fs::remove_dir_all(handbook.public()).unwrap();
        kill_at(point, handbook.start(&["build", "--quiet"]), &handbook, Path::new("/nonexistent"));
        if handbook.public().exists() {
            assert_same(&expected, &tree(&handbook.public()));
        }
        assert_same(&expected, &handbook.build());
        handbook.expect_no_leftovers();
    }
}

#[test]
fn a_full_disk_leaves_the_old_site() {
    with_small_disk(concat!(module_path!(), "::a_full_disk_leaves_the_old_site"), 12_000_000, on_a_small_disk);
}

fn on_a_small_disk(place: &Path) {
    let handbook = Handbook::copy();
    let out = place.join("public");
    let build = || handbook.run(&["build", "--quiet", "--out", out.to_str().unwrap()]);
    build().expect(0);
    let before = tree(&out);
    handbook.rename("Neue Fassung");
    let after = handbook.build();

    // Nothing left, room for the first files, room for about half of them: the site has more than a hundred pages.
    let steps = if is_long() { (0..1_000_000).step_by(16_384).collect() } else { vec![0, 100_000, 1_000_000] };
    for free in steps {
        let filler = fill(place, free);
        let run = build().expect(3);
        assert!(run.stderr.contains(place.to_str().unwrap()), "names the file: {}", run.stderr);
        assert!(run.stderr.contains("os error 28"), "says what is missing: {}", run.stderr);
        assert_eq!(run.stderr.trim().lines().count(), 1, "one line: {}", run.stderr);
        assert_same(&before, &tree(&out));
        fs::remove_file(filler).unwrap();
        let names = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        assert_eq!(names, ["public"], "what was begun is cleared away");
    }
    build().expect(0);
    assert_same(&after, &tree(&out));
}

#[test]
fn a_full_disk_does_not_end_watching() {
    with_small_disk(concat!(module_path!(), "::a_full_disk_does_not_end_watching"), 12_000_000, |place| {
        let handbook = Handbook::small();
        let out = place.join("public");
        let watching = Running::start(&handbook, &["build", "--watch", "--out", out.to_str().unwrap()]);
        watching.hears("zum Ansehen");
        watching.rests();
        let before = tree(&out);
        let filler = fill(place, 0);
        handbook.rename("Neue Fassung");
        watching.hears("os error 28");
        watching.rests();
        fs::remove_file(filler).unwrap();
        assert_same(&before, &tree(&out));
        handbook.rename("Neueste Fassung");
        let home = out.join("index.html");
        eventually("the next build", || fs::read_to_string(&home).ok()?.contains("Neueste Fassung").then_some(()));
        watching.rests();
        assert_same(&handbook.build(), &tree(&out));
    });
}

/// Runs the program through another one that takes something away from it.
fn through(prefix: &[&str], arguments: &[&str], root: &Path) -> Run {
    let own = command(arguments);
    let mut through = Command::new(prefix[0]);
    through.args(&prefix[1..]).arg(own.get_program()).args(own.get_args()).arg("--root").arg(root);
    through.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("RAYON_NUM_THREADS", "1");
    finish(through.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

/// A handbook with a site, and the sites of two versions.
struct Versions {
    handbook: Handbook,
    sites: [Tree; 2],
    /// Which one is to be built next.
    next: usize,
}

impl Versions {
    fn new() -> Self {
        let handbook = Handbook::minimal();
        let first = handbook.build();
        handbook.rename("Andere Fassung");
        let second = handbook.build();
        handbook.rename("Handbuch");
        Versions { handbook, sites: [first, second], next: 0 }
    }

    /// A run that something goes wrong with: it fails with the name of a file or gets through, leaves one whole site and every
    /// text, and the next run goes on to the other version.
    #[track_caller]
    fn survive(&mut self, what: &str, build: impl FnOnce(&Path) -> Run) -> Option<i32> {
        let texts = tree(&self.handbook.path("content"));
        let run = build(self.handbook.root());
        let site = tree(&self.handbook.public());
        match run.code {
            Some(0) => assert_same(&site, &self.sites[self.next]),
            Some(code @ (1 | 3)) => {
                // The message is written like everything else.
                let is_said = run.stderr.contains('/') || what.starts_with("write:");
                assert!(is_said, "{what}: names no file: {}", run.stderr);
                // The exchange may be what worked last.
                let whole = self.sites.contains(&site);
                assert!(whole, "{what}: half a site after code {code}: {}", run.stderr);
            }
            // The program has not begun: its libraries could not be read.
            Some(127) if run.stderr.contains("error while loading shared libraries") => {}
            other => panic!("{what}: {other:?}: {}", run.stderr),
        }
        assert_same(&texts, &tree(&self.handbook.path("content")));
        assert_same(&self.sites[self.next], &self.handbook.build());
        self.handbook.expect_no_leftovers();
        self.next = 1 - self.next;
        self.handbook.rename(["Handbuch", "Andere Fassung"][self.next]);
        run.code
    }
}

const BUILD: [&str; 2] = ["build", "--quiet"];

#[test]
fn a_file_that_cannot_grow_leaves_one_whole_site() {
    let mut versions = Versions::new();
    let largest = versions.sites[0].values().map(Vec::len).max().unwrap();
    let step = largest / if is_long() { 200 } else { 5 };
    let mut codes = Vec::new();
    for limit in (0..=largest).step_by(step).chain([1, 511, largest - 1, largest]) {
        // The system would end the program with a signal that has no words; whoever starts it may have ruled that out.
        let shell = format!("trap '' XFSZ; exec prlimit --fsize={limit} \"$@\"");
        let code =
            versions.survive(&format!("{limit} bytes"), |root| through(&["sh", "-c", &shell, "sh"], &BUILD, root));
        codes.push(code);
    }
    assert!(codes.contains(&Some(3)) && codes.last() == Some(&Some(0)), "{codes:?}");
}

#[test]
fn too_few_handles_leave_one_whole_site() {
    let mut versions = Versions::new();
    let mut codes = Vec::new();
    let limits: Vec<usize> = if is_long() { (4..64).collect() } else { vec![4, 5, 6, 7, 8, 10, 13, 64] };
    for limit in limits {
        let limited = format!("--nofile={limit}");
        codes.push(versions.survive(&limited, |root| through(&["prlimit", &limited], &BUILD, root)));
    }
    assert!(codes.iter().any(|code| *code != Some(0)) && codes.last() == Some(&Some(0)), "{codes:?}");
}

/// Calls of a build that can fail, and how.
const CALLS: [(&str, &str); 10] = [
    ("openat", "EMFILE"),
    ("openat", "EACCES"),
    ("read", "EIO"),
    ("write", "ENOSPC"),
    ("mkdir", "EROFS"),
    ("rename", "EXDEV"),
    ("renameat2", "ENOSPC"),
    ("link,linkat", "EMLINK"),
    ("unlink,unlinkat,rmdir", "EBUSY"),
    ("syncfs,fsync", "EIO"),
];

/// Runs the program with calls that fail: the one of that number in every thread.
fn with_failing(calls: &str, error: &str, number: usize, arguments: &[&str], root: &Path) -> Run {
    let (trace, inject) = (format!("--trace={calls}"), format!("--inject={calls}:error={error}:when={number}"));
    through(&["strace", "--follow-forks", "--seccomp-bpf", "--output=/dev/null", &trace, &inject], arguments, root)
}

/// Every call in turn fails once in every thread. Needs strace, which `tests/run` installs.
#[test]
fn a_failing_call_leaves_one_whole_site() {
    let mut versions = Versions::new();
    for (calls, error) in CALLS {
        let mut failed = 0;
        let numbers: Vec<usize> = if is_long() { (1..150).collect() } else { vec![2, 40] };
        for number in numbers {
            let what = format!("{calls}:error={error}:when={number}");
            let code = versions.survive(&what, |root| with_failing(calls, error, number, &BUILD, root));
            failed += usize::from(code != Some(0));
        }
        eprintln!("{calls} {error}: {failed} builds failed");
    }
}

#[test]
fn what_stands_in_the_way_is_named() {
    let handbook = Handbook::minimal();
    let before = handbook.build();
    handbook.rename("Neue Fassung");
    fs::create_dir(handbook.path(".public.lock")).unwrap();
    let run = handbook.run(&BUILD).expect(3);
    assert!(run.stderr.contains(".public.lock"), "{}", run.stderr);
    assert_same(&before, &tree(&handbook.public()));
    fs::remove_dir(handbook.path(".public.lock")).unwrap();

    // A part of the site that is gone comes back.
    fs::remove_dir_all(handbook.path("public/suche")).unwrap();
    let site = handbook.build();
    assert!(site.keys().any(|path| path.starts_with("suche/")));
}

#[test]
fn a_folder_that_vanishes_while_it_is_filled_is_named() {
    let mut versions = Versions::new();
    for _ in 0..3 {
        versions.survive("no staging", |root| {
            let staging = root.join(".public.staging");
            let mut build =
                command(BUILD).arg("--root").arg(root).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            while build.try_wait().unwrap().is_none() {
                let _ = fs::remove_dir_all(&staging);
                thread::sleep(Duration::from_micros(500));
            }
            finish(build)
        });
    }
}

#[test]
fn watching_brings_back_what_vanishes() {
    let handbook = Handbook::small();
    let watching = Running::start(&handbook, &["build", "--watch"]);
    watching.hears("zum Ansehen");
    for part in ["suche", ""] {
        watching.rests();
        fs::remove_dir_all(handbook.public().join(part)).unwrap();
        handbook.rename(if part.is_empty() { "Zweite Fassung" } else { "Erste Fassung" });
        let index = handbook.path("public/suche/index.gz");
        eventually("the index is there again", || index.exists().then_some(()));
    }
    watching.rests();
    assert_same(&handbook.build(), &tree(&handbook.public()));
}

#[test]
fn a_disk_that_may_only_be_read_is_named() {
    let test = concat!(module_path!(), "::a_disk_that_may_only_be_read_is_named");
    with_small_disk(test, 12_000_000, |place| {
        let handbook = Handbook::minimal();
        let out = place.join("public");
        let build = || handbook.run(&["build", "--quiet", "--out", out.to_str().unwrap()]);
        build().expect(0);
        let before = tree(&out);
        handbook.rename("Neue Fassung");
        let remount = |how: &str| {
            let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(place).status();
            assert!(done.unwrap().success());
        };
        remount("ro");
        let run = build().expect(3);
        assert!(run.stderr.contains(place.to_str().unwrap()) && run.stderr.contains("os error 30"), "{}", run.stderr);
        assert_same(&before, &tree(&out));
        remount("rw");
        build().expect(0);
    });
}

#[test]
fn a_failing_call_leaves_one_whole_release() {
    let desk = Desk::new();
    let (root, target) = (desk.work(), desk.path("web"));
    let publish = ["publish", "--quiet", "--to", target.to_str().unwrap()];
    desk.praxis(&["publish", "--root", "work", "--to", "web"]).expect(0);
    let mut failed = 0;
    for (calls, error) in CALLS[3..].iter().step_by(if is_long() { 1 } else { 2 }) {
        for number in if is_long() { 1..40 } else { 1..2 } {
            let before = online(&target);
            desk.commit_renamed(&format!("Fassung {calls} {number}"));
            let run = with_failing(calls, error, number, &publish, &root);
            assert!(matches!(run.code, Some(0 | 1 | 3)), "{calls} {error} {number}: {run:?}");
            failed += usize::from(run.code != Some(0));
            let now = online(&target);
            if now != before {
                assert_same(&desk.site(), &now.1);
            }
            desk.praxis(&["publish", "--root", "work", "--to", "web"]).expect(0);
            assert_same(&desk.site(), &online(&target).1);
        }
    }
    assert!(failed > 0, "nothing failed");
}
