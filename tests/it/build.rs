//! `praxis build`: what it writes and where, what it refuses, how it ends, and what it says.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{Handbook, Tree, assert_same, command, finish, praxis, tree, without_origin};

/// A day on which every review is overdue.
const FAR_AHEAD: &str = "2099-01-01";

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn writes_below_the_handbook_and_says_where_to_click() {
    let handbook = Handbook::copy();
    let run = handbook.run(&["build"]).expect(0);
    assert_eq!(run.stdout, "", "standard output is for machines");
    let index = handbook.public().join("index.html");
    assert!(run.stderr.contains(index.to_str().unwrap()), "{}", run.stderr);
    assert!(index.is_file() && handbook.path("public/praxis/stellenboerse-vogtland.html").is_file());
    handbook.expect_no_leftovers();
}

#[test]
fn finds_the_handbook_in_the_working_folder() {
    let handbook = Handbook::copy();
    let from_outside = handbook.build();
    fs::remove_dir_all(handbook.public()).unwrap();
    let run = command(["build", "-q"]).current_dir(handbook.root()).output().unwrap();
    assert!(run.status.success());
    assert_same(&from_outside, &tree(&handbook.public()));
}

#[test]
fn quiet_says_nothing_when_nothing_is_wrong() {
    let run = Handbook::copy().run(&["build", "--quiet"]).expect(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn quiet_still_says_what_is_wrong() {
    let handbook = Handbook::copy();
    break_case(&handbook);
    let run = handbook.run(&["build", "--quiet"]).expect(1);
    assert!(run.stderr.contains("gibt-es-nicht"), "{}", run.stderr);
}

#[test]
fn a_second_build_changes_nothing() {
    let handbook = Handbook::copy();
    let first = handbook.build();
    let run = handbook.run(&["build", "--lang", "en"]).expect(0);
    assert!(run.stderr.contains(", 0 of them new or changed"), "{}", run.stderr);
    assert_same(&first, &tree(&handbook.public()));
}

#[test]
fn a_deleted_case_disappears() {
    let handbook = Handbook::copy();
    let before = handbook.build();
    handbook.add_case("nur-kurz");
    let with_case = handbook.build();
    assert!(with_case.contains_key("praxis/nur-kurz.html"));
    fs::remove_dir_all(handbook.path("content/cases/nur-kurz")).unwrap();
    assert_same(&before, &handbook.build());
    handbook.expect_no_leftovers();
}

#[test]
fn a_deleted_attachment_takes_its_folder_along() {
    let handbook = Handbook::copy();
    handbook.add_case("mit-bild");
    let before = handbook.build();
    let picture = handbook.path("content/cases/mit-bild/plan.svg");
    fs::write(&picture, r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>"#)
        .unwrap();
    handbook.edit("content/cases/mit-bild/case.md", |text| text + "\n![Ein Plan](plan.svg)\n");
    let with_picture = handbook.build();
    assert!(with_picture.contains_key("praxis/mit-bild/plan.svg"), "{:?}", with_picture.keys());
    fs::remove_file(picture).unwrap();
    handbook.edit("content/cases/mit-bild/case.md", |text| text.replace("\n![Ein Plan](plan.svg)\n", ""));
    assert_same(&before, &handbook.build());
}

#[test]
fn a_former_address_leads_on() {
    let handbook = Handbook::copy();
    handbook.edit("content/cases/netzwerk-halle/case.yaml", |text| text + "aliases: [fachgruppe-arbeit-halle]\n");
    let site = handbook.build();
    let page = String::from_utf8(site["praxis/fachgruppe-arbeit-halle.html"].clone()).unwrap();
    assert!(page.contains(r#"http-equiv="refresh" content="0; url=netzwerk-halle.html""#), "{page}");
    assert!(page.contains(r#"<a href="netzwerk-halle.html""#), "{page}");
}

#[test]
fn drafts_appear_only_when_asked_for() {
    let handbook = Handbook::copy();
    let without = without_origin(handbook.build());
    handbook.add_case("entwurf");
    handbook.edit("content/cases/entwurf/case.yaml", |text| text + "draft: true\n");
    assert_same(&without, &without_origin(handbook.build()));
    handbook.run(&["build", "--drafts", "-q"]).expect(0);
    let with = tree(&handbook.public());
    assert!(with.contains_key("praxis/entwurf.html"));
    let mentioned =
        |site: &Tree| site.values().any(|bytes| String::from_utf8_lossy(bytes).contains("Beispiel entwurf"));
    assert!(mentioned(&with) && !mentioned(&without));
    assert_same(&without, &without_origin(handbook.build()));
}

#[test]
fn a_problem_in_a_text_leaves_the_site_as_it_was() {
    let handbook = Handbook::copy();
    let before = handbook.build();
    break_case(&handbook);
    let run = handbook.run(&["build"]).expect(1);
    assert!(run.stderr.contains("content/cases/netzwerk-halle/case.yaml"), "{}", run.stderr);
    assert!(run.stderr.contains("nicht geschrieben"), "{}", run.stderr);
    assert_same(&before, &tree(&handbook.public()));
    handbook.expect_no_leftovers();
}

#[test]
fn a_broken_template_leaves_the_site_as_it_was() {
    let handbook = Handbook::copy();
    let before = handbook.build();
    let template = handbook.path("themes/handbuch/templates/start.html");
    fs::create_dir_all(template.parent().unwrap()).unwrap();
    fs::write(
        &template,
        "{% extends \"base.html\" %}\n{% block content %}\n<h1>{{ page.titel }}</h1>\n{% endblock %}\n",
    )
    .unwrap();
    for command in ["build", "check"] {
        let run = handbook.run(&[command]).expect(1);
        assert!(run.stderr.contains("template-error"), "{}", run.stderr);
        assert!(run.stderr.contains("themes/handbuch/templates/start.html:3"), "line of the template: {}", run.stderr);
        assert_same(&before, &tree(&handbook.public()));
    }
    fs::write(&template, "{% extends \"base.html\" %}{% block content %}<h1>Eigene Startseite</h1>{% endblock %}")
        .unwrap();
    let page = String::from_utf8(handbook.build()["index.html"].clone()).unwrap();
    assert!(page.contains("Eigene Startseite"), "a template of the handbook takes the place of ours");
}

#[test]
fn strict_takes_warnings_seriously() {
    let handbook = Handbook::copy();
    let before = handbook.build();
    let late = handbook.run(&["build", "--today", FAR_AHEAD]).expect(0);
    assert!(late.stderr.contains("review-overdue"), "{}", late.stderr);
    let written = tree(&handbook.public());
    assert!(!crate::support::differences(&before, &written).is_empty(), "overdue pages say so");
    handbook.run(&["build", "--strict", "--today", FAR_AHEAD]).expect(1);
    handbook.run(&["check", "--strict", "--today", FAR_AHEAD]).expect(1);
    handbook.run(&["check", "--today", FAR_AHEAD]).expect(0);
    assert_same(&written, &tree(&handbook.public()));
}

#[test]
fn a_release_needs_an_address_and_every_placeholder_filled() {
    let handbook = Handbook::copy();
    let run = handbook.run(&["build", "--release-check"]).expect(1);
    assert!(run.stderr.contains("placeholder"), "{}", run.stderr);
    assert!(!handbook.public().exists());
}

#[test]
fn a_base_url_brings_full_addresses_and_a_sitemap() {
    let handbook = Handbook::copy();
    let without = handbook.build();
    assert!(!without.contains_key("sitemap.xml"));
    let with = ["https://example.org/amt/", "https://example.org/amt"].map(|address| {
        handbook.run(&["build", "-q", "--base-url", address]).expect(0);
        tree(&handbook.public())
    });
    assert_same(&with[0], &with[1]);
    assert!(String::from_utf8_lossy(&with[0]["sitemap.xml"]).contains("<loc>https://example.org/amt/</loc>"));
    for wrong in ["example.org", "ftp://example.org/", "https://", "https://example.org/?a=b", "javascript:alert(1)"] {
        handbook.run(&["build", "--base-url", wrong]).expect(2);
    }
    assert_same(&with[0], &tree(&handbook.public()));
}

#[test]
fn check_writes_nothing() {
    let handbook = Handbook::copy();
    let before = tree(handbook.root());
    handbook.run(&["check"]).expect(0);
    assert_same(&before, &tree(handbook.root()));
}

#[test]
fn builds_into_any_new_or_empty_folder() {
    let handbook = Handbook::copy();
    let expected = handbook.build();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir(elsewhere.path().join("leer")).unwrap();
    for name in ["leer", "tief/unten/site", "Ümläute und Leerzeichen"] {
        let out = elsewhere.path().join(name);
        handbook.run(&["build", "-q", "--out", out.to_str().unwrap()]).expect(0);
        assert_same(&expected, &tree(&out));
    }
}

#[test]
fn refuses_a_folder_with_files_of_others() {
    let handbook = Handbook::copy();
    fs::create_dir_all(handbook.path("public/unter")).unwrap();
    fs::write(handbook.path("public/unter/brief.txt"), "wichtig").unwrap();
    let run = handbook.run(&["build"]).expect(2);
    assert!(run.stderr.contains("unter/brief.txt") && run.stderr.contains("--out"), "{}", run.stderr);
    assert_eq!(text(&handbook.path("public/unter/brief.txt")), "wichtig");
    assert_eq!(tree(&handbook.public()).len(), 1, "nothing was written");

    fs::remove_dir_all(handbook.public()).unwrap();
    let site = handbook.build();
    fs::write(handbook.path("public/praxis/notiz.txt"), "später").unwrap();
    let run = handbook.run(&["build"]).expect(2);
    assert!(run.stderr.contains("praxis/notiz.txt"), "{}", run.stderr);
    fs::remove_file(handbook.path("public/praxis/notiz.txt")).unwrap();
    assert_same(&site, &handbook.build());
}

#[test]
fn refuses_to_replace_a_file() {
    let handbook = Handbook::copy();
    fs::write(handbook.path("bericht.txt"), "wichtig").unwrap();
    let run = handbook.run(&["build", "--out", handbook.path("bericht.txt").to_str().unwrap()]);
    assert!(handbook.path("bericht.txt").is_file(), "the file is gone");
    assert_eq!(text(&handbook.path("bericht.txt")), "wichtig");
    run.expect(2);
}

#[test]
fn refuses_the_handbook_itself_and_what_holds_it() {
    let handbook = Handbook::copy();
    fs::create_dir_all(handbook.path("themes/eigenes")).unwrap();
    symlink(handbook.path("content"), handbook.path("abkuerzung")).unwrap();
    let before = tree(handbook.root());
    let parent = handbook.root().parent().unwrap().to_owned();
    let places = [
        handbook.root().to_owned(),
        parent,
        Path::new("/").to_owned(),
        handbook.path("content"),
        handbook.path("content/neu"),
        handbook.path("content/cases/neu/tief"),
        handbook.path("themes"),
        handbook.path("themes/handbuch/public"),
        handbook.path("public/../content/neu"),
        handbook.path("abkuerzung"),
        handbook.path("abkuerzung/neu"),
    ];
    let accepted: Vec<String> = places
        .iter()
        .filter(|place| {
            let run = handbook.run(&["build", "-q", "--out", place.to_str().unwrap()]);
            run.code != Some(2) || run.stderr.is_empty()
        })
        .map(|place| place.display().to_string())
        .collect();
    assert_eq!(accepted, [""; 0], "these were written to");
    assert_same(&before, &tree(handbook.root()));
}

#[test]
fn wrong_use_is_told_from_problems() {
    praxis(["bau"]).expect(2);
    praxis(["build", "--quiet", "--verbose"]).expect(2);
    praxis(["check", "--today", "gestern"]).expect(2);
    praxis(["check", "--format", "xml"]).expect(2);
    praxis([""; 0]).expect(2);
    praxis(["--help"]).expect(0);
    praxis(["--version"]).expect(0);
    let empty = tempfile::tempdir().unwrap();
    let run = praxis(["check", "--root", empty.path().to_str().unwrap()]).expect(1);
    assert!(run.stderr.contains("praxis new handbook"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("handbook-missing").count(), 1);
    assert!(!run.stderr.contains("vocabulary-missing"), "one missing handbook is one problem:\n{}", run.stderr);
}

#[test]
fn a_failing_machine_is_told_from_problems() {
    let handbook = Handbook::copy();
    fs::write(handbook.path("datei"), "").unwrap();
    let run = handbook.run(&["build", "--out", handbook.path("datei/public").to_str().unwrap()]).expect(3);
    assert!(run.stderr.contains("datei"), "{}", run.stderr);
}

#[test]
fn two_builds_at_once_do_not_mix() {
    let handbook = Handbook::copy();
    handbook.add_many_cases(40);
    let expected = handbook.build();
    for round in 0..4 {
        fs::remove_dir_all(handbook.public()).unwrap();
        let both = [handbook.start(&["build"]), handbook.start(&["build"])];
        let runs = both.map(finish);
        for run in &runs {
            match run.code {
                Some(0) => {}
                Some(2) => assert!(run.stderr.contains("ein anderer Lauf"), "{}", run.stderr),
                other => panic!("round {round}: {other:?}: {}", run.stderr),
            }
        }
        assert!(runs.iter().any(|run| run.code == Some(0)), "round {round}: one of them has to get through");
        assert_same(&expected, &tree(&handbook.public()));
        handbook.expect_no_leftovers();
    }
}

/// Puts a key that does not exist into a case.
fn break_case(handbook: &Handbook) {
    handbook.edit("content/cases/netzwerk-halle/case.yaml", |text| text + "gibt-es-nicht: 1\n");
}
