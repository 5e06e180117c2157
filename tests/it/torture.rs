//! Hundreds of changes by chance and at high pace, while the program watches: at the end it shows what is there, and it holds
//! no more than before. The chance is the same in every run.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use tempfile::TempDir;

use crate::running::{Preview, Running, eventually};
use crate::support::{Handbook, Tree, assert_same, copy_case, copy_tree, tree, without_origin};

/// Changes, and how many of them are done when handles and memory are looked at for the first time.
const CHANGES: usize = 500;
const FIRST_LOOK: usize = 100;

/// Memory that may come and go between two looks, in kilobytes. One edition of this handbook takes several megabytes, and
/// there are some hundred of them.
const SLACK: u64 = 60_000;

/// Longest pause between two changes, in milliseconds. Now and then it is long enough for a build.
const SHORT_PAUSE: u64 = 12;
const LONG_PAUSE: u64 = 150;

/// Numbers by chance, the same for the same seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn of<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }
}

/// Somebody who changes a handbook without end. It is a git repository with two branches.
struct Restless {
    handbook: Handbook,
    /// A case to make others from.
    model: TempDir,
    chance: Chance,
    /// Changes so far; also numbers new cases and new sentences.
    number: usize,
    is_on_second_branch: bool,
    /// A case that cannot be read at the moment.
    broken: Option<PathBuf>,
}

/// What can happen, in about the proportion in which it does.
const KINDS: [fn(&mut Restless); 21] = [
    Restless::edit,
    Restless::edit,
    Restless::edit,
    Restless::edit,
    Restless::save_by_renaming,
    Restless::save_by_renaming,
    Restless::save_with_backup,
    Restless::leave_clutter,
    Restless::leave_clutter,
    Restless::rename_case,
    Restless::rename_case,
    Restless::delete_case,
    Restless::delete_case,
    Restless::add_case,
    Restless::add_case,
    Restless::add_many_cases,
    Restless::break_case,
    Restless::check_out,
    Restless::remove_content,
    Restless::change_theme,
    Restless::bring_folders,
];

impl Restless {
    fn new(seed: u64) -> Self {
        let handbook = Handbook::small();
        let model = tempfile::tempdir().unwrap();
        copy_tree(&handbook.path("content/cases/erstes-beispiel"), model.path(), &|_, bytes| bytes);
        let mut restless =
            Restless { handbook, model, chance: Chance(seed), number: 0, is_on_second_branch: false, broken: None };
        restless.make_repository();
        restless
    }

    fn make_repository(&mut self) {
        fs::write(self.handbook.path(".gitignore"), "/public\n/.public.*\n").unwrap();
        (0..8).for_each(|number| self.copy(&format!("anfang-{number}")));
        self.git(&["init", "--quiet", "--initial-branch", "erster"]);
        self.commit();
        self.git(&["checkout", "--quiet", "-b", "zweiter"]);
        (4..8).for_each(|number| fs::remove_dir_all(self.cases().join(format!("anfang-{number}"))).unwrap());
        (8..14).for_each(|number| self.copy(&format!("anfang-{number}")));
        self.handbook.edit("content/topics/erstes-thema.md", |text| text + "\nDer zweite Zweig.\n");
        self.handbook.rename("Zweiter Zweig");
        self.commit();
        self.git(&["checkout", "--quiet", "erster"]);
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--message", "Stand"]);
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").arg("-C").arg(self.handbook.root()).args(arguments).status().unwrap();
        assert!(status.success(), "git {arguments:?}");
    }

    fn cases(&self) -> PathBuf {
        self.handbook.path("content/cases")
    }

    fn copy(&self, slug: &str) {
        copy_case(self.model.path(), &self.cases().join(slug), slug);
    }

    /// Any case but the one that the topic leads to. A folder in which git left only clutter is none.
    fn any_case(&mut self) -> PathBuf {
        let entries = fs::read_dir(self.cases()).unwrap().map(|entry| entry.unwrap().path());
        let mut cases: Vec<PathBuf> =
            entries.filter(|path| is_case(path) && !path.ends_with("erstes-beispiel")).collect();
        cases.sort_unstable();
        if cases.is_empty() {
            self.add_case();
            return self.any_case();
        }
        self.chance.of(&cases).clone()
    }

    /// A case and its text with one sentence more.
    fn new_text(&mut self) -> (PathBuf, String) {
        let path = self.any_case().join("case.md");
        let text = fs::read_to_string(&path).unwrap();
        (path, format!("{text}\nSatz {}.\n", self.number))
    }

    fn edit(&mut self) {
        let (path, text) = self.new_text();
        fs::write(path, text).unwrap();
    }

    fn save_by_renaming(&mut self) {
        let (path, text) = self.new_text();
        let new = path.with_file_name(*self.chance.of(&[".case.md.x7", "case.md.tmp", "goutputstream-X1"]));
        fs::write(&new, text).unwrap();
        fs::rename(new, path).unwrap();
    }

    /// As vim does it, with its trial file.
    fn save_with_backup(&mut self) {
        let (path, text) = self.new_text();
        let (trial, backup) = (path.with_file_name("4913"), path.with_file_name("case.md~"));
        fs::write(&trial, "").unwrap();
        fs::remove_file(trial).unwrap();
        fs::rename(&path, &backup).unwrap();
        fs::write(path, text).unwrap();
        fs::remove_file(backup).unwrap();
    }

    fn leave_clutter(&mut self) {
        let name =
            *self.chance.of(&[".case.md.swp", "#case.md#", ".#case.md", "Thumbs.db", "case.yaml.orig", ".DS_Store"]);
        fs::write(self.any_case().join(name), "nichts").unwrap();
    }

    fn rename_case(&mut self) {
        let (old, slug) = (self.any_case(), format!("umbenannt-{}", self.number));
        let new = old.with_file_name(&slug);
        fs::rename(&old, &new).unwrap();
        self.broken.take_if(|broken| *broken == old);
        self.write_data(&new);
    }

    fn delete_case(&mut self) {
        let case = self.any_case();
        self.broken.take_if(|broken| *broken == case);
        fs::remove_dir_all(case).unwrap();
    }

    fn add_case(&mut self) {
        self.copy(&format!("neu-{}", self.number));
    }

    fn add_many_cases(&mut self) {
        let number = self.number;
        // Made elsewhere and moved in as well: the files are there before anybody can watch the folder.
        let aside = self.handbook.path(".beiseite");
        (0..3).for_each(|place| self.copy(&format!("stapel-{number}-{place}")));
        copy_case(self.model.path(), &aside, &format!("geholt-{number}"));
        fs::rename(aside, self.cases().join(format!("geholt-{number}"))).unwrap();
    }

    fn break_case(&mut self) {
        self.mend();
        let case = self.any_case();
        fs::write(case.join("case.yaml"), "title: [offen\n").unwrap();
        self.broken = Some(case);
    }

    fn mend(&mut self) {
        if let Some(case) = self.broken.take() {
            self.write_data(&case);
        }
    }

    /// The data of a case as they should be.
    fn write_data(&self, case: &Path) {
        let slug = case.file_name().unwrap().to_str().unwrap();
        let data = tempfile::tempdir().unwrap();
        copy_case(self.model.path(), data.path(), slug);
        fs::write(case.join("case.yaml"), fs::read(data.path().join("case.yaml")).unwrap()).unwrap();
    }

    fn check_out(&mut self) {
        // Git would take a broken case that it does not know along to the other branch; it stays broken.
        let branch = if self.is_on_second_branch { "erster" } else { "zweiter" };
        self.git(&["checkout", "--quiet", "--force", branch]);
        self.is_on_second_branch = !self.is_on_second_branch;
        self.broken.take_if(|broken| !is_case(broken));
    }

    fn remove_content(&mut self) {
        let (content, aside) = (self.handbook.path("content"), self.handbook.path(".beiseite"));
        if self.chance.below(2) == 0 {
            fs::rename(&content, &aside).unwrap();
            self.pause();
            fs::rename(aside, content).unwrap();
        } else {
            copy_tree(&content, &aside, &|_, bytes| bytes);
            fs::remove_dir_all(&content).unwrap();
            self.pause();
            copy_tree(&aside, &content, &|_, bytes| bytes);
            fs::remove_dir_all(aside).unwrap();
        }
    }

    fn change_theme(&mut self) {
        let themes = self.handbook.path("themes");
        if themes.exists() && self.chance.below(3) == 0 {
            fs::remove_dir_all(themes).unwrap();
            return;
        }
        let folder = themes.join("handbuch/static");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("handbuch.css"), format!("body {{ order: {} }}\n", self.number)).unwrap();
    }

    /// Folders of which some go again while the others are still being found.
    fn bring_folders(&mut self) {
        let aside = self.handbook.path(".beiseite");
        let place = self.handbook.path(&format!("themes/vorrat-{}", self.number));
        (0..100).for_each(|number| fs::create_dir_all(aside.join(number.to_string())).unwrap());
        fs::create_dir_all(self.handbook.path("themes")).unwrap();
        fs::rename(aside, &place).unwrap();
        (0..100).step_by(2).for_each(|number| fs::remove_dir(place.join(number.to_string())).unwrap());
    }

    fn pause(&mut self) {
        let longest = if self.chance.below(10) == 0 { LONG_PAUSE } else { SHORT_PAUSE };
        thread::sleep(Duration::from_millis(self.chance.below(longest)));
    }

    /// Changes something. What was broken before may be mended.
    fn change(&mut self) {
        self.number += 1;
        let kind = *self.chance.of(&KINDS);
        kind(self);
        if self.chance.below(3) == 0 {
            self.mend();
        }
        self.pause();
    }

    /// The site as a program makes it that builds once.
    fn clean_build(&self, arguments: &[&str]) -> Tree {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        let arguments = [&["build", "--quiet", "--out", out.to_str().unwrap()], arguments].concat();
        self.handbook.run(&arguments).expect(0);
        tree(&out)
    }

    /// Folders that have to be watched: the root, and all below the two that hold the handbook.
    fn folders(&self) -> usize {
        let below = |folder: &str| {
            let entries = walkdir::WalkDir::new(self.handbook.path(folder)).into_iter().filter_map(Result::ok);
            entries.filter(|entry| entry.file_type().is_dir()).count()
        };
        1 + below("content") + below("themes")
    }
}

fn is_case(folder: &Path) -> bool {
    folder.join("case.md").exists()
}

/// What a program holds.
#[derive(Debug)]
struct Holdings {
    handles: usize,
    memory: u64,
}

impl Holdings {
    /// Looks at a program that has nothing to do.
    fn of(program: &Running, restless: &Restless) -> Self {
        program.rests();
        let folders = restless.folders();
        eventually("every folder is watched, and nothing else", || {
            (program.watched_folders() == folders).then_some(())
        });
        Holdings { handles: program.handles(), memory: program.memory() }
    }

    #[track_caller]
    fn expect_no_more_than(&self, before: &Holdings) {
        eprintln!("{before:?}, after {CHANGES} changes {self:?}");
        assert!(self.handles <= before.handles, "{before:?}, then {self:?}");
        assert!(self.memory <= before.memory + SLACK, "{before:?}, then {self:?}");
    }
}

#[test]
fn the_site_is_that_of_a_clean_build_after_many_changes() {
    let mut restless = Restless::new(1);
    let watching = Running::start(&restless.handbook, &["build", "--watch", "--quiet"]);
    let mut looks = Vec::new();
    for count in [FIRST_LOOK, CHANGES - FIRST_LOOK] {
        (0..count).for_each(|_| restless.change());
        restless.mend();
        let expected = restless.clean_build(&[]);
        let public = restless.handbook.public();
        watching.rests();
        assert_same(&tree(&public), &expected);
        looks.push(Holdings::of(&watching, &restless));
    }
    looks[1].expect_no_more_than(&looks[0]);
    assert_eq!(watching.stop("TERM"), Some(0));
    assert!(!restless.handbook.path(".public.staging").exists() && !restless.handbook.path(".public.lock").exists());
}

#[test]
fn the_preview_is_that_of_a_clean_build_after_many_changes() {
    let mut restless = Restless::new(2);
    let preview = Preview::start(&restless.handbook, &[]);
    let mut looks = Vec::new();
    for count in [FIRST_LOOK, CHANGES - FIRST_LOOK] {
        for _ in 0..count {
            restless.change();
            // Whatever happens, there is a page.
            assert_eq!(preview.get("index.html").status, 200);
        }
        restless.mend();
        let mut expected = restless.clean_build(&["--base-url", &preview.address]);
        expected.remove(".praxis-files");
        // The preview names no commit.
        let expected = without_origin(expected);
        let expected = expected.into_iter().map(|(path, bytes)| (path, unpacked(bytes))).collect::<Tree>();
        preview.program.rests();
        let shown =
            expected.keys().map(|path| (path.clone(), unpacked(without_script(preview.get(path).body)))).collect();
        assert_same(&shown, &expected);
        looks.push(Holdings::of(&preview.program, &restless));
    }
    looks[1].expect_no_more_than(&looks[0]);
    assert_eq!(preview.program.stop("TERM"), Some(0));
}

/// A page without the script that keeps it up to date.
fn without_script(page: Vec<u8>) -> Vec<u8> {
    const START: &str = "<script src=\"/_praxis/live.js\"";
    let Ok(text) = str::from_utf8(&page) else { return page };
    let Some((before, rest)) = text.split_once(START) else { return page };
    let (_, after) = rest.split_once("</script>\n").unwrap();
    [before, after].concat().into_bytes()
}

/// What a packed file or the script that carries one holds: the preview does not compress what a build does.
fn unpacked(file: Vec<u8>) -> Vec<u8> {
    const START: &[u8] = b"HandbookSearch.receive(";
    if file.starts_with(&[0x1f, 0x8b]) {
        let mut bytes = Vec::new();
        GzDecoder::new(&*file).read_to_end(&mut bytes).unwrap();
        return bytes;
    }
    match str::from_utf8(&file).ok().filter(|_| file.starts_with(START)).and_then(|text| text.split('"').nth(3)) {
        Some(packed) => unpacked(BASE64_STANDARD.decode(packed).unwrap()),
        None => file,
    }
}
