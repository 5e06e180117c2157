//! What earlier runs made, by what they made it from. A stage that is a pure function may ask here before it works; a
//! process that builds once remembers nothing.

use std::any::Any;
use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::hashed;

/// Results of pure functions. What a run did not ask for is forgotten at its end. Copies share what they remember.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// None where nothing is remembered.
    runs: Option<Arc<Runs>>,
}

#[derive(Debug, Default)]
struct Runs {
    last: RwLock<Results>,
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
        Memory { runs: Some(Arc::default()) }
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
        let key = hashed::join([name.as_bytes()].into_iter().chain(inputs.iter().copied()));
        let last = runs.last.read().unwrap_or_else(PoisonError::into_inner).get(&key).map(Arc::clone);
        let known = last.and_then(|result| Some((result.downcast_ref::<T>()?.clone(), result)));
        let (result, kept) = known.unwrap_or_else(|| {
            let result = make();
            (result.clone(), Arc::new(result))
        });
        runs.this.lock().unwrap_or_else(PoisonError::into_inner).insert(key, kept);
        result
    }

    /// Forgets what was not asked for since the last call.
    pub fn end_run(&self) {
        if let Some(runs) = &self.runs {
            let this = mem::take(&mut *runs.this.lock().unwrap_or_else(PoisonError::into_inner));
            *runs.last.write().unwrap_or_else(PoisonError::into_inner) = this;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_last_run() {
        let memory = Memory::lasting();
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
}
