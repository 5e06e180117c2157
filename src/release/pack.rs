//! Packed files beside the texts of a release, so that a server sends them as they are: `.gz` and `.br`. The same text
//! gives the same bytes.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;

use crate::output::{self, Staged};

/// Below this, the answer of a server fits into one packet either way.
const SMALLEST: u64 = 1000;

/// Endings of files that are text and become smaller.
const TEXTS: [&str; 9] = ["html", "css", "js", "json", "xml", "svg", "txt", "csv", "ndjson"];

/// Packs the bytes of a file.
type Pack = fn(&[u8]) -> io::Result<Vec<u8>>;

/// Every way of packing, by the ending it adds.
const WAYS: [(&str, Pack); 2] = [("gz", gzip), ("br", brotli)];

/// Packs every text of a release. What belongs to a text that did not change is taken over from the release before.
pub fn all(files: &[Staged], release: &Path, old: Option<&Path>) -> Result<Vec<Staged>> {
    let taken: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let packed: Vec<Vec<Staged>> = files
        .par_iter()
        .filter(|file| is_text(file))
        .map(|file| one(file, release, old, &taken))
        .collect::<Result<_>>()?;
    Ok(packed.into_iter().flatten().collect())
}

fn is_text(file: &Staged) -> bool {
    let ending = file.path.rsplit_once('.').map_or("", |(_, ending)| ending);
    file.bytes >= SMALLEST && TEXTS.contains(&ending)
}

fn one(file: &Staged, release: &Path, old: Option<&Path>, taken: &BTreeSet<&str>) -> Result<Vec<Staged>> {
    let mut packed = Vec::new();
    for (ending, pack) in WAYS {
        let path = format!("{}.{ending}", file.path);
        if taken.contains(path.as_str()) {
            continue;
        }
        let place = release.join(&path);
        let linked = old.filter(|old| file.kept && fs::hard_link(old.join(&path), &place).is_ok());
        let bytes = if linked.is_some() {
            fs::metadata(&place).with_context(|| format!("{}", place.display()))?.len()
        } else {
            let text = fs::read(release.join(&file.path)).with_context(|| file.path.clone())?;
            let bytes = pack(&text).with_context(|| path.clone())?;
            if bytes.len() >= text.len() {
                continue;
            }
            output::write_new(&place, &bytes).with_context(|| format!("{}", place.display()))?;
            bytes.len() as u64
        };
        packed.push(Staged { path, bytes, kept: linked.is_some() });
    }
    Ok(packed)
}

/// The usual level: on this site the highest one takes longer and gains nothing.
fn gzip(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text)?;
    encoder.finish()
}

/// Quality 7 of 11: on this site, 9 gains a thousandth in six times the time, 11 five hundredths in forty times the time.
fn brotli(text: &[u8]) -> io::Result<Vec<u8>> {
    const BUFFER: usize = 1 << 16;
    const QUALITY: u32 = 7;
    const WINDOW: u32 = 20;
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, BUFFER, QUALITY, WINDOW).write_all(text)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn packed_bytes_are_the_text_again() {
        let text = "Anerkennung von Abschlüssen – ".repeat(200);
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&*gzip(text.as_bytes()).unwrap()).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        let mut unpacked = String::new();
        let packed = brotli(text.as_bytes()).unwrap();
        brotli::Decompressor::new(&*packed, 4096).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        assert_eq!(packed, brotli(text.as_bytes()).unwrap());
    }
}
