//! Any text as Markdown: markup that is well-formed, and no element or attribute that is not allowed.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| praxis_fuzz::invariants::markdown(text));
