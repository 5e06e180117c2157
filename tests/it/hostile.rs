//! What nobody writes by accident: every such handbook gives a clear message or a correct page, in bounded time and memory,
//! and nothing but the site is written. Texts that can lie in git are in `tests/sites/hostile/`; `script/` there is opened in
//! browsers. With `PRAXIS_LONG=1` texts are as large as the program reads them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rayon::prelude::*;

use crate::support::{Run, command, copy_tree, finish, is_long, repository};

/// Memory that no handbook of these may take, in kilobytes.
const MOST_MEMORY: u64 = 500_000;

/// No handbook of these takes a tenth of this; a busy machine and a program without optimisation may.
const MOST_TIME: Duration = Duration::from_secs(100);

const CASE: &str = "content/cases/netzwerk-beispielkreis/case.yaml";
const TEXT: &str = "content/cases/netzwerk-beispielkreis/case.md";

/// The smallest handbook, made hostile, in a folder with things that are not the handbook's.
struct Hostile {
    outside: tempfile::TempDir,
    build: Command,
}

impl Hostile {
    fn new(more: Option<&str>) -> Self {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("handbuch");
        for from in ["minimal"].into_iter().chain(more) {
            copy_tree(&repository().join("tests/sites").join(from), &root, &|_, bytes| bytes);
        }
        fs::write(outside.path().join("geheim.txt"), "Das gehört jemand anderem.\n").unwrap();
        fs::create_dir(outside.path().join("fremd")).unwrap();
        let mut build = command(["build", "--verbose", "--root"]);
        build.arg(&root).env("SOURCE_DATE_EPOCH", "1795305600");
        Hostile { outside, build }
    }

    fn today(&mut self, day: &str) {
        self.build.args(["--today", day]);
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.outside.path().join("handbuch").join(inside)
    }

    fn write(&self, inside: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(inside).parent().unwrap()).unwrap();
        fs::write(self.path(inside), text).unwrap();
    }

    fn edit(&self, inside: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(inside)).unwrap();
        assert!(text.contains(from), "{inside}: {from}");
        self.write(inside, text.replacen(from, to, 1));
    }

    fn append(&self, inside: &str, text: &str) {
        self.write(inside, fs::read_to_string(self.path(inside)).unwrap() + text);
    }

    /// Builds within the limits.
    #[track_caller]
    fn run(mut self, name: &str) -> (Run, Self) {
        let before = self.footprint();
        let begun = Instant::now();
        let child = self.build.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let id = child.id().to_string();
        let status = format!("/proc/{id}/status");
        let ending = thread::spawn(move || finish(child));
        let mut peak = 0;
        while !ending.is_finished() {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
            peak = peak.max(kilobytes.unwrap_or(0));
            if begun.elapsed() > MOST_TIME || peak > 2 * MOST_MEMORY {
                make_with(Command::new("kill").args(["-9", &id]));
                panic!("{name}: killed after {:?} with {peak} kB", begun.elapsed());
            }
            thread::sleep(Duration::from_millis(5));
        }
        let run = ending.join().unwrap();
        eprintln!("{name}: {:?}, {} MB, {} bytes of messages", begun.elapsed(), peak / 1000, run.stderr.len());
        assert!(peak < MOST_MEMORY, "{name}: {peak} kB");
        assert!(matches!(run.code, Some(0..=3)), "{name}: {run:?}");
        assert!(!run.stderr.contains("panicked"), "{name}: {}", run.stderr);
        assert_eq!(before, self.footprint(), "{name}: something else was written");
        (run, self)
    }

    /// Everything but the site and the cache: kind, size and time.
    fn footprint(&self) -> BTreeMap<PathBuf, (u32, u64, i64)> {
        let own = ["public", ".praxis-cache"].map(|name| self.path(name));
        let entries = walkdir::WalkDir::new(self.outside.path()).into_iter().map(Result::unwrap);
        entries
            .filter(|entry| !own.iter().any(|own| entry.path().starts_with(own)) && entry.path() != self.path(""))
            .map(|entry| {
                let data = entry.path().symlink_metadata().unwrap();
                let time = if data.is_dir() { 0 } else { data.mtime_nsec() };
                (entry.path().to_owned(), (data.mode(), data.len(), time))
            })
            .collect()
    }
}

/// A way to be hostile; the exit code, and what the report says.
type Way = (&'static str, fn(&mut Hostile), i32, &'static [&'static str]);

/// Texts are this large: as large as any Markdown that is read, or a fifth.
fn size() -> usize {
    if is_long() { 990_000 } else { 198_000 }
}

fn times(piece: &str) -> String {
    piece.repeat(size() / piece.len())
}

fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

const FILES: &[Way] = &[
    (
        "fifo",
        |at| make_with(Command::new("mkfifo").arg(at.path("content/cases/netzwerk-beispielkreis/plan.pdf"))),
        1,
        &["[special-file]", "plan.pdf"],
    ),
    (
        "fifo in place of a text",
        |at| {
            fs::remove_file(at.path(TEXT)).unwrap();
            make_with(Command::new("mkfifo").arg(at.path(TEXT)));
        },
        1,
        &["[special-file]", "case.md"],
    ),
    (
        "link to a device",
        |at| link(at, "/dev/zero", "content/cases/netzwerk-beispielkreis/plan.pdf"),
        1,
        &["[symlink-outside]", "plan.pdf"],
    ),
    (
        "link to a secret",
        |at| link(at, "../../../../geheim.txt", "content/cases/netzwerk-beispielkreis/plan.txt"),
        1,
        &["[symlink-outside]", "plan.txt"],
    ),
    (
        "links in a circle",
        |at| {
            link(at, "b.txt", "content/cases/netzwerk-beispielkreis/a.txt");
            link(at, "a.txt", "content/cases/netzwerk-beispielkreis/b.txt");
        },
        1,
        &["[symlink-outside]", "a.txt", "b.txt"],
    ),
    (
        "link to the folder above",
        |at| link(at, "..", "content/cases/oben"),
        1,
        &["[symlink-outside]", "content/cases/oben"],
    ),
    (
        "text of 100 MB",
        |at| File::create(at.path(TEXT)).unwrap().set_len(100_000_000).unwrap(),
        1,
        &["[file-too-large]", "100 MB", "case.md"],
    ),
    (
        "attachment of 100 MB",
        |at| {
            let file = "content/cases/netzwerk-beispielkreis/plan.pdf";
            File::create(at.path(file)).unwrap().set_len(100_000_000).unwrap();
        },
        1,
        &["[file-too-large]", "100 MB", "plan.pdf"],
    ),
    (
        "5,000 files in one folder",
        |at| {
            (0..5000)
                .for_each(|number| at.write(&format!("content/cases/netzwerk-beispielkreis/plan-{number}.txt"), "x"));
        },
        0,
        &["[unexpected-file]", "plan-4999.txt"],
    ),
    (
        "5,000 folders in each other",
        |at| {
            let mut folder = at.path("content/cases/netzwerk-beispielkreis");
            // As deep as the system can name it.
            (0..400).for_each(|_| folder.push("tiefe"));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("a.txt"), "x").unwrap();
        },
        0,
        &["[unexpected-file]", "Unterordner"],
    ),
    (
        "names that are no UTF-8",
        |at| {
            fs::write(at.path("content/topics").join(std::ffi::OsStr::from_bytes(b"b\xfcro.md")), "").unwrap();
        },
        1,
        &["[invalid-name]"],
    ),
    (
        "names with a script, a line break and colours",
        |at| {
            at.write(
                "content/cases/netzwerk-beispielkreis/<script>alert(1)<\u{2f}script>.svg"
                    .replace('\u{2f}', "∕")
                    .as_str(),
                "<svg/>",
            );
            at.write("content/cases/netzwerk-beispielkreis/a\nb\u{1b}[31m.txt", "x");
        },
        1,
        &["[invalid-name]"],
    ),
    (
        "names that differ in their Unicode form",
        |at| {
            at.write("content/cases/netzwerk-beispielkreis/pl\u{e4}ne.txt", "x");
            at.write("content/cases/netzwerk-beispielkreis/pla\u{308}ne.txt", "x");
        },
        1,
        &["[similar-names]"],
    ),
    (
        "names that Windows keeps for itself",
        |at| {
            for name in ["con", "nul", "aux", "com1", "lpt9"] {
                fs::create_dir(at.path("content/cases").join(name)).unwrap();
                fs::copy(at.path(CASE), at.path(&format!("content/cases/{name}/case.yaml"))).unwrap();
                fs::copy(at.path(TEXT), at.path(&format!("content/cases/{name}/case.md"))).unwrap();
            }
        },
        1,
        &["[invalid-name]", "„con“ kann nicht", "„nul“ kann nicht", "„aux“ kann nicht", "Gerätename"],
    ),
    (
        "names that end with a dot or a space",
        |at| {
            at.write("content/cases/netzwerk-beispielkreis/plan.", "x");
            at.write("content/cases/netzwerk-beispielkreis/plan.txt ", "x");
            at.write("content/topics/thema.md.", "x");
        },
        1,
        &["[unexpected-file]", "plan.", "thema.md."],
    ),
    (
        "drawings in another encoding",
        |at| {
            let script = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
            let wide: Vec<u8> =
                [0xff, 0xfe].into_iter().chain(script.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            at.write("content/cases/netzwerk-beispielkreis/PLAN.SVG", wide);
            at.append(TEXT, "\n[Plan](PLAN.SVG)\n");
        },
        1,
        &["[not-utf8]", "PLAN.SVG"],
    ),
    (
        "drawings that hide a script behind signs of control",
        |at| {
            at.write("content/cases/netzwerk-beispielkreis/PLAN.SVG", "<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><!-- --\u{1b}(B><script>alert(1)</script> --></svg>");
            at.append(TEXT, "\n[Plan](PLAN.SVG)\n");
        },
        1,
        &["[invisible-character]", "PLAN.SVG"],
    ),
    ("a lock that leads to a secret", |at| link(at, "../geheim.txt", ".public.lock"), 3, &[".public.lock"]),
    ("a cache that leads elsewhere", |at| link(at, "../fremd", ".praxis-cache"), 0, &[]),
    ("a site that leads elsewhere", |at| link(at, "../geheim.txt", "public"), 2, &["public ist eine Datei"]),
];

const TEXTS: &[Way] = &[
    ("zero bytes in a text", |at| at.append(TEXT, "\nNull\0zeichen\n"), 1, &["[invisible-character]", "case.md:"]),
    ("zero bytes in data", |at| at.append(CASE, "note: \"a\0b\"\n"), 1, &["case.yaml"]),
    ("bytes that are no UTF-8", |at| at.write(TEXT, b"## Ansatz\n\nB\xfcro\n"), 1, &["[not-utf8]", "case.md:3:2"]),
    (
        "100,000 lines",
        |at| {
            let text = fs::read_to_string(at.path(CASE)).unwrap();
            at.write(CASE, "# eine Zeile von vielen\n".repeat(100_000) + &text);
        },
        0,
        &[],
    ),
    (
        "100,000 unknown keys",
        |at| at.append(CASE, &numbered(100_000, |number| format!("k{number}: 1\n"))),
        1,
        &["case.yaml"],
    ),
    ("100,000 times one key", |at| at.append(CASE, &"title: x\n".repeat(100_000)), 1, &["[duplicate-key]"]),
    (
        "thousands of items with one id",
        |at| {
            let item = "  - id: gleich\n    dimension: aufwand\n    kind: question\n    text: Wer lädt ein?\n    said_by: implementer\n    stage: preparation\n    source: { work: muster-2025, page: \"8\" }\n";
            at.edit(CASE, "checklist: not-recorded\n", &("checklist:\n".to_owned() + &item.repeat(size() / 300)));
        },
        1,
        &["[duplicate-id]"],
    ),
    (
        "thousands of unknown topics",
        |at| {
            let topics = numbered(size() / 20, |number| format!("  - thema-{number}\n"));
            at.edit(CASE, "topics: [vermittlung]\n", &("topics:\n".to_owned() + &topics));
        },
        1,
        &["[invalid-value]", "zu lang"],
    ),
    ("lists in lists, as data", |at| at.write(CASE, times("[")), 1, &["[yaml-syntax]"]),
    ("groups in groups, as data", |at| at.write(CASE, times("{a: ")), 1, &["[yaml-syntax]"]),
    (
        "blocks in blocks, as data",
        |at| at.write(CASE, numbered(800, |depth| " ".repeat(depth) + "a:\n")),
        1,
        &["[yaml-syntax]"],
    ),
    (
        "anchors that grow",
        |at| {
            let grow = |number: usize| {
                format!("a{number}: &a{number} [{}]\n", vec![format!("*a{}", number - 1); 10].join(", "))
            };
            at.write(CASE, "a0: &a0 [x, x]\n".to_owned() + &(1..40).map(grow).collect::<String>());
        },
        1,
        &["[yaml-syntax]"],
    ),
    ("anchors that hold themselves", |at| at.write(CASE, "a: &a [*a, *a]\n"), 1, &["case.yaml"]),
    (
        "numbers without end",
        |at| at.edit(CASE, "legal_state: 2025-05", &format!("legal_state: {}", times("9"))),
        1,
        &["[yaml-syntax]", "999"],
    ),
    (
        "years without end",
        |at| at.edit(CASE, "next_review: 2027-05", "next_review: 99999999999-05"),
        1,
        &["[invalid-date]"],
    ),
    ("one key without end", |at| at.append(CASE, &(times("k") + ": 1\n")), 1, &["case.yaml"]),
    ("one value without end", |at| at.edit(CASE, "title: ", &format!("title: {}", times("x"))), 1, &["case.yaml"]),
    ("one word without end", |at| at.append(TEXT, &format!("\n{}\n", times("wort"))), 0, &[]),
    (
        "one line without end",
        |at| at.append(TEXT, &format!("\n{}\n", times("*viel* [Betonung](https://a.de) `hier` "))),
        0,
        &[],
    ),
    ("lists in lists", |at| at.append(TEXT, &format!("\n{}x\n", times("- "))), 1, &["[nested-too-deep]"]),
    ("quotes in quotes", |at| at.append(TEXT, &format!("\n{}x\n", times("> "))), 1, &["[nested-too-deep]"]),
    ("emphasis in emphasis", |at| at.append(TEXT, &format!("\n{}x\n", times("**_ "))), 0, &[]),
    ("stars in a row", |at| at.append(TEXT, &format!("\na{}b\n", times("*"))), 0, &[]),
    ("brackets", |at| at.append(TEXT, &format!("\n{}\n", times("["))), 0, &[]),
    (
        "images in images",
        |at| {
            let depth = size() / 40;
            at.append(TEXT, &format!("\n{}x{}\n", "![".repeat(depth), "](b.png)".repeat(depth)));
        },
        1,
        &["[image-missing]"],
    ),
    ("placeholders that never end", |at| at.append(TEXT, &format!("\n{}]]\n", times("[[ "))), 0, &["[placeholder]"]),
    (
        "thousands of headings",
        |at| at.append(TEXT, &numbered(size() / 20, |number| format!("\n## Teil {}\n", number % 7))),
        0,
        &[],
    ),
    (
        "thousands of footnotes",
        |at| {
            let count = size() / 40;
            at.append(
                TEXT,
                &(format!("\n{}\n\n", numbered(count, |number| format!("[^{number}] ")))
                    + &numbered(count, |number| format!("[^{number}]: x\n\n"))),
            );
        },
        0,
        &[],
    ),
    (
        "thousands of broken links",
        |at| at.append(TEXT, &numbered(size() / 40, |number| format!("\n[a](case:fehlt-{number})\n"))),
        1,
        &["[broken-link]"],
    ),
    (
        "thousands of pieces of HTML",
        |at| at.append(TEXT, &format!("\n{}\n", times("a <script>alert(1)</script> "))),
        1,
        &["[raw-html]"],
    ),
    (
        "thousands of invisible characters",
        |at| at.append(TEXT, &format!("\n{}\n", times("a\u{200b}"))),
        1,
        &["[invisible-character]"],
    ),
    (
        "thousands of numbers and addresses",
        |at| at.append(TEXT, &format!("\n{}\n", times("0341 1234567, a@b.de, SGB Il; "))),
        1,
        &["[phone-number]", "[personal-email]", "[reading-error]"],
    ),
    (
        "thousands of abbreviations",
        |at| at.append(TEXT, &format!("\n{}\n", numbered(size() / 10, |number| format!("A{number:X}B ")))),
        0,
        &["[unexplained-abbreviation]"],
    ),
    (
        "a table without end",
        |at| {
            at.append(
                TEXT,
                &format!(
                    "\n|{}\n|{}\n|{}\n",
                    "a|".repeat(size() / 8),
                    "-|".repeat(size() / 8),
                    "b|".repeat(size() / 8)
                ),
            )
        },
        0,
        &[],
    ),
    (
        "a drawing without end",
        |at| at.write("content/cases/netzwerk-beispielkreis/plan.svg", format!("<svg>{}", times("<g>"))),
        1,
        &["[image-unsafe]", "plan.svg"],
    ),
];

const TIMES: &[Way] = &[
    ("the clock in 1970", |at| at.today("1970-01-01"), 1, &["[date-order]"]),
    ("the clock in 2100", |at| at.today("2100-12-31"), 0, &["[review-overdue]"]),
    (
        "files of 1970 and 2100",
        |at| {
            let set =
                |file: &str, time| File::options().write(true).open(at.path(file)).unwrap().set_modified(time).unwrap();
            set(CASE, SystemTime::UNIX_EPOCH);
            set(TEXT, SystemTime::UNIX_EPOCH + Duration::from_secs(4_133_894_400));
        },
        0,
        &[],
    ),
    (
        "a moment that is none",
        |at| {
            at.build.env("SOURCE_DATE_EPOCH", "99999999999999999999");
        },
        3,
        &["SOURCE_DATE_EPOCH"],
    ),
    (
        "no home, no language",
        |at| {
            at.build.env_clear().env("LC_ALL", "C").args(["--today", "2026-11-22"]);
        },
        0,
        &[],
    ),
    ("a theme of others", |at| at.append("content/handbook.yaml", "theme: ../../fremd\n"), 1, &["[theme-missing]"]),
];

fn link(at: &Hostile, target: &str, inside: &str) {
    symlink(target, at.path(inside)).unwrap();
}

fn make_with(command: &mut Command) {
    assert!(command.status().unwrap().success());
}

#[track_caller]
fn check(ways: &[Way]) {
    let wrong: Vec<String> = ways
        .par_iter()
        .filter_map(|(name, make, code, words)| {
            let mut hostile = Hostile::new(None);
            make(&mut hostile);
            let (run, _) = hostile.run(name);
            let missing: Vec<&&str> = words.iter().filter(|word| !run.stderr.contains(**word)).collect();
            let shown: String = run.stderr.chars().take(1500).collect();
            (run.code != Some(*code) || !missing.is_empty())
                .then(|| format!("{name}: code {:?}, does not say {missing:?}:\n{shown}\n", run.code))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hostile_files_are_refused_in_words() {
    check(FILES);
}

#[test]
fn hostile_texts_are_refused_in_words_or_shown() {
    check(TEXTS);
}

#[test]
fn neither_clock_nor_surroundings_matter() {
    check(TIMES);
}

/// Reports of the handbooks in `tests/sites/hostile/`: `expected.txt` beside each. `UPDATE_EXPECTED=1` writes them anew.
#[test]
fn hostile_handbooks_are_reported_as_expected() {
    let folder = repository().join("tests/sites/hostile");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names {
        let file = folder.join(&name).join("expected.txt");
        let (run, hostile) = Hostile::new(Some(&format!("hostile/{name}"))).run(&name);
        let report = report(&run.stderr, hostile.outside.path());
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&file, &report).unwrap();
        }
        assert_eq!(report, fs::read_to_string(&file).unwrap(), "{name}");
        assert_eq!(run.code, Some(i32::from(report.contains("Fehler["))), "{name}");
    }
}

/// Without what differs from run to run: the folder, sizes and times.
fn report(said: &str, folder: &Path) -> String {
    let said = said.replace(folder.to_str().unwrap(), "");
    let is_measured =
        |line: &str| [" davon neu oder ", "gelesen und geprüft in "].iter().any(|words| line.contains(words));
    said.lines().filter(|line| !is_measured(line)).map(|line| format!("{}\n", line.trim_end())).collect()
}
