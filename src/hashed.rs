//! Values with a fingerprint that is taken once. Handing them on costs nothing, whatever their size.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Fingerprint of several pieces. Their lengths go in as well, so that `["ab", "c"]` is not `["a", "bc"]`.
pub fn join<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for piece in pieces {
        hasher.update(&(piece.len() as u64).to_le_bytes()).update(piece);
    }
    hasher.finalize()
}

/// A value that does not change any more.
pub struct Hashed<T: ?Sized> {
    value: Arc<T>,
    hash: blake3::Hash,
}

impl<T> Hashed<T> {
    /// A value with the fingerprint of what it was made from.
    pub fn new(value: T, hash: blake3::Hash) -> Self {
        Hashed { value: Arc::new(value), hash }
    }
}

impl<T: Default> Default for Hashed<T> {
    fn default() -> Self {
        Hashed::new(T::default(), join([]))
    }
}

impl<T: ?Sized> Hashed<T> {
    /// Tells the value from others.
    pub fn hash(&self) -> &[u8; 32] {
        self.hash.as_bytes()
    }
}

impl From<String> for Hashed<str> {
    fn from(text: String) -> Self {
        Hashed { hash: blake3::hash(text.as_bytes()), value: text.into() }
    }
}

impl From<Vec<u8>> for Hashed<[u8]> {
    fn from(bytes: Vec<u8>) -> Self {
        Hashed { hash: blake3::hash(&bytes), value: bytes.into() }
    }
}

impl From<Hashed<str>> for Hashed<[u8]> {
    fn from(text: Hashed<str>) -> Self {
        Hashed { value: text.value.into(), hash: text.hash }
    }
}

impl<T: ?Sized> Deref for Hashed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> Clone for Hashed<T> {
    fn clone(&self) -> Self {
        Hashed { value: Arc::clone(&self.value), hash: self.hash }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Hashed<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_pieces_apart() {
        assert_ne!(join([&b"ab"[..], b"c"]), join([&b"a"[..], b"bc"]));
        assert_eq!(join([&b"ab"[..], b"c"]), join([&b"ab"[..], b"c"]));
    }
}
