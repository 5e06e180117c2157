//! Same texts, same bytes: wherever they lie, however they were saved, on whatever machine.

use std::fs;
use std::process::Stdio;

use unicode_normalization::UnicodeNormalization;

use crate::support::{Handbook, Tree, assert_same, command, copy_tree, finish, repository, tree};

#[test]
fn twice_the_same() {
    let handbook = Handbook::copy();
    let first = handbook.build();
    assert_same(&first, &handbook.build());
    fs::remove_dir_all(handbook.public()).unwrap();
    assert_same(&first, &handbook.build());
}

#[test]
fn the_same_at_another_place_and_on_another_machine() {
    let here = Handbook::copy();
    let expected = here.build();
    // Another path, files made in another order, another number of processors, another time zone and language.
    let there = tempfile::Builder::new().prefix("ganz woanders – größer ").tempdir().unwrap();
    let files: Vec<(String, Vec<u8>)> = tree(&here.path("content")).into_iter().rev().collect();
    for (name, bytes) in files {
        let path = there.path().join("content").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    for threads in ["1", "7"] {
        let mut other = command(["build", "-q", "--root", "."]);
        other.current_dir(there.path()).env("RAYON_NUM_THREADS", threads).env("TZ", "Pacific/Kiritimati");
        other.env("LC_ALL", "tr_TR.UTF-8").env("HOME", "/nonexistent").env("USER", "jemand");
        finish(other.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()).expect(0);
        assert_same(&expected, &tree(&there.path().join("public")));
        fs::remove_dir_all(there.path().join("public")).unwrap();
    }
}

#[test]
fn nothing_of_the_machine_gets_into_the_site() {
    let handbook = Handbook::copy();
    let site = handbook.build();
    let place = handbook.root().to_str().unwrap().to_owned();
    let repository = repository().to_str().unwrap().to_owned();
    let telling = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.contains(&place) || text.contains(&repository)
    };
    let found: Vec<&String> = site.iter().filter(|(_, bytes)| telling(bytes)).map(|(name, _)| name).collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_theme_beside_the_texts_is_the_theme_in_the_program() {
    let handbook = Handbook::copy();
    let built_in = handbook.build();
    copy_tree(&repository().join("themes"), &handbook.path("themes"), &|_, bytes| bytes);
    assert_same(&built_in, &handbook.build());
}

#[test]
fn line_ends_byte_order_marks_and_decomposed_letters_make_no_difference() {
    let handbook = Handbook::copy();
    let expected = handbook.build();
    let is_text = |name: &str| name.ends_with(".yaml") || name.ends_with(".md");
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let mac = |text: &str| text.nfd().collect::<String>();
    let both = |text: &str| windows(&mac(text));
    let ways = [("Windows", &windows as &dyn Fn(&str) -> String), ("macOS", &mac), ("both", &both)];
    for (way, change) in ways {
        let other = Handbook::copy();
        let originals = tree(&handbook.path("content"));
        let texts: Tree = originals.into_iter().filter(|(name, _)| is_text(name)).collect();
        let mut changed = 0;
        for (name, bytes) in texts {
            let before = String::from_utf8(bytes).unwrap();
            let after = change(&before);
            changed += usize::from(before != after);
            fs::write(other.path("content").join(name), after).unwrap();
        }
        assert!(changed > 20, "{way}: {changed} files differ");
        let run = other.run(&["check", "--format", "json"]).expect(0);
        let plain = handbook.run(&["check", "--format", "json"]).expect(0);
        // The way to the file differs; everything else of the report is the same.
        let at_home = |report: &str, home: &Handbook| report.replace(home.root().to_str().unwrap(), "");
        assert_eq!(at_home(&run.stdout, &other), at_home(&plain.stdout, &handbook), "{way}");
        assert_same(&expected, &other.build());
    }
}
