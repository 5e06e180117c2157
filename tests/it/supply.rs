//! Where the program and its sites come from: licences and sources of the libraries, `daten/build.json`, what packages need, and
//! the refusals of `.ci/release`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;
use praxis::cli::Cli;
use serde_json::Value;
use spdx::{Expression, ParseMode};

use crate::git::{self, Desk, Repository};
use crate::support::{Handbook, Run, Tree, differences, finish, praxis, repository, tree};

/// How lock files name the one registry.
fn is_the_registry(source: &str) -> bool {
    source.starts_with("registry+") && source.ends_with("/rust-lang/crates.io-index")
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

// ---------------------------------------------------------------------------------------------------------- Libraries

/// Names and licences of every package that can become part of the program, on whatever system.
fn licences() -> Vec<(String, String)> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path"])
        .arg(repository().join("Cargo.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let metadata: Value = serde_json::from_str(&finish(cargo).expect(0).stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let field = |package: &Value, name: &str| package[name].as_str().unwrap_or_default().to_owned();
    packages.map(|package| (field(package, "name"), field(package, "license"))).collect()
}

#[test]
fn every_library_has_a_licence_that_is_allowed() {
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    let allowed = deny["licenses"]["allow"].as_array().unwrap();
    let allowed: BTreeSet<String> = allowed.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    let mut met = BTreeSet::new();
    let mut refused = Vec::new();
    let packages = licences();
    assert!(packages.len() > 200, "only {} packages", packages.len());
    for (name, licence) in packages {
        let Ok(expression) = Expression::parse_mode(&licence, ParseMode::LAX) else {
            refused.push(format!("{name}: {licence:?} cannot be read"));
            continue;
        };
        met.extend(expression.requirements().map(|named| named.req.to_string()));
        if !expression.evaluate(|named| allowed.contains(&named.to_string())) {
            refused.push(format!("{name}: {licence}"));
        }
    }
    assert_eq!(refused, [""; 0], "see [licenses] in deny.toml");
    assert_eq!(allowed.difference(&met).collect::<Vec<_>>(), [""; 0], "allowed, but nobody has it");
}

#[test]
fn every_library_comes_from_the_registry() {
    for lock in ["Cargo.lock", "tests/fuzz/Cargo.lock"] {
        let table: toml::Table = read(lock).parse().unwrap();
        let packages = table["package"].as_array().unwrap();
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for package in packages {
            let name = package["name"].as_str().unwrap();
            match package.get("source").and_then(toml::Value::as_str) {
                None => own.push(name),
                Some(source) if is_the_registry(source) && package.get("checksum").is_some() => {}
                Some(source) => others.push(format!("{name}: {source}")),
            }
        }
        assert_eq!(others, [""; 0], "{lock}");
        let foreign: Vec<_> =
            own.into_iter().filter(|name| !name.starts_with("praxis") && !name.starts_with("search-")).collect();
        assert_eq!(foreign, [""; 0], "{lock}: paths that are not ours");
    }
}

// --------------------------------------------------------------------------------------------------------- Provenance

fn build_json(site: &Tree) -> Value {
    serde_json::from_slice(&site["daten/build.json"]).unwrap()
}

/// As `docs/betrieb.md` says it is to be checked: what `b3sum` prints for all files, in the order of their names.
fn digest(content: &Path) -> String {
    let lines = tree(content).into_iter().filter(|(name, _)| !name.starts_with("schema/") && !name.contains("/."));
    let lines = lines.map(|(name, bytes)| format!("{}  content/{name}\n", blake3::hash(&bytes).to_hex()));
    format!("blake3:{}", blake3::hash(lines.collect::<String>().as_bytes()).to_hex())
}

fn build(desk: &Desk) -> Tree {
    praxis(["build", "--quiet", "--root", desk.work().to_str().unwrap()]).expect(0);
    tree(&desk.work().join("public"))
}

#[test]
fn a_site_says_what_it_was_made_from() {
    let desk = Desk::new();
    fs::write(desk.work().join(".gitignore"), "public\n").unwrap();
    let made = git::ok(&desk.work(), &["rev-parse", "HEAD"]);
    desk.commit("Etwas neben den Texten");
    let site = build(&desk);
    let first = build_json(&site);
    assert_eq!(first["format"], "praxis-build");
    assert_eq!(first["program"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(first["handbook"]["drafts"], false);
    assert_eq!(first["content"]["digest"], digest(&desk.work().join("content")));
    assert_eq!(first["content"]["commit"], made, "the last commit that changed the texts");
    assert_eq!(first["content"]["changed"], false);
    let page = String::from_utf8(site["offline.html"].clone()).unwrap();
    assert!(page.contains(&made) && page.contains("id=\"herkunft\""), "{page}");

    // A commit that touches no text makes no other site.
    fs::write(desk.work().join("NOTIZ"), "nichts").unwrap();
    desk.commit("Noch etwas daneben");
    assert_eq!(differences(&site, &build(&desk)), [""; 0]);

    let topic = fs::read_dir(desk.work().join("content/topics")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&topic).unwrap();
    fs::write(&topic, text + "\nEin Satz mehr.\n").unwrap();
    let changed = build_json(&build(&desk));
    assert_eq!(changed["content"]["commit"], made);
    assert_eq!(changed["content"]["changed"], true);
    assert_eq!(changed["content"]["digest"], digest(&desk.work().join("content")));
    assert_ne!(changed["content"]["digest"], first["content"]["digest"]);
    assert_eq!(changed["theme"], first["theme"]);
}

#[test]
fn every_page_leads_to_its_origin_and_none_changes_with_another() {
    let handbook = Handbook::copy();
    let before = handbook.build();
    assert_eq!(build_json(&before)["content"]["commit"], Value::Null, "no repository, no commit");
    let lacking = before.iter().filter(|(name, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        let leads = text.contains("offline.html#herkunft");
        name.ends_with(".html") && !leads && !text.contains("http-equiv=\"refresh\"")
    });
    assert_eq!(lacking.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [""; 0]);
    handbook.edit("content/cases/netzwerk-halle/case.md", |text| text + "\nEin Satz mehr.\n");
    let changed = differences(&before, &handbook.build());
    let touched = |name: &str| changed.iter().any(|line| line.starts_with(&format!("{name}:")));
    assert!(touched("praxis/netzwerk-halle.html") && touched("daten/build.json"), "{changed:?}");
    for name in ["index.html", "glossar.html", "404.html", "praxis/stellenboerse-vogtland.html"] {
        assert!(before.contains_key(name) && !touched(name), "{name}: {changed:?}");
    }
}

#[test]
fn a_changed_theme_has_another_digest() {
    let handbook = Handbook::small();
    let before = build_json(&handbook.build());
    fs::create_dir_all(handbook.path("themes/handbuch/static")).unwrap();
    fs::write(handbook.path("themes/handbuch/static/own.css"), "p { color: red }").unwrap();
    let after = build_json(&handbook.build());
    assert_ne!(before["theme"]["digest"], after["theme"]["digest"]);
    assert_eq!(before["content"], after["content"]);
}

#[test]
fn a_file_of_a_theme_that_windows_would_take_for_another_is_refused() {
    let handbook = Handbook::small();
    fs::create_dir_all(handbook.path("themes/handbuch/static")).unwrap();
    fs::write(handbook.path("themes/handbuch/static/Handbuch.css"), "p { color: red }").unwrap();
    let said = handbook.run(&["build"]).expect(1).stderr;
    assert!(said.contains("Fehler[similar-names]") && said.contains("„static/handbuch.css“"), "{said}");
}

#[test]
fn every_member_of_the_file_is_explained() {
    fn names(value: &Value, into: &mut BTreeSet<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            into.insert(name.clone());
            names(value, into);
        }
    }
    let mut all = BTreeSet::new();
    names(&build_json(&Handbook::small().build()), &mut all);
    let guide = read("docs/betrieb.md");
    let lacking: Vec<_> = all.iter().filter(|name| !guide.contains(&format!("`{name}`"))).collect();
    assert_eq!(lacking, [""; 0], "docs/betrieb.md does not explain them");
}

// ----------------------------------------------------------------------------------------------------------- Packages

/// Every command that people see, with those above it: `praxis hook install`.
fn commands() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, above: &[String], into: &mut Vec<Vec<String>>) {
        let path = [above, &[command.get_name().to_owned()]].concat();
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
            collect(inner, &path, into);
        }
        into.push(path);
    }
    let mut all = Vec::new();
    collect(&Cli::command(), &[], &mut all);
    all
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    praxis(["man", folder.path().to_str().unwrap()]).expect(0);
    let expected: BTreeSet<String> = commands().iter().map(|path| format!("{}.1", path.join("-"))).collect();
    let pages = tree(folder.path());
    assert!(expected.len() > 20 && expected.contains("praxis-hook-install.1"), "{expected:?}");
    assert_eq!(pages.keys().cloned().collect::<BTreeSet<_>>(), expected);
    let page = String::from_utf8(pages["praxis-build.1"].clone()).unwrap();
    for part in [".TH praxis-build 1", "Check the handbook and write the site", "\\-\\-watch"] {
        assert!(page.contains(part), "{part}:\n{page}");
    }
    praxis(["man", folder.path().join("missing").to_str().unwrap()]).expect(3);
}

#[test]
fn shells_complete_every_command() {
    let outer: Vec<String> =
        commands().into_iter().filter(|path| path.len() == 2).map(|mut path| path.remove(1)).collect();
    assert!(outer.len() > 10);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = praxis(["completions", shell]).expect(0).stdout;
        let lacking: Vec<_> = outer.iter().filter(|name| !script.contains(name.as_str())).collect();
        assert_eq!(lacking, [""; 0], "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("praxis.bash");
    fs::write(&script, praxis(["completions", "bash"]).expect(0).stdout).unwrap();
    let complete =
        "source \"$1\"; COMP_WORDS=(praxis bu); COMP_CWORD=1; _praxis praxis bu praxis; echo \"${COMPREPLY[*]}\"";
    let bash = Command::new("bash").args(["-c", complete, "bash"]).arg(&script).output().unwrap();
    assert_eq!(String::from_utf8(bash.stdout).unwrap().trim(), "build bundle");
}

// ----------------------------------------------------------------------------------------------------------- Releases

/// A repository that could be released as version 1.2.3.
struct Source {
    folder: tempfile::TempDir,
    repository: Repository,
}

const DAY: &str = "2026-11-22T12:00:00+01:00";

impl Source {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::at(folder.path());
        let source = Source { folder, repository };
        source.write("Cargo.toml", "[package]\nname = \"praxis\"\nversion = \"1.2.3\"\n");
        source.write(
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-22\n\n- Neues\n\n## [1.0.0]\n",
        );
        fs::create_dir(source.folder.path().join(".ci")).unwrap();
        fs::copy(self::repository().join(".ci/release"), source.folder.path().join(".ci/release")).unwrap();
        source.repository.commit(DAY, "Fassung");
        source.repository.git(&["tag", "v1.2.3"]);
        source
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn check(&self, tag: &str) -> Run {
        let mut script = Command::new(self.folder.path().join(".ci/release"));
        script.args(["--check", tag]).stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(script.spawn().unwrap())
    }

    #[track_caller]
    fn expect_refused(&self, tag: &str, why: &str) {
        let run = self.check(tag).expect(1);
        assert!(run.stderr.contains(why), "{}", run.stderr);
        assert!(!self.folder.path().join("target").exists());
    }
}

#[test]
fn only_a_tag_that_fits_everything_becomes_a_release() {
    let source = Source::new();
    assert!(source.check("v1.2.3").expect(0).stdout.contains("v1.2.3 can become a release"));
    source.expect_refused("v9.9.9", "there is no tag v9.9.9");
    source.repository.git(&["tag", "v1.2.4"]);
    source.expect_refused("v1.2.4", "the tag is v1.2.4, but Cargo.toml says 1.2.3");
    source.write("neu.txt", "vergessen");
    source.expect_refused("v1.2.3", "neu.txt");
    source.repository.commit(DAY, "Danach");
    source.expect_refused("v1.2.3", "v1.2.3 is not what is checked out");
    source.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n");
    source.repository.commit(DAY, "Ohne Abschnitt");
    source.repository.git(&["tag", "--force", "v1.2.3"]);
    source.expect_refused("v1.2.3", "the newest section of CHANGELOG.md is 1.0.0, not 1.2.3");
}
