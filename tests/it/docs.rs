//! The documents say what the program is: every message and every key is explained, the layout and the dependencies are
//! those that exist, and modules use each other as `docs/architecture.md` allows.

// Tests read the repository itself, and a helper that fails ends its test.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use praxis::diagnostic::{Code, Severity};
use praxis::model::{
    CaseData, Dimensions, Factors, Glossary, Handbook, Literature, PageData, Regions, Synonyms, TopicData, Vocabulary,
};
use praxis::parse::validation_schema;

/// Which modules a module may use; the same table as in `docs/architecture.md`, „Who may use whom“.
const MAY_USE: &[(&str, &[&str])] = &[
    ("diagnostic", &["model"]),
    ("model", &["hashed"]),
    ("markdown", &["model"]),
    ("git", &[]),
    ("cache", &["diagnostic", "hashed", "model", "output"]),
    ("hashed", &[]),
    ("memory", &["hashed"]),
    ("history", &["diagnostic", "git"]),
    ("lock", &[]),
    ("origin", &["git", "source"]),
    ("hook", &["git", "output"]),
    ("paths", &[]),
    ("checkout", &["diagnostic", "git", "output", "paths"]),
    ("source", &["diagnostic", "hashed", "memory", "model"]),
    ("watch", &["source"]),
    ("parse", &["diagnostic", "hashed", "memory", "model", "source"]),
    ("site", &["hashed", "history", "model", "parse"]),
    ("plan", &["diagnostic", "model", "parse", "site"]),
    ("checks", &["diagnostic", "hashed", "markdown", "memory", "model", "site", "source"]),
    ("schema", &["diagnostic", "model", "parse", "site", "source"]),
    ("theme", &["diagnostic", "hashed", "model"]),
    ("render", &["diagnostic", "hashed", "history", "markdown", "memory", "model", "site", "theme"]),
    ("output", &["diagnostic", "lock", "render", "source"]),
    ("release", &["diagnostic", "lock", "origin", "output", "render", "source"]),
    ("branch", &["git", "output"]),
    ("bundle", &["diagnostic", "model", "render"]),
    ("verify", &["bundle", "diagnostic", "paths"]),
    ("report", &["diagnostic", "model"]),
    (
        "pipeline",
        &[
            "checks",
            "diagnostic",
            "git",
            "hashed",
            "history",
            "memory",
            "model",
            "parse",
            "render",
            "site",
            "source",
            "theme",
        ],
    ),
    ("preview", &["diagnostic", "model", "pipeline", "render"]),
    ("cli", &["model", "report"]),
    (
        "commands",
        &[
            "branch",
            "bundle",
            "cache",
            "checkout",
            "cli",
            "diagnostic",
            "history",
            "hook",
            "lock",
            "memory",
            "model",
            "origin",
            "output",
            "pipeline",
            "plan",
            "preview",
            "release",
            "render",
            "report",
            "schema",
            "site",
            "source",
            "verify",
            "watch",
        ],
    ),
];

/// Files that start the program and name every module.
const ROOTS: [&str; 2] = ["lib", "main"];

/// The schema of a type, with two spaces a level.
macro_rules! pretty_schema {
    ($type:ty) => {
        format!("{:#}", validation_schema::<$type>().to_value())
    };
}

#[test]
fn every_code_is_explained_to_editors() {
    let guide = read("docs/redaktion.md");
    let explained = sections(&guide, "#### `");
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_same("sections „#### `code`“ of docs/redaktion.md", &explained.keys().copied().collect(), &codes);
    for code in Code::ALL {
        let word = match code.severity() {
            Severity::Error => "Fehler",
            Severity::Warning => "Warnung",
            Severity::Note => "Hinweis",
        };
        let text = explained[code.as_str()];
        assert!(text.starts_with(word), "docs/redaktion.md: `{}` must start with „{word}“: {text}", code.as_str());
        assert!(text.contains("**Was tun:**"), "docs/redaktion.md: `{}` does not say what to do", code.as_str());
    }
}

#[test]
fn every_key_and_every_choice_is_explained_to_editors() {
    let guide = read("docs/redaktion.md");
    let schemas = [
        ("handbook.yaml", pretty_schema!(Handbook)),
        ("case.yaml", pretty_schema!(CaseData)),
        ("topics", pretty_schema!(TopicData)),
        ("pages", pretty_schema!(PageData)),
        ("target-groups.yaml, formats.yaml, partners.yaml", pretty_schema!(Vocabulary)),
        ("dimensions.yaml", pretty_schema!(Dimensions)),
        ("factors.yaml", pretty_schema!(Factors)),
        ("regions.yaml", pretty_schema!(Regions)),
        ("glossary.yaml", pretty_schema!(Glossary)),
        ("literature.yaml", pretty_schema!(Literature)),
        ("synonyms.yaml", pretty_schema!(Synonyms)),
    ];
    let mut missing = Vec::new();
    for (file, schema) in &schemas {
        let (keys, choices) = (property_names(schema), constants(schema));
        assert!(!keys.is_empty(), "{file}: no key found in its schema");
        let words = keys.into_iter().chain(choices);
        missing
            .extend(words.filter(|word| !guide.contains(&format!("`{word}`"))).map(|word| format!("{file}: {word}")));
    }
    assert!(missing.is_empty(), "docs/redaktion.md does not explain (as `word`): {missing:#?}");
}

#[test]
fn the_layout_is_the_one_that_exists() {
    let architecture = read("docs/architecture.md");
    let block = between(&architecture, "```\nsrc/\n", "\n```");
    let listed: BTreeSet<&str> = block
        .lines()
        .take_while(|line| line.starts_with(' '))
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let found: BTreeSet<String> = entries("src");
    assert_same("src/ in the layout of docs/architecture.md", &listed, &found.iter().map(String::as_str).collect());
}

#[test]
fn every_module_has_its_row() {
    let library = read("src/lib.rs");
    let modules: BTreeSet<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let rows: BTreeSet<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    assert_same("modules with a row in „Who may use whom“", &rows, &modules);
    let architecture = read("docs/architecture.md");
    let section = between(&architecture, "## Who may use whom\n", "\n## ");
    let documented: BTreeMap<&str, BTreeSet<&str>> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|row| {
            let mut cells = row.split('|').skip(1);
            let module = code_spans(cells.next().unwrap_or_default()).into_iter().next().unwrap_or_default();
            (module, code_spans(cells.next().unwrap_or_default()).into_iter().collect())
        })
        .collect();
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        MAY_USE.iter().map(|(module, others)| (*module, others.iter().copied().collect())).collect();
    assert_eq!(documented, allowed, "the table of docs/architecture.md and the one of this test differ");
}

#[test]
fn modules_use_only_what_their_row_allows() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in rust_files(&root().join("src")) {
        let path = file.strip_prefix(root().join("src")).unwrap().to_owned();
        let module = path.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        if ROOTS.contains(&&*module) {
            continue;
        }
        let row = allowed.get(&*module).copied().unwrap_or_default();
        for other in used_modules(&fs::read_to_string(&file).unwrap(), ways_to_the_root(&path)) {
            if other != module && !row.contains(&other.as_str()) {
                wrong.push(format!("src/{}: {module} must not use {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}\nsee „Who may use whom“ in docs/architecture.md");
}

#[test]
fn every_dependency_has_its_reason() {
    let readme = read("README.md");
    let section = between(&readme, "## Dependencies\n", "\n## ");
    let rows: BTreeSet<&str> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| code_spans(line).into_iter().next())
        .collect();
    let manifest = read("Cargo.toml");
    assert_same("table of dependencies in README.md", &rows, &dependencies(&manifest));
    let mentioned: BTreeSet<&str> = code_spans(section).into_iter().collect();
    let engine = read("search-index/Cargo.toml");
    let lacking: Vec<&str> = dependencies(&engine).into_iter().filter(|name| !mentioned.contains(name)).collect();
    assert!(lacking.is_empty(), "README.md does not name these dependencies of search-index: {lacking:?}");
}

#[test]
fn every_template_is_in_the_guide_for_themes() {
    let guide = read("docs/theme.md");
    let named: BTreeSet<&str> = code_spans(&guide).into_iter().collect();
    let templates = entries("themes/handbuch/templates");
    let lacking: Vec<&String> = templates.iter().filter(|name| !named.contains(name.as_str())).collect();
    assert!(lacking.is_empty(), "docs/theme.md does not name: {lacking:?}");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let documents = [
        "README.md",
        "CHANGELOG.md",
        "docs/architecture.md",
        "docs/betrieb.md",
        "docs/redaktion.md",
        "docs/plan.md",
        "docs/release.md",
        "docs/scale.md",
        "docs/security.md",
        "docs/server.md",
        "docs/theme.md",
        "docs/LICENSE-CONTENT.md",
    ];
    let mut broken = Vec::new();
    for document in documents {
        let text = without_code(&read(document));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
            let folder = Path::new(document).parent().unwrap();
            let goal = if path.is_empty() { PathBuf::from(document) } else { folder.join(path) };
            let exists = root().join(&goal).exists();
            let has_anchor =
                anchor.is_none_or(|anchor| exists && anchors(&read(&goal.to_string_lossy())).contains(anchor));
            if !exists || !has_anchor {
                broken.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
}

// -----------------------------------------------------------------------------------------------------------------

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names in a folder, folders with `/`, hidden ones left out.
fn entries(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let slash = if entry.path().is_dir() { "/" } else { "" };
            format!("{}{slash}", entry.file_name().to_string_lossy())
        })
        .filter(|name| !name.starts_with('.'))
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[track_caller]
fn assert_same(what: &str, documented: &BTreeSet<&str>, real: &BTreeSet<&str>) {
    let missing: Vec<_> = real.difference(documented).collect();
    let too_many: Vec<_> = documented.difference(real).collect();
    assert!(missing.is_empty() && too_many.is_empty(), "{what}: missing {missing:?}, not there any more {too_many:?}");
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start:?}"));
    rest.split_once(end).map_or(rest, |(inside, _)| inside)
}

/// Text below each heading that starts so, by what stands between the marks.
fn sections<'t>(text: &'t str, start: &str) -> BTreeMap<&'t str, &'t str> {
    let start = format!("\n{start}");
    let found = text.split(&start).skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once('`')?;
        Some((name, rest.split("\n#").next().unwrap_or_default().trim()))
    });
    found.collect()
}

/// What stands between single backticks.
fn code_spans(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// Markdown without its code, so that examples of links are not taken for links.
fn without_code(text: &str) -> String {
    let mut fenced = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // A span that a link's text consists of leaves its brackets, so the target is still seen.
            kept.extend(line.split('`').step_by(2));
            kept.push('\n');
        }
    }
    kept
}

/// Anchors of the headings, as the usual forges make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |heading: &str| -> String {
        let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    };
    headings.map(anchor).collect()
}

/// Names of the dependencies of a manifest, of every kind and for every target.
fn dependencies(manifest: &str) -> BTreeSet<&str> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.trim_end_matches(']').ends_with("dependencies");
        } else if inside && !line.starts_with('#') {
            names.extend(line.split(['=', '.']).next().map(str::trim).filter(|name| !name.is_empty()));
        }
    }
    names
}

/// Keys of every object in a schema, written with two spaces a level.
fn property_names(schema: &str) -> BTreeSet<String> {
    let mut open: Vec<usize> = Vec::new();
    let mut names = BTreeSet::new();
    for line in schema.lines() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        while open.last().is_some_and(|outer| indent <= *outer) {
            open.pop();
        }
        if open.last().is_some_and(|outer| indent == outer + 2) {
            names.extend(text.strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned));
        }
        if text == "\"properties\": {" {
            open.push(indent);
        }
    }
    names
}

/// Words among which an editor chooses.
fn constants(schema: &str) -> BTreeSet<String> {
    let values = schema.lines().filter_map(|line| line.trim().strip_prefix("\"const\": \""));
    values.map(|rest| rest.trim_end_matches([',', '"']).to_owned()).collect()
}

/// How a file can write the way to the root of the crate.
fn ways_to_the_root(path: &Path) -> &'static [&'static str] {
    let depth = path.iter().count();
    if depth == 1 || path.ends_with("mod.rs") { &["crate::", "super::"] } else { &["crate::", "super::super::"] }
}

/// Modules of the crate that a file names, its tests and comments left out.
fn used_modules(text: &str, ways: &[&str]) -> BTreeSet<String> {
    let code: Vec<&str> = text
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let is_part_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | ':');
    let mut used = BTreeSet::new();
    for way in ways {
        for (index, _) in code.match_indices(way) {
            if code[..index].chars().next_back().is_some_and(is_part_of_name) {
                continue;
            }
            let rest = &code[index + way.len()..];
            match rest.strip_prefix('{') {
                Some(group) => used.extend(names_of_group(group)),
                None => drop(used.insert(first_name(rest))),
            }
        }
    }
    // A macro or a type is no module, and `super::super` is a way, not a name.
    used.retain(|name| {
        !name.is_empty() && name != "super" && name.chars().all(|letter| letter.is_lowercase() || letter == '_')
    });
    used
}

fn first_name(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

/// First names of the entries of `{a, b::{c, d}}`, the opening brace left out.
fn names_of_group(group: &str) -> Vec<String> {
    let mut depth = 1_usize;
    let mut names = vec![String::new()];
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => names.push(String::new()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if let Some(name) = names.last_mut().filter(|_| depth == 1 && letter != ',') {
            name.push(letter);
        }
    }
    names.iter().map(|name| first_name(name.trim())).collect()
}
