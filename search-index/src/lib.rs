//! Finds cases of a handbook: German text, facets, one engine for the command line, the development server and the browser.
//!
//! Contract of this crate: everything that ranks, filters or analyses German text lives here and nowhere else, and the
//! half that answers queries uses neither threads nor the file system, so that the same code runs in the command line
//! tool, in the development server and, compiled to WebAssembly, in the browser. The crate never uses the root crate.
//!
//! In reading order: [`Document`] is what goes in, `analysis` turns text into words, `schema` names the fields and their
//! weights, [`build`] writes an index, `archive` makes one file of it, `layers` opens one or several, [`Searcher`] answers a [`Query`] with [`Results`].

mod analysis;
mod archive;
mod directory;
mod document;
mod expand;
mod extract;
mod facets;
mod layers;
mod query;
mod rank;
mod schema;
mod searcher;
mod texts;
mod words;
#[cfg(feature = "write")]
mod write;

pub use archive::{OpenError, VERSION};
pub use document::{Document, Lexicon};
pub use expand::Kind;
pub use query::{Hit, Match, Query, Results, Segment, Sort};
pub use schema::{Facet, TextField};
pub use searcher::Searcher;
#[cfg(feature = "write")]
pub use write::{Archives, BuildError, Standing, build, build_layer};
