//! Compiles structured good-practice cases into a handbook.

#[macro_use]
pub mod diagnostic;
pub mod checks;
pub mod markdown;
pub mod model;
pub mod parse;
pub mod site;
pub mod source;
