//! What pages, the feed and `praxis changes` make of the commits of real repositories.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use atom_syndication::{Feed, TextType};
use serde_json::{Value, json};

use crate::git::Repository;
use crate::support::{Handbook, Run, Tree, assert_same, command, copy_tree, finish, praxis, repository, tree};

/// The case that tests change, rename and remove.
const FAIR: &str = "job-messe-musterstadt";

/// The other case of the smallest handbook.
const NETWORK: &str = "netzwerk-beispielkreis";

/// Address of the site.
const BASE: &str = "https://example.org/amt/";

/// A handbook in a repository of its own, committed on 1 March 2026. No text refers to [`FAIR`].
fn started() -> (Handbook, Repository) {
    let handbook = Handbook::minimal();
    handbook.edit("content/topics/vermittlung.md", |text| text.replace(&format!("[Messe](case:{FAIR})"), "Messe"));
    fs::write(handbook.path(".gitignore"), "public\n").unwrap();
    let git = Repository::at(handbook.root());
    git.commit("2026-03-01T10:00:00+01:00", "Add the handbook");
    (handbook, git)
}

/// Adds a sentence to a case.
fn touch(handbook: &Handbook, slug: &str, sentence: &str) {
    handbook.edit(&format!("content/cases/{slug}/case.md"), |text| format!("{text}\n{sentence}\n"));
}

/// Builds with an address, and returns the site by path.
#[track_caller]
fn build(handbook: &Handbook) -> Tree {
    handbook.run(&["build", "--quiet", "--base-url", BASE]).expect(0);
    tree(&handbook.public())
}

/// A page as text.
fn page(site: &Tree, path: &str) -> String {
    String::from_utf8(site[path].clone()).unwrap()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start:?} in {text}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end:?} after {start:?}")).0
}

/// First publication, last change and list of changes, as the page of a case says them.
fn dates(site: &Tree, slug: &str) -> (String, String, Vec<String>) {
    let page = page(site, &format!("praxis/{slug}.html"));
    let fact = |name: &str| between(&page, &format!("<dt>{name}</dt><dd>"), "</dd>").to_owned();
    let changes = match page.split_once("<details class=\"prose changes\">") {
        Some((_, rest)) => {
            let (list, _) = rest.split_once("</details>").unwrap();
            list.split("<li><time datetime=")
                .skip(1)
                .map(|item| between(item, ">", "</li>").replace("</time>", ""))
                .collect()
        }
        None => Vec::new(),
    };
    (fact("Zuerst veröffentlicht"), fact("Zuletzt geändert"), changes)
}

/// Fails unless the page of a case has these dates.
#[track_caller]
pub fn check_dates(site: &Tree, slug: &str, first: &str, last: &str, changes: &[&str]) {
    let changes = changes.iter().map(|change| (*change).to_owned()).collect();
    assert_eq!(dates(site, slug), (first.to_owned(), last.to_owned(), changes));
}

/// The feed of a site.
pub fn feed(site: &Tree) -> Feed {
    Feed::read_from(&*site["feed.xml"]).unwrap()
}

/// `praxis changes` as JSON.
#[track_caller]
fn changes(handbook: &Handbook, since: &str) -> Value {
    let run = handbook.run(&["changes", "--json", "--base-url", BASE, "--since", since]).expect(0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Slugs in a list of changes.
fn slugs<'v>(changes: &'v Value, list: &str) -> Vec<&'v str> {
    changes[list].as_array().unwrap().iter().map(|entry| entry["slug"].as_str().unwrap()).collect()
}

#[test]
fn a_case_is_as_old_as_its_first_commit_and_as_new_as_its_last() {
    let (handbook, git) = started();
    touch(&handbook, FAIR, "Für Fahrkarten ist gesorgt.");
    git.commit("2026-04-02T23:30:00+02:00", "Prüfe Fahrkarten für Gäste\n\nMehr dazu.\n");
    touch(&handbook, FAIR, "Es gibt Tee.");
    git.commit(
        "2026-05-03T09:00:00+02:00",
        "Fix\n\nHandbuch: Angaben zur Bewirtung\n  ergänzt.\n\nSigned-off-by: Erika <e@example.org>\n",
    );
    touch(&handbook, FAIR, "Es gibt auch Kaffee.");
    git.commit("2026-06-01T09:00:00+02:00", "Tippfehler\n\nHandbuch: -\n");
    handbook.edit("content/topics/vermittlung.md", |text| format!("{text}\nNoch ein Satz.\n"));
    git.commit("2026-07-01T09:00:00+02:00", "Anderes Thema");
    touch(&handbook, FAIR, "Das ist noch nicht committet.");

    let site = build(&handbook);
    let expected = [
        "3. Mai 2026: Angaben zur Bewirtung ergänzt.",
        "2. April 2026: Prüfe Fahrkarten für Gäste",
        "1. März 2026: veröffentlicht",
    ];
    check_dates(&site, FAIR, "1. März 2026", "3. Mai 2026", &expected);
    check_dates(&site, NETWORK, "1. März 2026", "1. März 2026", &["1. März 2026: veröffentlicht"]);
    // The date of the review is another one, and stands beside.
    assert!(page(&site, &format!("praxis/{FAIR}.html")).contains("<dt>Zuletzt geprüft</dt>"));

    let sitemap = page(&site, "sitemap.xml");
    assert!(
        sitemap.contains(&format!("<loc>{BASE}praxis/{FAIR}.html</loc><lastmod>2026-05-03</lastmod>")),
        "{sitemap}"
    );
    assert!(sitemap.contains(&format!("<loc>{BASE}neu.html</loc>")), "{sitemap}");
    assert!(page(&site, &format!("praxis/{FAIR}.html")).contains("\"datePublished\":\"2026-03-01\""));
    let everything = site.iter().filter(|(name, _)| name.ends_with(".html") || name.ends_with(".xml"));
    for (name, bytes) in everything {
        assert!(!String::from_utf8_lossy(bytes).contains("Musterfrau"), "{name} names who committed");
    }
}

#[test]
fn what_a_message_says_can_do_no_harm() {
    let (handbook, git) = started();
    let long = format!("{} Ende", "Wörter ".repeat(60));
    let hostile = [
        "<script>alert(1)</script> & \"Zitat\"",
        "Dank an erika@example.org für Daten",
        &long,
        "\u{202e}kcurT\u{202c} ]]> {{ labels }}",
        "",
    ];
    for (day, subject) in hostile.iter().enumerate() {
        touch(&handbook, FAIR, &format!("Satz {day}."));
        git.git(&["add", "--all"]);
        let date = format!("2026-04-0{}T10:00:00+02:00", day + 1);
        git.git_at(&date, &["commit", "--quiet", "--allow-empty-message", "--cleanup=verbatim", "--message", subject]);
    }
    let site = build(&handbook);
    let (_, last, changes) = dates(&site, FAIR);
    assert_eq!(last, "5. April 2026");
    assert_eq!(changes[0], "5. April 2026: geändert");
    assert_eq!(changes[1], "4. April 2026: kcurT ]]&gt; {{ labels }}");
    assert!(changes[2].ends_with("Wörter …") && changes[2].chars().count() < 230, "{}", changes[2]);
    assert_eq!(changes[3], "2. April 2026: Dank an für Daten");
    assert!(changes[4].contains("&lt;script&gt;"), "{}", changes[4]);
    for (name, bytes) in &site {
        assert!(!String::from_utf8_lossy(bytes).contains("<script>alert"), "{name}");
    }
    let entries = feed(&site).entries;
    let entry = entries.iter().find(|entry| entry.updated.to_rfc3339().starts_with("2026-04-01")).unwrap();
    assert_eq!(entry.summary.as_ref().unwrap().value, hostile[0]);
}

#[test]
fn a_renamed_case_keeps_its_history() {
    let (handbook, git) = started();
    touch(&handbook, FAIR, "Es gibt Tee.");
    git.commit("2026-04-01T10:00:00+02:00", "Tee");
    let before = feed(&build(&handbook));
    fs::rename(handbook.path(&format!("content/cases/{FAIR}")), handbook.path("content/cases/job-messe")).unwrap();
    handbook
        .edit("content/cases/job-messe/case.yaml", |text| text.replace("aliases: [", &format!("aliases: [{FAIR}, ")));
    touch(&handbook, "job-messe", "Es gibt Kaffee.");
    git.commit("2026-05-01T10:00:00+02:00", "Kürzerer Name");
    touch(&handbook, "job-messe", "Es gibt Kuchen.");
    git.commit("2026-06-01T10:00:00+02:00", "Kuchen");
    let site = build(&handbook);
    let expected =
        ["1. Juni 2026: Kuchen", "1. Mai 2026: Kürzerer Name", "1. April 2026: Tee", "1. März 2026: veröffentlicht"];
    check_dates(&site, "job-messe", "1. März 2026", "1. Juni 2026", &expected);

    // Readers who have seen an entry are not shown it again; its link leads to the present name.
    let after = feed(&site);
    let ids = |feed: &Feed| feed.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
    assert!(ids(&before).iter().all(|id| ids(&after).contains(id)), "{:?} {:?}", ids(&before), ids(&after));
    assert!(after.entries.iter().all(|entry| !entry.links[0].href.contains(FAIR)));

    let since = changes(&handbook, "2026-05-01");
    assert_eq!(slugs(&since, "renamed"), ["job-messe"]);
    assert_eq!(since["renamed"][0]["former_slug"], FAIR);
    assert_eq!(since["renamed"][0]["changes"], json!(["Kuchen", "Kürzerer Name"]));
}

#[test]
fn a_removed_case_begins_anew_unless_it_is_taken_back() {
    let (handbook, git) = started();
    let folder = handbook.path(&format!("content/cases/{FAIR}"));
    fs::remove_dir_all(&folder).unwrap();
    git.commit("2026-04-01T10:00:00+02:00", "Aus Versehen gelöscht");
    let removal = changes(&handbook, "2026-04-01");
    assert_eq!(
        removal["removed"],
        json!([{ "slug": FAIR, "title": "Job-Messe für geflüchtete Menschen in Musterstadt", "date": "2026-04-01", "changes": ["Aus Versehen gelöscht"] }])
    );
    git.git_at("2026-04-02T10:00:00+02:00", &["revert", "--no-edit", "HEAD"]);
    check_dates(&build(&handbook), FAIR, "1. März 2026", "1. März 2026", &["1. März 2026: veröffentlicht"]);

    fs::remove_dir_all(&folder).unwrap();
    git.commit("2026-05-01T10:00:00+02:00", "Vorbei");
    copy_tree(&repository().join("tests/sites/minimal/content/cases").join(FAIR), &folder, &|_, bytes| bytes);
    handbook.edit(&format!("content/cases/{FAIR}/case.yaml"), |text| text.replace("running, since: 2024", "unknown"));
    git.commit("2026-06-01T10:00:00+02:00", "Eine andere Messe");
    check_dates(&build(&handbook), FAIR, "1. Juni 2026", "1. Juni 2026", &["1. Juni 2026: veröffentlicht"]);
    assert_eq!(slugs(&changes(&handbook, "2026-05-15"), "new"), [FAIR]);
}

#[test]
fn what_lies_on_a_branch_is_published_by_the_merge() {
    let (handbook, git) = started();
    git.git(&["checkout", "--quiet", "-b", "zweig"]);
    touch(&handbook, FAIR, "Eins.");
    git.commit("2026-04-01T10:00:00+02:00", "Zwischenstand");
    touch(&handbook, FAIR, "Zwei.");
    git.commit("2026-04-02T10:00:00+02:00", "Noch ein Zwischenstand");
    git.git(&["checkout", "--quiet", "main"]);
    touch(&handbook, NETWORK, "Auf dem Hauptzweig.");
    git.commit("2026-04-15T10:00:00+02:00", "Netzwerk");
    let tip = git.head();
    git.git_at(
        "2026-05-01T10:00:00+02:00",
        &["merge", "--quiet", "--no-ff", "--message", "Merge branch 'zweig'", "zweig"],
    );
    let site = build(&handbook);
    let expected = ["1. Mai 2026: Noch ein Zwischenstand; Zwischenstand", "1. März 2026: veröffentlicht"];
    check_dates(&site, FAIR, "1. März 2026", "1. Mai 2026", &expected);
    check_dates(
        &site,
        NETWORK,
        "1. März 2026",
        "15. April 2026",
        &["15. April 2026: Netzwerk", "1. März 2026: veröffentlicht"],
    );
    // The commits of the branch are older than the day, and the tip of that day; both ways of asking find them.
    for since in ["2026-04-20", &tip] {
        assert_eq!(slugs(&changes(&handbook, since), "changed"), [FAIR], "{since}");
    }

    // Words for readers in the merge stand for all that it brings.
    let message = "Merge branch 'zweig'\n\nHandbuch: Ablauf der Messe beschrieben\n";
    git.git_at("2026-05-01T10:00:00+02:00", &["commit", "--quiet", "--amend", "--message", message]);
    let expected = ["1. Mai 2026: Ablauf der Messe beschrieben", "1. März 2026: veröffentlicht"];
    check_dates(&build(&handbook), FAIR, "1. März 2026", "1. Mai 2026", &expected);
}

#[test]
fn work_under_a_former_name_counts() {
    let (handbook, git) = started();
    git.git(&["checkout", "--quiet", "-b", "zweig"]);
    touch(&handbook, FAIR, "Unter dem alten Namen.");
    git.commit("2026-04-10T10:00:00+02:00", "Auf dem Zweig");
    git.git(&["checkout", "--quiet", "main"]);
    git.git(&["mv", &format!("content/cases/{FAIR}"), "content/cases/job-messe"]);
    git.commit("2026-04-05T10:00:00+02:00", "Umbenannt");
    git.git_at("2026-05-01T10:00:00+02:00", &["merge", "--quiet", "--message", "Merge", "zweig"]);
    let expected = ["1. Mai 2026: Auf dem Zweig", "5. April 2026: Umbenannt", "1. März 2026: veröffentlicht"];
    check_dates(&build(&handbook), "job-messe", "1. März 2026", "1. Mai 2026", &expected);
}

#[test]
fn removed_on_one_branch_and_changed_on_another_it_is_still_there() {
    let (handbook, git) = started();
    git.git(&["checkout", "--quiet", "-b", "zweig"]);
    handbook.edit(&format!("content/cases/{FAIR}/case.yaml"), |text| text.replace("since: 2024", "since: 2023"));
    git.commit("2026-04-10T10:00:00+02:00", "Auf dem Zweig");
    git.git(&["checkout", "--quiet", "main"]);
    git.git(&["rm", "--quiet", "-r", &format!("content/cases/{FAIR}")]);
    git.commit("2026-04-05T10:00:00+02:00", "Gelöscht");
    // The conflict is settled in favour of the branch.
    git.git(&["merge", "--quiet", "--no-commit", "--strategy=ours", "zweig"]);
    git.git(&["checkout", "zweig", "--", &format!("content/cases/{FAIR}")]);
    git.commit("2026-05-01T10:00:00+02:00", "Merge");
    let (first, ..) = dates(&build(&handbook), FAIR);
    assert_eq!(first, "1. März 2026");
}

#[test]
fn a_handbook_may_lie_in_a_folder_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("unter/Größe 1");
    copy_tree(&repository().join("tests/sites/minimal"), &root, &|_, bytes| bytes);
    copy_tree(&repository().join("tests/sites/minimal"), &folder.path().join("anderes"), &|_, bytes| bytes);
    let git = Repository::at(folder.path());
    git.commit("2026-03-01T10:00:00+01:00", "Anfang");
    let edit = |place: &Path, sentence: &str| {
        let path = place.join("content/cases").join(FAIR).join("case.md");
        fs::write(&path, format!("{}\n{sentence}\n", fs::read_to_string(&path).unwrap())).unwrap();
    };
    edit(&root, "Eins.");
    git.commit("2026-04-01T10:00:00+01:00", "Dieses Handbuch");
    edit(&folder.path().join("anderes"), "Zwei.");
    git.commit("2026-05-01T10:00:00+01:00", "Ein anderes Handbuch");
    // From inside as well as by a path that leads there.
    for (place, way) in [(folder.path(), "unter/Größe 1"), (&*root, ".")] {
        let mut build = command(["build", "--quiet", "--root", way]);
        finish(build.current_dir(place).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()).expect(0);
        let site = tree(&root.join("public"));
        check_dates(
            &site,
            FAIR,
            "1. März 2026",
            "1. April 2026",
            &["1. April 2026: Dieses Handbuch", "1. März 2026: veröffentlicht"],
        );
    }
}

/// Fails unless a site says nowhere when anything was published.
#[track_caller]
fn expect_unknown(site: &Tree) {
    check_dates(site, FAIR, "nicht bekannt", "nicht bekannt", &[]);
    assert!(!site.contains_key("feed.xml"), "a feed of nothing");
    let news = page(site, "neu.html");
    assert!(news.contains("ist nicht bekannt, wann") && news.contains("content=\"noindex\""), "{news}");
    assert!(!page(site, "sitemap.xml").contains("neu.html"));
    assert!(site.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("application/atom+xml")));
}

#[test]
fn a_shallow_clone_gives_no_dates_and_the_build_says_how_to_cure_it() {
    let (handbook, git) = started();
    touch(&handbook, FAIR, "Eins.");
    git.commit("2026-04-01T10:00:00+02:00", "Zwei");
    let expected = build(&handbook);
    let elsewhere = tempfile::tempdir().unwrap();
    let clone = elsewhere.path().join("klon");
    let address = format!("file://{}", handbook.root().display());
    git.git(&["clone", "--quiet", "--depth", "1", &address, clone.to_str().unwrap()]);
    let build_clone = || praxis(["build", "--base-url", BASE, "--root", clone.to_str().unwrap()]).expect(0);
    let run = build_clone();
    for cure in ["git fetch --unshallow", "GIT_DEPTH: 0", "fetch-depth: 0"] {
        assert!(run.stderr.contains(cure), "{}", run.stderr);
    }
    expect_unknown(&tree(&clone.join("public")));
    let web = elsewhere.path().join("web");
    for command in [&["bundle"][..], &["publish", "--to", web.to_str().unwrap()]] {
        let run = praxis([command, &["--root", clone.to_str().unwrap()]].concat()).expect(0);
        assert!(run.stderr.contains("git fetch --unshallow"), "{command:?}: {}", run.stderr);
    }
    let strict = praxis(["check", "--strict", "--format", "json", "--root", clone.to_str().unwrap()]).expect(0);
    assert!(strict.stdout.contains("history-unavailable"), "{}", strict.stdout);
    let changes = praxis(["changes", "--since", "HEAD", "--root", clone.to_str().unwrap()]).expect(2);
    assert!(changes.stderr.contains("git fetch --unshallow"), "{}", changes.stderr);

    // The cure helps, and the same commit gives the same site wherever it lies.
    git.git(&["-C", clone.to_str().unwrap(), "fetch", "--quiet", "--unshallow"]);
    assert!(!build_clone().stderr.contains("unshallow"));
    assert_same(&expected, &tree(&clone.join("public")));
}

#[test]
fn without_git_nothing_is_known_and_nothing_fails() {
    let (handbook, git) = started();
    let mut without =
        command(["build", "--base-url", BASE, "--root"].map(Path::new).into_iter().chain([handbook.root()]));
    without.env("PATH", "/nonexistent");
    let run = finish(without.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()).expect(0);
    assert!(!run.stderr.contains("git"), "{}", run.stderr);
    expect_unknown(&tree(&handbook.public()));

    // A repository without commits, and one that does not hold the handbook.
    let (empty, foreign) = (Handbook::minimal(), Handbook::minimal());
    Repository::at(empty.root());
    fs::write(foreign.path(".gitignore"), "content\npublic\n").unwrap();
    Repository::at(foreign.root()).commit("2026-03-01T10:00:00+01:00", "Nur anderes");
    let none = Handbook::minimal();
    for handbook in [&empty, &foreign, &none] {
        expect_unknown(&build(handbook));
        let run = handbook.run(&["changes", "--since", "2026-01-01"]).expect(2);
        assert!(run.stderr.contains("kennt git keine Geschichte"), "{}", run.stderr);
    }
    drop(git);
}

#[test]
fn a_damaged_repository_is_no_reason_to_fail() {
    let (handbook, git) = started();
    let tree_object = git.git(&["rev-parse", "HEAD^{tree}"]);
    let (folder, name) = tree_object.split_at(2);
    fs::remove_file(handbook.path(&format!(".git/objects/{folder}/{name}"))).unwrap();
    let run = handbook.run(&["build", "--base-url", BASE]).expect(0);
    assert!(run.stderr.contains("git fsck"), "{}", run.stderr);
    expect_unknown(&tree(&handbook.public()));
}

#[test]
fn no_clock_can_put_a_change_before_the_beginning() {
    let (handbook, git) = started();
    for (date, subject) in
        [("@0 +0000", "Zeit null"), ("@4102444800 +1400", "Das Jahr 2100"), ("2026-04-01T00:10:00+02:00", "Heute")]
    {
        touch(&handbook, FAIR, subject);
        git.commit(date, subject);
    }
    let site = build(&handbook);
    let expected = [
        "1. Januar 2100: Das Jahr 2100",
        "1. April 2026: Heute",
        "1. März 2026: veröffentlicht",
        "1. Januar 1970: Zeit null",
    ];
    check_dates(&site, FAIR, "1. März 2026", "1. Januar 2100", &expected);
    assert_eq!(feed(&site).updated.to_rfc3339(), "2100-01-01T14:00:00+14:00");
    assert!(page(&site, "neu.html").contains("Januar 1970"));
}

#[test]
fn the_feed_is_valid_and_complete() {
    let (handbook, git) = started();
    touch(&handbook, FAIR, "Eins.");
    git.commit("2026-04-01T10:00:00+02:00", "Morgens & früh");
    touch(&handbook, FAIR, "Zwei.");
    git.commit("2026-04-01T18:00:00+02:00", "Abends");
    let site = build(&handbook);
    let feed = feed(&site);
    assert_eq!(feed.title.value, "Kleines Handbuch: neu und geändert");
    assert_eq!(feed.id, format!("{BASE}feed.xml"));
    assert_eq!(feed.updated.to_rfc3339(), "2026-04-01T18:00:00+02:00");
    assert_eq!(feed.lang.as_deref(), Some("de"));
    assert_eq!(feed.authors.iter().map(|author| &*author.name).collect::<Vec<_>>(), ["Fachstelle Muster"]);
    let links: Vec<_> = feed.links.iter().map(|link| (&*link.rel, &*link.href)).collect();
    assert_eq!(links, [("self", &*format!("{BASE}feed.xml")), ("alternate", &*format!("{BASE}neu.html"))]);

    let address = |slug: &str| format!("{BASE}praxis/{slug}.html");
    let ids: Vec<&str> = feed.entries.iter().map(|entry| &*entry.id).collect();
    let expected = [
        format!("{}#2026-04-01", address(FAIR)),
        format!("{}#2026-03-01", address(FAIR)),
        format!("{}#2026-03-01", address(NETWORK)),
    ];
    assert_eq!(ids, expected);
    let [changed, new, _] = &feed.entries[..] else { panic!("{ids:?}") };
    assert_eq!(changed.title.value, "Geändert: Job-Messe für geflüchtete Menschen in Musterstadt");
    assert_eq!(changed.summary.as_ref().unwrap().value, "Abends\nMorgens & früh");
    assert!(new.title.value.starts_with("Neu: "));
    assert!(new.summary.as_ref().unwrap().value.starts_with("Das Jobcenter Musterstadt lädt"));
    for entry in &feed.entries {
        assert_eq!(entry.title.r#type, TextType::Text);
        let path = entry.links[0].href.strip_prefix(BASE).unwrap();
        assert!(site.contains_key(path), "{path} is not there");
    }
    for (name, bytes) in site.iter().filter(|(name, _)| name.ends_with(".html") && !name.contains("hub")) {
        let page = String::from_utf8_lossy(bytes);
        assert!(page.contains("type=\"application/atom+xml\"") || page.contains("http-equiv=\"refresh\""), "{name}");
    }
    // Links of a feed need an address.
    let without = handbook.build();
    assert!(!without.contains_key("feed.xml"));
    assert!(!page(&without, "neu.html").contains("feed"));
    assert!(page(&without, "neu.html").contains("Abends"));
}

#[test]
fn lists_of_news_end() {
    let (handbook, git) = started();
    for day in 0..70 {
        for slug in [FAIR, NETWORK] {
            touch(&handbook, slug, &format!("Satz {day}."));
        }
        git.commit(&format!("{} +0000", 1_780_000_000 + day * 86_400), &format!("Tag {day}"));
    }
    let site = build(&handbook);
    assert_eq!(feed(&site).entries.len(), 50);
    let news = page(&site, "neu.html");
    assert_eq!(news.matches("<h3>").count(), 100);
    assert!(news.contains("<p>Tag 69</p>") && !news.contains("<p>Tag 19</p>"));
    let months: Vec<&str> = news.split("<h2 id=\"monat-").skip(1).map(|rest| &rest[..7]).collect();
    assert_eq!(months, ["2026-08", "2026-07", "2026-06"]);
    let (_, _, changes) = dates(&site, FAIR);
    assert_eq!(changes.len(), 50);
    assert!(page(&site, &format!("praxis/{FAIR}.html")).contains("Dazu an 21 früheren Tagen."));
}

#[test]
fn settings_of_a_user_make_no_difference() {
    let (handbook, git) = started();
    git.git(&["mv", &format!("content/cases/{FAIR}"), "content/cases/job-messe"]);
    git.commit("2026-04-01T10:00:00+02:00", "Umbenannt für alle");
    let expected = build(&handbook);
    let settings = [
        ("log.showSignature", "true"),
        ("log.follow", "true"),
        ("log.showRoot", "false"),
        ("log.date", "relative"),
        ("log.diffMerges", "combined"),
        ("log.decorate", "full"),
        ("diff.renames", "false"),
        ("diff.relative", "false"),
        ("diff.noprefix", "true"),
        ("core.quotePath", "true"),
        ("core.abbrev", "4"),
        ("color.ui", "always"),
        ("i18n.logOutputEncoding", "ISO-8859-1"),
        ("format.pretty", "oneline"),
    ];
    let mut other =
        command(["build", "--quiet", "--base-url", BASE, "--root"].map(Path::new).into_iter().chain([handbook.root()]));
    other.env("TZ", "Pacific/Kiritimati").env("GIT_CONFIG_COUNT", settings.len().to_string());
    for (position, (key, value)) in settings.iter().enumerate() {
        other.env(format!("GIT_CONFIG_KEY_{position}"), key).env(format!("GIT_CONFIG_VALUE_{position}"), value);
    }
    finish(other.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()).expect(0);
    assert_same(&expected, &tree(&handbook.public()));
}

#[test]
fn changes_are_listed_for_a_newsletter() {
    let (handbook, git) = started();
    git.git(&["tag", "ausgabe-1"]);
    let new = handbook.path("content/cases/neue-messe");
    copy_tree(&handbook.path(&format!("content/cases/{FAIR}")), &new, &|name, bytes| match name {
        "case.yaml" => {
            let text = String::from_utf8(bytes).unwrap();
            text.replace("  - id: ", "  - id: neue-")
                .replace("Job-Messe", "Neue Messe")
                .replace("[messe-m", "[neue-m")
                .into_bytes()
        }
        _ => bytes,
    });
    git.commit("2026-04-01T10:00:00+02:00", "Neuer Fall");
    touch(&handbook, NETWORK, "Eins.");
    git.commit("2026-05-01T10:00:00+02:00", "Fix\n\nHandbuch: Neue Zahlen");
    let since = changes(&handbook, "ausgabe-1");
    assert_eq!((slugs(&since, "new"), slugs(&since, "changed")), (vec!["neue-messe"], vec![NETWORK]));
    assert_eq!(since["new"][0]["url"], format!("{BASE}praxis/neue-messe.html"));
    assert_eq!(since["changed"][0]["changes"], json!(["Neue Zahlen"]));
    assert_eq!(slugs(&changes(&handbook, "2026-04-02"), "new"), [""; 0]);
    assert_eq!(slugs(&changes(&handbook, "2026-04-01"), "new"), ["neue-messe"]);

    let text = |arguments: &[&str]| -> Run { handbook.run(&[&["changes"], arguments].concat()) };
    let letter = text(&["--since", "ausgabe-1", "--base-url", BASE]).expect(0).stdout;
    let expected = "# Neu und geändert seit ausgabe-1\n\n## Neu\n\n- **Neue Messe für geflüchtete Menschen in Musterstadt** (1. April 2026)\n";
    assert!(letter.starts_with(expected), "{letter}");
    let network = between(&letter, "## Geändert\n\n", ".html\n");
    assert!(network.ends_with(&format!("(1. Mai 2026)\n  - Neue Zahlen\n  {BASE}praxis/{NETWORK}")), "{network}");
    assert!(text(&["--since", "HEAD", "--lang", "en"]).expect(0).stdout.contains("Nothing."));
    for wrong in ["gibt-es-nicht", "2026-13-01", "1.4.2026", "--output=datei", "HEAD..HEAD", "", "HEAD:content"] {
        let run = text(&[&format!("--since={wrong}")]).expect(2);
        assert!(run.stderr.contains("weder ein Commit"), "{wrong}: {}", run.stderr);
    }
    assert!(!handbook.path("datei").exists());
}
