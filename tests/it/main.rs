//! Tests of the program as a whole, one module an area.

#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity,
    clippy::unwrap_used
)]

mod build;
mod bundle;
mod cache;
mod ci;
mod commands;
mod determinism;
mod docs;
mod engine;
mod export;
mod faults;
mod git;
mod history;
mod hook;
#[cfg(unix)]
mod hostile;
mod invalid;
mod invariants;
mod live;
mod properties;
mod publish;
mod running;
mod search;
mod server;
mod supply;
mod support;
mod torture;
mod transfer;
