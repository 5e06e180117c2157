//! Compiles structured good-practice cases into a handbook: a static site that can be searched, filtered, compared and
//! carried over to one's own institution.
//!
//! In reading order: [`source`] reads the files, [`history`] asks git what changed when, [`parse`] turns them into documents of [`model`], [`site`] puts these
//! together, [`checks`] looks for problems, [`render`] makes pages with a [`theme`], [`output`] writes them.
//! [`pipeline`] calls these in order, [`commands`] call the pipeline. [`plan`] reads what readers saved. Problems travel as [`diagnostic`]s to [`report`].

#[macro_use]
pub mod diagnostic;
pub mod branch;
pub mod bundle;
pub mod cache;
pub mod checkout;
pub mod checks;
pub mod cli;
pub mod commands;
pub mod git;
pub mod hashed;
pub mod history;
pub mod hook;
pub mod lock;
pub mod markdown;
pub mod memory;
pub mod model;
pub mod origin;
pub mod output;
pub mod parse;
pub mod paths;
pub mod pipeline;
pub mod plan;
pub mod preview;
pub mod release;
pub mod render;
pub mod report;
pub mod schema;
pub mod site;
pub mod source;
pub mod theme;
pub mod verify;
pub mod watch;
