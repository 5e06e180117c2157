//! Rules that a handbook must keep.

use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::source::Sources;

/// Rules for texts as they were typed.
pub fn texts(_: &Sources) -> Vec<Diagnostic> {
    Vec::new()
}

/// Rules for the handbook as a whole.
pub fn run(_: &Site) -> Vec<Diagnostic> {
    Vec::new()
}
