//! A build that is killed, or for which the disk is too small: the old site stays whole, and the next build works.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::Duration;

use crate::running::{Running, eventually};
use crate::support::{Handbook, Tree, assert_same, differences, fill, finish, tree, with_small_disk};

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
