//! A handbook over HTTP while it is being written: files are made when somebody asks for them, from the last edition
//! that was in order, and open pages hear of the next one.

mod edition;
mod server;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use edition::Edition;
pub use server::{Hosts, serve};

/// What readers of a preview see at a moment.
#[derive(Clone, Default)]
pub struct View {
    /// The last edition that was in order; none before the first one.
    pub edition: Option<Arc<Edition>>,
    /// Grows with every edition, also from one start of the program to the next.
    pub number: u64,
    /// Only style sheets differ from the edition before.
    pub styles_only: bool,
    /// Paths of cases that were deleted since that edition.
    pub deleted: Arc<BTreeSet<String>>,
    /// What stands against the next edition, as in the terminal.
    pub problems: Option<Problems>,
}

/// What stands against the next edition.
#[derive(Clone)]
pub struct Problems {
    /// One line.
    pub title: Arc<str>,
    /// The report.
    pub report: Arc<str>,
}
