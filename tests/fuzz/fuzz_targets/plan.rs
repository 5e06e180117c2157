//! Any bytes as a saved plan.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| praxis_fuzz::invariants::saved_plan(bytes));
