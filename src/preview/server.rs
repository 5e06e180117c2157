//! HTTP over the last edition.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures_util::{Stream, stream};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{Edition, View};
use crate::diagnostic::Diagnostic;
use crate::model::Language;

/// Script that keeps open pages up to date.
const LIVE: &str = include_str!("live.js");

/// Where the script and its events are; no page of a handbook can have such a path.
const LIVE_PATH: &str = "/_praxis/live.js";
const EVENTS_PATH: &str = "/_praxis/events";

/// When an open page looks for a preview that has ended: it may have been started again.
const RETRY: Duration = Duration::from_secs(1);

/// Names under which the preview may be asked for. A foreign name that leads to this machine could read it otherwise.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// The name given on the command line.
    pub own: String,
}

impl Hosts {
    fn allows(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else { return false };
        let port = authority.as_str().strip_prefix(authority.host());
        if !port.is_some_and(|port| port.is_empty() || port.starts_with(':')) {
            return false;
        }
        let name = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        name == "localhost"
            || name.ends_with(".localhost")
            || name == self.own.to_ascii_lowercase()
            || name.parse::<IpAddr>().is_ok()
    }
}

/// Answers requests until the process ends.
pub async fn serve(
    listener: TcpListener,
    views: Receiver<View>,
    hosts: Hosts,
    language: Language,
) -> std::io::Result<()> {
    let header = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let routes = Router::new()
        .route(LIVE_PATH, get(|| async { ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], LIVE) }))
        .route(EVENTS_PATH, get(events))
        .fallback(file)
        .with_state(Preview { views, language })
        .layer(middleware::from_fn_with_state(hosts, check_host))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    axum::serve(listener, routes).await
}

#[derive(Clone)]
struct Preview {
    views: Receiver<View>,
    language: Language,
}

async fn check_host(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if hosts.allows(host) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "Dieser Name ist nicht freigegeben. / This name is not allowed: --host NAME\n")
            .into_response()
    }
}

/// Tells an open page the present view, and every later one.
async fn events(State(preview): State<Preview>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let language = preview.language;
    let next = move |(mut views, is_first): (Receiver<View>, bool)| async move {
        if !is_first {
            views.changed().await.ok()?;
        }
        let message = message(&views.borrow_and_update(), language);
        Some((Ok(Event::default().retry(RETRY).data(message)), (views, false)))
    };
    Sse::new(stream::unfold((preview.views, true), next)).keep_alive(KeepAlive::default())
}

fn message(view: &View, language: Language) -> String {
    let close = match language {
        Language::De => "Ausblenden",
        Language::En => "Hide",
    };
    let problems =
        view.problems.as_ref().map(|found| json!({ "title": &*found.title, "report": &*found.report, "close": close }));
    json!({ "number": view.number, "stylesOnly": view.styles_only, "problems": problems }).to_string()
}

async fn file(State(preview): State<Preview>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let view = preview.views.borrow().clone();
    let Some(edition) = &view.edition else {
        return html(StatusCode::SERVICE_UNAVAILABLE, waiting(preview.language).into_bytes(), view.number);
    };
    match place(edition, uri.path()) {
        Place::File(path) if view.deleted.contains(&path) => {
            answer(StatusCode::NOT_FOUND, edition, "404.html", &view).await
        }
        Place::File(path) => answer(StatusCode::OK, edition, &path, &view).await,
        Place::Folder(path) => Redirect::temporary(&path).into_response(),
        Place::Nowhere => answer(StatusCode::NOT_FOUND, edition, "404.html", &view).await,
    }
}

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    File(String),
    /// A folder without its slash; relative links of its page would lead astray.
    Folder(String),
    Nowhere,
}

fn place(edition: &Arc<Edition>, address: &str) -> Place {
    // Paths of a handbook are ASCII, so there is nothing to decode.
    let path = address.trim_start_matches('/');
    let index = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let page = format!("{path}.html");
    if edition.has(&index) {
        Place::File(index)
    } else if edition.has(&page) {
        Place::File(page)
    } else if edition.has(&format!("{path}/index.html")) {
        Place::Folder(format!("/{path}/"))
    } else {
        Place::Nowhere
    }
}

async fn answer(status: StatusCode, edition: &Edition, path: &str, view: &View) -> Response {
    match edition.file(path).await {
        Some(Ok(bytes)) if path.ends_with(".html") => html(status, bytes, view.number),
        Some(Ok(bytes)) => {
            let kind = mime_guess::from_path(path).first_or_octet_stream();
            // Without a character set, browsers guess.
            let text = kind.type_() == mime_guess::mime::TEXT || kind.subtype() == mime_guess::mime::JSON;
            let kind = if text { format!("{kind}; charset=utf-8") } else { kind.to_string() };
            (status, [(header::CONTENT_TYPE, kind)], bytes).into_response()
        }
        Some(Err(diagnostic)) => html(StatusCode::INTERNAL_SERVER_ERROR, failed(&diagnostic).into_bytes(), view.number),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A page with the script that keeps it up to date.
fn html(status: StatusCode, page: Vec<u8>, number: u64) -> Response {
    let page = with_script(page, number);
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(page)).into_response()
}

fn with_script(page: Vec<u8>, number: u64) -> Vec<u8> {
    const END_OF_HEAD: &str = "</head>";
    let Ok(text) = str::from_utf8(&page) else { return page };
    let Some(at) = text.find(END_OF_HEAD) else { return page };
    // A page that only leads on allows no scripts.
    if text[..at].contains("Content-Security-Policy") && !text[..at].contains("script-src 'self'") {
        return page;
    }
    let mut script = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(script, "<script src=\"{LIVE_PATH}\" data-number=\"{number}\" defer></script>");
    [&text[..at], &script, &text[at..]].concat().into_bytes()
}

fn waiting(language: Language) -> String {
    let (code, text) = match language {
        Language::De => ("de", "Noch keine Vorschau: Im Handbuch sind Fehler."),
        Language::En => ("en", "No preview yet: there are errors in the handbook."),
    };
    page(code, text)
}

/// A template that fails only for this page.
fn failed(diagnostic: &Diagnostic) -> String {
    let hint = diagnostic.hint.as_ref().map(|hint| hint.de.as_str()).unwrap_or_default();
    page("de", &format!("{}: {}\n{hint}", diagnostic.file, diagnostic.message.de))
}

fn page(language: &str, text: &str) -> String {
    let mut escaped = String::new();
    // Writing to a string cannot fail.
    let _ = pulldown_cmark_escape::escape_html(&mut escaped, text);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>praxis</title>\n</head><body><pre>{escaped}</pre></body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_names_are_answered() {
        let hosts = Hosts { own: "werkstatt".to_owned() };
        for own in ["localhost", "localhost:4400", "127.0.0.1:4400", "[::1]:4400", "a.localhost", "Werkstatt:80"] {
            assert!(hosts.allows(own), "{own}");
        }
        for foreign in [
            "",
            "example.org",
            "localhost.example.org:4400",
            "127.0.0.1.example.org",
            "[::1].example.org.x",
            "a@localhost",
        ] {
            assert!(!hosts.allows(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_script_goes_where_scripts_are_allowed() {
        let script = |page: &str| String::from_utf8(with_script(page.as_bytes().to_vec(), 7)).unwrap();
        assert!(script("<head></head><body>").contains("data-number=\"7\""));
        let closed = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"></head>";
        assert_eq!(script(closed), closed);
        assert_eq!(script("no page"), "no page");
    }
}
