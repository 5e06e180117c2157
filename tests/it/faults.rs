//! A build that is killed, or for which the disk is too small: the old site stays whole, and the next build works.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use crate::running::{Running, eventually};
use crate::support::{Handbook, Tree, assert_same, differences, finish, tree};

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

/// Tells a test that it runs where it may mount, and where.
const SMALL_DISK: &str = "PRAXIS_TEST_SMALL_DISK";

#[test]
fn a_full_disk_leaves_the_old_site() {
    on_a_small_disk(concat!(module_path!(), "::a_full_disk_leaves_the_old_site"), |place| {
        let handbook = Handbook::copy();
        let out = place.join("public");
        let build = || handbook.run(&["build", "--quiet", "--out", out.to_str().unwrap()]);
        build().expect(0);
        let before = tree(&out);
        handbook.rename("Neue Fassung");
        let after = handbook.build();

        // Nothing left, room for the first files, room for about half of them: the site has more than a hundred pages.
        for free in [0, 100_000, 1_000_000] {
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
    });
}

#[test]
fn a_full_disk_does_not_end_watching() {
    on_a_small_disk(concat!(module_path!(), "::a_full_disk_does_not_end_watching"), |place| {
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

/// Runs a test once more in a mount namespace of its own: the small disk is gone with it, however the test ends. That takes
/// root, or a kernel that lets users have namespaces. Where there is neither, the test fails; `PRAXIS_NO_MOUNT=1` leaves it out.
fn on_a_small_disk(test: &str, work: impl FnOnce(&Path)) {
    const SIZE: u64 = 12_000_000;
    if let Some(place) = env::var_os(SMALL_DISK) {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs"]).arg(&place).status();
        assert!(mounted.unwrap().success());
        return work(Path::new(&place));
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
fn fill(place: &Path, free: u64) -> PathBuf {
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
