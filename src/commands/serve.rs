//! `praxis serve`: a preview that follows the files.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::{Outcome, counted, error_report, errors, now, on_stop, wait, watcher};
use crate::cli::ServeArgs;
use crate::diagnostic::{Code, Diagnostic};
use crate::memory::Memory;
use crate::model::Language;
use crate::pipeline::{self, Read, Request};
use crate::preview::{self, Edition, Hosts, Problems, View};
use crate::render::KeptIndex;
use crate::report;
use crate::site;
use crate::source::Digest;
use crate::watch::Waited;

/// Ports that are tried after the usual one.
const FURTHER_PORTS: u16 = 10;

/// How long open connections may take to end.
const PATIENCE: Duration = Duration::from_millis(200);

/// Serves a handbook until Ctrl-C.
pub fn run(args: &ServeArgs) -> Result<Outcome> {
    let language = args.handbook.first_language();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let listener = match listen(&runtime, args)? {
        Listening::At(listener) => listener,
        Listening::Taken { free } => {
            super::tell(&format!("praxis: {}", taken(args, free, language)));
            return Ok(Outcome::WrongUse);
        }
    };
    let address = format!("http://{}/", shown(listener.local_addr()?, &args.host));
    let (views, seen) = watch::channel(View { number: first_number(), ..View::default() });
    let mut preview = Preview {
        args,
        address: &address,
        read_before: Memory::lasting(),
        made_before: Memory::lasting(),
        kept_index: Arc::default(),
        read: None,
        shown: None,
        cases: BTreeSet::new(),
        views,
    };
    let mut watcher = watcher(&args.handbook.root, args.watch.poll, language)?;
    // Watching begins before reading, so that no change falls in between.
    if !preview.update()? {
        return Ok(Outcome::Problems);
    }
    let stopper = watcher.stopper();
    on_stop(move || stopper.stop())?;
    let hosts = Hosts { own: args.host.clone() };
    runtime.spawn(async move {
        if let Err(error) = preview::serve(listener, seen, hosts, language).await {
            super::tell(&format!("praxis: {error}"));
        }
    });
    args.handbook.say(&match language {
        Language::De => format!("Vorschau: {address} (beenden mit Strg-C)"),
        Language::En => format!("preview: {address} (stop with Ctrl-C)"),
    });
    if args.open
        && let Err(error) = open::that_detached(&address)
    {
        super::tell(&format!("praxis: {address}: {error}"));
    }
    loop {
        match wait(&mut watcher, language)? {
            Waited::Stopped => break,
            Waited::Changed => drop(preview.update()?),
            Waited::Written(files) => {
                preview.update_files(&files)?;
                watcher.look_at_all();
            }
        }
    }
    runtime.shutdown_timeout(PATIENCE);
    Ok(Outcome::Clean)
}

struct Preview<'a> {
    args: &'a ServeArgs,
    address: &'a str,
    /// What was read.
    read_before: Memory,
    /// What was made of it.
    made_before: Memory,
    /// The search index of an earlier edition.
    kept_index: Arc<KeptIndex>,
    /// The last reading.
    read: Option<Read>,
    /// The files of the last edition that was in order.
    shown: Option<Digest>,
    /// Names of the cases of the last edition that was in order.
    cases: BTreeSet<String>,
    views: watch::Sender<View>,
}

impl Preview<'_> {
    /// Reads the handbook again and shows what came of it; whether there is a handbook at all.
    fn update(&mut self) -> Result<bool> {
        let (begun, request) = (Instant::now(), self.request()?);
        let read = pipeline::read(&self.args.handbook.root, &request, &self.read_before);
        self.read_before.end_run();
        self.show(read, &request, begun)
    }

    /// The same if only these files were written, as far as anybody knows.
    fn update_files(&mut self, files: &BTreeSet<PathBuf>) -> Result<bool> {
        let (begun, request) = (Instant::now(), self.request()?);
        match self.read.as_ref().and_then(|read| read.again(&self.args.handbook.root, files)) {
            Some(read) => self.show(read, &request, begun),
            None => self.update(),
        }
    }

    fn request(&self) -> Result<Request> {
        let mut request = self.args.handbook.request(None)?;
        request.base_url.get_or_insert_with(|| self.address.to_owned());
        Ok(request)
    }

    fn show(&mut self, read: Read, request: &Request, begun: Instant) -> Result<bool> {
        let handbook = &self.args.handbook;
        let digest = read.digest();
        if self.read.as_ref().is_some_and(|last| last.digest() == digest) {
            return Ok(true);
        }
        self.read = Some(read.clone());
        let cases = read.cases();
        let prepared = pipeline::prepare_read(read, request, &self.made_before);
        let language = handbook.language(&prepared);
        handbook.report(&prepared.diagnostics, language);
        let is_missing = prepared.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::HandbookMissing);
        let count = prepared.site.as_ref().map_or(0, |site| site.cases.len());
        let edition = Edition::open(prepared, Arc::clone(&self.kept_index));
        self.made_before.end_run();
        match edition {
            Ok(edition) => {
                let same_pages =
                    self.shown.replace(digest).is_some_and(|shown| Digest { styles: digest.styles, ..shown } == digest);
                self.views.send_modify(|view| {
                    *view = View {
                        edition: Some(Arc::new(edition)),
                        number: view.number + 1,
                        // While something was wrong, pages of deleted cases may have been opened.
                        styles_only: same_pages && view.problems.is_none(),
                        deleted: Arc::default(),
                        problems: None,
                    };
                });
                self.cases = cases;
                let milliseconds = begun.elapsed().as_millis();
                handbook.say(&match language {
                    Language::De => {
                        format!("{} neu gelesen in {milliseconds} ms", counted(count, "Beispiel", "Beispiele"))
                    }
                    Language::En => format!("{} read again in {milliseconds} ms", counted(count, "case", "cases")),
                });
            }
            Err(diagnostics) => {
                let problems = self.problems(&diagnostics, language);
                // Links to a deleted case are errors, but the case itself is gone at once.
                let deleted = self.cases.difference(&cases).map(|slug| site::case_path(slug)).collect();
                self.views.send_modify(|view| {
                    view.deleted = Arc::new(deleted);
                    view.problems = Some(problems);
                });
            }
        }
        Ok(!is_missing)
    }

    /// The errors as in the terminal.
    fn problems(&self, diagnostics: &[Diagnostic], language: Language) -> Problems {
        let errors = errors(diagnostics);
        let found = report::count(&errors, language);
        let title = match language {
            Language::De => format!("{found} – zu sehen ist die letzte Fassung ohne Fehler"),
            Language::En => format!("{found} – this is the last version without errors"),
        };
        let report = error_report(&self.args.handbook.root, &errors, language, false);
        Problems { title: title.into(), report: report.into() }
    }
}

enum Listening {
    At(TcpListener),
    /// Somebody else uses the port.
    Taken {
        free: Option<u16>,
    },
}

/// Takes the port that was asked for; without a wish the usual one, or one of the next.
fn listen(runtime: &Runtime, args: &ServeArgs) -> Result<Listening> {
    let ip = resolve(&args.host)?;
    let bind = |port| runtime.block_on(TcpListener::bind(SocketAddr::new(ip, port)));
    let first = args.port.unwrap_or(ServeArgs::USUAL_PORT);
    let mut further = (1..=FURTHER_PORTS).filter_map(|step| first.checked_add(step));
    match bind(first) {
        Ok(listener) => Ok(Listening::At(listener)),
        Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
            Err(error).with_context(|| format!("{}:{first}", args.host))
        }
        Err(_) if args.port.is_some() => Ok(Listening::Taken { free: further.find(|port| bind(*port).is_ok()) }),
        Err(_) => Ok(match further.find_map(|port| bind(port).ok()) {
            Some(listener) => Listening::At(listener),
            None => Listening::Taken { free: None },
        }),
    }
}

fn resolve(host: &str) -> Result<IpAddr> {
    let mut found = (host, 0).to_socket_addrs().with_context(|| host.to_owned())?;
    found.next().map(|address| address.ip()).with_context(|| host.to_owned())
}

fn taken(args: &ServeArgs, free: Option<u16>, language: Language) -> String {
    let port = args.port.unwrap_or(ServeArgs::USUAL_PORT);
    match (language, free) {
        (Language::De, Some(free)) => format!("Port {port} ist belegt; frei ist {free}: --port {free}"),
        (Language::De, None) => format!("Port {port} ist belegt, die nächsten auch; mit --port einen anderen nennen"),
        (Language::En, Some(free)) => format!("port {port} is taken; {free} is free: --port {free}"),
        (Language::En, None) => format!("port {port} is taken, and so are the next; name another one with --port"),
    }
}

/// Address for people: with the name that they gave.
fn shown(address: SocketAddr, host: &str) -> String {
    if host.parse::<IpAddr>().is_ok() { address.to_string() } else { format!("{host}:{}", address.port()) }
}

/// Larger than any number of an earlier start, so that pages still open from then reload.
fn first_number() -> u64 {
    u64::try_from(now().as_millisecond()).unwrap_or_default()
}
