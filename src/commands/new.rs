//! `praxis new`: a case, a topic or a whole small handbook to start from, and what publishes it: the file of a forge, the
//! configuration of a web server. Existing files are never touched.

use std::io::{IsTerminal, Write as _, stderr, stdin};
use std::path::Path;

use anyhow::Result;
use rust_embed::Embed;

use super::{Outcome, deliver, today};
use crate::cli::{Forge, NewCiArgs, NewDocumentArgs, NewServerArgs, NewWhat, WebServer};
use crate::model::{Date, Slug};
use crate::output;

/// Files of a small handbook, and of a case and a topic to fill in.
#[derive(Embed)]
#[folder = "src/commands/new/"]
struct Blueprints;

/// Lists that every German handbook needs, taken from this repository's own.
#[derive(Embed)]
#[folder = "content/vocabulary/"]
#[include = "regions.yaml"]
#[include = "dimensions.yaml"]
struct CommonVocabulary;

/// Creates what was asked for.
pub fn run(what: &NewWhat) -> Result<Outcome> {
    match what {
        NewWhat::Case(args) => {
            let data = ("case/case.yaml", "content/cases/{slug}/case.yaml");
            document(args, &[data, ("case/case.md", "content/cases/{slug}/case.md")], true)
        }
        NewWhat::Topic(args) => document(args, &[("topic.md", "content/topics/{slug}.md")], false),
        NewWhat::Handbook { folder } => handbook(folder),
        NewWhat::Ci(args) => ci(args),
        NewWhat::Server(args) => server(args),
    }
}

/// Creates the files of a document. A case starts as a draft, a topic cannot.
fn document(args: &NewDocumentArgs, files: &[(&str, &str)], draft: bool) -> Result<Outcome> {
    if Slug::parse(&args.slug).is_none() {
        let better = Slug::suggest(&args.slug);
        return Ok(refuse(&format!("„{}“ kann nicht Teil einer Adresse werden; zum Beispiel: {better}", args.slug)));
    }
    if !args.root.join("content/handbook.yaml").is_file() {
        return Ok(refuse(&format!(
            "in „{}“ liegt kein Handbuch; mit --root den Ordner nennen, in dem content/ liegt",
            args.root.display()
        )));
    }
    let targets: Vec<String> = files.iter().map(|(_, target)| target.replace("{slug}", &args.slug)).collect();
    if let Some(taken) = targets.iter().find(|target| args.root.join(target).exists()) {
        return Ok(refuse(&format!("{taken} gibt es schon; einen anderen Namen wählen")));
    }
    let title = title(args)?;
    let words = [("{title}", quoted(&title)), ("{short_title}", quoted(&shortened(&title)))];
    for ((blueprint, _), target) in files.iter().zip(&targets) {
        let text = fill_in(&text_of::<Blueprints>(blueprint), &words)?;
        output::create(&args.root.join(target), &text)?;
        eprintln!("angelegt: {target}");
    }
    eprintln!("weiter: ausfüllen, dann „praxis check{}“", if draft { " --drafts" } else { "" });
    Ok(Outcome::Clean)
}

/// The title as given, as typed, or one to be replaced where nobody can be asked.
fn title(args: &NewDocumentArgs) -> Result<String> {
    if let Some(title) = &args.title {
        return Ok(title.trim().to_owned());
    }
    if stdin().is_terminal() && stderr().is_terminal() {
        eprint!("Titel: ");
        stderr().flush()?;
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        if !line.trim().is_empty() {
            return Ok(line.trim().to_owned());
        }
    }
    Ok(format!("Titel für {}", args.slug))
}

/// The first words of a title, as many as fit into a list.
fn shortened(title: &str) -> String {
    const LONGEST: usize = 30;
    let mut short = String::new();
    for word in title.split_whitespace() {
        if short.chars().count() + word.chars().count() >= LONGEST {
            break;
        }
        short.push_str(if short.is_empty() { "" } else { " " });
        short.push_str(word);
    }
    if short.is_empty() { title.chars().take(LONGEST).collect() } else { short }
}

/// A text as a YAML scalar in double quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text.trim()).to_string()
}

fn handbook(folder: &Path) -> Result<Outcome> {
    if !output::is_free(folder) {
        return Ok(refuse(&format!("„{}“ ist nicht leer; einen neuen Ordner nennen", folder.display())));
    }
    for path in Blueprints::iter() {
        if let Some(target) = path.strip_prefix("handbook/") {
            output::create(&folder.join(target), &fill_in(&text_of::<Blueprints>(&path), &[])?)?;
        }
    }
    for name in CommonVocabulary::iter() {
        output::create(&folder.join("content/vocabulary").join(&*name), &text_of::<CommonVocabulary>(&name))?;
    }
    eprintln!("angelegt: {}", folder.display());
    eprintln!("weiter: praxis build --root {}", folder.display());
    Ok(Outcome::Clean)
}

/// Writes the file by which a forge checks and publishes.
fn ci(args: &NewCiArgs) -> Result<Outcome> {
    let (blueprint, target, next) = match args.forge {
        Forge::Gitlab => ("ci/gitlab.yml", ".gitlab-ci.yml", "Settings > CI/CD > Variables"),
        Forge::Github => (
            "ci/github.yml",
            ".github/workflows/handbook.yml",
            "Settings > Secrets and variables > Actions > Variables",
        ),
        Forge::Forgejo => ("ci/forgejo.yml", ".forgejo/workflows/handbook.yml", "Actions > Variablen"),
    };
    let path = args.root.join(target);
    if path.exists() {
        return Ok(refuse(&format!("{target} gibt es schon und bleibt, wie es ist")));
    }
    output::create(&path, &text_of::<Blueprints>(blueprint))?;
    eprintln!("angelegt: {target}");
    eprintln!(
        "weiter: PRAXIS_SOURCE und PRAXIS_REVISION eintragen, unter {next}; was sie bedeuten, steht am Anfang der Datei"
    );
    Ok(Outcome::Clean)
}

/// What pages need and nothing more, and who may put them into a frame. The first part is that of every page.
const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                   connect-src 'self'; worker-src 'self' blob:; frame-src 'self'; form-action 'self'; base-uri 'none'; \
                   frame-ancestors 'self'";

/// Devices that no page of a handbook ever uses.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
                           microphone=(), midi=(), payment=(), usb=()";

/// Prints or writes the configuration of a web server.
fn server(args: &NewServerArgs) -> Result<Outcome> {
    let part = |name: &str| text_of::<Blueprints>(&format!("server/{name}"));
    let (template, listen, redirect, address) = match (args.server, args.behind_proxy) {
        (WebServer::Nginx, false) => (part("nginx.conf"), part("nginx-tls.conf"), part("nginx-redirect.conf"), ""),
        (WebServer::Nginx, true) => (part("nginx.conf"), part("nginx-proxy.conf"), String::new(), ""),
        // Caddy redirects and gets certificates on its own account, unless the address names http.
        (WebServer::Caddy, false) => (part("Caddyfile"), String::new(), String::new(), ""),
        (WebServer::Caddy, true) => (part("Caddyfile"), String::new(), String::new(), "http://"),
    };
    let words = [
        ("{listen}", listen.trim_end().to_owned()),
        ("{redirect}", redirect),
        ("{address}", format!("{address}{{domain}}")),
        ("{domain}", args.domain.clone()),
        ("{root-dir}", args.root_dir.clone()),
        ("{csp}", CSP.to_owned()),
        ("{permissions}", PERMISSIONS.to_owned()),
    ];
    let text = fill_in(&template, &words)?;
    match &args.out {
        None => deliver(&text),
        Some(path) if path.exists() => {
            return Ok(refuse(&format!("{} gibt es schon und bleibt, wie es ist", path.display())));
        }
        Some(path) => {
            output::create(path, &text)?;
            eprintln!("angelegt: {}", path.display());
        }
    }
    Ok(Outcome::Clean)
}

fn text_of<Files: Embed>(path: &str) -> String {
    Files::get(path).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// Puts dates and words into a blueprint.
fn fill_in(blueprint: &str, words: &[(&str, String)]) -> Result<String> {
    let today = today()?;
    let next_review = Date::day(today.saturating_add(jiff::Span::new().months(12))).to_string();
    let dates = [("{today}", Date::day(today).to_string()), ("{next_review}", next_review)];
    Ok(dates.iter().chain(words).fold(blueprint.to_owned(), |text, (name, value)| text.replace(name, value)))
}

fn refuse(message: &str) -> Outcome {
    eprintln!("praxis: {message}");
    Outcome::WrongUse
}
