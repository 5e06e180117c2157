//! Any text as a slug, as a path of others and as the target of a link.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| praxis_fuzz::invariants::name(text));
