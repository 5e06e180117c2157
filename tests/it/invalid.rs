//! Every message on show: `tests/sites/invalid/<code>/` holds the files in which a broken handbook differs from the clean
//! one in `tests/sites/minimal/`, and `expected.txt`, the report on it. `remove.txt` lists files that the broken handbook
//! lacks. Further handbooks for the same code are named `<code>.<what>`. What git or a file system cannot hold is made by
//! [`make`].
//!
//! `UPDATE_EXPECTED=1 cargo test --test it invalid` writes the reports anew; read them before they are committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use praxis::diagnostic::Code;
use rayon::prelude::*;
use tempfile::TempDir;

use crate::git::Repository;

/// File with the report.
const EXPECTED: &str = "expected.txt";

/// File that lists what is missing.
const REMOVE: &str = "remove.txt";

/// Day for which reviews and deadlines are judged.
const TODAY: &str = "2026-11-22";

/// Handbooks that [`make`] breaks.
const MADE: &[&str] = &[
    "file-too-large",
    "history-unavailable",
    "history-unavailable.refused",
    "schema-stale",
    #[cfg(unix)]
    "invalid-name.bytes",
    #[cfg(unix)]
    "similar-names",
    #[cfg(unix)]
    "special-file",
    #[cfg(unix)]
    "symlink-outside",
    #[cfg(unix)]
    "unreadable-file",
];

/// Codes for which no handbook is to blame.
const MACHINE: [Code; 2] = [Code::OfflineEditionFailed, Code::SearchIndexFailed];

#[test]
fn the_smallest_handbook_is_clean() {
    let handbook = copy_of_minimal();
    let output = check(handbook.path(), praxis(), &[]);
    assert_eq!(report(&output), "2 Beispiele geprüft: keine Beanstandungen\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn every_message_is_as_expected() {
    let wrong: Vec<String> = names().into_par_iter().filter_map(|name| check_report(&name).err()).collect();
    assert!(wrong.is_empty(), "UPDATE_EXPECTED=1 writes the reports anew\n\n{}", wrong.join("\n"));
}

fn check_report(name: &str) -> Result<(), String> {
    let handbook = broken(name);
    // Pages are looked at only on request.
    let more: &[&str] = if code_of(name) == Code::InaccessiblePage { &["--accessibility"] } else { &[] };
    let output = check(handbook.path(), program_for(name, handbook.path()), more);
    let (found, file) = (report(&output), sites().join("invalid").join(name).join(EXPECTED));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    let is_error = found.lines().any(|line| line.starts_with("Fehler["));
    if found != expected {
        let difference = similar::TextDiff::from_lines(&expected, &found).unified_diff().to_string();
        return Err(format!("{name}: another report\n{difference}"));
    }
    if !found.contains(&format!("[{}]", code_of(name).as_str())) {
        return Err(format!("{name}: the report does not name the code\n{found}"));
    }
    // A second message would send editors looking for a second mistake.
    if found.lines().filter(|line| line.trim_start().starts_with("--> ")).count() != 1 {
        return Err(format!("{name}: more than one message\n{found}"));
    }
    if output.status.code() != Some(i32::from(is_error)) {
        return Err(format!("{name}: exit code {:?}", output.status.code()));
    }
    Ok(())
}

#[test]
fn every_code_is_shown_once() {
    let mut shown: BTreeSet<&str> = names().iter().map(|name| code_of(name).as_str()).collect();
    shown.extend(MACHINE.map(Code::as_str));
    let all: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(shown, all);
}

fn sites() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")
}

/// Every broken handbook.
fn names() -> BTreeSet<String> {
    let folders = fs::read_dir(sites().join("invalid")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    folders.chain(MADE.iter().map(|name| (*name).to_owned())).collect()
}

fn code_of(name: &str) -> Code {
    let word = name.split('.').next().unwrap_or_default();
    let found = Code::ALL.iter().find(|code| code.as_str() == word);
    *found.unwrap_or_else(|| panic!("tests/sites/invalid/{name}: no code has this name"))
}

fn praxis() -> Command {
    Command::new(env!("CARGO_BIN_EXE_praxis"))
}

/// Runs `praxis check` inside the handbook, so that no path of this machine gets into the report.
fn check(root: &Path, mut program: Command, more: &[&str]) -> Output {
    program
        .current_dir(root)
        .env("NO_COLOR", "1")
        .args(["check", "--verbose", "--today", TODAY])
        .args(more)
        .output()
        .unwrap()
}

fn report(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn copy_of_minimal() -> TempDir {
    let handbook = tempfile::tempdir().unwrap();
    copy(&sites().join("minimal"), handbook.path());
    handbook
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The clean handbook, broken in one way.
fn broken(name: &str) -> TempDir {
    let handbook = copy_of_minimal();
    let changes = sites().join("invalid").join(name);
    if changes.exists() {
        copy(&changes, handbook.path());
        let _ = fs::remove_file(handbook.path().join(EXPECTED));
    }
    if let Ok(list) = fs::read_to_string(changes.join(REMOVE)) {
        fs::remove_file(handbook.path().join(REMOVE)).unwrap();
        list.lines().for_each(|file| fs::remove_file(handbook.path().join(file)).unwrap());
    }
    if MADE.contains(&name) {
        make(name, handbook.path());
    }
    handbook
}

/// Breaks a handbook in a way that files in git cannot show.
fn make(name: &str, root: &Path) {
    let case = root.join("content/cases/netzwerk-beispielkreis");
    let append = |words: &str| {
        let text = fs::read_to_string(case.join("case.md")).unwrap();
        fs::write(case.join("case.md"), format!("{text}\n{words}\n")).unwrap();
    };
    match name {
        "file-too-large" => append(&"Noch ein Satz. ".repeat(300_000)),
        "history-unavailable" | "history-unavailable.refused" => {
            let git = Repository::at(root);
            git.commit("2026-11-01T12:00:00+01:00", "Anfang");
            if name == "history-unavailable" {
                fs::write(root.join(".git/shallow"), git.head()).unwrap();
            }
        }
        "schema-stale" => {
            let written = praxis().current_dir(root).arg("schema").output().unwrap();
            assert!(written.status.success(), "{}", report(&written));
            let schema = root.join("content/schema/case.schema.json");
            let text = fs::read_to_string(&schema).unwrap();
            fs::write(schema, text.replace("vermittlung", "beratung")).unwrap();
        }
        #[cfg(unix)]
        "invalid-name.bytes" => {
            use std::os::unix::ffi::OsStrExt;
            let name = std::ffi::OsStr::from_bytes(b"b\xfcro.md");
            fs::write(root.join("content/topics").join(name), "").unwrap();
        }
        #[cfg(unix)]
        "similar-names" => {
            let case = root.join("content/cases/job-messe-musterstadt");
            fs::copy(case.join("messe.svg"), case.join("Messe.svg")).unwrap();
            let text = fs::read_to_string(case.join("case.md")).unwrap();
            fs::write(case.join("case.md"), format!("{text}\n![Noch einmal die Tische](Messe.svg)\n")).unwrap();
        }
        #[cfg(unix)]
        "special-file" => drop(std::os::unix::net::UnixListener::bind(case.join("plan.pdf")).unwrap()),
        #[cfg(unix)]
        "symlink-outside" => std::os::unix::fs::symlink("/etc/hostname", case.join("plan.txt")).unwrap(),
        #[cfg(unix)]
        "unreadable-file" => forbid(&case.join("case.md")),
        other => panic!("{other} is not made"),
    }
}

/// The program, run so that it may not read everything: the administrator, as whom tests run in containers, may.
#[cfg(unix)]
fn program_for(name: &str, root: &Path) -> Command {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    if name == "history-unavailable.refused" {
        return of_another_user();
    }
    const NOBODY: u32 = 65534;
    let may_read_all = fs::read(root.join("content/cases/netzwerk-beispielkreis/case.md")).is_ok();
    if name != "unreadable-file" || !may_read_all {
        return praxis();
    }
    let program = root.join("praxis");
    fs::copy(env!("CARGO_BIN_EXE_praxis"), &program).unwrap();
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(program);
    command.uid(NOBODY).gid(NOBODY);
    command
}

#[cfg(not(unix))]
fn program_for(name: &str, _: &Path) -> Command {
    if name == "history-unavailable.refused" { of_another_user() } else { praxis() }
}

/// The program, for whose git every repository belongs to somebody else: a switch that git has for its own tests.
fn of_another_user() -> Command {
    let mut command = praxis();
    command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

#[cfg(unix)]
fn forbid(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o000)).unwrap();
}
