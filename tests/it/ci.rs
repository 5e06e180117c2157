//! `praxis new ci`: the files for forges, and what their steps do when they are run. That a forge understands the files is
//! tested in `tests/browser/ci.test.mjs`, with the parsers of GitLab's and GitHub's own schemas.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::git::{self, Http, Repository};
use crate::support::{Run, copy_tree, praxis, repository, tree};

/// Forges, and where each looks for its file.
const FORGES: [(&str, &str); 3] = [
    ("gitlab", ".gitlab-ci.yml"),
    ("github", ".github/workflows/handbook.yml"),
    ("forgejo", ".forgejo/workflows/handbook.yml"),
];

/// A small handbook with the file of a forge.
fn handbook(forge: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_tree(&repository().join("tests/sites/minimal"), folder.path(), &|_, bytes| bytes);
    praxis(["new", "ci", forge, "--root", folder.path().to_str().unwrap()]).expect(0);
    folder
}

/// The file of a forge as data.
fn parsed(folder: &TempDir, file: &str) -> Value {
    let text = fs::read_to_string(folder.path().join(file)).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn strings(value: &Value) -> Vec<String> {
    let lines = value.as_array().unwrap_or_else(|| panic!("no list: {value}"));
    lines.iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// The commands of a job of GitLab, as its runner puts them together.
fn gitlab_script(file: &Value, job: &str) -> String {
    let job = &file[job];
    assert_eq!(job["extends"], ".praxis");
    [strings(&file[".praxis"]["before_script"]), strings(&job["script"])].concat().join("\n")
}

/// The commands of a job of GitHub or Forgejo that are about the handbook.
fn steps(file: &Value, job: &str) -> Vec<String> {
    let steps = file["jobs"][job]["steps"].as_array().unwrap_or_else(|| panic!("no job {job}"));
    let run = steps.iter().filter_map(|step| step["run"].as_str()).filter(|run| !run.starts_with("apt-get"));
    run.map(str::to_owned).collect()
}

/// Runs the commands of a job as a runner does: with the program where `cargo install` would have put it.
fn run_script(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Run {
    let installed = folder.join(".praxis/bin");
    fs::create_dir_all(&installed).unwrap();
    if !installed.join("praxis").exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_praxis"), installed.join("praxis")).unwrap();
    }
    let output = Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PRAXIS_SOURCE", "https://git.example.org/praxis.git")
        .env("PRAXIS_REVISION", "0123456789012345678901234567890123456789")
        .env("GITHUB_PATH", folder.join("path.txt"))
        .env("HOME", folder)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs the steps of a job one after the other, each in a shell of its own that finds what the ones before have installed.
fn run_steps(folder: &Path, steps: &[String], variables: &[(&str, &str)]) -> Vec<Run> {
    let mut runs = Vec::new();
    for step in steps {
        let installed = fs::read_to_string(folder.join("path.txt")).unwrap_or_default();
        let path = format!("{}:{}", installed.lines().collect::<Vec<_>>().join(":"), std::env::var("PATH").unwrap());
        let run = run_script(folder, step, &[variables, &[("PATH", &path)]].concat());
        let has_failed = run.code != Some(0);
        runs.push(run);
        if has_failed {
            break;
        }
    }
    runs
}

fn break_handbook(folder: &Path) {
    let file = folder.join("content/handbook.yaml");
    fs::write(&file, fs::read_to_string(&file).unwrap() + "unsinn: 1\n").unwrap();
}

#[test]
fn a_file_is_written_once() {
    for (forge, file) in FORGES {
        let folder = handbook(forge);
        let written = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(written.contains("PRAXIS_SOURCE") && written.contains("PRAXIS_REVISION"), "{written}");
        fs::write(folder.path().join(file), "eigenes: 1\n").unwrap();
        let again = praxis(["new", "ci", forge, "--root", folder.path().to_str().unwrap()]).expect(2);
        assert!(again.stderr.contains(&format!("{file} gibt es schon")), "{}", again.stderr);
        assert_eq!(fs::read_to_string(folder.path().join(file)).unwrap(), "eigenes: 1\n");
    }
}

#[test]
fn no_job_works_without_the_version_that_was_chosen() {
    for (forge, file) in FORGES {
        let folder = handbook(forge);
        let data = parsed(&folder, file);
        let script = if forge == "gitlab" { gitlab_script(&data, "check") } else { steps(&data, "check")[0].clone() };
        for unset in ["PRAXIS_SOURCE", "PRAXIS_REVISION"] {
            let run = run_script(folder.path(), &script, &[(unset, "")]).expect(1);
            assert!(run.stdout.contains("PRAXIS_SOURCE und PRAXIS_REVISION sind nicht gesetzt"), "{forge}: {run:?}");
        }
    }
}

#[test]
fn every_job_sees_the_whole_history_and_keeps_the_program() {
    let folder = handbook("gitlab");
    let gitlab = parsed(&folder, FORGES[0].1);
    assert_eq!(gitlab["variables"]["GIT_DEPTH"], "0");
    assert_eq!(gitlab[".praxis"]["cache"]["key"], "praxis-$PRAXIS_REVISION");
    for (forge, file) in &FORGES[1..] {
        let data = parsed(&handbook(forge), file);
        for job in ["check", "publish"] {
            let steps = data["jobs"][job]["steps"].as_array().unwrap();
            let using = |name: &str| {
                let found = steps.iter().find(|step| step["uses"].as_str().is_some_and(|uses| uses.contains(name)));
                found.unwrap_or_else(|| panic!("{forge}: {job} lacks {name}"))
            };
            assert_eq!(using("actions/checkout@")["with"]["fetch-depth"], 0, "{forge}: {job}");
            let key = using("actions/cache@")["with"]["key"].as_str().unwrap().to_owned();
            assert!(key.ends_with("${{ vars.PRAXIS_REVISION }}"), "{forge}: {job}: {key}");
            // What others wrote into a title or the name of a branch must not become a command.
            let commands = steps.iter().filter_map(|step| step["run"].as_str());
            assert!(!commands.collect::<String>().contains("${{"), "{forge}: {job}");
        }
    }
}

#[test]
fn gitlab_checks_shows_and_publishes() {
    let folder = handbook("gitlab");
    let file = parsed(&folder, FORGES[0].1);
    let run = run_script(folder.path(), &gitlab_script(&file, "check"), &[]);
    run.expect(0);
    let report = file["check"]["artifacts"]["reports"]["codequality"].as_str().unwrap();
    let found: Value = serde_json::from_str(&fs::read_to_string(folder.path().join(report)).unwrap()).unwrap();
    assert_eq!(found, serde_json::json!([]));

    run_script(folder.path(), &gitlab_script(&file, "preview"), &[]).expect(0);
    assert_eq!(strings(&file["preview"]["artifacts"]["paths"]), ["vorschau/"]);
    assert!(folder.path().join("vorschau/index.html").is_file());

    let address = [("CI_PAGES_URL", "https://gruppe.pages.example.org/handbuch")];
    run_script(folder.path(), &gitlab_script(&file, "pages"), &address).expect(0);
    assert_eq!(strings(&file["pages"]["artifacts"]["paths"]), ["public"]);
    let sitemap = fs::read_to_string(folder.path().join("public/sitemap.xml")).unwrap();
    assert!(sitemap.contains("<loc>https://gruppe.pages.example.org/handbuch/glossar.html</loc>"), "{sitemap}");
    assert!(tree(&folder.path().join("public/offline")).keys().any(|name| name.ends_with(".zip")));

    break_handbook(folder.path());
    let run = run_script(folder.path(), &gitlab_script(&file, "check"), &[]).expect(1);
    assert!(run.stderr.contains("Fehler[unknown-key]"), "people read the log: {run:?}");
    let found: Value = serde_json::from_str(&fs::read_to_string(folder.path().join(report)).unwrap()).unwrap();
    assert_eq!(found[0]["check_name"], "unknown-key", "{found:#}");
    run_script(folder.path(), &gitlab_script(&file, "pages"), &address).expect(1);
}

#[test]
fn github_checks_shows_and_builds() {
    let folder = handbook("github");
    let file = parsed(&folder, FORGES[1].1);
    let check = steps(&file, "check");
    let runs = run_steps(folder.path(), &check, &[]);
    assert_eq!(runs.len(), 3);
    runs.into_iter().for_each(|run| drop(run.expect(0)));
    let sarif = fs::read_to_string(folder.path().join("praxis.sarif")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&sarif).unwrap()["version"], "2.1.0");
    assert!(folder.path().join("vorschau/index.html").is_file());

    let address = [("BASE_URL", "https://gruppe.example.org/handbuch")];
    run_steps(folder.path(), &steps(&file, "publish"), &address).into_iter().for_each(|run| drop(run.expect(0)));
    assert!(folder.path().join("public/sitemap.xml").is_file());

    break_handbook(folder.path());
    let last = run_steps(folder.path(), &check, &[]).pop().unwrap().expect(1);
    assert!(last.stdout.contains("::error "), "an annotation for the changed line: {last:?}");
    let sarif = fs::read_to_string(folder.path().join("praxis.sarif")).unwrap();
    assert!(sarif.contains("unknown-key"), "{sarif}");
}

#[test]
fn forgejo_checks_and_previews() {
    let folder = handbook("forgejo");
    let file = parsed(&folder, FORGES[2].1);
    let check = steps(&file, "check");
    let runs = run_steps(folder.path(), &check, &[]);
    assert_eq!(runs.len(), 3);
    runs.into_iter().for_each(|run| drop(run.expect(0)));
    assert!(folder.path().join("vorschau/index.html").is_file());

    break_handbook(folder.path());
    let last = run_steps(folder.path(), &check, &[]).pop().unwrap().expect(1);
    assert!(last.stderr.contains("Fehler[unknown-key]"), "{last:?}");
}

#[test]
fn forgejo_publishes_as_a_branch_with_the_credentials_of_the_job() {
    let folder = handbook("forgejo");
    let publish = steps(&parsed(&folder, FORGES[2].1), "publish");
    let work = Repository::at(folder.path());
    fs::write(folder.path().join(".gitignore"), ".praxis\npath.txt\n.gitconfig\n").unwrap();
    work.commit("2026-03-01T10:00:00+01:00", "Anfang");
    let forge = tempfile::tempdir().unwrap();
    let pages = forge.path().join("amt/handbuch.git");
    git::ok(forge.path(), &["init", "--quiet", "--bare", pages.to_str().unwrap()]);
    let server = Http::guarded(forge.path(), "praxis:geheim");
    let variables = |token| {
        [
            ("BASE_URL", "https://handbuch.example.org/".to_owned()),
            ("SERVER", server.url("").trim_end_matches('/').to_owned()),
            ("REPOSITORY", "amt/handbuch".to_owned()),
            ("TOKEN", token),
        ]
    };
    let run = |token: &str| {
        let variables = variables(token.to_owned());
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        run_steps(folder.path(), &publish, &variables).pop().unwrap()
    };
    let refused = run("falsch").expect(3);
    assert!(!refused.stderr.contains("falsch"), "the token is in the log: {refused:?}");
    assert_eq!(git::ok(&pages, &["branch"]), "");
    fs::remove_file(folder.path().join(".gitconfig")).unwrap();

    let said = run("geheim").expect(0).stderr;
    assert!(said.contains("auf dem Zweig pages") && !said.contains("geheim"), "{said}");
    let message = git::ok(&pages, &["log", "--format=%an: %B", "pages"]);
    assert_eq!(
        message,
        format!("praxis: Handbuch aus {} veröffentlicht\n\nQuelle: {}", &work.head()[..12], work.head())
    );
    let files = git::ok(&pages, &["ls-tree", "-r", "--name-only", "pages"]);
    let has = |name: &str| files.lines().any(|file| file == name);
    assert!(has("index.html") && has("feed.xml") && files.lines().any(|file| file.ends_with(".zip")), "{files}");
    let page = git::ok(&pages, &["show", "pages:praxis/netzwerk-beispielkreis.html"]);
    assert!(page.contains("<dt>Zuerst veröffentlicht</dt><dd>1. März 2026</dd>"), "{page}");

    assert!(run("geheim").expect(0).stderr.contains("unverändert"));
}
