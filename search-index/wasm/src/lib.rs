//! The searcher as a WebAssembly module that imports nothing.
//!
//! Contract: JSON in, JSON out. The caller asks for memory with [`allocate`], writes bytes there and passes address and
//! length to [`open`] [`add_texts`] or [`search`], which take the memory over. All three return the address of an answer: four bytes of
//! length, little-endian, then UTF-8. [`release`] gives the memory of an answer back.
//!
//! An answer is what the function is for, or `{"error": code, "message": text}`.

use std::cell::RefCell;

use search_index::{OpenError, Query, Searcher};
use serde::Serialize;

thread_local! {
    static SEARCHER: RefCell<Option<Searcher>> = const { RefCell::new(None) };
}

/// Bytes before the text of an answer, which say how long it is.
const PREFIX: usize = 4;

#[derive(Serialize)]
struct Opened {
    cases: usize,
}

#[derive(Serialize)]
struct Failed {
    error: &'static str,
    message: String,
}

/// Memory for `length` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; length].into_boxed_slice()).cast()
}

/// Takes over memory of [`allocate`].
///
/// # Safety
///
/// `address` and `length` belong to one call of [`allocate`], and the memory is not used afterwards.
unsafe fn taken(address: *mut u8, length: usize) -> Vec<u8> {
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) }.into_vec()
}

/// Opens an index: `{"cases": 14}`.
///
/// # Safety
///
/// As for every function here: address and length come from [`allocate`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(address: *mut u8, length: usize) -> *mut u8 {
    let archive = unsafe { taken(address, length) };
    match Searcher::open(archive) {
        Ok(searcher) => {
            let opened = Opened { cases: searcher.len() };
            SEARCHER.set(Some(searcher));
            answer(&opened)
        }
        Err(error) => failed(code(&error), error.to_string()),
    }
}

/// Adds the texts that belong to the open index: `{"cases": 14}`.
///
/// # Safety
///
/// As for every function here: address and length come from [`allocate`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn add_texts(address: *mut u8, length: usize) -> *mut u8 {
    let archive = unsafe { taken(address, length) };
    SEARCHER.with_borrow_mut(|searcher| match searcher {
        Some(searcher) => match searcher.add_texts(archive) {
            Ok(()) => answer(&Opened { cases: searcher.len() }),
            Err(error) => failed(code(&error), error.to_string()),
        },
        None => closed(),
    })
}

/// Answers a [`Query`] with [`search_index::Results`].
///
/// # Safety
///
/// As for every function here: address and length come from [`allocate`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn search(address: *mut u8, length: usize) -> *mut u8 {
    let query = unsafe { taken(address, length) };
    let query: Query = match serde_json::from_slice(&query) {
        Ok(query) => query,
        Err(error) => return failed("query", error.to_string()),
    };
    SEARCHER.with_borrow(|searcher| match searcher {
        Some(searcher) => answer(&searcher.search(&query)),
        None => closed(),
    })
}

fn closed() -> *mut u8 {
    failed("closed", "no index is open".to_owned())
}

/// Gives back the memory of an answer.
///
/// # Safety
///
/// `address` was returned by [`open`] or [`search`] and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(address: *mut u8) {
    let prefix = unsafe { address.cast::<[u8; PREFIX]>().read() };
    drop(unsafe { taken(address, PREFIX + u32::from_le_bytes(prefix) as usize) });
}

fn code(error: &OpenError) -> &'static str {
    match error {
        OpenError::Foreign => "foreign",
        OpenError::Version { found } if *found > search_index::VERSION => "newer",
        OpenError::Version { .. } => "older",
        OpenError::Truncated => "truncated",
        OpenError::Corrupt => "corrupt",
        OpenError::Unusable(_) => "unusable",
    }
}

fn failed(error: &'static str, message: String) -> *mut u8 {
    answer(&Failed { error, message })
}

fn answer(value: &impl Serialize) -> *mut u8 {
    let mut bytes = vec![0; PREFIX];
    if serde_json::to_writer(&mut bytes, value).is_err() {
        bytes.truncate(PREFIX);
    }
    let length = u32::try_from(bytes.len() - PREFIX).unwrap_or_default();
    bytes[..PREFIX].copy_from_slice(&length.to_le_bytes());
    Box::into_raw(bytes.into_boxed_slice()).cast()
}

/// The source of random numbers: there is none.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(_: *mut u8, _: usize) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}
