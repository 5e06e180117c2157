//! What earlier runs made, by what they made it from. A stage that is a pure function may ask here before it works; a
//! process that builds once remembers nothing.

use std::any::Any;
use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

/// Results of pure functions. What a run did not ask for is forgotten at its end.
#[derive(Debug, Default)]
pub struct Memory {
    /// None where nothing is remembered.
    runs: Option<Runs>,
}

#[derive(Debug, Default)]
struct Runs {
    last: Results,
    this: Mutex<Results>,
}

type Results = HashMap<blake3::Hash, Arc<dyn Any + Send + Sync>>;

impl Memory {
    /// For a process that builds once.
    pub fn none() -> Memory {
        Memory::default()
    }

    /// For a process that builds again and again.
    pub fn lasting() -> Memory {
        Memory { runs: Some(Runs::default()) }
    }

    /// Whether anything is remembered.
    pub fn is_lasting(&self) -> bool {
        self.runs.is_some()
    }

    /// The result of `make`, which must be a pure function of `inputs`; `name` tells functions apart.
    pub fn recall<T: Clone + Send + Sync + 'static>(
        &self,
        name: &'static str,
        inputs: &[&[u8]],
        make: impl FnOnce() -> T,
    ) -> T {
        let Some(runs) = &self.runs else { return make() };
        let key = key(name, inputs);
        let known = runs.last.get(&key).and_then(|result| Some((result.downcast_ref::<T>()?.clone(), result.clone())));
        let (result, kept) = known.unwrap_or_else(|| {
            let result = make();
            (result.clone(), Arc::new(result))
        });
        runs.this.lock().unwrap_or_else(PoisonError::into_inner).insert(key, kept);
        result
    }

    /// Forgets what was not asked for since the last call.
    pub fn end_run(&mut self) {
        if let Some(runs) = &mut self.runs {
            runs.last = mem::take(runs.this.get_mut().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// Lengths go in as well, so that `["ab", "c"]` is not `["a", "bc"]`.
fn key(name: &str, inputs: &[&[u8]]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for input in [name.as_bytes()].iter().chain(inputs) {
        hasher.update(&(input.len() as u64).to_le_bytes());
        hasher.update(input);
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_last_run() {
        let mut memory = Memory::lasting();
        let ask = |memory: &Memory, input: &str| {
            let mut made = false;
            let result = memory.recall("length", &[input.as_bytes()], || {
                made = true;
                input.len()
            });
            (result, made)
        };
        assert_eq!(ask(&memory, "abc"), (3, true));
        memory.end_run();
        assert_eq!(ask(&memory, "abc"), (3, false));
        memory.end_run();
        memory.end_run();
        assert_eq!(ask(&memory, "abc"), (3, true));
        assert_eq!(ask(&Memory::none(), "abc"), (3, true));
    }

    #[test]
    fn tells_inputs_apart() {
        assert_ne!(key("f", &[b"ab", b"c"]), key("f", &[b"a", b"bc"]));
        assert_ne!(key("f", &[b"ab"]), key("g", &[b"ab"]));
    }
}
