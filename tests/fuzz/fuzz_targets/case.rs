//! Any text as the data of a case: a case or an error about it, with places inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| praxis_fuzz::invariants::case(text));
