//! `praxis bundle`, `praxis build --bundle` and `praxis verify`, as processes; what they pack, as other programs unpack it.

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::git;
use crate::support::{Handbook, Run, Tree, assert_same, copy_tree, praxis, repository, tree};

const DAY: &str = "2026-11-22";

/// A small handbook that a test may change.
fn small() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_tree(&repository().join("tests/sites/minimal"), folder.path(), &|_, bytes| bytes);
    folder
}

fn run_in(root: &Path, arguments: &[&str]) -> Run {
    let root = root.to_str().unwrap();
    praxis(arguments.iter().copied().chain(["--root", root, "--today", DAY]))
}

/// Packs a handbook; returns the zip.
#[track_caller]
fn pack(root: &Path) -> PathBuf {
    run_in(root, &["bundle"]).expect(0);
    let names = tree(&root.join("offline")).into_keys();
    let zips: Vec<String> = names.filter(|name| name.ends_with(".zip")).collect();
    assert_eq!(zips.len(), 1, "{zips:?}");
    root.join("offline").join(&zips[0])
}

/// The one folder in a folder.
fn only_folder(folder: &Path) -> PathBuf {
    let entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries[0].clone()
}

#[track_caller]
fn run_program(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; tests/run installs it"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn twice_the_same_wherever_the_handbook_lies() {
    let (here, there) = (Handbook::copy(), Handbook::copy());
    let (first, second) = (pack(here.root()), pack(there.root()));
    assert_eq!(first.file_name(), second.file_name());
    let bytes = fs::read(&first).unwrap();
    assert!(bytes == fs::read(&second).unwrap(), "two zips of the same texts differ");
    assert!(bytes == fs::read(pack(here.root())).unwrap(), "packing again changes the zip");
    let sums = fs::read_to_string(first.with_extension("zip.sha256")).unwrap();
    let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(sums, format!("{digest}  gute-praxis-{DAY}.zip\n"));
    let left: Vec<String> = tree(&here.path("offline")).into_keys().collect();
    assert_eq!(left, [format!("gute-praxis-{DAY}.zip"), format!("gute-praxis-{DAY}.zip.sha256")]);
}

#[test]
fn every_program_unpacks_the_same_files() {
    let handbook = Handbook::copy();
    let zip = pack(handbook.root());
    let zip = zip.to_str().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let python = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    let ways: [(&str, &[&str]); 3] = [
        ("unzip", &["-q", zip, "-d", "unzip"]),
        ("python3", &["-c", python, zip, "python3"]),
        ("7zz", &["x", "-bd", "-o7zz", zip]),
    ];
    let mut unpacked: Vec<Tree> = Vec::new();
    for (program, arguments) in ways {
        run_program(program, arguments, scratch.path());
        let folder = only_folder(&scratch.path().join(program));
        assert_eq!(folder.file_name().unwrap().to_str().unwrap(), format!("gute-praxis-{DAY}"));
        run_program("sha256sum", &["--check", "--quiet", "--strict", "SHA256SUMS"], &folder);
        praxis(["verify", folder.to_str().unwrap()]).expect(0);
        unpacked.push(tree(&folder));
    }
    assert_same(&unpacked[0], &unpacked[1]);
    assert_same(&unpacked[0], &unpacked[2]);

    // All of the site is in it, and nothing else but the list and the readme.
    handbook.run(&["build", "--quiet", "--today", DAY]).expect(0);
    let mut site = tree(&handbook.public());
    let mut edition = unpacked.remove(0);
    site.remove(".praxis-files");
    let (online, offline) = (site.remove("offline.html").unwrap(), edition.remove("offline.html").unwrap());
    assert_ne!(online, offline);
    let readme = edition.remove("LIESMICH.txt").unwrap();
    assert!(edition.remove("SHA256SUMS").is_some());
    assert_same(&site, &edition);
    check_readme(&readme);
}

/// The oldest editor of Windows has to show it as it is meant.
#[track_caller]
fn check_readme(readme: &[u8]) {
    let text = std::str::from_utf8(readme).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n'])), "line ends of Windows only");
    for wanted in ["22. November 2026", "index.html", "Zulassen", "certutil", "shasum", "sha256sum", "SHA256SUMS"] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(!text.contains(['{', '}']), "{text}");
}

#[test]
fn entries_are_as_plain_as_the_oldest_unpackers_want_them() {
    let folder = small();
    let zip = pack(folder.path());
    let listing = "import sys, zipfile\n\
        z = zipfile.ZipFile(sys.argv[1])\n\
        print({(i.create_system, i.create_version, i.extract_version, i.flag_bits, i.compress_type, oct(i.external_attr >> 16), i.extra, i.comment, i.date_time) for i in z.infolist()})";
    let found = run_program("python3", &["-c", listing, zip.to_str().unwrap()], folder.path());
    assert_eq!(found.trim(), "{(3, 20, 20, 0, 8, '0o100644', b'', b'', (2026, 11, 22, 0, 0, 0))}");
}

#[test]
fn the_name_says_which_state_of_the_texts_it_is() {
    let folder = small();
    let name = |folder: &TempDir| {
        let zip = pack(folder.path());
        fs::remove_dir_all(folder.path().join("offline")).unwrap();
        zip.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let bare = name(&folder);
    let stem = bare.strip_suffix(&format!("-{DAY}.zip")).unwrap();

    // A repository that knows nothing of the texts says nothing about them.
    git::ok(folder.path(), &["init", "--quiet"]);
    git::ok(folder.path(), &["commit", "--quiet", "--allow-empty", "--message=leer"]);
    assert_eq!(name(&folder), bare);

    git::ok(folder.path(), &["add", "content"]);
    git::ok(folder.path(), &["commit", "--quiet", "--message=Texte"]);
    let commit = git::ok(folder.path(), &["rev-parse", "HEAD"])[..7].to_owned();
    assert_eq!(name(&folder), format!("{stem}-{DAY}-{commit}.zip"));

    fs::write(folder.path().join("content/pages/neu.md"), "---\ntitle: Neu\n---\n").unwrap();
    fs::remove_file(folder.path().join("content/pages/neu.md")).unwrap();
    assert_eq!(name(&folder), format!("{stem}-{DAY}-{commit}.zip"));
    let handbook = folder.path().join("content/handbook.yaml");
    fs::write(&handbook, fs::read_to_string(&handbook).unwrap() + "# geändert\n").unwrap();
    assert_eq!(name(&folder), format!("{stem}-{DAY}-{commit}-geaendert.zip"));
}

#[test]
fn a_handbook_with_errors_is_not_packed() {
    let folder = small();
    pack(folder.path());
    let before = tree(&folder.path().join("offline"));
    let handbook = folder.path().join("content/handbook.yaml");
    fs::write(&handbook, fs::read_to_string(&handbook).unwrap() + "unsinn: 1\n").unwrap();
    let run = run_in(folder.path(), &["bundle"]).expect(1);
    assert!(
        run.stderr.contains("Fehler[unknown-key]") && run.stderr.contains("nicht gepackt: 1 Fehler"),
        "{}",
        run.stderr
    );
    assert_same(&before, &tree(&folder.path().join("offline")));
}

#[test]
fn a_page_that_fails_leaves_the_old_zip() {
    let folder = small();
    pack(folder.path());
    let before = tree(&folder.path().join("offline"));
    let template = folder.path().join("themes/handbuch/templates/glossary.html");
    fs::create_dir_all(template.parent().unwrap()).unwrap();
    fs::write(&template, "{{ gibt.es.nicht }}").unwrap();
    let run = run_in(folder.path(), &["bundle"]).expect(1);
    assert!(run.stderr.contains("template-error"), "{}", run.stderr);
    assert_same(&before, &tree(&folder.path().join("offline")));
}

#[test]
fn names_that_windows_refuses_are_not_packed() {
    let folder = small();
    let statics = folder.path().join("themes/handbuch/static");
    fs::create_dir_all(&statics).unwrap();
    fs::write(statics.join("nul.svg"), "<svg/>").unwrap();
    fs::write(statics.join(format!("{}.svg", "lang".repeat(30))), "<svg/>").unwrap();
    for arguments in [&["bundle"][..], &["build", "--bundle"]] {
        let run = run_in(folder.path(), arguments).expect(1);
        assert!(
            run.stderr.contains("„assets/nul.svg“ enthält einen Namen, den Windows sich vorbehält"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("zu lang"), "{}", run.stderr);
        let run = run_in(folder.path(), &[arguments, &["--lang", "en"]].concat()).expect(1);
        assert!(run.stderr.contains("that Windows reserves for itself"), "{}", run.stderr);
    }
    assert!(!folder.path().join("offline").exists() && !folder.path().join("public").exists());
    run_in(folder.path(), &["build"]).expect(0);
}

#[test]
fn a_site_can_offer_its_own_edition() {
    let folder = small();
    let packed = pack(folder.path());
    run_in(folder.path(), &["build", "--bundle"]).expect(0);
    let site = tree(&folder.path().join("public"));
    let name = packed.file_name().unwrap().to_str().unwrap();
    assert!(site[&format!("offline/{name}")] == fs::read(&packed).unwrap(), "another zip than that of `bundle`");
    assert_eq!(site[&format!("offline/{name}.sha256")], fs::read(packed.with_extension("zip.sha256")).unwrap());
    let page = String::from_utf8(site["offline.html"].clone()).unwrap();
    let sums = String::from_utf8(site[&format!("offline/{name}.sha256")].clone()).unwrap();
    let sum = sums.split(' ').next().unwrap();
    for wanted in [sum, &format!("href=\"offline/{name}\""), &format!("href=\"offline/{name}.sha256\""), " MB"] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }

    // The next build without it takes it away, and the page says so.
    run_in(folder.path(), &["build"]).expect(0);
    let site = tree(&folder.path().join("public"));
    assert!(!site.keys().any(|path| path.starts_with("offline/")));
    assert!(String::from_utf8_lossy(&site["offline.html"]).contains("zum Herunterladen liegt hier keine bereit"));
}

#[test]
fn an_edition_says_which_it_is_and_where_the_newest_one_is() {
    let folder = small();
    let page = |arguments: &[&str]| {
        run_in(folder.path(), &[&["bundle"], arguments].concat()).expect(0);
        let zip = folder.path().join("offline").join(tree(&folder.path().join("offline")).keys().next().unwrap());
        let mut archive = ZipArchive::new(File::open(zip).unwrap()).unwrap();
        let top = archive.name_for_index(0).unwrap().unwrap().split('/').next().unwrap().to_owned();
        ["offline.html", "LIESMICH.txt"]
            .map(|name| std::io::read_to_string(archive.by_name(&format!("{top}/{name}")).unwrap()).unwrap())
    };
    for text in page(&["--base-url", "https://handbuch.example.org/x/"]) {
        assert!(text.contains("22. November 2026"), "{text}");
        assert!(text.contains("https://handbuch.example.org/x/offline.html"), "{text}");
    }
    for text in page(&[]) {
        assert!(!text.contains("https://handbuch.example.org"), "{text}");
    }
}

// -----------------------------------------------------------------------------------------------------------------

/// An unpacked edition and its zip.
struct Copy {
    root: TempDir,
    zip: PathBuf,
    folder: PathBuf,
}

fn copy() -> Copy {
    let root = small();
    let zip = pack(root.path());
    let unpacked = root.path().join("entpackt");
    ZipArchive::new(File::open(&zip).unwrap()).unwrap().extract(&unpacked).unwrap();
    let folder = only_folder(&unpacked);
    Copy { root, zip, folder }
}

#[track_caller]
fn check_verify(path: &Path, code: i32, expected: &str) -> Run {
    let run = praxis(["verify", path.to_str().unwrap()]).expect(code);
    assert_eq!(run.stdout, expected, "{}", run.stderr);
    run
}

#[test]
fn a_whole_copy_is_whole() {
    let copy = copy();
    let run = check_verify(&copy.zip, 0, "");
    assert!(run.stderr.contains("unversehrt, Prüfsumme der ZIP-Datei stimmt"), "{}", run.stderr);
    let run = check_verify(&copy.folder, 0, "");
    assert!(run.stderr.contains("unversehrt\n"), "{}", run.stderr);
    fs::remove_file(copy.zip.with_extension("zip.sha256")).unwrap();
    assert!(!check_verify(&copy.zip, 0, "").stderr.contains("Prüfsumme"));
    let run = praxis(["verify", "--lang", "en", "--quiet", copy.zip.to_str().unwrap()]).expect(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn every_difference_of_a_folder_is_named() {
    let copy = copy();
    let page = copy.folder.join("glossar.html");
    let mut bytes = fs::read(&page).unwrap();
    bytes[1000] ^= 1;
    fs::write(&page, bytes).unwrap();
    fs::remove_file(copy.folder.join("index.html")).unwrap();
    fs::write(copy.folder.join("assets/mehr.js"), "1").unwrap();
    fs::remove_file(copy.folder.join("hub.html")).unwrap();
    std::os::unix::fs::symlink("glossar.html", copy.folder.join("hub.html")).unwrap();
    let run = check_verify(
        &copy.folder,
        1,
        "zusätzlich: assets/mehr.js\nverändert: glossar.html\nverändert: hub.html\nfehlt: index.html\n",
    );
    assert_eq!(run.stderr, "4 Abweichungen: diese Kopie nicht verwenden\n");
    let run = praxis(["verify", "--lang", "en", copy.folder.to_str().unwrap()]).expect(1);
    assert!(run.stdout.contains("additional: assets/mehr.js\nchanged: glossar.html\n"), "{}", run.stdout);
    assert_eq!(run.stderr, "4 differences: do not use this copy\n");
}

#[test]
fn every_flipped_bit_of_a_zip_is_noticed() {
    let copy = copy();
    let whole = fs::read(&copy.zip).unwrap();
    for part in 1..20 {
        let mut bytes = whole.clone();
        bytes[whole.len() * part / 20] ^= 1 << (part % 8);
        fs::write(&copy.zip, bytes).unwrap();
        let run = praxis(["verify", copy.zip.to_str().unwrap()]);
        // Where the damage leaves no readable zip, there is nothing to compare.
        assert!(matches!(run.code, Some(1 | 2)), "{part}: {run:?}");
        assert!(run.code == Some(2) || run.stdout.contains("nicht mit der Prüfsummendatei"), "{part}: {run:?}");
    }
}

/// Packs the unpacked edition anew, with changed files.
fn repack(copy: &Copy, change: impl FnOnce(&mut Tree)) {
    let mut files = tree(&copy.folder);
    change(&mut files);
    let mut zip = ZipWriter::new(File::create(&copy.zip).unwrap());
    for (name, bytes) in files {
        zip.start_file(format!("handbuch/{name}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
    fs::remove_file(copy.zip.with_extension("zip.sha256")).unwrap();
}

#[test]
fn every_difference_of_a_zip_is_named() {
    let copy = copy();
    repack(&copy, |files| {
        files.get_mut("glossar.html").unwrap()[1000] ^= 1;
        files.remove("index.html");
        files.insert("assets/mehr.js".to_owned(), b"1".to_vec());
    });
    check_verify(&copy.zip, 1, "zusätzlich: assets/mehr.js\nverändert: glossar.html\nfehlt: index.html\n");
}

/// A zip of single entries.
fn zip_of(path: &Path, entries: &[(&str, &[u8])]) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

#[track_caller]
fn check_refused(path: &Path, reason: &str) {
    let run = praxis(["verify", path.to_str().unwrap()]).expect(2);
    assert!(run.stderr.contains(reason) && run.stdout.is_empty(), "{reason}: {run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}

#[test]
fn what_is_no_edition_is_refused() {
    let copy = copy();
    let scratch = copy.root.path();
    check_refused(&scratch.join("fehlt.zip"), "gibt es nicht");
    check_refused(scratch, "liegt keine lesbare Datei SHA256SUMS");
    for (name, bytes) in
        [("leer.zip", &b""[..]), ("text.zip", b"kein Archiv"), ("kopf.zip", b"PK\x03\x04 und dann nichts")]
    {
        fs::write(scratch.join(name), bytes).unwrap();
        check_refused(&scratch.join(name), "ist keine lesbare ZIP-Datei");
    }
    let whole = fs::read(&copy.zip).unwrap();
    fs::write(scratch.join("halb.zip"), &whole[..whole.len() / 2]).unwrap();
    check_refused(&scratch.join("halb.zip"), "ist keine lesbare ZIP-Datei");
    zip_of(&scratch.join("anderes.zip"), &[("a/b.txt", b"x")]);
    check_refused(&scratch.join("anderes.zip"), "darin liegt keine Datei SHA256SUMS");
    for list in [&b"unsinn\n"[..], b"", b"\xff\xfe", b"0000  ../x\n"] {
        zip_of(&scratch.join("liste.zip"), &[("a/SHA256SUMS", list)]);
        check_refused(&scratch.join("liste.zip"), "keine Liste von Prüfsummen");
    }
    let climbing = format!("{}  ../../etc/passwd\n", "0".repeat(64));
    zip_of(&scratch.join("liste.zip"), &[("a/SHA256SUMS", climbing.as_bytes())]);
    check_refused(&scratch.join("liste.zip"), "keine Liste von Prüfsummen");
}

#[test]
fn zips_that_lead_elsewhere_are_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("boese.zip");
    for name in ["../x", "a/../../x", "/etc/passwd", "a\\..\\x", "C:/x", "a//x"] {
        zip_of(&path, &[("a/SHA256SUMS", b""), (name, b"x")]);
        check_refused(&path, "will aus seinem Ordner heraus");
    }
    assert_eq!(tree(scratch.path()).len(), 1, "nothing is unpacked");
}

#[test]
fn a_link_in_a_zip_is_no_file() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("link.zip");
    let sum = Sha256::digest(b"/etc/passwd").iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut zip = ZipWriter::new(File::create(&path).unwrap());
    zip.start_file("a/SHA256SUMS", SimpleFileOptions::default()).unwrap();
    zip.write_all(format!("{sum}  b\n").as_bytes()).unwrap();
    zip.add_symlink("a/b", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap();
    check_verify(&path, 1, "verändert: b\n");
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("bombe.zip");
    // Five entries that say they have a gigabyte each.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..5 {
        zip.start_file(format!("a/{number}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(&[0; 100]).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    let entries: Vec<usize> = positions(&bytes, b"PK\x01\x02");
    assert_eq!(entries.len(), 5);
    for entry in entries {
        bytes[entry + 24..entry + 28].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    }
    fs::write(&path, &bytes).unwrap();
    check_refused(&path, "hätte entpackt 5 GB");

    // One entry twice in the directory: each program would show another one of two.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["a/1", "a/2"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(name.as_bytes()).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    for place in positions(&bytes, b"a/2") {
        bytes[place + 2] = b'1';
    }
    fs::write(&path, &bytes).unwrap();
    check_refused(&path, "doppelt oder ineinander");
}

#[test]
fn an_entry_that_is_longer_than_it_says_is_changed() {
    let copy = copy();
    let mut bytes = fs::read(&copy.zip).unwrap();
    fs::remove_file(copy.zip.with_extension("zip.sha256")).unwrap();
    // The directory says that the first file, the readme, is ten bytes long.
    let entry = positions(&bytes, b"PK\x01\x02")[0];
    bytes[entry + 24..entry + 28].copy_from_slice(&10_u32.to_le_bytes());
    fs::write(&copy.zip, &bytes).unwrap();
    check_verify(&copy.zip, 1, "verändert: LIESMICH.txt\n");
}

fn positions(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    (0..bytes.len().saturating_sub(wanted.len())).filter(|start| bytes[*start..].starts_with(wanted)).collect()
}
