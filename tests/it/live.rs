//! `praxis serve` and `praxis build --watch`: what editors do, and what they see of it.

use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use search_index::{Query, Results, Searcher};
use ureq::http::Method;
use walkdir::WalkDir;

use crate::running::{Preview, Running, eventually};
use crate::support::{Handbook, assert_same, command, copy_case, praxis, tree};

const CASE: &str = "content/cases/erstes-beispiel/case.yaml";
const TEXT: &str = "content/cases/erstes-beispiel/case.md";
const TOPIC: &str = "content/topics/erstes-thema.md";
const PAGE: &str = "praxis/erstes-beispiel.html";

/// Adds a copy of the one case.
fn add_case(handbook: &Handbook, slug: &str) {
    let model = handbook.path("content/cases/erstes-beispiel");
    copy_case(&model, &handbook.path(&format!("content/cases/{slug}")), slug);
}

fn append(handbook: &Handbook, file: &str, text: &str) {
    handbook.edit(file, |before| format!("{before}\n{text}\n"));
}

/// A level that no schema knows; in line 17 of the file.
fn break_case(handbook: &Handbook) {
    handbook.edit(CASE, |text| text.replace("level: not-stated", "level: not-statet"));
}

fn mend_case(handbook: &Handbook) {
    handbook.edit(CASE, |text| text.replace("level: not-statet", "level: not-stated"));
}

#[test]
fn a_change_is_seen_at_once() {
    let handbook = Handbook::small();
    let preview = Preview::start(&handbook, &[]);
    let mut events = preview.events();
    let first = events.wait("the present state", |_| true);
    append(&handbook, TEXT, "Ein neuer Satz.");
    let next = events.wait("the next edition", |view| view["number"].as_u64() > first["number"].as_u64());
    assert_eq!(next["problems"], serde_json::Value::Null);
    assert_eq!(next["stylesOnly"], false);
    let page = preview.get(PAGE);
    assert!(page.text().contains("Ein neuer Satz."));
    assert!(page.text().contains(&format!("src=\"/_praxis/live.js\" data-number=\"{}\"", next["number"])));
}

#[test]
fn an_error_leaves_the_last_good_page() {
    let handbook = Handbook::small();
    let preview = Preview::start(&handbook, &[]);
    let mut events = preview.events();
    break_case(&handbook);
    append(&handbook, TEXT, "Ein neuer Satz.");
    let view = events.wait("the error", |view| !view["problems"].is_null());
    let report = view["problems"]["report"].as_str().unwrap();
    for wanted in [format!("{CASE}:17:"), "not-statet".to_owned(), "Hilfe: ".to_owned(), "„not-stated“".to_owned()]
    {
        assert!(report.contains(&wanted), "{wanted}: {report}");
        preview.program.hears(&wanted);
    }
    assert!(view["problems"]["title"].as_str().unwrap().starts_with("1 Fehler"), "{view}");
    let page = preview.get(PAGE);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("Ein neuer Satz."));
    // Whoever opens a page only now is told as well.
    preview.events().wait("the error again", |view| !view["problems"].is_null());

    mend_case(&handbook);
    events.wait("no error", |view| view["problems"].is_null());
    assert!(preview.get(PAGE).text().contains("Ein neuer Satz."));
}

#[test]
fn a_deleted_case_is_gone_at_once() {
    let handbook = Handbook::small();
    let preview = Preview::start(&handbook, &[]);
    let mut events = preview.events();
    add_case(&handbook, "zweites");
    preview.answers("praxis/zweites.html", 200);
    fs::remove_dir_all(handbook.path("content/cases/zweites")).unwrap();
    preview.answers("praxis/zweites.html", 404);

    // Also while other pages lead to it.
    add_case(&handbook, "drittes");
    append(&handbook, TOPIC, "Siehe [das dritte](case:drittes).");
    preview.answers("praxis/drittes.html", 200);
    preview.shows("themen/erstes-thema.html", "drittes.html");
    fs::remove_dir_all(handbook.path("content/cases/drittes")).unwrap();
    preview.answers("praxis/drittes.html", 404);
    preview.answers("praxis/drittes", 404);
    events.wait("the broken link", |view| {
        view["problems"]["report"].as_str().is_some_and(|text| text.contains("drittes"))
    });
    assert_eq!(preview.get("themen/erstes-thema.html").status, 200);
    handbook.edit(TOPIC, |text| text.replace("Siehe [das dritte](case:drittes).", ""));
    events.wait("no error", |view| view["problems"].is_null());
    assert_eq!(preview.get("praxis/drittes.html").status, 404);
}

#[test]
fn content_that_goes_and_comes_back_is_followed() {
    let handbook = Handbook::small();
    let preview = Preview::start(&handbook, &[]);
    let mut events = preview.events();
    for round in 0..3 {
        fs::rename(handbook.path("content"), handbook.path("beiseite")).unwrap();
        let view = events.wait("no handbook", |view| !view["problems"].is_null());
        assert!(view["problems"]["report"].as_str().unwrap().contains("content/handbook.yaml"), "{view}");
        assert_eq!(preview.get("index.html").status, 200);
        fs::rename(handbook.path("beiseite"), handbook.path("content")).unwrap();
        events.wait("the handbook again", |view| view["problems"].is_null());
        append(&handbook, TEXT, &format!("Runde {round}."));
        preview.shows(PAGE, &format!("Runde {round}."));
    }
}

#[test]
fn a_change_of_styles_is_told_from_others() {
    let handbook = Handbook::small();
    let preview = Preview::start(&handbook, &[]);
    let mut events = preview.events();
    let sheet = handbook.path("themes/handbuch/static/handbuch.css");
    fs::create_dir_all(sheet.parent().unwrap()).unwrap();
    for colour in ["red", "green"] {
        fs::write(&sheet, format!("body {{ color: {colour} }}")).unwrap();
        events.wait("new styles", |view| view["stylesOnly"] == true);
        assert!(preview.get("assets/handbuch.css").text().contains(colour));
    }
    // In one edition with a text they are a change like others.
    fs::write(&sheet, "body { color: blue }").unwrap();
    append(&handbook, TEXT, "Ein neuer Satz.");
    eventually("a reload for the text", || {
        let view = events.wait("an edition", |_| true);
        (view["stylesOnly"] == false).then_some(())
    });
    preview.shows("assets/handbuch.css", "blue");
    preview.shows(PAGE, "Ein neuer Satz.");
}

/// Asks the index that a preview serves.
fn found(preview: &Preview, text: &str) -> Results {
    let mut searcher = Searcher::open(preview.get("suche/index.gz").body).unwrap();
    searcher.add_texts(preview.get("suche/texts.gz").body).unwrap();
    searcher.search(&Query { text: text.to_owned(), limit: 100, ..Query::default() })
}

/// In a handbook of some size, cases that were changed are laid over an index of all cases.
#[test]
fn the_search_follows() {
    let handbook = Handbook::small();
    (10..50).for_each(|number| add_case(&handbook, &format!("fall-{number}")));
    let preview = Preview::start(&handbook, &[]);
    let whole = preview.get("suche/index.gz").body.len();
    assert_eq!(found(&preview, "Kuckucksuhr").total, 0);

    append(&handbook, "content/cases/fall-20/case.md", "Eine Kuckucksuhr im Flur.");
    preview.shows("praxis/fall-20.html", "Kuckucksuhr");
    let results = found(&preview, "Kuckucksuhren");
    assert_eq!(results.hits.iter().map(|hit| hit.slug.as_str()).collect::<Vec<_>>(), ["fall-20"]);
    assert!(results.hits[0].extract.iter().any(|piece| piece.marked && piece.text == "Kuckucksuhr"), "{results:?}");
    assert!(preview.get("suche/index.gz").body.len() > whole, "a layer is put behind the index");

    fs::remove_dir_all(handbook.path("content/cases/fall-30")).unwrap();
    preview.answers("praxis/fall-30.html", 404);
    let answers = |results: Results| {
        (results.total, results.facets, results.hits.into_iter().map(|hit| hit.slug).collect::<Vec<_>>())
    };
    let laid_over = answers(found(&preview, ""));
    assert_eq!(laid_over.0, 40);
    // Another preview begins with an index of all.
    let anew = Preview::start(&handbook, &[]);
    assert_eq!(laid_over, answers(found(&anew, "")));
    let scores = |results: Results| results.hits.into_iter().map(|hit| (hit.slug, hit.score)).collect::<Vec<_>>();
    assert_eq!(scores(found(&preview, "Kuckucksuhr Beispiel")), scores(found(&anew, "Kuckucksuhr Beispiel")));
}

#[test]
fn addresses_are_answered_as_by_a_web_server() {
    let handbook = Handbook::small();
    let preview = Preview::start(&handbook, &[]);
    let page = preview.get(PAGE);
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(preview.get("praxis/erstes-beispiel").body, page.body);
    assert_eq!(preview.get("").body, preview.get("index.html").body);
    assert_eq!(preview.get("praxis/").body, preview.get("praxis/index.html").body);
    let folder = preview.get("praxis");
    assert_eq!((folder.status, folder.headers["location"].as_bytes()), (307, &b"/praxis/"[..]));
    assert_eq!(preview.get("assets/handbuch.css").headers["content-type"], "text/css; charset=utf-8");
    assert!(!preview.get("assets/handbuch.css").text().contains("_praxis"));

    let head = preview.ask(Method::HEAD, PAGE, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.headers["content-length"].to_str().unwrap(), page.body.len().to_string());
    assert_eq!(preview.ask(Method::DELETE, PAGE, &[]).status, 405);

    for path in [
        "gibt-es-nicht.html",
        "praxis/gibt-es-nicht",
        "../content/handbook.yaml",
        "%2e%2e/content/handbook.yaml",
        ".praxis-files",
    ] {
        let missing = preview.get(path);
        assert_eq!(missing.status, 404, "{path}");
        assert!(missing.text().contains("</html>"), "{path}");
    }
    for (host, status) in
        [("example.org", 403), ("127.0.0.1.example.org:80", 403), ("localhost:1", 200), ("127.0.0.1", 200)]
    {
        assert_eq!(preview.ask(Method::GET, PAGE, &[("Host", host)]).status, status, "{host}");
        assert_eq!(preview.ask(Method::GET, "_praxis/live.js", &[("Host", host)]).status, status, "{host}");
    }
}

#[test]
fn a_taken_port_is_named_with_a_free_one() {
    let handbook = Handbook::small();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let run = handbook.run(&["serve", "--port", &port.to_string()]).expect(2);
    let free: u16 = run.stderr.split("--port ").nth(1).unwrap().trim().parse().unwrap();
    assert!(run.stderr.contains(&format!("Port {port} ist belegt; frei ist {free}")), "{}", run.stderr);
    assert!((port + 1..=port + 10).contains(&free));

    // Without a wish, the usual port or one of the next. Somebody else may hold it already.
    let usual = TcpListener::bind("127.0.0.1:4400");
    let preview = Preview::listen(Running::start(&handbook, &["serve"]));
    drop(usual);
    let port: u16 = preview.address.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
    assert!((4401..=4410).contains(&port), "{port}");
    assert_eq!(preview.get("index.html").status, 200);
}

#[test]
fn signals_end_it_cleanly() {
    let handbook = Handbook::small();
    for signal in ["INT", "TERM"] {
        let preview = Preview::start(&handbook, &[]);
        let mut open = preview.events();
        open.wait("the present state", |_| true);
        assert_eq!(preview.program.stop(signal), Some(0), "serve, {signal}");

        let watching = Running::start(&handbook, &["build", "--watch"]);
        watching.hears("zum Ansehen");
        assert_eq!(watching.stop(signal), Some(0), "build, {signal}");
        handbook.expect_no_leftovers();
    }
}

#[test]
fn polling_sees_the_same() {
    let handbook = Handbook::small();
    let preview = Preview::start(&handbook, &["--poll", "0.1"]);
    append(&handbook, TEXT, "Ein neuer Satz.");
    preview.shows(PAGE, "Ein neuer Satz.");
    fs::remove_dir_all(handbook.path("content/cases/erstes-beispiel")).unwrap();
    preview.answers(PAGE, 404);
}

#[test]
fn a_broken_handbook_is_waited_for() {
    let handbook = Handbook::small();
    break_case(&handbook);
    let preview = Preview::start(&handbook, &[]);
    let waiting = preview.get(PAGE);
    assert_eq!(waiting.status, 503);
    assert!(waiting.text().contains("Noch keine Vorschau") && waiting.text().contains("_praxis/live.js"));
    preview.events().wait("the error", |view| !view["problems"].is_null());
    mend_case(&handbook);
    preview.answers(PAGE, 200);
}

#[test]
fn a_missing_handbook_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap();
    let run = praxis(["serve", "--port", "0", "--root", root]).expect(1);
    assert!(run.stderr.contains("kein Handbuch") && run.stderr.contains("--root"), "{}", run.stderr);
}

#[test]
fn a_build_that_watches_follows() {
    let handbook = Handbook::small();
    let mut watching = Running::start(&handbook, &["build", "--watch", "--quiet"]);
    let page = handbook.public().join(PAGE);
    let shows = |text: &str| {
        eventually(text, || fs::read_to_string(&page).is_ok_and(|page| page.contains(text)).then_some(()));
    };
    shows("Beschreiben Sie hier");
    append(&handbook, TEXT, "Ein neuer Satz.");
    shows("Ein neuer Satz.");
    break_case(&handbook);
    append(&handbook, TEXT, "Noch einer.");
    watching.hears("not-statet");
    shows("Ein neuer Satz.");
    mend_case(&handbook);
    shows("Noch einer.");
    assert!(watching.is_alive());
}

/// Somebody else builds into the same folder, for longer than a change waits.
#[test]
fn a_build_that_watches_waits_for_another_run() {
    let handbook = Handbook::small();
    let mut watching = Running::start(&handbook, &["build", "--watch"]);
    watching.hears("zum Ansehen");
    let path = handbook.path(".public.lock");
    let other = File::create(&path).unwrap();
    other.lock().unwrap();
    append(&handbook, TEXT, "Ein neuer Satz.");
    watching.hears("ein anderer Lauf schreibt gerade");
    let before = tree(&handbook.public());
    assert!(watching.is_alive());
    fs::remove_file(&path).unwrap();
    drop(other);
    eventually("a build after the other one", || (tree(&handbook.public()) != before).then_some(()));
    assert!(watching.is_alive());
    assert_eq!(watching.said().matches("ein anderer Lauf").count(), 1, "{}", watching.said());
    assert_eq!(watching.stop("INT"), Some(0));
    assert_same(&tree(&handbook.public()), &handbook.build());
}

/// A file of somebody else in the site is refused, not deleted; once it is gone, building goes on.
#[test]
fn a_build_that_watches_survives_foreign_files() {
    let handbook = Handbook::small();
    let mut watching = Running::start(&handbook, &["build", "--watch"]);
    watching.hears("zum Ansehen");
    let foreign = handbook.public().join("notizen.txt");
    fs::write(&foreign, "x").unwrap();
    append(&handbook, TEXT, "Ein neuer Satz.");
    watching.hears("notizen.txt");
    assert!(watching.is_alive());
    fs::remove_file(&foreign).unwrap();
    append(&handbook, TEXT, "Noch einer.");
    let page = handbook.public().join(PAGE);
    eventually("the next build", || fs::read_to_string(&page).unwrap().contains("Noch einer.").then_some(()));
}

/// Where a user may watch only a few folders, in a namespace of its own. `PRAXIS_NO_MOUNT=1` leaves it out.
#[test]
fn a_system_without_room_for_watches_is_polled() {
    if env::var_os("PRAXIS_NO_MOUNT").is_some() {
        eprintln!("left out: PRAXIS_NO_MOUNT is set");
        return;
    }
    let handbook = Handbook::small();
    // As many as there are folders, and one less.
    let folders = 1 + WalkDir::new(handbook.path("content"))
        .into_iter()
        .filter(|entry| entry.as_ref().unwrap().file_type().is_dir())
        .count();
    for limit in [folders, folders - 1] {
        let script = "echo $0 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
        let program = command(["serve", "--port", "0", "--root"]);
        let started = Command::new("unshare")
            .args(["--user", "--map-root-user", "sh", "-c", script, &limit.to_string()])
            .arg(program.get_program())
            .args(program.get_args())
            .arg(handbook.root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let preview = Preview::listen(Running::listen(started));
        let slug = format!("neu-{limit}");
        assert_eq!(preview.program.said().contains("max_user_watches"), limit < folders, "{}", preview.program.said());
        add_case(&handbook, &slug);
        preview.answers(&format!("praxis/{slug}.html"), 200);
        preview.program.hears("max_user_watches");
        append(&handbook, &format!("content/cases/{slug}/case.md"), "Ein neuer Satz.");
        preview.shows(&format!("praxis/{slug}.html"), "Ein neuer Satz.");
        fs::remove_dir_all(handbook.path(&format!("content/cases/{slug}"))).unwrap();
        assert_eq!(preview.program.stop("INT"), Some(0));
    }
}
