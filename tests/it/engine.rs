//! The engine for browsers is the searcher of the command line: same sources, same answers, small enough.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use search_index::{Facet, Query, Results, Searcher, Sort};
use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;
use wasmi::{Engine, Instance, Linker, Memory, Module, Store, TypedFunc};

use crate::support::{praxis, repository};

/// Largest module, packed.
const LARGEST: usize = 400_000;

fn packed_engine() -> Vec<u8> {
    fs::read(repository().join("search-index/engine/engine.wasm.gz")).unwrap()
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Everything that the module was made from, a line each: files with their digests, libraries with their versions, and
/// the digest of the result.
#[test]
fn sources() {
    let list = repository().join("search-index/engine/sources.txt");
    let mut found = String::new();
    for file in source_files() {
        let bytes = fs::read(repository().join(&file)).unwrap();
        writeln!(found, "{} {}", blake3::hash(&bytes).to_hex(), file.display()).unwrap();
    }
    for (name, version) in libraries() {
        writeln!(found, "{name} {version}").unwrap();
    }
    writeln!(found, "{} engine.wasm.gz", blake3::hash(&packed_engine()).to_hex()).unwrap();
    if std::env::var_os("UPDATE_ENGINE_SOURCES").is_some() {
        fs::write(&list, &found).unwrap();
    }
    let built_from = fs::read_to_string(&list).unwrap();
    let difference = similar::TextDiff::from_lines(&built_from, &found).unified_diff().to_string();
    assert!(difference.is_empty(), "the engine is out of date; run search-index/wasm/build\n{difference}");
}

fn source_files() -> Vec<PathBuf> {
    let of_folder = |folder: &str| {
        let files = WalkDir::new(repository().join(folder)).sort_by_file_name().into_iter().map(Result::unwrap);
        let files = files.filter(|entry| entry.file_type().is_file());
        files.map(|entry| entry.path().strip_prefix(repository()).unwrap().to_owned()).collect::<Vec<PathBuf>>()
    };
    let single = ["Cargo.toml", "wasm/Cargo.toml", "wasm/build", "wasm/package-lock.json"];
    let single = single.map(|name| PathBuf::from("search-index").join(name));
    [of_folder("search-index/src"), of_folder("search-index/wasm/src"), single.to_vec()].concat()
}

/// Locked versions of all libraries that the module can contain.
fn libraries() -> BTreeMap<String, String> {
    let read = |name: &str| -> toml::Table { fs::read_to_string(repository().join(name)).unwrap().parse().unwrap() };
    let lock = read("Cargo.lock");
    let packages: Vec<&toml::Value> = lock["package"].as_array().unwrap().iter().collect();
    // `name`, or `name version` where there are several.
    let find = |wanted: &str| {
        let (name, version) = wanted.split_once(' ').map_or((wanted, None), |(name, version)| (name, Some(version)));
        let is_wanted = |package: &&&toml::Value| {
            package["name"].as_str() == Some(name)
                && version.is_none_or(|version| package["version"].as_str() == Some(version))
        };
        *packages.iter().find(is_wanted).unwrap_or_else(|| panic!("{wanted} is not in Cargo.lock"))
    };
    // For our own crates the lock also lists what only tests need.
    let own: BTreeSet<String> = ["search-index/Cargo.toml", "search-index/wasm/Cargo.toml"]
        .into_iter()
        .flat_map(|name| {
            let manifest = read(name);
            let of_targets = manifest.get("target").and_then(toml::Value::as_table).cloned().unwrap_or_default();
            let tables: Vec<toml::Value> =
                of_targets.into_iter().map(|(_, target)| target["dependencies"].clone()).collect();
            let tables = tables.into_iter().chain([manifest["dependencies"].clone()]);
            tables
                .flat_map(|table| table.as_table().unwrap().keys().cloned().collect::<Vec<String>>())
                .collect::<Vec<_>>()
        })
        .collect();
    let mut open: Vec<String> = own.into_iter().filter(|name| name != "search-index").collect();
    let mut found = BTreeMap::new();
    while let Some(wanted) = open.pop() {
        let package = find(&wanted);
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        if found.insert(format!("{name} {version}"), package["checksum"].as_str().unwrap().to_owned()).is_none() {
            let needed = package.get("dependencies").and_then(toml::Value::as_array).cloned().unwrap_or_default();
            open.extend(needed.iter().map(|name| name.as_str().unwrap().to_owned()));
        }
    }
    found
}

#[test]
fn is_small() {
    let packed = packed_engine();
    assert!(packed.len() <= LARGEST, "{} bytes packed, {LARGEST} allowed", packed.len());
}

#[test]
fn needs_nothing_from_the_page() {
    let module = Module::new(&Engine::default(), unpacked(&packed_engine())).unwrap();
    assert_eq!(module.imports().map(|import| import.name()).collect::<Vec<&str>>(), Vec::<&str>::new());
}

/// The module, run by an interpreter.
struct Wasm {
    store: Store<()>,
    memory: Memory,
    instance: Instance,
}

impl Wasm {
    fn new() -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, unpacked(&packed_engine())).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
        let memory = instance.get_memory(&store, "memory").unwrap();
        Wasm { store, memory, instance }
    }

    fn call(&mut self, name: &str, input: &[u8]) -> String {
        let allocate: TypedFunc<u32, u32> = self.instance.get_typed_func(&self.store, "allocate").unwrap();
        let function: TypedFunc<(u32, u32), u32> = self.instance.get_typed_func(&self.store, name).unwrap();
        let release: TypedFunc<u32, ()> = self.instance.get_typed_func(&self.store, "release").unwrap();
        let length = u32::try_from(input.len()).unwrap();
        let address = allocate.call(&mut self.store, length).unwrap();
        self.memory.write(&mut self.store, address as usize, input).unwrap();
        let answer = function.call(&mut self.store, (address, length)).unwrap();
        let mut prefix = [0; 4];
        self.memory.read(&self.store, answer as usize, &mut prefix).unwrap();
        let mut text = vec![0; u32::from_le_bytes(prefix) as usize];
        self.memory.read(&self.store, answer as usize + prefix.len(), &mut text).unwrap();
        release.call(&mut self.store, answer).unwrap();
        String::from_utf8(text).unwrap()
    }
}

/// The index of this repository's handbook, and the texts that belong to it.
fn archives() -> (Vec<u8>, Vec<u8>) {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("public");
    praxis(["build", "--root", repository().to_str().unwrap(), "--out", out.to_str().unwrap()]).expect(0);
    let read = |name: &str| unpacked(&fs::read(out.join("suche").join(name)).unwrap());
    (read("index.gz"), read("texts.gz"))
}

fn queries() -> Vec<Query> {
    let table = fs::read_to_string(repository().join("tests/eval/queries.tsv")).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next());
    let hostile = ["", " ", "\"", "„“", "***", "🙂", "<img src=x onerror=alert(1)>", "\u{0}", "a\u{300}\u{300}"];
    let long = ["ä".repeat(10_000), "wort ".repeat(300)];
    let texts = rows.map(str::to_owned).chain(hostile.map(str::to_owned)).chain(long);
    let plain = texts.map(|text| Query { text, limit: 20, completions: 8, explain: true, ..Query::default() });
    let filters = |pairs: &[(Facet, &[&str])]| -> BTreeMap<Facet, BTreeSet<String>> {
        let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        pairs.iter().map(|(facet, chosen)| (*facet, values(chosen))).collect()
    };
    let chosen = [
        filters(&[(Facet::State, &["bayern"])]),
        filters(&[(Facet::State, &["bayern", "sachsen"]), (Facet::Form, &["ge"])]),
        filters(&[(Facet::Topic, &["no-such-topic"])]),
    ];
    let filtered = chosen.into_iter().flat_map(|filters| {
        [("", Sort::Title), ("Beratung", Sort::Newest), ("Netzwerk", Sort::Relevance)].map(|(text, sort)| Query {
            text: text.to_owned(),
            filters: filters.clone(),
            sort,
            offset: 1,
            limit: 5,
            ..Query::default()
        })
    });
    plain.chain(filtered).collect()
}

#[test]
fn answers_like_the_command_line() {
    let (index, texts) = archives();
    let mut native = Searcher::open(index.clone()).unwrap();
    native.add_texts(texts.clone()).unwrap();
    let mut wasm = Wasm::new();
    let opened = format!("{{\"cases\":{}}}", native.len());
    assert_eq!(wasm.call("open", &index), opened);
    assert_eq!(wasm.call("add_texts", &texts), opened);
    let mut hits = 0;
    for query in queries() {
        let expected = native.search(&query);
        let answer = wasm.call("search", &serde_json::to_vec(&query).unwrap());
        let answer: Results = serde_json::from_str(&answer).unwrap();
        hits += answer.hits.len();
        assert_eq!(answer, expected, "{}", query.text);
    }
    assert!(hits > 100, "only {hits} hits were compared");
}

#[test]
fn says_what_is_wrong_with_an_index() {
    let (archive, texts) = archives();
    let mut wasm = Wasm::new();
    let mut check = |bytes: &[u8], expected: &str| {
        let answer: Value = serde_json::from_str(&wasm.call("open", bytes)).unwrap();
        assert_eq!(answer["error"], expected);
        assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()));
    };
    check(b"<!doctype html>", "foreign");
    check(&archive[..archive.len() - 1], "truncated");
    let with = |at: usize, byte: u8| {
        let mut bytes = archive.clone();
        bytes[at] = byte;
        bytes
    };
    check(&with(archive.len() / 2, archive[archive.len() / 2] ^ 1), "corrupt");
    check(&with(8, u8::MAX), "newer");
    check(&with(8, 0), "older");
    let answer: Value = serde_json::from_str(&wasm.call("search", b"{}")).unwrap();
    assert_eq!(answer["error"], "closed");
    wasm.call("open", &archive);
    let answer: Value = serde_json::from_str(&wasm.call("add_texts", &texts[..texts.len() - 1])).unwrap();
    assert_eq!(answer["error"], "truncated");
    let answer: Value = serde_json::from_str(&wasm.call("add_texts", &archive)).unwrap();
    assert_eq!(answer["error"], "unusable");
    let answer: Value = serde_json::from_str(&wasm.call("search", b"{\"limit\": -1}")).unwrap();
    assert_eq!(answer["error"], "query");
}
