//! What `praxis build` remembers from one run to the next: an unchanged handbook is not built again, and nothing else is.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use crate::support::{Handbook, assert_same, tree};

/// Every build swaps in a new folder, so the number of the folder tells whether there was one.
fn edition(handbook: &Handbook) -> u64 {
    fs::metadata(handbook.public()).unwrap().ino()
}

fn build(handbook: &Handbook, more: &[&str]) -> String {
    handbook.run(&[&["build", "--verbose"], more].concat()).expect(0).stderr
}

/// What was said, without the figures of this run.
fn messages(said: &str) -> String {
    let timeless = |line: &&str| !line.contains(" davon neu oder geändert") && !line.contains("gelesen und geprüft");
    said.lines().filter(timeless).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_unchanged_handbook_is_not_built_again() {
    let handbook = Handbook::copy();
    let first_said = build(&handbook, &[]);
    let (first, site) = (edition(&handbook), tree(&handbook.public()));
    let second_said = build(&handbook, &[]);
    assert_eq!(edition(&handbook), first, "nothing was written");
    assert!(second_said.contains("0 davon neu oder geändert"), "{second_said}");
    assert_eq!(messages(&first_said), messages(&second_said), "notes are said again");
    assert!(first_said.contains("Hinweis["), "there is a note to say: {first_said}");
    // Time stamps alone are no change.
    let case = handbook.path("content/cases/netzwerk-halle/case.md");
    let text = fs::read(&case).unwrap();
    fs::write(&case, text).unwrap();
    build(&handbook, &[]);
    assert_eq!(edition(&handbook), first);
    assert_same(&site, &tree(&handbook.public()));
}

#[test]
fn every_change_is_built() {
    let handbook = Handbook::copy();
    build(&handbook, &[]);
    let mut last = edition(&handbook);
    let mut expect_new = |what: &str, more: &[&str]| {
        build(&handbook, more);
        assert_ne!(std::mem::replace(&mut last, edition(&handbook)), last, "{what}");
    };
    let case = handbook.path("content/cases/netzwerk-halle/case.md");
    fs::write(&case, fs::read_to_string(&case).unwrap() + "\nEin Satz mehr.\n").unwrap();
    expect_new("a text", &[]);
    expect_new("the address", &["--base-url", "https://example.org/"]);
    expect_new("drafts", &["--drafts"]);
    fs::write(handbook.public().join("index.html"), "verändert").unwrap();
    expect_new("a file of the site that somebody changed", &["--drafts"]);
    assert!(fs::read_to_string(handbook.public().join("index.html")).unwrap().starts_with("<!DOCTYPE html>"));
    fs::remove_file(handbook.public().join("404.html")).unwrap();
    expect_new("a file of the site that somebody deleted", &["--drafts"]);
    fs::create_dir_all(handbook.path("themes/handbuch/static")).unwrap();
    fs::write(handbook.path("themes/handbuch/static/own.css"), "p { color: red }").unwrap();
    expect_new("the theme", &["--drafts"]);
    let folder = handbook.path(".praxis-cache");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json") {
            fs::write(path, "{\"inputs\": tru").unwrap();
        }
    }
    expect_new("a damaged record", &["--drafts"]);
    fs::remove_dir_all(&folder).unwrap();
    expect_new("no record", &["--drafts"]);
    assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n", "git never sees it");
}

#[test]
fn strictness_is_asked_anew() {
    let handbook = Handbook::copy();
    let overdue = ["build", "--quiet", "--today", "2099-01-01"];
    handbook.run(&overdue).expect(0);
    handbook.run(&[&overdue[..], &["--strict"]].concat()).expect(1);
}

#[test]
fn a_folder_that_cannot_hold_a_cache_is_built_all_the_same() {
    let handbook = Handbook::copy();
    fs::write(handbook.path(".praxis-cache"), "in the way").unwrap();
    build(&handbook, &[]);
    let first = edition(&handbook);
    build(&handbook, &[]);
    assert_ne!(edition(&handbook), first);
    assert!(fs::metadata(handbook.path(".praxis-cache")).unwrap().permissions().mode() & 0o200 != 0);
}
