//! What a site was made from: `daten/build.json` for programs, and the words about it for people. Without the day: a site that
//! is the same on another day stays the same.

use search_index::VERSION as INDEX_VERSION;
use serde::Serialize;

use super::data::pretty;
use super::view::ProvenanceView;
use super::{Recipe, Renderer};
use crate::model::Plan;

/// The program with its version: `praxis 0.1.0`.
pub const PROGRAM: &str = concat!("praxis ", env!("CARGO_PKG_VERSION"));

/// The commit of the program; none where nobody named it when it was compiled.
const COMMIT: Option<&str> = option_env!("PRAXIS_COMMIT");

/// Path of the file.
const PATH: &str = "daten/build.json";

/// What was read.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// Digest of everything below `content/`.
    pub content: blake3::Hash,
    /// The last commit that changed the texts, in full.
    pub revision: Option<Revision>,
    /// Drafts are treated like finished cases.
    pub drafts: bool,
}

/// A state of the texts in git.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Commit.
    pub commit: String,
    /// Whether the texts have changes that are not in the commit.
    pub changed: bool,
}

/// The file, described in `docs/betrieb.md`.
#[derive(Serialize)]
struct Build<'a> {
    format: &'static str,
    version: u32,
    program: Program,
    handbook: Handbook<'a>,
    content: Content<'a>,
    theme: Theme<'a>,
    formats: Formats,
}

#[derive(Serialize)]
struct Program {
    name: &'static str,
    version: &'static str,
    commit: Option<&'static str>,
}

#[derive(Serialize)]
struct Handbook<'a> {
    title: &'a str,
    edition: String,
    base_url: Option<String>,
    drafts: bool,
}

#[derive(Serialize)]
struct Content<'a> {
    digest: String,
    commit: Option<&'a str>,
    changed: Option<bool>,
}

#[derive(Serialize)]
struct Theme<'a> {
    name: &'a str,
    digest: String,
}

#[derive(Serialize)]
struct Formats {
    plan: u32,
    search_index: u32,
}

/// `daten/build.json`.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    vec![Recipe::new(PATH.to_owned(), || Ok(pretty(&renderer.build())))]
}

impl<'a> Renderer<'a> {
    fn build(&self) -> Build<'a> {
        let (handbook, provenance) = (&self.site.handbook, self.provenance);
        let revision = provenance.revision.as_ref();
        Build {
            format: "praxis-build",
            version: 1,
            program: Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), commit: COMMIT },
            handbook: Handbook {
                title: &handbook.title.value,
                edition: handbook.edition.to_string(),
                base_url: self.address("index.html"),
                drafts: provenance.drafts,
            },
            content: Content {
                digest: digest(provenance.content),
                commit: revision.map(|revision| revision.commit.as_str()),
                changed: revision.map(|revision| revision.changed),
            },
            theme: Theme { name: &handbook.theme.value, digest: digest(self.theme.digest) },
            formats: Formats { plan: Plan::VERSION, search_index: INDEX_VERSION },
        }
    }

    pub(super) fn provenance_view(&self) -> ProvenanceView {
        let revision = self.provenance.revision.as_ref();
        ProvenanceView {
            program: PROGRAM.to_owned(),
            program_commit: COMMIT.map(str::to_owned),
            commit: revision.map(|revision| revision.commit.clone()),
            changed: revision.is_some_and(|revision| revision.changed),
            digest: self.provenance.content.to_string(),
            href: PATH.to_owned(),
        }
    }
}

fn digest(hash: blake3::Hash) -> String {
    format!("blake3:{hash}")
}
