//! Any bytes at all as the file of an index: they are opened or refused, and what was opened can be asked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use search_index::Searcher;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(searcher) = Searcher::open(bytes.to_vec()) {
        praxis_fuzz::ask(&searcher);
    }
});
